"""Leaderboards: boards, formulas, lines of what counts, roll-ups, the hall of fame, prizes

Revision ID: 3c8a5e0f7d21
Revises: 7b1f0c52d4a9
Create Date: 2026-11-29 13:20:00+00:00

New tables only; old code runs while this runs. Lines are gathered from all facts that there are,
some seconds after the worker starts: half a minute for each 100,000.
"""

import sqlalchemy as sa
from alembic import op

revision = "3c8a5e0f7d21"
down_revision = "7b1f0c52d4a9"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("ranking_formula", "ranking_standing")
TABLES = (
    "ranking_cursor",
    "ranking_flag",
    "ranking_activity",
    "ranking_board",
    "ranking_dirty",
    "ranking_preference",
    "ranking_formula",
    "ranking_period",
    "ranking_award",
    "ranking_bucket",
    "ranking_exclusion",
    "ranking_score",
    "ranking_standing",
)


def upgrade() -> None:
    op.create_table(
        "ranking_cursor",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("fact_id", BIG, server_default="0", nullable=False),
        sa.Column("top_id", BIG, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ranking_cursor")),
    )
    op.create_table(
        "ranking_flag",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", BIG, autoincrement=False, nullable=False),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_ranking_flag")),
    )
    op.create_table(
        "ranking_activity",
        sa.Column("id", BIG, nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "post",
                "reply",
                "liked",
                "replied",
                "featured",
                "answer",
                "check_in",
                "order",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("counterpart_id", BIG, nullable=True),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("thread_id", BIG, nullable=True),
        sa.Column("board_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("quality", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("is_original", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_buyer", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_flagged", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_void", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["counterpart_id"],
            ["member.id"],
            name=op.f("fk_ranking_activity_counterpart_id_member"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_ranking_activity_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_activity")),
        sa.UniqueConstraint("source_id", "act", name=op.f("uq_ranking_activity_source_id_act")),
    )
    with op.batch_alter_table("ranking_activity", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ranking_activity_counterpart_id", ["counterpart_id"], unique=False
        )
        batch_op.create_index(
            "ix_ranking_activity_member", ["member_id", "on_date", "id"], unique=False
        )
        batch_op.create_index("ix_ranking_activity_on_date", ["on_date", "member_id"], unique=False)
        batch_op.create_index(
            "ix_ranking_activity_subject", ["subject_kind", "subject_id"], unique=False
        )
        batch_op.create_index("ix_ranking_activity_thread_id", ["thread_id"], unique=False)

    op.create_table(
        "ranking_board",
        sa.Column("id", BIG, nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=24), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column(
            "period",
            sa.Enum(
                "day",
                "week",
                "month",
                "season",
                "all",
                name="period",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "scope",
            sa.Enum(
                "site",
                "board",
                "topic",
                "city",
                name="scope",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("scope_ref", sa.String(length=40), server_default="", nullable=False),
        sa.Column("audience", sa.String(length=64), server_default="all", nullable=False),
        sa.Column("not_audience", sa.String(length=64), server_default="", nullable=False),
        sa.Column("has_staff", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "ties",
            sa.Enum(
                "shared",
                "earlier",
                name="ties",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("minimum", sa.Integer(), server_default="1", nullable=False),
        sa.Column("wait_hours", sa.Integer(), server_default="24", nullable=False),
        sa.Column("prizes", sa.JSON(), nullable=False),
        sa.Column("formula", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "closed",
                name="boardstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_ranking_board_created_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_board")),
        sa.UniqueConstraint("slug", name=op.f("uq_ranking_board_slug")),
    )
    op.create_table(
        "ranking_dirty",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_ranking_dirty_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_ranking_dirty")),
    )
    op.create_table(
        "ranking_preference",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("is_hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("alias", sa.String(length=24), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_ranking_preference_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_ranking_preference")),
    )
    op.create_table(
        "ranking_formula",
        sa.Column("board_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("formula", sa.JSON(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("published_by", BIG, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"],
            ["ranking_board.id"],
            name=op.f("fk_ranking_formula_board_id_ranking_board"),
        ),
        sa.PrimaryKeyConstraint("board_id", "version", name=op.f("pk_ranking_formula")),
    )
    op.create_table(
        "ranking_period",
        sa.Column("id", BIG, nullable=False),
        sa.Column("board_id", BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "frozen",
                "awarding",
                "done",
                name="periodstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("marked_on", sa.Date(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("award_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("members", sa.Integer(), server_default="0", nullable=False),
        sa.Column("prizes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"],
            ["ranking_board.id"],
            name=op.f("fk_ranking_period_board_id_ranking_board"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_period")),
        sa.UniqueConstraint(
            "board_id", "starts_on", name=op.f("uq_ranking_period_board_id_starts_on")
        ),
    )
    with op.batch_alter_table("ranking_period", schema=None) as batch_op:
        batch_op.create_index("ix_ranking_period_state", ["state", "ends_on"], unique=False)

    op.create_table(
        "ranking_award",
        sa.Column("id", BIG, nullable=False),
        sa.Column("period_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("prize_no", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "given",
                "stuck",
                "lapsed",
                name="awardstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_ranking_award_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["ranking_period.id"],
            name=op.f("fk_ranking_award_period_id_ranking_period"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_award")),
        sa.UniqueConstraint(
            "period_id",
            "member_id",
            "prize_no",
            name=op.f("uq_ranking_award_period_id_member_id_prize_no"),
        ),
    )
    with op.batch_alter_table("ranking_award", schema=None) as batch_op:
        batch_op.create_index("ix_ranking_award_member_id", ["member_id", "id"], unique=False)
        batch_op.create_index("ix_ranking_award_state", ["state", "id"], unique=False)

    op.create_table(
        "ranking_bucket",
        sa.Column("period_id", BIG, nullable=False),
        sa.Column("score", BIG, autoincrement=False, nullable=False),
        sa.Column("members", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["ranking_period.id"],
            name=op.f("fk_ranking_bucket_period_id_ranking_period"),
        ),
        sa.PrimaryKeyConstraint("period_id", "score", name=op.f("pk_ranking_bucket")),
    )
    op.create_table(
        "ranking_exclusion",
        sa.Column("period_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("excluded_by", BIG, nullable=True),
        sa.Column("excluded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["excluded_by"], ["member.id"], name=op.f("fk_ranking_exclusion_excluded_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_ranking_exclusion_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["ranking_period.id"],
            name=op.f("fk_ranking_exclusion_period_id_ranking_period"),
        ),
        sa.PrimaryKeyConstraint("period_id", "member_id", name=op.f("pk_ranking_exclusion")),
    )
    op.create_table(
        "ranking_score",
        sa.Column("period_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("score", BIG, nullable=False),
        sa.Column("early_ms", BIG, nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("rank_before", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_ranking_score_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["ranking_period.id"],
            name=op.f("fk_ranking_score_period_id_ranking_period"),
        ),
        sa.PrimaryKeyConstraint("period_id", "member_id", name=op.f("pk_ranking_score")),
    )
    with op.batch_alter_table("ranking_score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ranking_score_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "ix_ranking_score_top",
            ["period_id", "is_shown", "score", "early_ms", "member_id"],
            unique=False,
        )

    op.create_table(
        "ranking_standing",
        sa.Column("period_id", BIG, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("score", BIG, nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_ranking_standing_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["ranking_period.id"],
            name=op.f("fk_ranking_standing_period_id_ranking_period"),
        ),
        sa.PrimaryKeyConstraint("period_id", "place", name=op.f("pk_ranking_standing")),
    )
    with op.batch_alter_table("ranking_standing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ranking_standing_member_id", ["member_id", "period_id"], unique=False
        )

    for table in APPEND_ONLY:
        _append_only(table)


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    guard = f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION potluck_append_only()"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE {guard}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE OR TRUNCATE {guard}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
