"""members leave, and take their data along

Revision ID: 8b2f6d1a4c70
Revises: 3871d9d60da6
Create Date: 2026-11-29 09:20:00+00:00

Old code runs while this runs: new tables only.
"""

import sqlalchemy as sa
from alembic import op

revision = "8b2f6d1a4c70"
down_revision = "3871d9d60da6"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "member_leaving",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keeps_posts", sa.Boolean(), nullable=False),
        sa.Column("asked_by", BIG, nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["asked_by"], ["member.id"]),
        sa.PrimaryKeyConstraint("member_id"),
    )
    is_open = sa.text("left_at IS NULL")
    op.create_index(
        "ix_member_leaving_due",
        "member_leaving",
        ["due_at"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_member_leaving_left_at", "member_leaving", ["left_at"])
    op.create_table(
        "member_takeout",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("size", BIG, server_default="0", nullable=False),
        sa.Column("error", sa.String(length=48), server_default="", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_member_takeout_member_id", "member_takeout", ["member_id", "id"])
    op.create_index("ix_member_takeout_finished_at", "member_takeout", ["finished_at"])


def downgrade() -> None:
    op.drop_table("member_takeout")
    op.drop_table("member_leaving")
