"""the points mall: catalogue, stock ledger, redemptions, wishes, lots

Revision ID: 5c81d2e6a0f3
Revises: 7b1f0c52d4a9
Create Date: 2026-11-29 12:10:00+00:00

New tables only: old code runs while this runs.
"""

import sqlalchemy as sa
from alembic import op

revision = "5c81d2e6a0f3"
down_revision = "7b1f0c52d4a9"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("mall_movement", "mall_order_step")


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION potluck_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$"
    )
    for name, verbs in (("update", "UPDATE"), ("delete", "DELETE OR TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{name} BEFORE {verbs} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION potluck_append_only()"
        )


def upgrade() -> None:
    op.create_table(
        "mall_category",
        sa.Column("id", BIG, nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_mall_category_slug")),
    )
    op.create_table(
        "loyalty_badge_giving",
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("badge_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_back", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["badge_id"],
            ["loyalty_badge.id"],
            name=op.f("fk_loyalty_badge_giving_badge_id_loyalty_badge"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_loyalty_badge_giving_member_id_member")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_loyalty_badge_giving")),
    )
    with op.batch_alter_table("loyalty_badge_giving", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_loyalty_badge_giving_member_id"), ["member_id"], unique=False
        )

    op.create_table(
        "mall_address",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_mall_address_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_mall_address")),
    )
    op.create_table(
        "mall_item",
        sa.Column("id", BIG, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("category_id", BIG, nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("description_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("description_en", sa.Text(), server_default="", nullable=False),
        sa.Column("rules_zh", sa.String(length=600), server_default="", nullable=False),
        sa.Column("rules_en", sa.String(length=600), server_default="", nullable=False),
        sa.Column("price_points", BIG, nullable=False),
        sa.Column("price_minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("worth_minor", BIG, nullable=True),
        sa.Column(
            "delivery",
            sa.Enum(
                "post",
                "goods",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("goods", sa.String(length=96), nullable=True),
        sa.Column("limit_each", sa.Integer(), nullable=False),
        sa.Column("tier_limits", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(length=80), nullable=False),
        sa.Column("unlock", sa.String(length=80), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "drop_kind",
            sa.Enum(
                "none",
                "first_come",
                "lots",
                name="drop",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("draws_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deposit_points", BIG, nullable=False),
        sa.Column("rest_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rest_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ships_on", sa.Date(), nullable=True),
        sa.Column("pay_hours", sa.Integer(), nullable=False),
        sa.Column("pay_url", sa.String(length=300), server_default="", nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "deposit_points >= 0 AND deposit_points <= price_points",
            name=op.f("ck_mall_item_deposit_within_price"),
        ),
        sa.CheckConstraint("limit_each >= 0", name=op.f("ck_mall_item_limit_not_negative")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_mall_item_money_not_negative")),
        sa.CheckConstraint(
            "price_points + price_minor > 0", name=op.f("ck_mall_item_it_costs_something")
        ),
        sa.CheckConstraint("price_points >= 0", name=op.f("ck_mall_item_points_not_negative")),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["mall_category.id"],
            name=op.f("fk_mall_item_category_id_mall_category"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_item")),
        sa.UniqueConstraint("slug", name=op.f("uq_mall_item_slug")),
    )
    with op.batch_alter_table("mall_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mall_item_price", ["is_shown", "price_points", "id"], unique=False
        )
        batch_op.create_index("ix_mall_item_shelf", ["is_shown", "category_id", "id"], unique=False)

    op.create_table(
        "mall_lots",
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("sealed_seed", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("entry_count", BIG, nullable=False),
        sa.Column("winner_count", BIG, nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["mall_item.id"], name=op.f("fk_mall_lots_item_id_mall_item")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_mall_lots")),
    )
    op.create_table(
        "mall_photo",
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("media_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["mall_item.id"], name=op.f("fk_mall_photo_item_id_mall_item")
        ),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_mall_photo_media_id_media")
        ),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_mall_photo")),
    )
    with op.batch_alter_table("mall_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mall_photo_media_id"), ["media_id"], unique=False)

    op.create_table(
        "mall_variant",
        sa.Column("id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label_zh", sa.String(length=40), nullable=False),
        sa.Column("label_en", sa.String(length=60), nullable=False),
        sa.Column("is_endless", sa.Boolean(), nullable=False),
        sa.Column("stock", BIG, nullable=False),
        sa.Column("low_at", BIG, nullable=False),
        sa.Column("low_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.CheckConstraint("low_at >= 0", name=op.f("ck_mall_variant_threshold_not_negative")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_mall_variant_stock_not_negative")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["mall_item.id"], name=op.f("fk_mall_variant_item_id_mall_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_variant")),
        sa.UniqueConstraint("item_id", "code", name=op.f("uq_mall_variant_item_id_code")),
    )
    with op.batch_alter_table("mall_variant", schema=None) as batch_op:
        batch_op.create_index("ix_mall_variant_low", ["low_told_at", "stock"], unique=False)

    op.create_table(
        "mall_wish",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_out", sa.Boolean(), nullable=False),
        sa.Column("afford_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stock_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["mall_item.id"], name=op.f("fk_mall_wish_item_id_mall_item")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_mall_wish_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", "item_id", name=op.f("pk_mall_wish")),
    )
    with op.batch_alter_table("mall_wish", schema=None) as batch_op:
        batch_op.create_index("ix_mall_wish_item", ["item_id", "member_id"], unique=False)

    op.create_table(
        "mall_order",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting_money",
                "waiting_rest",
                "waiting_address",
                "to_pack",
                "packed",
                "shipped",
                "done",
                "problem",
                "cancelled",
                "refunded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "delivery",
            sa.Enum(
                "post",
                "goods",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("goods", sa.String(length=96), nullable=True),
        sa.Column("given_key", sa.String(length=96), nullable=True),
        sa.Column("name_zh", sa.String(length=130), nullable=False),
        sa.Column("name_en", sa.String(length=190), nullable=False),
        sa.Column("points", BIG, nullable=False),
        sa.Column("minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("deposit_points", BIG, nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("hold_id", BIG, nullable=True),
        sa.Column("txn_id", BIG, nullable=True),
        sa.Column("rest_txn_id", BIG, nullable=True),
        sa.Column("pay_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rest_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ships_on", sa.Date(), nullable=True),
        sa.Column(
            "why",
            sa.Enum(
                "member",
                "staff",
                "unpaid",
                "taken_back",
                "left",
                "address",
                "damaged",
                "lost",
                "returned",
                "other",
                name="why",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("pieces > 0", name=op.f("ck_mall_order_something_is_redeemed")),
        sa.CheckConstraint(
            "points >= 0 AND minor >= 0", name=op.f("ck_mall_order_price_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["mall_item.id"], name=op.f("fk_mall_order_item_id_mall_item")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_mall_order_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["mall_variant.id"], name=op.f("fk_mall_order_variant_id_mall_variant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_order")),
        sa.UniqueConstraint("code", name=op.f("uq_mall_order_code")),
        sa.UniqueConstraint("given_key", name=op.f("uq_mall_order_given_key")),
        sa.UniqueConstraint(
            "member_id", "request_key", name=op.f("uq_mall_order_member_id_request_key")
        ),
    )
    with op.batch_alter_table("mall_order", schema=None) as batch_op:
        batch_op.create_index("ix_mall_order_item", ["item_id", "member_id"], unique=False)
        batch_op.create_index("ix_mall_order_member", ["member_id", "id"], unique=False)
        batch_op.create_index(
            "ix_mall_order_pay_by",
            ["pay_by"],
            unique=False,
            sqlite_where=sa.text("pay_by IS NOT NULL"),
            postgresql_where=sa.text("pay_by IS NOT NULL"),
        )
        batch_op.create_index("ix_mall_order_state", ["state", "id"], unique=False)

    op.create_table(
        "mall_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "won",
                "lost",
                "withdrawn",
                name="entry",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("points", BIG, nullable=False),
        sa.Column("hold_id", BIG, nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["mall_item.id"], name=op.f("fk_mall_entry_item_id_mall_item")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_mall_entry_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["mall_order.id"], name=op.f("fk_mall_entry_order_id_mall_order")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["mall_variant.id"], name=op.f("fk_mall_entry_variant_id_mall_variant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_entry")),
        sa.UniqueConstraint("code", name=op.f("uq_mall_entry_code")),
        sa.UniqueConstraint("item_id", "member_id", name=op.f("uq_mall_entry_item_id_member_id")),
    )
    with op.batch_alter_table("mall_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mall_entry_member_id"), ["member_id"], unique=False)
        batch_op.create_index("ix_mall_entry_state", ["item_id", "state", "id"], unique=False)

    op.create_table(
        "mall_movement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "initial",
                "received",
                "bought",
                "cancelled",
                "refunded",
                "given",
                "taken_back",
                "corrected",
                "damaged",
                name="movement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_mall_movement_something_moves")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["member.id"], name=op.f("fk_mall_movement_actor_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["mall_order.id"], name=op.f("fk_mall_movement_order_id_mall_order")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["mall_variant.id"],
            name=op.f("fk_mall_movement_variant_id_mall_variant"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_movement")),
        sa.UniqueConstraint("order_id", "cause", name=op.f("uq_mall_movement_order_id_cause")),
    )
    with op.batch_alter_table("mall_movement", schema=None) as batch_op:
        batch_op.create_index("ix_mall_movement_cause", ["cause", "at"], unique=False)
        batch_op.create_index("ix_mall_movement_variant", ["variant_id", "id"], unique=False)

    op.create_table(
        "mall_order_address",
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_mall_order_address_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["mall_order.id"], name=op.f("fk_mall_order_address_order_id_mall_order")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_mall_order_address")),
    )
    with op.batch_alter_table("mall_order_address", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mall_order_address_member_id"), ["member_id"], unique=False
        )

    op.create_table(
        "mall_order_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting_money",
                "waiting_rest",
                "waiting_address",
                "to_pack",
                "packed",
                "shipped",
                "done",
                "problem",
                "cancelled",
                "refunded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["member.id"], name=op.f("fk_mall_order_step_actor_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["mall_order.id"], name=op.f("fk_mall_order_step_order_id_mall_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_order_step")),
    )
    with op.batch_alter_table("mall_order_step", schema=None) as batch_op:
        batch_op.create_index("ix_mall_order_step_order", ["order_id", "id"], unique=False)

    op.create_table(
        "mall_shipment",
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["member.id"], name=op.f("fk_mall_shipment_actor_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["mall_order.id"], name=op.f("fk_mall_shipment_order_id_mall_order")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_mall_shipment")),
    )
    op.create_table(
        "mall_movement_word",
        sa.Column("movement_id", BIG, nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["movement_id"],
            ["mall_movement.id"],
            name=op.f("fk_mall_movement_word_movement_id_mall_movement"),
        ),
        sa.PrimaryKeyConstraint("movement_id", name=op.f("pk_mall_movement_word")),
    )
    with op.batch_alter_table("checkin_movement", schema=None) as batch_op:
        batch_op.create_index("ix_checkin_movement_request", ["request_key"], unique=False)

    for table in APPEND_ONLY:
        _forbid_changes(table)


def downgrade() -> None:
    with op.batch_alter_table("checkin_movement", schema=None) as batch_op:
        batch_op.drop_index("ix_checkin_movement_request")

    op.drop_table("mall_movement_word")
    op.drop_table("mall_shipment")
    with op.batch_alter_table("mall_order_step", schema=None) as batch_op:
        batch_op.drop_index("ix_mall_order_step_order")

    op.drop_table("mall_order_step")
    with op.batch_alter_table("mall_order_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mall_order_address_member_id"))

    op.drop_table("mall_order_address")
    with op.batch_alter_table("mall_movement", schema=None) as batch_op:
        batch_op.drop_index("ix_mall_movement_variant")
        batch_op.drop_index("ix_mall_movement_cause")

    op.drop_table("mall_movement")
    with op.batch_alter_table("mall_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_mall_entry_state")
        batch_op.drop_index(batch_op.f("ix_mall_entry_member_id"))

    op.drop_table("mall_entry")
    with op.batch_alter_table("mall_order", schema=None) as batch_op:
        batch_op.drop_index("ix_mall_order_state")
        batch_op.drop_index(
            "ix_mall_order_pay_by",
            sqlite_where=sa.text("pay_by IS NOT NULL"),
            postgresql_where=sa.text("pay_by IS NOT NULL"),
        )
        batch_op.drop_index("ix_mall_order_member")
        batch_op.drop_index("ix_mall_order_item")

    op.drop_table("mall_order")
    with op.batch_alter_table("mall_wish", schema=None) as batch_op:
        batch_op.drop_index("ix_mall_wish_item")

    op.drop_table("mall_wish")
    with op.batch_alter_table("mall_variant", schema=None) as batch_op:
        batch_op.drop_index("ix_mall_variant_low")

    op.drop_table("mall_variant")
    with op.batch_alter_table("mall_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mall_photo_media_id"))

    op.drop_table("mall_photo")
    op.drop_table("mall_lots")
    with op.batch_alter_table("mall_item", schema=None) as batch_op:
        batch_op.drop_index("ix_mall_item_shelf")
        batch_op.drop_index("ix_mall_item_price")

    op.drop_table("mall_item")
    op.drop_table("mall_address")
    with op.batch_alter_table("loyalty_badge_giving", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_loyalty_badge_giving_member_id"))

    op.drop_table("loyalty_badge_giving")
    op.drop_table("mall_category")
