"""mall: payments told, money to give back, refunds asked for, whose request; pauses of draws

Revision ID: a3f7c2d91e60
Revises: 5d0c8a1e7b42
Create Date: 2026-11-29 18:10:00+00:00

New tables and empty columns: old code does not know them. Money of paid orders that ended before is
noted as to be given back; whoever has given it back says so on the list.
"""

import sqlalchemy as sa
from alembic import op

revision = "a3f7c2d91e60"
down_revision = "5d0c8a1e7b42"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table("mall_order") as batch:
        batch.add_column(sa.Column("refund_asked_at", MOMENT))
        batch.add_column(sa.Column("refund_declined_at", MOMENT))
        batch.add_column(sa.Column("asked_by_id", BIG))
        batch.create_index(
            "ix_mall_order_asked",
            ["refund_asked_at"],
            sqlite_where=sa.text("refund_asked_at IS NOT NULL"),
            postgresql_where=sa.text("refund_asked_at IS NOT NULL"),
        )
    op.execute("UPDATE mall_order SET asked_by_id = member_id")
    with op.batch_alter_table("mall_order") as batch:
        batch.drop_constraint("uq_mall_order_member_id_request_key", type_="unique")
        batch.create_unique_constraint(
            "uq_mall_order_asked_by_id_request_key", ["asked_by_id", "request_key"]
        )
        batch.create_foreign_key(
            "fk_mall_order_asked_by_id_member", "member", ["asked_by_id"], ["id"]
        )
    op.create_table(
        "draw_pause",
        sa.Column("id", BIG, nullable=False),
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=False),
        sa.Column("resumed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_pause_draw_id_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_pause")),
    )
    op.create_index(op.f("ix_draw_pause_draw_id"), "draw_pause", ["draw_id"])
    op.execute(
        "INSERT INTO draw_pause (id, draw_id, paused_at)"
        " SELECT id, id, CURRENT_TIMESTAMP FROM draw WHERE state = 'paused'"
    )
    op.create_table(
        "mall_payment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("delivery_id", sa.String(length=128), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=128), nullable=False),
        sa.Column("reference_key", sa.String(length=128), nullable=True),
        sa.Column("order_code", sa.String(length=32), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            _words("paymentstate", "taken", "kept", "back", "settled"),
            nullable=False,
        ),
        sa.Column(
            "why",
            _words(
                "paymentwhy",
                "unknown",
                "amount",
                "currency",
                "paid",
                "ended",
                "reference",
                "failed",
            ),
            nullable=True,
        ),
        sa.Column("paid_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by_id", BIG, nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("minor > 0", name=op.f("ck_mall_payment_something_was_paid")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["mall_order.id"], name=op.f("fk_mall_payment_order_id_mall_order")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["member.id"], name=op.f("fk_mall_payment_settled_by_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_payment")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_mall_payment_delivery_id")),
        sa.UniqueConstraint("body_digest", name=op.f("uq_mall_payment_body_digest")),
        sa.UniqueConstraint("reference_key", name=op.f("uq_mall_payment_reference_key")),
    )
    op.create_index(op.f("ix_mall_payment_order_id"), "mall_payment", ["order_id"])
    op.create_index(
        "uq_mall_payment_taken",
        "mall_payment",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state = 'taken'"),
        postgresql_where=sa.text("state = 'taken'"),
    )
    op.create_index(
        "ix_mall_payment_kept",
        "mall_payment",
        ["id"],
        sqlite_where=sa.text("state = 'kept'"),
        postgresql_where=sa.text("state = 'kept'"),
    )
    op.create_table(
        "mall_money_back",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("payment_id", BIG, nullable=True),
        sa.Column("minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("why", _words("backwhy", "ended", "late", "staff"), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by_id", BIG, nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("minor > 0", name=op.f("ck_mall_money_back_something_goes_back")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["mall_order.id"], name=op.f("fk_mall_money_back_order_id_mall_order")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["mall_payment.id"],
            name=op.f("fk_mall_money_back_payment_id_mall_payment"),
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["member.id"], name=op.f("fk_mall_money_back_done_by_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_money_back")),
        sa.UniqueConstraint("key", name=op.f("uq_mall_money_back_key")),
    )
    op.create_index(op.f("ix_mall_money_back_order_id"), "mall_money_back", ["order_id"])
    op.create_index(
        "ix_mall_money_back_open",
        "mall_money_back",
        ["id"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "payment_endpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("sealed_former", sa.Text(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_endpoint")),
        sa.UniqueConstraint("code", name=op.f("uq_payment_endpoint_code")),
    )
    op.execute(
        "INSERT INTO mall_money_back"
        " (id, key, order_id, minor, currency, why, made_at, note)"
        " SELECT id, 'order:' || CAST(id AS VARCHAR), id, minor, currency, 'ended', ended_at, ''"
        " FROM mall_order"
        " WHERE paid_at IS NOT NULL AND minor > 0 AND ended_at IS NOT NULL"
        " AND state IN ('cancelled', 'refunded')"
    )


def downgrade() -> None:
    op.drop_table("payment_endpoint")
    op.drop_table("mall_money_back")
    op.drop_table("mall_payment")
    op.drop_table("draw_pause")
    with op.batch_alter_table("mall_order") as batch:
        batch.drop_constraint("fk_mall_order_asked_by_id_member", type_="foreignkey")
        batch.drop_constraint("uq_mall_order_asked_by_id_request_key", type_="unique")
        batch.create_unique_constraint(
            "uq_mall_order_member_id_request_key", ["member_id", "request_key"]
        )
        batch.drop_column("asked_by_id")
        batch.drop_index("ix_mall_order_asked")
        batch.drop_column("refund_declined_at")
        batch.drop_column("refund_asked_at")
