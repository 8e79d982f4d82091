"""frames around faces; the product that an item of the mall is

Revision ID: 7f3b90c2d6e1
Revises: a3f7c2d91e60
Create Date: 2026-11-29 18:10:00+00:00

Two new tables and a column with a default: old code goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "7f3b90c2d6e1"
down_revision = "a3f7c2d91e60"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "avatar_frame",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name_zh", sa.String(length=24), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column(
            "shape", _enum("frameshape", "ring", "double", "dots", "dashes", "glow"), nullable=False
        ),
        sa.Column("color", _enum("framecolor", "accent", "gold", "herb", "sea"), nullable=False),
        sa.Column("is_offered", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_avatar_frame")),
        sa.UniqueConstraint(
            "shape", "color", "name_en", name=op.f("uq_avatar_frame_shape_color_name_en")
        ),
    )
    op.create_table(
        "member_frame",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("frame_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["frame_id"], ["avatar_frame.id"], name=op.f("fk_member_frame_frame_id_avatar_frame")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_frame_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_frame")),
        sa.UniqueConstraint("key", name=op.f("uq_member_frame_key")),
    )
    op.create_index(
        "ix_member_frame_member_id", "member_frame", ["member_id", "frame_id"], unique=False
    )
    op.add_column(
        "member", sa.Column("frame", sa.String(length=16), server_default="", nullable=False)
    )
    op.add_column("mall_item", sa.Column("product_id", BIG, nullable=True))


def downgrade() -> None:
    op.drop_column("mall_item", "product_id")
    op.drop_column("member", "frame")
    op.drop_table("member_frame")
    op.drop_table("avatar_frame")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
