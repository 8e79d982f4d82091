"""lucky draws: draws, prizes, seeds, tries, tickets, floors, lists, rules

Revision ID: 5d0c8a1e7b42
Revises: d94f1b6a2c38
Create Date: 2026-11-29 13:50:00+00:00

New tables only: old code does not know them.
"""

import sqlalchemy as sa
from alembic import op

revision = "5d0c8a1e7b42"
down_revision = "d94f1b6a2c38"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draw",
        sa.Column("id", BIG, nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column(
            "game",
            sa.Enum(
                "grid",
                "scratch",
                "floor",
                "entries",
                name="game",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "paused",
                "closed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "paused_because",
            sa.Enum(
                "staff",
                "headline",
                "budget",
                "gone",
                name="pausecause",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day_from", sa.Integer(), nullable=False),
        sa.Column("day_until", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=80), nullable=False),
        sa.Column("cost_points", BIG, nullable=False),
        sa.Column("free_per_day", sa.Integer(), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=False),
        sa.Column("per_person", sa.Integer(), nullable=False),
        sa.Column("guaranteed_after", sa.Integer(), nullable=False),
        sa.Column("guaranteed_code", sa.String(length=24), nullable=False),
        sa.Column("budget_minor", BIG, nullable=True),
        sa.Column("budget_points", BIG, nullable=True),
        sa.Column("organiser", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("conditions_zh", sa.Text(), nullable=False),
        sa.Column("conditions_en", sa.Text(), nullable=False),
        sa.Column("rules_zh", sa.Text(), nullable=False),
        sa.Column("rules_en", sa.Text(), nullable=False),
        sa.Column("thread_id", BIG, nullable=True),
        sa.Column("wins_per_person", sa.Integer(), nullable=False),
        sa.Column("beacon", sa.String(length=200), nullable=False),
        sa.Column("beacon_value", sa.String(length=80), nullable=False),
        sa.Column("odds_sha256", sa.String(length=64), nullable=True),
        sa.Column("entries_sha256", sa.String(length=64), nullable=True),
        sa.Column("entry_count", BIG, nullable=False),
        sa.Column("epoch_plays", sa.Integer(), nullable=False),
        sa.Column("play_count", BIG, nullable=False),
        sa.Column("spent_minor", BIG, nullable=False),
        sa.Column("spent_points", BIG, nullable=False),
        sa.Column("made_by", BIG, nullable=True),
        sa.Column("changed_by", BIG, nullable=True),
        sa.Column("opened_by", BIG, nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "budget_minor IS NULL OR spent_minor <= budget_minor",
            name=op.f("ck_draw_within_budget"),
        ),
        sa.CheckConstraint(
            "budget_points IS NULL OR spent_points <= budget_points",
            name=op.f("ck_draw_within_points"),
        ),
        sa.CheckConstraint(
            "cost_points >= 0 AND free_per_day >= 0 AND per_day >= 0 AND per_person >= 0",
            name=op.f("ck_draw_limits_not_negative"),
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_draw_period")),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["member.id"], name=op.f("fk_draw_changed_by_member")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["member.id"], name=op.f("fk_draw_made_by_member")),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["member.id"], name=op.f("fk_draw_opened_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("slug", name=op.f("uq_draw_slug")),
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index("ix_draw_state_ends_at", ["state", "ends_at"], unique=False)
    op.create_table(
        "draw_rules",
        sa.Column("version", BIG, autoincrement=False, nullable=False),
        sa.Column("max_prize_minor", BIG, nullable=False),
        sa.Column("epoch_plays", sa.Integer(), nullable=False),
        sa.Column("needs_two", sa.Boolean(), nullable=False),
        sa.Column("set_by", BIG, nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_by"], ["member.id"], name=op.f("fk_draw_rules_set_by_member")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_draw_rules")),
    )
    op.create_table(
        "draw_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("place", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("yid", sa.String(length=16), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "audience",
                "fact",
                "yids",
                name="entrysource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_entry_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_draw_entry_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_entry")),
        sa.UniqueConstraint("draw_id", "place", name=op.f("uq_draw_entry_draw_id_place")),
    )
    with op.batch_alter_table("draw_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_entry_member_id"), ["member_id"], unique=False)
    op.create_table(
        "draw_epoch",
        sa.Column("id", BIG, nullable=False),
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "next",
                "current",
                "ended",
                name="epochstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("seed_sealed", sa.Text(), nullable=False),
        sa.Column("seed_hex", sa.String(length=64), nullable=True),
        sa.Column("next_nonce", BIG, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_epoch_draw_id_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_epoch")),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_draw_epoch_draw_id_number")),
    )
    with op.batch_alter_table("draw_epoch", schema=None) as batch_op:
        batch_op.create_index("ix_draw_epoch_state", ["state", "revealed_at"], unique=False)
        batch_op.create_index(
            "uq_draw_epoch_current",
            ["draw_id"],
            unique=True,
            sqlite_where=sa.text("state = 'current'"),
            postgresql_where=sa.text("state = 'current'"),
        )
    op.create_table(
        "draw_floor",
        sa.Column("id", BIG, nullable=False),
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("floor", BIG, nullable=False),
        sa.Column("reply_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_floor_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_draw_floor_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_floor")),
        sa.UniqueConstraint("draw_id", "floor", name=op.f("uq_draw_floor_draw_id_floor")),
    )
    with op.batch_alter_table("draw_floor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_floor_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draw_floor_reply_id"), ["reply_id"], unique=False)
    op.create_table(
        "draw_player",
        sa.Column("id", BIG, nullable=False),
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("client_seed", sa.String(length=64), nullable=False),
        sa.Column("losses", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_player_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_draw_player_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_player")),
        sa.UniqueConstraint("draw_id", "member_id", name=op.f("uq_draw_player_draw_id_member_id")),
    )
    with op.batch_alter_table("draw_player", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_player_member_id"), ["member_id"], unique=False)
    op.create_table(
        "draw_prize",
        sa.Column("id", BIG, nullable=False),
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("thing_kind", sa.String(length=32), nullable=False),
        sa.Column("thing_ref", sa.String(length=64), nullable=False),
        sa.Column("thing_count", sa.Integer(), nullable=False),
        sa.Column("value_minor", BIG, nullable=False),
        sa.Column("stock", BIG, nullable=True),
        sa.Column("odds_ppm", sa.Integer(), nullable=False),
        sa.Column("fallback", sa.String(length=24), nullable=False),
        sa.Column("is_headline", sa.Boolean(), nullable=False),
        sa.Column("floors", sa.String(length=200), nullable=False),
        sa.Column("given", BIG, nullable=False),
        sa.CheckConstraint(
            "given >= 0 AND (stock IS NULL OR given <= stock)",
            name=op.f("ck_draw_prize_given_within_stock"),
        ),
        sa.CheckConstraint(
            "odds_ppm BETWEEN 0 AND 1000000", name=op.f("ck_draw_prize_odds_in_a_million")
        ),
        sa.CheckConstraint(
            "value_minor >= 0 AND thing_count > 0", name=op.f("ck_draw_prize_worth_something")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_prize_draw_id_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_prize")),
        sa.UniqueConstraint("draw_id", "code", name=op.f("uq_draw_prize_draw_id_code")),
        sa.UniqueConstraint("draw_id", "place", name=op.f("uq_draw_prize_draw_id_place")),
    )
    op.create_table(
        "draw_ticket",
        sa.Column("id", BIG, nullable=False),
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("source_kind", sa.String(length=32), nullable=True),
        sa.Column("source_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "used >= 0 AND used <= amount", name=op.f("ck_draw_ticket_used_within_amount")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_ticket_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_draw_ticket_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_ticket")),
        sa.UniqueConstraint("key", name=op.f("uq_draw_ticket_key")),
    )
    with op.batch_alter_table("draw_ticket", schema=None) as batch_op:
        batch_op.create_index("ix_draw_ticket_member", ["member_id", "draw_id"], unique=False)
    op.create_table(
        "draw_play",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("epoch_id", BIG, nullable=False),
        sa.Column("nonce", BIG, nullable=False),
        sa.Column("player_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("client_seed", sa.String(length=64), nullable=False),
        sa.Column(
            "paid_by",
            sa.Enum(
                "free",
                "ticket",
                "points",
                name="paidby",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("points", BIG, nullable=False),
        sa.Column("txn_id", BIG, nullable=True),
        sa.Column("ticket_id", BIG, nullable=True),
        sa.Column("roll", sa.Integer(), nullable=False),
        sa.Column("losses_before", sa.Integer(), nullable=False),
        sa.Column("rolled_id", BIG, nullable=False),
        sa.Column("awarded_id", BIG, nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "rolled",
                "guaranteed",
                "sold_out",
                "budget",
                "gone",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_win", sa.Boolean(), nullable=False),
        sa.Column("where_kind", sa.String(length=32), nullable=True),
        sa.Column("where_id", BIG, nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "roll BETWEEN 0 AND 999999", name=op.f("ck_draw_play_roll_in_a_million")
        ),
        sa.ForeignKeyConstraint(
            ["awarded_id"], ["draw_prize.id"], name=op.f("fk_draw_play_awarded_id_draw_prize")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_play_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["epoch_id"], ["draw_epoch.id"], name=op.f("fk_draw_play_epoch_id_draw_epoch")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_draw_play_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["player_id"], ["draw_player.id"], name=op.f("fk_draw_play_player_id_draw_player")
        ),
        sa.ForeignKeyConstraint(
            ["rolled_id"], ["draw_prize.id"], name=op.f("fk_draw_play_rolled_id_draw_prize")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["draw_ticket.id"], name=op.f("fk_draw_play_ticket_id_draw_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_play")),
        sa.UniqueConstraint("code", name=op.f("uq_draw_play_code")),
        sa.UniqueConstraint("epoch_id", "nonce", name=op.f("uq_draw_play_epoch_id_nonce")),
        sa.UniqueConstraint(
            "player_id", "request_key", name=op.f("uq_draw_play_player_id_request_key")
        ),
    )
    with op.batch_alter_table("draw_play", schema=None) as batch_op:
        batch_op.create_index("ix_draw_play_draw", ["draw_id", "id"], unique=False)
        batch_op.create_index(
            "ix_draw_play_member", ["member_id", "draw_id", "on_date"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_draw_play_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "ix_draw_play_win",
            ["draw_id", "id"],
            unique=False,
            sqlite_where=sa.text("is_win = 1"),
            postgresql_where=sa.text("is_win"),
        )
    op.create_table(
        "draw_win",
        sa.Column("id", BIG, nullable=False),
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("place", BIG, nullable=False),
        sa.Column("prize_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "given",
                "gone",
                name="winstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("where_kind", sa.String(length=32), nullable=True),
        sa.Column("where_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_win_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_draw_win_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["prize_id"], ["draw_prize.id"], name=op.f("fk_draw_win_prize_id_draw_prize")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_win")),
        sa.UniqueConstraint("draw_id", "place", name=op.f("uq_draw_win_draw_id_place")),
    )
    with op.batch_alter_table("draw_win", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_win_member_id"), ["member_id"], unique=False)
        batch_op.create_index("ix_draw_win_state", ["state", "id"], unique=False)
    _guard("draw_rules")


def _guard(table: str) -> None:
    """Forbid changes to rows of an append-only table."""
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


def downgrade() -> None:
    with op.batch_alter_table("draw_win", schema=None) as batch_op:
        batch_op.drop_index("ix_draw_win_state")
        batch_op.drop_index(batch_op.f("ix_draw_win_member_id"))
    op.drop_table("draw_win")
    with op.batch_alter_table("draw_play", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_draw_play_win",
            sqlite_where=sa.text("is_win = 1"),
            postgresql_where=sa.text("is_win"),
        )
        batch_op.drop_index(batch_op.f("ix_draw_play_ticket_id"))
        batch_op.drop_index("ix_draw_play_member")
        batch_op.drop_index("ix_draw_play_draw")
    op.drop_table("draw_play")
    with op.batch_alter_table("draw_ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_draw_ticket_member")
    op.drop_table("draw_ticket")
    op.drop_table("draw_prize")
    with op.batch_alter_table("draw_player", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_player_member_id"))
    op.drop_table("draw_player")
    with op.batch_alter_table("draw_floor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_floor_reply_id"))
        batch_op.drop_index(batch_op.f("ix_draw_floor_member_id"))
    op.drop_table("draw_floor")
    with op.batch_alter_table("draw_epoch", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_draw_epoch_current",
            sqlite_where=sa.text("state = 'current'"),
            postgresql_where=sa.text("state = 'current'"),
        )
        batch_op.drop_index("ix_draw_epoch_state")
    op.drop_table("draw_epoch")
    with op.batch_alter_table("draw_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_entry_member_id"))
    op.drop_table("draw_entry")
    op.drop_table("draw_rules")
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_index("ix_draw_state_ends_at")
    op.drop_table("draw")
