"""event seats; boards look at kinds of places that other domains bring

Revision ID: 8d41b7e2c6a0
Revises: 5e2b9a7c41d8
Create Date: 2026-11-29 21:30:00+00:00

New tables; old code does not know them. The scope of a leaderboard is any word: what is written
until then are the four that were known.
"""

import sqlalchemy as sa
from alembic import op

revision = "8d41b7e2c6a0"
down_revision = "5e2b9a7c41d8"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "seat_occasion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("state", _words("occasionstate", "open", "called_off"), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("place_zh", sa.String(length=240), nullable=False),
        sa.Column("place_en", sa.String(length=240), nullable=False),
        sa.Column("about_zh", sa.String(length=600), server_default="", nullable=False),
        sa.Column("about_en", sa.String(length=600), server_default="", nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("return_hours", sa.Integer(), nullable=True),
        sa.Column("plan", sa.Integer(), server_default="1", nullable=False),
        sa.Column("moved_at", MOMENT, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column(
            "made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("called_off_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "taken >= 0 AND taken <= seats", name=op.f("ck_seat_occasion_seats_not_oversold")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["member.id"], name=op.f("fk_seat_occasion_made_by_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_occasion")),
        sa.UniqueConstraint("code", name=op.f("uq_seat_occasion_code")),
    )
    op.create_index("ix_seat_occasion_moved", "seat_occasion", ["moved_at"])
    op.create_index("ix_seat_occasion_starts", "seat_occasion", ["starts_at", "id"])

    op.create_table(
        "seat_ticket",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column(
            "occasion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("state", _words("ticketstate", "held", "returned", "called_off"), nullable=False),
        sa.Column("source_kind", sa.String(length=32), nullable=True),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("checked_in_at", MOMENT, nullable=True),
        sa.Column(
            "checked_in_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("told_plan", sa.Integer(), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_seat_ticket_it_admits_somebody")),
        sa.ForeignKeyConstraint(
            ["checked_in_by_id"], ["member.id"], name=op.f("fk_seat_ticket_checked_in_by_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_seat_ticket_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["occasion_id"],
            ["seat_occasion.id"],
            name=op.f("fk_seat_ticket_occasion_id_seat_occasion"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_ticket")),
        sa.UniqueConstraint("code", name=op.f("uq_seat_ticket_code")),
        sa.UniqueConstraint("key", name=op.f("uq_seat_ticket_key")),
    )
    op.create_index("ix_seat_ticket_member", "seat_ticket", ["member_id", "id"])
    op.create_index("ix_seat_ticket_occasion", "seat_ticket", ["occasion_id", "state", "id"])
    with op.batch_alter_table("ranking_board") as batch:
        batch.drop_constraint(op.f("ck_ranking_board_scope"), type_="check")


def downgrade() -> None:
    with op.batch_alter_table("ranking_board") as batch:
        batch.create_check_constraint(
            op.f("ck_ranking_board_scope"), "scope IN ('site', 'board', 'topic', 'city')"
        )
    op.drop_table("seat_ticket")
    op.drop_table("seat_occasion")
