"""pieces of a redemption that went back alone

Revision ID: 3c9f0e51ab72
Revises: 8d41b7e2c6a0
Create Date: 2026-11-30 01:00:00+00:00

One more column with a default: old code writes rows without it. What goes back in parts moves a
stock several times for one order; every other cause still stands once.
"""

import sqlalchemy as sa
from alembic import op

revision = "3c9f0e51ab72"
down_revision = "8d41b7e2c6a0"
branch_labels = None
depends_on = None

STAYS = "pieces_back >= 0 AND pieces_back < pieces"
ONCE = sa.text("cause <> 'refunded'")


def _forbid_changes_again() -> None:
    """SQLite copies the table, and leaves its triggers behind."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER mall_movement_no_{verb.lower()} BEFORE {verb} ON mall_movement "
                "BEGIN SELECT RAISE(ABORT, 'mall_movement is append-only'); END"
            )


def upgrade() -> None:
    with op.batch_alter_table("mall_order") as batch:
        batch.add_column(sa.Column("pieces_back", sa.Integer(), server_default="0", nullable=False))
        batch.create_check_constraint(op.f("ck_mall_order_some_piece_stays"), STAYS)
    with op.batch_alter_table("mall_movement") as batch:
        batch.drop_constraint(op.f("uq_mall_movement_order_id_cause"), type_="unique")
    _forbid_changes_again()
    op.create_index(
        "uq_mall_movement_once",
        "mall_movement",
        ["order_id", "cause"],
        unique=True,
        sqlite_where=ONCE,
        postgresql_where=ONCE,
    )
    op.create_index("ix_mall_movement_order", "mall_movement", ["order_id"])


def downgrade() -> None:
    op.drop_index("ix_mall_movement_order", "mall_movement")
    op.drop_index("uq_mall_movement_once", "mall_movement")
    with op.batch_alter_table("mall_movement") as batch:
        batch.create_unique_constraint(
            op.f("uq_mall_movement_order_id_cause"), ["order_id", "cause"]
        )
    _forbid_changes_again()
    with op.batch_alter_table("mall_order") as batch:
        batch.drop_constraint(op.f("ck_mall_order_some_piece_stays"), type_="check")
        batch.drop_column("pieces_back")
