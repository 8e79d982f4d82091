"""pages, people and columns of the brand; rights, selections and uses of posts

Revision ID: b4582ffacf5d
Revises: 8b2f6d1a4c70
Create Date: 2026-11-29 09:30:00+00:00

Old code runs while this runs: new tables, and two columns of ``member`` that are empty by default.
Assumed: a million members; the index on an empty condition is built in seconds.
"""

import sqlalchemy as sa
from alembic import op

revision = "b4582ffacf5d"
down_revision = "8b2f6d1a4c70"
branch_labels = None
depends_on = None


APPEND_ONLY = (
    "reuse_answer",
    "reuse_answer_photo",
    "reuse_terms",
)


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION potluck_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$"
    )
    for name, verbs in (("update", "UPDATE"), ("delete", "DELETE OR TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{name} BEFORE {verbs} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION potluck_append_only()"
        )


def upgrade() -> None:
    op.create_table(
        "brand_page",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "story",
                "manifesto",
                "values",
                "page",
                name="pagekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "published_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_page")),
        sa.UniqueConstraint("slug", name=op.f("uq_brand_page_slug")),
    )
    op.create_table(
        "reuse_terms",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_reuse_terms")),
    )
    op.create_table(
        "brand_column",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("title_zh", sa.String(length=60), server_default="", nullable=False),
        sa.Column("title_en", sa.String(length=60), server_default="", nullable=False),
        sa.Column("about_zh", sa.String(length=200), server_default="", nullable=False),
        sa.Column("about_en", sa.String(length=200), server_default="", nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column(
            "author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("issue_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_brand_column_author_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_column")),
        sa.UniqueConstraint("slug", name=op.f("uq_brand_column_slug")),
    )
    with op.batch_alter_table("brand_column", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brand_column_due_on"), ["due_on"], unique=False)

    op.create_table(
        "brand_page_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title_zh", sa.String(length=60), server_default="", nullable=False),
        sa.Column("title_en", sa.String(length=60), server_default="", nullable=False),
        sa.Column("lead_zh", sa.String(length=200), server_default="", nullable=False),
        sa.Column("lead_en", sa.String(length=200), server_default="", nullable=False),
        sa.Column("saved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "published_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["page_id"], ["brand_page.id"], name=op.f("fk_brand_page_version_page_id_brand_page")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["member.id"], name=op.f("fk_brand_page_version_published_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["member.id"], name=op.f("fk_brand_page_version_saved_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_page_version")),
        sa.UniqueConstraint("page_id", "number", name=op.f("uq_brand_page_version_page_id_number")),
    )
    op.create_table(
        "brand_person",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("job_zh", sa.String(length=24), server_default="", nullable=False),
        sa.Column("job_en", sa.String(length=40), server_default="", nullable=False),
        sa.Column("line_zh", sa.String(length=160), server_default="", nullable=False),
        sa.Column("line_en", sa.String(length=160), server_default="", nullable=False),
        sa.Column("ask_zh", sa.String(length=160), server_default="", nullable=False),
        sa.Column("ask_en", sa.String(length=160), server_default="", nullable=False),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column(
            "changed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["member.id"], name=op.f("fk_brand_person_changed_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_brand_person_media_id_media")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_brand_person_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_brand_person")),
    )
    with op.batch_alter_table("brand_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brand_person_media_id"), ["media_id"], unique=False)

    op.create_table(
        "reuse_selection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("campaign", sa.String(length=60), server_default="", nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "community",
                "channels",
                "shops",
                "ads",
                name="scope",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("pick_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_reuse_selection_created_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reuse_selection")),
        sa.UniqueConstraint("code", name=op.f("uq_reuse_selection_code")),
    )
    op.create_table(
        "brand_chapter",
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("icon", sa.String(length=32), server_default="", nullable=False),
        sa.Column("title_zh", sa.String(length=60), server_default="", nullable=False),
        sa.Column("title_en", sa.String(length=60), server_default="", nullable=False),
        sa.Column("body_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("body_en", sa.Text(), server_default="", nullable=False),
        sa.Column("html_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("html_en", sa.Text(), server_default="", nullable=False),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_brand_chapter_media_id_media")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["brand_page_version.id"],
            name=op.f("fk_brand_chapter_version_id_brand_page_version"),
        ),
        sa.PrimaryKeyConstraint("version_id", "position", name=op.f("pk_brand_chapter")),
    )
    with op.batch_alter_table("brand_chapter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brand_chapter_media_id"), ["media_id"], unique=False)

    op.create_table(
        "brand_follow",
        sa.Column(
            "column_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["column_id"], ["brand_column.id"], name=op.f("fk_brand_follow_column_id_brand_column")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_brand_follow_member_id_member")
        ),
        sa.PrimaryKeyConstraint("column_id", "member_id", name=op.f("pk_brand_follow")),
    )
    with op.batch_alter_table("brand_follow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brand_follow_member_id"), ["member_id"], unique=False)

    op.create_table(
        "brand_issue",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "column_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("was_due_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["column_id"], ["brand_column.id"], name=op.f("fk_brand_issue_column_id_brand_column")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_brand_issue_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_brand_issue")),
        sa.UniqueConstraint("column_id", "number", name=op.f("uq_brand_issue_column_id_number")),
    )
    with op.batch_alter_table("brand_issue", schema=None) as batch_op:
        batch_op.create_index(
            "ix_brand_issue_untold",
            ["thread_id"],
            unique=False,
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        )

    op.create_table(
        "brand_plan",
        sa.Column(
            "column_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column(
            "planned_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["column_id"], ["brand_column.id"], name=op.f("fk_brand_plan_column_id_brand_column")
        ),
        sa.ForeignKeyConstraint(
            ["planned_by"], ["member.id"], name=op.f("fk_brand_plan_planned_by_member")
        ),
        sa.PrimaryKeyConstraint("column_id", "due_on", name=op.f("pk_brand_plan")),
    )
    op.create_table(
        "reuse_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "answer",
            sa.Enum(
                "none",
                "granted",
                "refused",
                "revoked",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("scopes", sa.SmallInteger(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("terms_version", sa.Integer(), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("ask_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_reuse_answer_author_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_reuse_answer_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reuse_answer")),
        sa.UniqueConstraint("thread_id", "number", name=op.f("uq_reuse_answer_thread_id_number")),
    )
    op.create_table(
        "reuse_ask",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message", sa.String(length=500), server_default="", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["member.id"], name=op.f("fk_reuse_ask_asked_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_reuse_ask_author_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_reuse_ask_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reuse_ask")),
    )
    with op.batch_alter_table("reuse_ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reuse_ask_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_reuse_ask_thread", ["thread_id", "id"], unique=False)

    op.create_table(
        "reuse_pick",
        sa.Column(
            "selection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("picked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["picked_by"], ["member.id"], name=op.f("fk_reuse_pick_picked_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["selection_id"],
            ["reuse_selection.id"],
            name=op.f("fk_reuse_pick_selection_id_reuse_selection"),
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_reuse_pick_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("selection_id", "thread_id", name=op.f("pk_reuse_pick")),
    )
    with op.batch_alter_table("reuse_pick", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reuse_pick_thread_id"), ["thread_id"], unique=False)

    op.create_table(
        "reuse_state",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "answer",
            sa.Enum(
                "none",
                "granted",
                "refused",
                "revoked",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("scopes", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("credit", sa.String(length=48), server_default="", nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("use_count", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_reuse_state_author_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_reuse_state_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_reuse_state")),
    )
    with op.batch_alter_table("reuse_state", schema=None) as batch_op:
        batch_op.create_index("ix_reuse_state_author", ["author_id", "thread_id"], unique=False)

    op.create_table(
        "reuse_answer_photo",
        sa.Column(
            "answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["reuse_answer.id"],
            name=op.f("fk_reuse_answer_photo_answer_id_reuse_answer"),
        ),
        sa.PrimaryKeyConstraint("answer_id", "position", name=op.f("pk_reuse_answer_photo")),
    )
    with op.batch_alter_table("reuse_answer_photo", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reuse_answer_photo_media_id"), ["media_id"], unique=False
        )

    op.create_table(
        "reuse_use",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "selection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "scope",
            sa.Enum(
                "community",
                "channels",
                "shops",
                "ads",
                name="scope",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=120), server_default="", nullable=False),
        sa.Column("link", sa.String(length=500), server_default="", nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("used_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["reuse_answer.id"], name=op.f("fk_reuse_use_answer_id_reuse_answer")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_reuse_use_author_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["selection_id"],
            ["reuse_selection.id"],
            name=op.f("fk_reuse_use_selection_id_reuse_selection"),
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_reuse_use_thread_id_thread")
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["member.id"], name=op.f("fk_reuse_use_used_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reuse_use")),
        sa.UniqueConstraint(
            "used_by", "request_key", name=op.f("uq_reuse_use_used_by_request_key")
        ),
    )
    with op.batch_alter_table("reuse_use", schema=None) as batch_op:
        batch_op.create_index("ix_reuse_use_author", ["author_id", "id"], unique=False)
        batch_op.create_index("ix_reuse_use_thread", ["thread_id", "id"], unique=False)

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("job_zh", sa.String(length=24), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("job_en", sa.String(length=40), server_default="", nullable=False)
        )
        batch_op.create_index(
            "ix_member_official",
            ["id"],
            unique=False,
            sqlite_where=sa.text("job_zh <> ''"),
            postgresql_where=sa.text("job_zh <> ''"),
        )

    for table in APPEND_ONLY:
        _forbid_changes(table)


def downgrade() -> None:

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_member_official",
            sqlite_where=sa.text("job_zh <> ''"),
            postgresql_where=sa.text("job_zh <> ''"),
        )
        batch_op.drop_column("job_en")
        batch_op.drop_column("job_zh")

    with op.batch_alter_table("reuse_use", schema=None) as batch_op:
        batch_op.drop_index("ix_reuse_use_thread")
        batch_op.drop_index("ix_reuse_use_author")

    op.drop_table("reuse_use")
    with op.batch_alter_table("reuse_answer_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reuse_answer_photo_media_id"))

    op.drop_table("reuse_answer_photo")
    with op.batch_alter_table("reuse_state", schema=None) as batch_op:
        batch_op.drop_index("ix_reuse_state_author")

    op.drop_table("reuse_state")
    with op.batch_alter_table("reuse_pick", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reuse_pick_thread_id"))

    op.drop_table("reuse_pick")
    with op.batch_alter_table("reuse_ask", schema=None) as batch_op:
        batch_op.drop_index("ix_reuse_ask_thread")
        batch_op.drop_index(batch_op.f("ix_reuse_ask_author_id"))

    op.drop_table("reuse_ask")
    op.drop_table("reuse_answer")
    op.drop_table("brand_plan")
    with op.batch_alter_table("brand_issue", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_brand_issue_untold",
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        )

    op.drop_table("brand_issue")
    with op.batch_alter_table("brand_follow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brand_follow_member_id"))

    op.drop_table("brand_follow")
    with op.batch_alter_table("brand_chapter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brand_chapter_media_id"))

    op.drop_table("brand_chapter")
    op.drop_table("reuse_selection")
    with op.batch_alter_table("brand_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brand_person_media_id"))

    op.drop_table("brand_person")
    op.drop_table("brand_page_version")
    with op.batch_alter_table("brand_column", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brand_column_due_on"))

    op.drop_table("brand_column")
    op.drop_table("reuse_terms")
    op.drop_table("brand_page")
