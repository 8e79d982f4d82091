"""circles: boards that are rooms, circles, who is in them

Revision ID: ab42cab46119
Revises: 2f7c9d51e8b4
Create Date: 2026-11-30 03:45:00+00:00

New tables, and a column that old code leaves empty: what it makes are ordinary boards.
"""

import sqlalchemy as sa
from alembic import op

revision = "ab42cab46119"
down_revision = "2f7c9d51e8b4"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.add_column("board", sa.Column("room", sa.String(length=32), nullable=True))
    op.create_table(
        "circle",
        sa.Column("id", BIG, nullable=False),
        sa.Column("board_id", BIG, nullable=False),
        sa.Column("state", _words("circlestate", "open", "closed"), nullable=False),
        sa.Column("joining", _words("joining", "open", "request"), nullable=False),
        sa.Column("member_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", BIG, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_circle_board_id_board")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["member.id"], name=op.f("fk_circle_made_by_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle")),
        sa.UniqueConstraint("board_id", name=op.f("uq_circle_board_id")),
    )
    op.create_table(
        "circle_member",
        sa.Column("id", BIG, nullable=False),
        sa.Column("circle_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column(
            "stand",
            _words("stand", "asked", "in", "left", "withdrawn", "refused", "removed"),
            nullable=False,
        ),
        sa.Column("is_leader", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("must_ask", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("said", sa.String(length=200), server_default="", nullable=False),
        sa.Column("answer", sa.String(length=200), server_default="", nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["member.id"], name=op.f("fk_circle_member_by_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circle.id"], name=op.f("fk_circle_member_circle_id_circle")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_circle_member_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_member")),
        sa.UniqueConstraint(
            "circle_id", "member_id", name=op.f("uq_circle_member_circle_id_member_id")
        ),
    )
    op.create_index("ix_circle_member_at", "circle_member", ["circle_id", "stand", "at"])
    op.create_index("ix_circle_member_mine", "circle_member", ["member_id", "stand"])
    op.create_index(
        "ix_circle_member_page", "circle_member", ["circle_id", "stand", "is_leader", "id"]
    )


def downgrade() -> None:
    op.drop_table("circle_member")
    op.drop_table("circle")
    op.drop_column("board", "room")
