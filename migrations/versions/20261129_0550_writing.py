"""kinds of threads, steps, answers, versions, people named, link cards, drafts, welcomes

Revision ID: 3871d9d60da6
Revises: 39c868022002
Create Date: 2026-11-29 05:50:00+00:00

Old code runs while this runs: new tables, and columns of ``thread`` that have a default or are
empty. Assumed: a million threads; the index on an empty column is built in seconds.
"""

import sqlalchemy as sa
from alembic import op

revision = "3871d9d60da6"
down_revision = "39c868022002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "community_link_card",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "ready",
                "dead",
                name="cardstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=160), server_default="", nullable=False),
        sa.Column("text", sa.String(length=240), server_default="", nullable=False),
        sa.Column("site", sa.String(length=80), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_community_link_card")),
    )
    with op.batch_alter_table("community_link_card", schema=None) as batch_op:
        batch_op.create_index(
            "ix_community_link_card_waiting",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "community_draft",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("thread_id", BIG, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "scheduled",
                "failed",
                name="draftstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=48), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_community_draft_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_community_draft_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_draft")),
        sa.UniqueConstraint(
            "member_id", "request_key", name=op.f("uq_community_draft_member_id_request_key")
        ),
    )
    with op.batch_alter_table("community_draft", schema=None) as batch_op:
        batch_op.create_index(
            "ix_community_draft_due",
            ["publish_at"],
            unique=False,
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )
        batch_op.create_index(
            "ix_community_draft_member_id", ["member_id", "saved_at"], unique=False
        )

    op.create_table(
        "community_link_use",
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"],
            ["community_link_card.digest"],
            name=op.f("fk_community_link_use_digest_community_link_card"),
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_community_link_use_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "floor", "digest", name=op.f("pk_community_link_use")),
    )
    with op.batch_alter_table("community_link_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_community_link_use_digest"), ["digest"], unique=False)

    op.create_table(
        "community_mention",
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_community_mention_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_community_mention_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint(
            "thread_id", "floor", "member_id", name=op.f("pk_community_mention")
        ),
    )
    with op.batch_alter_table("community_mention", schema=None) as batch_op:
        batch_op.create_index(
            "ix_community_mention_member_id", ["member_id", "thread_id"], unique=False
        )

    op.create_table(
        "community_text_work",
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("reply_id", BIG, nullable=True),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_community_text_work_author_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["reply.id"], name=op.f("fk_community_text_work_reply_id_reply")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_community_text_work_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "floor", name=op.f("pk_community_text_work")),
    )
    op.create_index("ix_community_text_work_at", "community_text_work", ["at"])
    op.create_table(
        "thread_revision",
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_revision_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "number", name=op.f("pk_thread_revision")),
    )
    op.create_table(
        "thread_step",
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_html", sa.Text(), nullable=False),
        sa.Column("media_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_thread_step_media_id_media")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_step_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "position", name=op.f("pk_thread_step")),
    )
    with op.batch_alter_table("thread_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_step_media_id"), ["media_id"], unique=False)

    op.create_table(
        "community_draft_photo",
        sa.Column("draft_id", BIG, nullable=False),
        sa.Column("media_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["community_draft.id"],
            name=op.f("fk_community_draft_photo_draft_id_community_draft"),
        ),
        sa.PrimaryKeyConstraint("draft_id", "media_id", name=op.f("pk_community_draft_photo")),
    )
    with op.batch_alter_table("community_draft_photo", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_community_draft_photo_media_id"), ["media_id"], unique=False
        )

    op.create_table(
        "community_welcome",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "left",
                name="welcomestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reply_id", BIG, nullable=True),
        sa.Column("settled_by", BIG, nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_community_welcome_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["reply.id"], name=op.f("fk_community_welcome_reply_id_reply")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["member.id"], name=op.f("fk_community_welcome_settled_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_community_welcome_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_community_welcome")),
    )
    with op.batch_alter_table("community_welcome", schema=None) as batch_op:
        batch_op.create_index(
            "ix_community_welcome_waiting",
            ["thread_id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "thread_answer",
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("reply_id", BIG, nullable=False),
        sa.Column("marked_by", BIG, nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["member.id"], name=op.f("fk_thread_answer_marked_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["reply.id"], name=op.f("fk_thread_answer_reply_id_reply")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_answer_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_thread_answer")),
    )
    with op.batch_alter_table("thread_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_answer_reply_id"), ["reply_id"], unique=False)

    kinds = sa.Enum(
        "note", "discussion", "howto", "question", "remix",
        name="threadkind", native_enum=False, length=32,
    )  # fmt: skip
    op.add_column("thread", sa.Column("kind", kinds, server_default="note", nullable=False))
    op.add_column("thread", sa.Column("origin_id", BIG, nullable=True))
    op.add_column("thread", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_thread_origin_id", "thread", ["origin_id"])


def downgrade() -> None:
    op.drop_index("ix_thread_origin_id", "thread")
    for column in ("version", "origin_id", "kind"):
        op.drop_column("thread", column)
    for table in (
        "thread_answer", "community_welcome", "community_draft_photo", "community_draft",
        "thread_step", "thread_revision", "community_mention", "community_link_use",
        "community_link_card",
        "community_text_work",
    ):  # fmt: skip
        op.drop_table(table)
