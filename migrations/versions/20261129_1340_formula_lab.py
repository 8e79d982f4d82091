"""the formula lab: formulas that are tried over past months

Revision ID: d94f1b6a2c38
Revises: c3a5e07f91d2
Create Date: 2026-11-29 13:40:00+00:00

Old code runs while this runs: new tables only.
"""

import sqlalchemy as sa
from alembic import op

from app.kernel.db import UTCDateTime

revision = "d94f1b6a2c38"
down_revision = "c3a5e07f91d2"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ranking_trial",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("board_id", BIG, nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("formula", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "done",
                "published",
                name="trialstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("month_index", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cursor", BIG, server_default="0", nullable=False),
        sa.Column("done_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("member_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("published_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["board_id"], ["ranking_board.id"], name=op.f("fk_ranking_trial_board_id_ranking_board")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["member.id"], name=op.f("fk_ranking_trial_made_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["member.id"], name=op.f("fk_ranking_trial_published_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_trial")),
        sa.UniqueConstraint("code", name=op.f("uq_ranking_trial_code")),
        sa.UniqueConstraint("request_key", name=op.f("uq_ranking_trial_request_key")),
    )
    with op.batch_alter_table("ranking_trial", schema=None) as batch_op:
        batch_op.create_index("ix_ranking_trial_board_id", ["board_id", "id"], unique=False)
        batch_op.create_index(
            "ix_ranking_trial_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "ranking_trial_score",
        sa.Column("trial_id", BIG, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("points_before", BIG, nullable=False),
        sa.Column("points_after", BIG, nullable=False),
        sa.Column("raw_before", BIG, nullable=False),
        sa.Column("raw_after", BIG, nullable=False),
        sa.Column("removed_before", BIG, nullable=False),
        sa.Column("removed_after", BIG, nullable=False),
        sa.Column("flagged_before", BIG, nullable=False),
        sa.Column("flagged_after", BIG, nullable=False),
        sa.Column("rank_before", sa.Integer(), nullable=True),
        sa.Column("rank_after", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_ranking_trial_score_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"],
            ["ranking_trial.id"],
            name=op.f("fk_ranking_trial_score_trial_id_ranking_trial"),
        ),
        sa.PrimaryKeyConstraint(
            "trial_id", "month", "member_id", name=op.f("pk_ranking_trial_score")
        ),
    )
    with op.batch_alter_table("ranking_trial_score", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ranking_trial_score_member_id"), ["member_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("ranking_trial_score")
    op.drop_table("ranking_trial")
