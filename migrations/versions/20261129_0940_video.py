"""short videos

Revision ID: a63a2140d882
Revises: 9b4e1f7a2c60
Create Date: 2026-11-29 09:40:00+00:00

Old code runs while this runs: one new, empty table that nothing else names.
"""

import sqlalchemy as sa
from alembic import op

revision = "a63a2140d882"
down_revision = "9b4e1f7a2c60"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "community_video",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("thread_id", BIG, nullable=True),
        sa.Column("draft_id", BIG, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "working",
                "ready",
                "failed",
                name="videostate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("percent", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "problem",
            sa.Enum(
                "broken",
                "too_heavy",
                "gone",
                "gave_up",
                name="filmproblem",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("poster_id", BIG, nullable=False),
        sa.Column("source", sa.String(length=120), server_default="", nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("bytes", BIG, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("width", BIG, nullable=False),
        sa.Column("height", BIG, nullable=False),
        sa.Column("length_ms", BIG, nullable=False),
        sa.Column("has_sound", sa.Boolean(), nullable=False),
        sa.Column("transcript", sa.Text(), server_default="", nullable=False),
        sa.Column("captions", sa.Text(), server_default="", nullable=False),
        sa.Column("lang", sa.String(length=8), server_default="zh", nullable=False),
        sa.Column("words_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["community_draft.id"],
            name=op.f("fk_community_video_draft_id_community_draft"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["member.id"], name=op.f("fk_community_video_owner_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["poster_id"], ["media.id"], name=op.f("fk_community_video_poster_id_media")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_community_video_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_video")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_community_video_thread_id")),
    )
    with op.batch_alter_table("community_video", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_community_video_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_community_video_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_community_video_poster_id"), ["poster_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_community_video_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_community_video_source"), ["source"], unique=False)
        batch_op.create_index(
            "ix_community_video_spare",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("thread_id IS NULL"),
            postgresql_where=sa.text("thread_id IS NULL"),
        )
        batch_op.create_index(
            "ix_community_video_work",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'working')"),
            postgresql_where=sa.text("state IN ('waiting', 'working')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("community_video", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_community_video_work",
            sqlite_where=sa.text("state IN ('waiting', 'working')"),
            postgresql_where=sa.text("state IN ('waiting', 'working')"),
        )
        batch_op.drop_index(
            "ix_community_video_spare",
            sqlite_where=sa.text("thread_id IS NULL"),
            postgresql_where=sa.text("thread_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_community_video_source"))
        batch_op.drop_index(batch_op.f("ix_community_video_sha256"))
        batch_op.drop_index(batch_op.f("ix_community_video_poster_id"))
        batch_op.drop_index(batch_op.f("ix_community_video_owner_id"))
        batch_op.drop_index(batch_op.f("ix_community_video_draft_id"))

    op.drop_table("community_video")
