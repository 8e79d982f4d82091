"""tiers and closeness

Revision ID: f0d6738c5154
Revises: 7d2f4c81a0b3
Create Date: 2026-11-29 01:50:41.820178+00:00

Old code runs while this runs: add first, use later, drop last. State the table size you assumed.
"""

import sqlalchemy as sa
from alembic import op

revision = "f0d6738c5154"
down_revision = "7d2f4c81a0b3"
branch_labels = None
depends_on = None


APPEND_ONLY = (
    "super_rule",
    "super_step",
    "tier_change",
    "tier_ladder",
    "tier_reading",
)


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
        "tier_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "growth_ever",
                "growth_window",
                "net_spend",
                name="measure",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("window_months", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("warn_days", sa.Integer(), nullable=False),
        sa.Column("tiers", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_draft")),
    )
    op.create_table(
        "vip_type",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("name_zh", sa.String(length=24), nullable=False),
        sa.Column("name_en", sa.String(length=24), nullable=False),
        sa.Column("min_spend", sa.Integer(), nullable=False),
        sa.Column("min_advocacy", sa.Integer(), nullable=False),
        sa.Column("min_total", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("first_reply_minutes", sa.Integer(), nullable=False),
        sa.Column("concierge", sa.Boolean(), nullable=False),
        sa.Column("multiplier_permille", sa.Integer(), nullable=False),
        sa.Column("price_permille", sa.Integer(), nullable=False),
        sa.Column("perks_zh", sa.String(length=200), nullable=False),
        sa.Column("perks_en", sa.String(length=300), nullable=False),
        sa.Column("explanation", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_reply_minutes > 0", name=op.f("ck_vip_type_reply_takes_time")),
        sa.CheckConstraint(
            "min_spend >= 0 AND min_advocacy >= 0 AND min_total >= 0",
            name=op.f("ck_vip_type_minima_not_negative"),
        ),
        sa.CheckConstraint(
            "multiplier_permille >= 1000", name=op.f("ck_vip_type_multiplier_from_one")
        ),
        sa.CheckConstraint(
            "price_permille BETWEEN 1 AND 1000", name=op.f("ck_vip_type_price_within_full")
        ),
        sa.CheckConstraint("priority > 0", name=op.f("ck_vip_type_priority_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vip_type")),
        sa.UniqueConstraint("key", name=op.f("uq_vip_type_key")),
    )
    op.create_table(
        "closeness_score",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("spend", sa.Integer(), nullable=False),
        sa.Column("advocacy", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("vip_key", sa.String(length=24), nullable=True),
        sa.Column("computed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_closeness_score_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_closeness_score")),
    )
    with op.batch_alter_table("closeness_score", schema=None) as batch_op:
        batch_op.create_index("ix_closeness_score_total", ["total", "member_id"], unique=False)
        batch_op.create_index("ix_closeness_score_vip_key", ["vip_key", "member_id"], unique=False)

    op.create_table(
        "member_tier",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ladder_number", sa.Integer(), nullable=False),
        sa.Column("tier_key", sa.String(length=24), nullable=False),
        sa.Column("tier_rank", sa.Integer(), nullable=False),
        sa.Column("earned_key", sa.String(length=24), nullable=False),
        sa.Column("multiplier_permille", sa.Integer(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("grace_until", sa.Date(), nullable=True),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "wants_growth", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seen_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("balance", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_tier_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_tier")),
    )
    with op.batch_alter_table("member_tier", schema=None) as batch_op:
        batch_op.create_index("ix_member_tier_due_on", ["due_on", "member_id"], unique=False)
        batch_op.create_index("ix_member_tier_key", ["tier_key", "member_id"], unique=False)
        batch_op.create_index("ix_member_tier_ladder", ["ladder_number", "member_id"], unique=False)

    op.create_table(
        "super_member",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "accepted",
                "declined",
                "review",
                "lapsed",
                "ended",
                name="superstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "net_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_until", sa.Date(), nullable=True),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_super_member_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_super_member")),
    )
    with op.batch_alter_table("super_member", schema=None) as batch_op:
        batch_op.create_index("ix_super_member_state", ["state", "member_id"], unique=False)

    op.create_table(
        "super_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "threshold_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("window_months", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "grace_days BETWEEN 0 AND 365", name=op.f("ck_super_rule_grace_within_a_year")
        ),
        sa.CheckConstraint(
            "threshold_minor > 0", name=op.f("ck_super_rule_threshold_above_nothing")
        ),
        sa.CheckConstraint(
            "window_months BETWEEN 1 AND 60", name=op.f("ck_super_rule_window_within_years")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["member.id"], name=op.f("fk_super_rule_made_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_super_rule")),
    )
    op.create_table(
        "super_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=True),
        sa.Column(
            "to_state",
            sa.Enum(
                "invited",
                "accepted",
                "declined",
                "review",
                "lapsed",
                "ended",
                name="superstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "net_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["member.id"], name=op.f("fk_super_step_actor_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_super_step_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_super_step")),
    )
    with op.batch_alter_table("super_step", schema=None) as batch_op:
        batch_op.create_index("ix_super_step_member_id", ["member_id", "id"], unique=False)

    op.create_table(
        "tier_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("tier_key", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column(
            "granted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["member.id"], name=op.f("fk_tier_grant_ended_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["member.id"], name=op.f("fk_tier_grant_granted_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_tier_grant_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_grant")),
        sa.UniqueConstraint("request_key", name=op.f("uq_tier_grant_request_key")),
    )
    with op.batch_alter_table("tier_grant", schema=None) as batch_op:
        batch_op.create_index("ix_tier_grant_member_id", ["member_id", "id"], unique=False)
        batch_op.create_index(
            "ix_tier_grant_open",
            ["until_on"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "tier_ladder",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "growth_ever",
                "growth_window",
                "net_spend",
                name="measure",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("window_months", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("warn_days", sa.Integer(), nullable=False),
        sa.Column("tiers", sa.JSON(), nullable=False),
        sa.Column("base_key", sa.String(length=24), nullable=False),
        sa.Column(
            "first_growth", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "published_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["member.id"], name=op.f("fk_tier_ladder_published_by_member")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tier_ladder")),
    )
    op.create_table(
        "tier_reading",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_tier_reading_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", "at", name=op.f("pk_tier_reading")),
    )
    op.create_table(
        "tier_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "upgraded",
                "renewed",
                "warned",
                "grace",
                "taken_back",
                "lowered",
                "ladder",
                "granted",
                "grant_ended",
                "grant_undone",
                name="changekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("from_key", sa.String(length=24), nullable=False),
        sa.Column("to_key", sa.String(length=24), nullable=False),
        sa.Column("ladder_number", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("grace_until", sa.Date(), nullable=True),
        sa.Column("grant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["tier_grant.id"], name=op.f("fk_tier_change_grant_id_tier_grant")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_tier_change_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_change")),
    )
    with op.batch_alter_table("tier_change", schema=None) as batch_op:
        batch_op.create_index("ix_tier_change_member_id", ["member_id", "at", "id"], unique=False)

    for table in APPEND_ONLY:
        _forbid_changes(table)


def downgrade() -> None:
    with op.batch_alter_table("tier_change", schema=None) as batch_op:
        batch_op.drop_index("ix_tier_change_member_id")

    op.drop_table("tier_change")
    op.drop_table("tier_reading")
    op.drop_table("tier_ladder")
    with op.batch_alter_table("tier_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_tier_grant_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_tier_grant_member_id")

    op.drop_table("tier_grant")
    with op.batch_alter_table("super_step", schema=None) as batch_op:
        batch_op.drop_index("ix_super_step_member_id")

    op.drop_table("super_step")
    op.drop_table("super_rule")
    with op.batch_alter_table("super_member", schema=None) as batch_op:
        batch_op.drop_index("ix_super_member_state")

    op.drop_table("super_member")
    with op.batch_alter_table("member_tier", schema=None) as batch_op:
        batch_op.drop_index("ix_member_tier_ladder")
        batch_op.drop_index("ix_member_tier_key")
        batch_op.drop_index("ix_member_tier_due_on")

    op.drop_table("member_tier")
    with op.batch_alter_table("closeness_score", schema=None) as batch_op:
        batch_op.drop_index("ix_closeness_score_vip_key")
        batch_op.drop_index("ix_closeness_score_total")

    op.drop_table("closeness_score")
    op.drop_table("vip_type")
    op.drop_table("tier_draft")
