"""moving in: moves, their rows, photos and old addresses

Revision ID: 11de55bda9d6
Revises: 8b2f6d1a4c70
Create Date: 2026-11-29 09:25:00+00:00

Old code runs while this runs: new tables, and an empty column of ``thread``. Assumed: a million
threads.
"""

import sqlalchemy as sa
from alembic import op

revision = "11de55bda9d6"
down_revision = "8b2f6d1a4c70"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "movein_job",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "ndjson",
                "csv",
                "flaskbb",
                "discourse",
                name="format",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=1000), nullable=False),
        sa.Column("is_upload", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "checking",
                "checked",
                "running",
                "paused",
                "done",
                "refused",
                "dropped",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "phase",
            sa.Enum(
                "reading",
                "boards",
                "members",
                "threads",
                "replies",
                "likes",
                "follows",
                "album",
                "links",
                "photos",
                "end",
                name="phase",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row_count", BIG, nullable=True),
        sa.Column("handled", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("photos_done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("foreseen", sa.JSON(), nullable=True),
        sa.Column("trouble_count", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String(length=200), nullable=False),
        sa.Column("started_by", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["started_by"], ["member.id"], name=op.f("fk_movein_job_started_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movein_job")),
        sa.UniqueConstraint("code", name=op.f("uq_movein_job_code")),
    )
    with op.batch_alter_table("movein_job", schema=None) as batch_op:
        batch_op.create_index(
            "uq_movein_job_unfinished",
            ["source"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "movein_item",
        sa.Column("id", BIG, nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "board",
                "member",
                "thread",
                "reply",
                "like",
                "follow",
                "photo",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.String(length=208), nullable=False),
        sa.Column("job_id", BIG, nullable=False),
        sa.Column("part", sa.String(length=120), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "linking",
                "done",
                "aside",
                "bad",
                name="itemstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("handle", sa.String(length=64), nullable=True),
        sa.Column("target_id", BIG, nullable=True),
        sa.Column("written", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"], ["movein_job.id"], name=op.f("fk_movein_item_job_id_movein_job")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movein_item")),
        sa.UniqueConstraint(
            "source", "kind", "source_id", name=op.f("uq_movein_item_source_kind_source_id")
        ),
    )
    with op.batch_alter_table("movein_item", schema=None) as batch_op:
        batch_op.create_index("ix_movein_item_handle", ["source", "handle"], unique=False)
        batch_op.create_index(
            "ix_movein_item_turn",
            ["source", "kind", "state", "at", "rank", "source_id"],
            unique=False,
        )

    op.create_table(
        "movein_path",
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("thread_id", BIG, nullable=True),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("board_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_movein_path_board_id_board")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_movein_path_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_movein_path_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_movein_path")),
    )
    with op.batch_alter_table("movein_path", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_movein_path_member_id"), ["member_id"], unique=False)

    op.create_table(
        "movein_photo",
        sa.Column("id", BIG, nullable=False),
        sa.Column("job_id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("is_face", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "done",
                "bad",
                name="photostate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.String(length=208), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["movein_job.id"], name=op.f("fk_movein_photo_job_id_movein_job")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movein_photo")),
        sa.UniqueConstraint("target_id", "path", name=op.f("uq_movein_photo_target_id_path")),
    )
    with op.batch_alter_table("movein_photo", schema=None) as batch_op:
        batch_op.create_index(
            "ix_movein_photo_turn", ["job_id", "state", "target_id", "position"], unique=False
        )

    op.create_table(
        "movein_trouble",
        sa.Column("job_id", BIG, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "trouble",
            sa.Enum(
                "not_utf8",
                "not_json",
                "not_csv",
                "line_too_long",
                "unknown_type",
                "no_id",
                "missing",
                "bad_time",
                "no_zone",
                "future",
                "too_long",
                "blank",
                "twice",
                "no_board",
                "no_thread",
                "no_member",
                "no_thing",
                "bad_path",
                "no_photo",
                "bad_photo",
                "reply_photo",
                "too_many_photos",
                "title_cut",
                "renamed",
                "contact_aside",
                "answers_nothing",
                "changed_here",
                "unreadable",
                name="trouble",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("part", sa.String(length=120), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.String(length=208), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["movein_job.id"], name=op.f("fk_movein_trouble_job_id_movein_job")
        ),
        sa.PrimaryKeyConstraint("job_id", "seq", name=op.f("pk_movein_trouble")),
    )
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.add_column(sa.Column("old_floor", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_column("old_floor")

    op.drop_table("movein_trouble")
    with op.batch_alter_table("movein_photo", schema=None) as batch_op:
        batch_op.drop_index("ix_movein_photo_turn")

    op.drop_table("movein_photo")
    with op.batch_alter_table("movein_path", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_movein_path_member_id"))

    op.drop_table("movein_path")
    with op.batch_alter_table("movein_item", schema=None) as batch_op:
        batch_op.drop_index("ix_movein_item_turn")
        batch_op.drop_index("ix_movein_item_handle")

    op.drop_table("movein_item")
    with op.batch_alter_table("movein_job", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_movein_job_unfinished",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.drop_table("movein_job")
