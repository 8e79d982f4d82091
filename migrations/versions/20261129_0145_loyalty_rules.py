"""loyalty rules as versions, acts with their outcome, limits over any window, reversal by cause

Revision ID: 7d2f4c81a0b3
Revises: eeafa0fbacd0
Create Date: 2026-11-29 01:45:00+00:00

Old code runs while this runs: add first, use later, drop last. Assumed: ten million awards, and
counters of sixty days.
"""

import sqlalchemy as sa
from alembic import op

revision = "7d2f4c81a0b3"
down_revision = "eeafa0fbacd0"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = "'given', 'capped', 'pair_capped', 'cooling', 'unfit', 'frozen', 'no_rule'"


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    for name, verbs in (("update", "UPDATE"), ("delete", "DELETE OR TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{name} BEFORE {verbs} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION potluck_append_only()"
        )


def _unguard(table: str) -> None:
    for name in ("update", "delete"):
        on = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
        op.execute(f"DROP TRIGGER {table}_no_{name}{on}")


def upgrade() -> None:
    op.create_table(
        "loyalty_book",
        sa.Column("version", BIG, autoincrement=False, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 1", name=op.f("ck_loyalty_book_after_the_first")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_loyalty_book")),
    )
    _guard("loyalty_book")
    op.create_table(
        "loyalty_book_draft",
        sa.Column("id", BIG, nullable=False),
        sa.Column("based_on", BIG, nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_book_draft")),
    )
    op.create_table(
        "loyalty_undone",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ref_id", BIG, autoincrement=False, nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "ref_id", name=op.f("pk_loyalty_undone")),
    )
    _widen_awards()
    _renew_counters()
    op.add_column(
        "order_award",
        sa.Column("campaign", sa.String(length=48), server_default="", nullable=False),
    )
    op.add_column(
        "order_award", sa.Column("lifted_points", BIG, server_default="0", nullable=False)
    )


def _widen_awards() -> None:
    # A rebuilt table would lose its triggers: columns are renamed and added in place.
    _unguard("loyalty_award")
    op.execute("ALTER TABLE loyalty_award RENAME COLUMN action TO rule")
    for column in (
        sa.Column("action", sa.String(length=48), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=48), server_default="", nullable=False),
        sa.Column("detail", sa.String(length=48), server_default="", nullable=False),
        sa.Column("about", sa.JSON(), nullable=True),
        sa.Column("other_id", BIG, nullable=True),
        sa.Column("cause_kind", sa.String(length=32), nullable=True),
        sa.Column("cause_id", BIG, nullable=True),
        sa.Column("campaign", sa.String(length=48), server_default="", nullable=False),
        sa.Column("fund", sa.String(length=16), server_default="", nullable=False),
        sa.Column("multiplier_permille", sa.Integer(), server_default="1000", nullable=False),
    ):
        op.add_column("loyalty_award", column)
    op.execute(
        "ALTER TABLE loyalty_award ADD COLUMN outcome VARCHAR(32) DEFAULT 'given' NOT NULL "
        f"CONSTRAINT ck_loyalty_award_outcome CHECK (outcome IN ({OUTCOMES}))"
    )
    op.execute(
        "UPDATE loyalty_award SET action = CASE WHEN rule = 'thread.with_photo' "
        "THEN 'thread.published' ELSE rule END, reason = rule, "
        "cause_kind = source_kind, cause_id = source_id, "
        "outcome = CASE WHEN is_capped THEN 'capped' ELSE 'given' END, "
        "detail = CASE WHEN is_capped THEN 'day' ELSE '' END, "
        "fund = CASE WHEN rule LIKE 'checkin.%' THEN 'checkin' ELSE 'content' END"
    )
    _guard("loyalty_award")
    for name, columns in (
        ("ix_loyalty_award_member_action", ["member_id", "action", "awarded_on"]),
        ("ix_loyalty_award_source", ["source_kind", "source_id"]),
        ("ix_loyalty_award_cause", ["cause_kind", "cause_id"]),
    ):
        op.create_index(name, "loyalty_award", columns, unique=False)


def _renew_counters() -> None:
    op.rename_table("loyalty_counter", "loyalty_counter_before")
    op.create_table(
        "loyalty_counter",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=96), nullable=False),
        sa.Column("window_on", sa.Date(), nullable=False),
        sa.Column("points", BIG, nullable=False),
        sa.Column("times", sa.Integer(), server_default="0", nullable=False),
        sa.Column("most", BIG, nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("points >= 0", name=op.f("ck_loyalty_counter_points_not_negative")),
        sa.CheckConstraint(
            "most IS NULL OR points <= most", name=op.f("ck_loyalty_counter_within_budget")
        ),
        sa.PrimaryKeyConstraint(
            "member_id", "name", "window_on", name=op.f("pk_loyalty_counter_2")
        ),
    )
    # What a day's limit has counted is in the awards: ladders' steps stood in the same row there.
    op.execute(
        "INSERT INTO loyalty_counter (member_id, name, window_on, points, times, last_at) "
        "SELECT c.member_id, c.action || '|day', c.on_date, c.points, COUNT(a.id), "
        "MAX(a.awarded_at) FROM loyalty_counter_before c LEFT JOIN loyalty_award a "
        "ON a.member_id = c.member_id AND a.rule = c.action AND a.awarded_on = c.on_date "
        "AND (a.outcome = 'given' OR a.points > a.bonus_points) "
        "GROUP BY c.member_id, c.action, c.on_date, c.points"
    )
    op.drop_table("loyalty_counter_before")


def downgrade() -> None:
    op.drop_column("order_award", "lifted_points")
    op.drop_column("order_award", "campaign")
    op.create_table(
        "loyalty_counter_before",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("points", BIG, nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_loyalty_counter_points_not_negative_1")),
        sa.PrimaryKeyConstraint("member_id", "action", "on_date", name="pk_loyalty_counter_1"),
    )
    op.execute(
        "INSERT INTO loyalty_counter_before SELECT member_id, "
        "substr(name, 1, length(name) - 4), window_on, points FROM loyalty_counter "
        "WHERE name LIKE '%|day' AND name NOT LIKE '%|pair|%'"
    )
    op.drop_table("loyalty_counter")
    op.rename_table("loyalty_counter_before", "loyalty_counter")
    for name in ("member_action", "source", "cause"):
        op.drop_index(f"ix_loyalty_award_{name}", table_name="loyalty_award")
    _unguard("loyalty_award")
    for name in (
        "multiplier_permille", "fund", "campaign", "cause_id", "cause_kind", "other_id",
        "about", "detail", "reason", "action",
    ):  # fmt: skip
        op.drop_column("loyalty_award", name)
    op.drop_column("loyalty_award", "outcome")
    op.execute("ALTER TABLE loyalty_award RENAME COLUMN rule TO action")
    _guard("loyalty_award")
    op.drop_table("loyalty_undone")
    op.drop_table("loyalty_book_draft")
    op.drop_table("loyalty_book")
