"""orders to the end

Revision ID: eeafa0fbacd0
Revises: 5c8dc6001417
Create Date: 2026-11-28 22:20:12.143850+00:00

Old code runs while this runs: add first, use later, drop last. State the table size you assumed.
"""

import sqlalchemy as sa
from alembic import op

revision = "eeafa0fbacd0"
down_revision = "5c8dc6001417"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "category",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "replenishment",
                "novelty",
                name="categorymode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_category_slug")),
    )
    _split_products()
    op.create_table(
        "collection_set",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_set")),
        sa.UniqueConstraint("slug", name=op.f("uq_collection_set_slug")),
    )
    op.create_table(
        "export_job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "rows_done",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
        sa.Column("row_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("error", sa.String(length=48), server_default="", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_job")),
        sa.UniqueConstraint("code", name=op.f("uq_export_job_code")),
    )
    with op.batch_alter_table("export_job", schema=None) as batch_op:
        batch_op.create_index("ix_export_job_asked_by", ["asked_by", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_export_job_finished_at"), ["finished_at"], unique=False
        )

    op.create_table(
        "channel_poll",
        sa.Column(
            "channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("adapter", sa.String(length=32), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.String(length=120), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_channel_poll_channel_id_channel")
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channel_poll")),
    )
    op.create_table(
        "external_post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "platform",
            sa.Enum(
                "xiaohongshu",
                "douyin",
                "weibo",
                "bilibili",
                "wechat_channels",
                "kuaishou",
                "instagram",
                "tiktok",
                "youtube",
                "other",
                name="platform",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("url_digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by"], ["member.id"], name=op.f("fk_external_post_added_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_external_post_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_post")),
        sa.UniqueConstraint("url_digest", name=op.f("uq_external_post_url_digest")),
    )
    with op.batch_alter_table("external_post", schema=None) as batch_op:
        batch_op.create_index(
            "ix_external_post_member_id", ["member_id", "posted_on", "id"], unique=False
        )

    op.create_table(
        "identity_clue",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "email",
                "phone",
                name="contactkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_identity_clue_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_clue")),
        sa.UniqueConstraint("member_id", "digest", name=op.f("uq_identity_clue_member_id_digest")),
    )
    with op.batch_alter_table("identity_clue", schema=None) as batch_op:
        batch_op.create_index("ix_identity_clue_digest", ["digest"], unique=False)

    op.create_table(
        "identity_conflict",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "phone",
                "email",
                "claim",
                name="conflictcause",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "merged",
                "apart",
                name="conflictstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["member.id"], name=op.f("fk_identity_conflict_decided_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_identity_conflict_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["member.id"], name=op.f("fk_identity_conflict_other_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_conflict")),
        sa.UniqueConstraint("code", name=op.f("uq_identity_conflict_code")),
        sa.UniqueConstraint(
            "member_id",
            "other_id",
            "cause",
            name=op.f("uq_identity_conflict_member_id_other_id_cause"),
        ),
    )
    with op.batch_alter_table("identity_conflict", schema=None) as batch_op:
        batch_op.create_index("ix_identity_conflict_other_id", ["other_id"], unique=False)
        batch_op.create_index("ix_identity_conflict_state", ["state", "id"], unique=False)

    op.create_table(
        "import_mapping",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "orders",
                "refunds",
                name="filekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("header_digest", sa.String(length=64), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_import_mapping_channel_id_channel")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_import_mapping_created_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint(
            "channel_id", "kind", "name", name=op.f("uq_import_mapping_channel_id_kind_name")
        ),
    )
    op.create_table(
        "member_merge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "cause",
            sa.Enum(
                "contact",
                "claim",
                "staff",
                name="mergecause",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undoable_until", sa.Date(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["member.id"], name=op.f("fk_member_merge_actor_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["member.id"], name=op.f("fk_member_merge_source_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["member.id"], name=op.f("fk_member_merge_target_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["member.id"], name=op.f("fk_member_merge_undone_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_merge")),
        sa.UniqueConstraint("code", name=op.f("uq_member_merge_code")),
    )
    with op.batch_alter_table("member_merge", schema=None) as batch_op:
        batch_op.create_index("ix_member_merge_target_id", ["target_id"], unique=False)
        batch_op.create_index(
            "uq_member_merge_open",
            ["source_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "adapter",
            sa.Enum(
                "generic",
                "woocommerce",
                "shopify",
                name="adapter",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("delivery_id", sa.String(length=128), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "done",
                "ignored",
                "kept",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=120), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("orders", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refunds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_webhook_delivery_channel_id_channel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint(
            "channel_id", "body_digest", name=op.f("uq_webhook_delivery_channel_id_body_digest")
        ),
        sa.UniqueConstraint(
            "channel_id", "delivery_id", name=op.f("uq_webhook_delivery_channel_id_delivery_id")
        ),
    )
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_delivery_channel_id", ["channel_id", "id"], unique=False)
        batch_op.create_index(
            "ix_webhook_delivery_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "webhook_endpoint",
        sa.Column(
            "channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "adapter",
            sa.Enum(
                "generic",
                "woocommerce",
                "shopify",
                name="adapter",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("sealed_former", sa.Text(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_webhook_endpoint_channel_id_channel")
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_webhook_endpoint")),
        sa.UniqueConstraint("code", name=op.f("uq_webhook_endpoint_code")),
    )
    op.create_table(
        "import_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "orders",
                "refunds",
                name="filekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "format",
            sa.Enum(
                "csv",
                "xlsx",
                name="fileformat",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "arriving",
                "mapping",
                "checking",
                "checked",
                "imported",
                "dropped",
                "refused",
                name="draftstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column(
            "row_position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("row_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("foreseen", sa.JSON(), nullable=True),
        sa.Column("refusal", sa.String(length=200), server_default="", nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "started_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_draft_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_import_draft_channel_id_channel")
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["member.id"], name=op.f("fk_import_draft_started_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_draft")),
        sa.UniqueConstraint("code", name=op.f("uq_import_draft_code")),
    )
    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_draft_state"), ["state"], unique=False)

    op.create_table(
        "merge_move",
        sa.Column("merge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("table_name", sa.String(length=48), nullable=False),
        sa.Column("row_key", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["member_merge.id"], name=op.f("fk_merge_move_merge_id_member_merge")
        ),
        sa.PrimaryKeyConstraint("merge_id", "seq", name=op.f("pk_merge_move")),
    )
    op.create_table(
        "product_click",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("clicked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_product_click_channel_id_channel")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_product_click_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_click_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_click")),
        sa.UniqueConstraint("code", name=op.f("uq_product_click_code")),
    )
    with op.batch_alter_table("product_click", schema=None) as batch_op:
        batch_op.create_index(
            "ix_product_click_member_id", ["member_id", "clicked_at"], unique=False
        )
        batch_op.create_index(
            "ix_product_click_product_id", ["product_id", "clicked_at"], unique=False
        )
        batch_op.create_index(
            "ix_product_click_thread_id", ["thread_id", "clicked_at"], unique=False
        )

    op.create_table(
        "product_photo",
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_product_photo_media_id_media")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_photo_product_id_product")
        ),
        sa.PrimaryKeyConstraint("product_id", "position", name=op.f("pk_product_photo")),
    )
    with op.batch_alter_table("product_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_photo_media_id"), ["media_id"], unique=False)

    op.create_table(
        "sku",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("label_zh", sa.String(length=60), server_default="", nullable=False),
        sa.Column("label_en", sa.String(length=60), server_default="", nullable=False),
        sa.Column(
            "pack_size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="1",
            nullable=False,
        ),
        sa.Column("pack_unit", sa.String(length=16), server_default="", nullable=False),
        sa.Column(
            "daily_use_milli", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column(
            "trial_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pack_size > 0", name=op.f("ck_sku_pack_size_positive")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_sku_price_not_negative")),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_sku_media_id_media")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_sku_product_id_product")
        ),
        sa.ForeignKeyConstraint(["trial_of_id"], ["sku.id"], name=op.f("fk_sku_trial_of_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sku")),
        sa.UniqueConstraint("code", name=op.f("uq_sku_code")),
    )
    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.create_index("ix_sku_product_id", ["product_id", "position"], unique=False)

    op.create_table(
        "click_order",
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("click_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["click_id"], ["product_click.id"], name=op.f("fk_click_order_click_id_product_click")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_click_order_order_id_sales_order")
        ),
        sa.PrimaryKeyConstraint("order_id", "line_no", name=op.f("pk_click_order")),
    )
    _fill_skus()
    with op.batch_alter_table("click_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_click_order_click_id"), ["click_id"], unique=False)

    op.create_table(
        "collection_item",
        sa.Column("set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["collection_set.id"], name=op.f("fk_collection_item_set_id_collection_set")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_collection_item_sku_id_sku")),
        sa.PrimaryKeyConstraint("set_id", "sku_id", name=op.f("pk_collection_item")),
    )
    with op.batch_alter_table("collection_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collection_item_sku_id"), ["sku_id"], unique=False)

    op.create_table(
        "order_claim",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "matched",
                "refused",
                "taken_back",
                name="claimstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "refusal",
            sa.Enum(
                "unreadable",
                "other_person",
                "no_such_order",
                name="claimrefusal",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("photo_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_order_claim_channel_id_channel")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["member.id"], name=op.f("fk_order_claim_decided_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_order_claim_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_order_claim_order_id_sales_order")
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["media.id"], name=op.f("fk_order_claim_photo_id_media")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_claim")),
        sa.UniqueConstraint("code", name=op.f("uq_order_claim_code")),
        sa.UniqueConstraint(
            "member_id",
            "channel_id",
            "external_id",
            name=op.f("uq_order_claim_member_id_channel_id_external_id"),
        ),
    )
    with op.batch_alter_table("order_claim", schema=None) as batch_op:
        batch_op.create_index("ix_order_claim_state", ["state", "id"], unique=False)

    op.create_table(
        "product_tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "shown",
                "review",
                "question",
                "part",
                name="tagkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("photo_position", sa.Integer(), nullable=True),
        sa.Column("x_permille", sa.Integer(), nullable=True),
        sa.Column("y_permille", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stars IS NULL OR stars BETWEEN 1 AND 5", name=op.f("ck_product_tag_stars")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_product_tag_author_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_product_tag_order_id_sales_order")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_tag_product_id_product")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_product_tag_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_tag")),
        sa.UniqueConstraint(
            "thread_id", "position", name=op.f("uq_product_tag_thread_id_position")
        ),
    )
    with op.batch_alter_table("product_tag", schema=None) as batch_op:
        batch_op.create_index("ix_product_tag_author_id", ["author_id", "id"], unique=False)
        batch_op.create_index(
            "ix_product_tag_product_id", ["product_id", "kind", "id"], unique=False
        )

    op.create_table(
        "refund",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("order_external_id", sa.String(length=128), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line_ref", sa.String(length=64), server_default="", nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=True),
        sa.Column(
            "qty",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "effective_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "before_shipping",
                "after_shipping",
                "after_receipt",
                name="refundphase",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("phase_told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "cancelled",
                name="refundstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_refund_amount_not_negative")),
        sa.CheckConstraint(
            "effective_minor BETWEEN 0 AND amount_minor",
            name=op.f("ck_refund_effective_within_amount"),
        ),
        sa.CheckConstraint("qty >= 0", name=op.f("ck_refund_qty_not_negative")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_refund_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_refund_channel_id_channel")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_refund_order_id_sales_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint(
            "channel_id", "external_id", name=op.f("uq_refund_channel_id_external_id")
        ),
        sa.UniqueConstraint("code", name=op.f("uq_refund_code")),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_refund_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_refund_refunded_at", ["refunded_at", "id"], unique=False)
        batch_op.create_index(
            "ix_refund_waiting",
            ["channel_id", "order_external_id"],
            unique=False,
            sqlite_where=sa.text("order_id IS NULL"),
            postgresql_where=sa.text("order_id IS NULL"),
        )

    op.create_table(
        "sku_listing",
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("item_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column(
            "price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_sku_listing_channel_id_channel")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_sku_listing_sku_id_sku")),
        sa.PrimaryKeyConstraint("sku_id", "channel_id", name=op.f("pk_sku_listing")),
    )
    with op.batch_alter_table("sku_listing", schema=None) as batch_op:
        batch_op.create_index("ix_sku_listing_channel_id", ["channel_id", "item_id"], unique=False)

    op.create_table(
        "order_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "placed",
                "refunded",
                "refund_cancelled",
                "refund_changed",
                "corrected",
                "cancelled",
                "revived",
                "withdrawn",
                name="stepkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line_no", sa.Integer(), nullable=True),
        sa.Column(
            "amount_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
        sa.Column(
            "earning_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "moved_points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["member.id"], name=op.f("fk_order_step_actor_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_order_step_order_id_sales_order")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refund.id"], name=op.f("fk_order_step_refund_id_refund")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_step")),
    )
    with op.batch_alter_table("order_step", schema=None) as batch_op:
        batch_op.create_index("ix_order_step_order_id", ["order_id", "id"], unique=False)

    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("earning_permille", sa.Integer(), server_default="1000", nullable=False)
        )
        batch_op.add_column(
            sa.Column("link_template", sa.String(length=300), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("price_floor_permille", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("delivers", sa.String(length=64), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hold_resolved_by",
            ["resolved_by_id"],
            unique=False,
            sqlite_where=sa.text("resolved_by_id IS NOT NULL"),
            postgresql_where=sa.text("resolved_by_id IS NOT NULL"),
        )

    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "orders",
                    "refunds",
                    name="filekind",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                server_default="orders",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "rollback_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("rollback_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("rolled_back_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "withdrawn_count",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "merged_into_id",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column("do_not_contact_at", sa.DateTime(timezone=True), nullable=True)
        )

    with op.batch_alter_table("member_identity", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("shown", sa.String(length=64), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "proof",
                sa.Enum(
                    "order",
                    "contact",
                    "claim",
                    "staff",
                    name="linkproof",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                server_default="order",
                nullable=False,
            )
        )

    with op.batch_alter_table("import_issue", schema=None) as batch_op:
        batch_op.alter_column(
            "batch_id",
            existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        )
        batch_op.add_column(
            sa.Column(
                "not_money_minor",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("source_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("order_award", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("earning_permille", sa.Integer(), server_default="1000", nullable=False)
        )
        batch_op.add_column(sa.Column("moves", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("sales_line", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "goods",
                    "shipping",
                    "gift_card",
                    "other",
                    name="linekind",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                server_default="goods",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("external_id", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column(
                "refunded_minor",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "refunded_qty",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )

    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "refunded_minor",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "earning_minor",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "not_money_minor",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("source_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("tail_digest", sa.String(length=64), nullable=True))

    _carry_orders()


BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _split_products() -> None:
    """Make a product of every old one; its SKU, price and shelf move to tables of their own."""
    op.execute(sa.text("CREATE TABLE product_former AS SELECT * FROM product"))
    op.drop_table("product")
    op.create_table(
        "product",
        sa.Column("id", BIG, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("category_id", BIG, nullable=False),
        sa.Column("brand_line", sa.String(length=60), server_default="", nullable=False),
        sa.Column("description_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("description_en", sa.Text(), server_default="", nullable=False),
        sa.Column("risk_zh", sa.String(length=400), server_default="", nullable=False),
        sa.Column("risk_en", sa.String(length=400), server_default="", nullable=False),
        sa.Column("allergens", sa.JSON(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("post_count", BIG, server_default="0", nullable=False),
        sa.Column("review_count", BIG, server_default="0", nullable=False),
        sa.Column("star_sum", BIG, server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_product_category_id_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("slug", name=op.f("uq_product_slug")),
    )
    op.create_index("ix_product_brand_line", "product", ["brand_line", "id"], unique=False)
    op.create_index("ix_product_category_id", "product", ["category_id", "id"], unique=False)
    op.execute(
        sa.text(
            "INSERT INTO category (id, slug, name_zh, name_en, mode, position, created_at) "
            "SELECT min(id), substr(category, 1, 40), substr(category, 1, 40), category, "
            "'replenishment', 0, min(created_at) FROM product_former GROUP BY category"
        )
    )
    op.execute(
        sa.text(
            "INSERT INTO product (id, slug, name_zh, name_en, category_id, allergens, attributes, "
            "is_shown, created_at, updated_at) SELECT former.id, lower(former.sku), former.name_zh, "
            "former.name_en, category.id, '[]', '{}', true, former.created_at, former.created_at "
            "FROM product_former AS former "
            "JOIN category ON category.slug = substr(former.category, 1, 40)"
        )
    )


def _fill_skus() -> None:
    op.execute(
        sa.text(
            "INSERT INTO sku (id, code, product_id, price_minor, currency, is_hidden, created_at) "
            "SELECT id, sku, id, price_minor, currency, false, created_at FROM product_former"
        )
    )
    op.drop_table("product_former")


def _carry_orders() -> None:
    """What an order earns from is what was paid; its story begins with its payment."""
    op.execute(sa.text("UPDATE sales_order SET earning_minor = paid_minor"))
    op.execute(
        sa.text(
            "INSERT INTO order_step (id, order_id, kind, amount_minor, earning_minor, points, "
            "moved_points, at) SELECT sales_order.id, sales_order.id, 'placed', paid_minor, "
            "paid_minor, coalesce(points, 0), coalesce(points, 0), sales_order.created_at "
            "FROM sales_order LEFT JOIN order_award ON order_award.order_id = sales_order.id"
        )
    )
    # Orders worth less than a point had no award; from now on every order freezes its rules.
    op.execute(
        sa.text(
            "INSERT INTO order_award (order_id, member_id, rule_version, points, revision, "
            "awarded_at) SELECT id, member_id, 1, 0, revision, created_at FROM sales_order "
            "WHERE NOT EXISTS (SELECT 1 FROM order_award WHERE order_id = sales_order.id)"
        )
    )


def _join_products() -> None:
    """Make one row of every SKU again, with its product's name and shelf."""
    op.execute(
        sa.text(
            "CREATE TABLE product_former AS SELECT sku.id, sku.code AS sku, product.name_zh, "
            "product.name_en, category.slug AS category, sku.price_minor, sku.currency, "
            "sku.created_at FROM sku JOIN product ON product.id = sku.product_id "
            "JOIN category ON category.id = product.category_id"
        )
    )


def _restore_products() -> None:
    op.drop_table("product")
    op.create_table(
        "product",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=48), nullable=False),
        sa.Column("price_minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_product_price_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("sku", name=op.f("uq_product_sku")),
    )
    op.execute(
        sa.text(
            "INSERT INTO product (id, sku, name_zh, name_en, category, price_minor, currency, "
            "created_at) SELECT id, sku, name_zh, name_en, category, price_minor, currency, "
            "created_at FROM product_former"
        )
    )
    op.drop_table("product_former")


def downgrade() -> None:
    _join_products()
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.drop_column("tail_digest")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("cancelled_at")
        batch_op.drop_column("received_at")
        batch_op.drop_column("shipped_at")
        batch_op.drop_column("source_at")
        batch_op.drop_column("not_money_minor")
        batch_op.drop_column("earning_minor")
        batch_op.drop_column("refunded_minor")

    with op.batch_alter_table("sales_line", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_sales_line_linekind"), type_="check")
        batch_op.drop_column("refunded_qty")
        batch_op.drop_column("refunded_minor")
        batch_op.drop_column("external_id")
        batch_op.drop_column("kind")

    op.execute(sa.text("DELETE FROM import_issue WHERE batch_id IS NULL"))
    with op.batch_alter_table("import_issue", schema=None) as batch_op:
        batch_op.drop_column("source_at")
        batch_op.drop_column("cancelled_at")
        batch_op.drop_column("not_money_minor")
        batch_op.alter_column(
            "batch_id",
            existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        )

    with op.batch_alter_table("order_award", schema=None) as batch_op:
        batch_op.drop_column("moves")
        batch_op.drop_column("earning_permille")

    with op.batch_alter_table("member_identity", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_member_identity_linkproof"), type_="check")
        batch_op.drop_column("proof")
        batch_op.drop_column("shown")

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("do_not_contact_at")
        batch_op.drop_column("merged_into_id")

    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_import_batch_filekind"), type_="check")
        batch_op.drop_column("withdrawn_count")
        batch_op.drop_column("rolled_back_at")
        batch_op.drop_column("rollback_at")
        batch_op.drop_column("rollback_by")
        batch_op.drop_column("kind")

    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_hold_resolved_by",
            sqlite_where=sa.text("resolved_by_id IS NOT NULL"),
            postgresql_where=sa.text("resolved_by_id IS NOT NULL"),
        )

    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.drop_column("closed_at")
        batch_op.drop_column("delivers")
        batch_op.drop_column("price_floor_permille")
        batch_op.drop_column("link_template")
        batch_op.drop_column("earning_permille")

    with op.batch_alter_table("order_step", schema=None) as batch_op:
        batch_op.drop_index("ix_order_step_order_id")

    op.drop_table("order_step")
    with op.batch_alter_table("sku_listing", schema=None) as batch_op:
        batch_op.drop_index("ix_sku_listing_channel_id")

    op.drop_table("sku_listing")
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_refund_waiting",
            sqlite_where=sa.text("order_id IS NULL"),
            postgresql_where=sa.text("order_id IS NULL"),
        )
        batch_op.drop_index("ix_refund_refunded_at")
        batch_op.drop_index("ix_refund_order_id")
        batch_op.drop_index(batch_op.f("ix_refund_batch_id"))

    op.drop_table("refund")
    with op.batch_alter_table("product_tag", schema=None) as batch_op:
        batch_op.drop_index("ix_product_tag_product_id")
        batch_op.drop_index("ix_product_tag_author_id")

    op.drop_table("product_tag")
    with op.batch_alter_table("order_claim", schema=None) as batch_op:
        batch_op.drop_index("ix_order_claim_state")

    op.drop_table("order_claim")
    with op.batch_alter_table("collection_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collection_item_sku_id"))

    op.drop_table("collection_item")
    with op.batch_alter_table("click_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_click_order_click_id"))

    op.drop_table("click_order")
    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.drop_index("ix_sku_product_id")

    op.drop_table("sku")
    with op.batch_alter_table("product_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_photo_media_id"))

    op.drop_table("product_photo")
    with op.batch_alter_table("product_click", schema=None) as batch_op:
        batch_op.drop_index("ix_product_click_thread_id")
        batch_op.drop_index("ix_product_click_product_id")
        batch_op.drop_index("ix_product_click_member_id")

    op.drop_table("product_click")
    op.drop_table("merge_move")
    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_draft_state"))

    op.drop_table("import_draft")
    op.drop_table("webhook_endpoint")
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_webhook_delivery_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_webhook_delivery_channel_id")

    op.drop_table("webhook_delivery")
    with op.batch_alter_table("member_merge", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_member_merge_open",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
        batch_op.drop_index("ix_member_merge_target_id")

    op.drop_table("member_merge")
    op.drop_table("import_mapping")
    with op.batch_alter_table("identity_conflict", schema=None) as batch_op:
        batch_op.drop_index("ix_identity_conflict_state")
        batch_op.drop_index("ix_identity_conflict_other_id")

    op.drop_table("identity_conflict")
    with op.batch_alter_table("identity_clue", schema=None) as batch_op:
        batch_op.drop_index("ix_identity_clue_digest")

    op.drop_table("identity_clue")
    with op.batch_alter_table("external_post", schema=None) as batch_op:
        batch_op.drop_index("ix_external_post_member_id")

    op.drop_table("external_post")
    op.drop_table("channel_poll")
    with op.batch_alter_table("export_job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_export_job_finished_at"))
        batch_op.drop_index("ix_export_job_asked_by")

    op.drop_table("export_job")
    op.drop_table("collection_set")
    _restore_products()
    op.drop_table("category")
