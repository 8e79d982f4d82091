"""missions camps and badges

Revision ID: 8c9930af10f1
Revises: 226fe6845eb9
Create Date: 2026-11-29 02:00:20.257164+00:00

Only new tables and one partial index of members. Assumed: 100,000 members, few of them merged.
"""

import sqlalchemy as sa
from alembic import op

revision = "8c9930af10f1"
down_revision = "226fe6845eb9"
branch_labels = None
depends_on = None


APPEND_ONLY = ("loyalty_badge_turn",)


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
        "loyalty_badge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "active",
                "retired",
                name="badgestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "automatic",
                "manual",
                "honour",
                name="badgekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("about_zh", sa.String(length=300), nullable=False),
        sa.Column("about_en", sa.String(length=300), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=48), server_default="", nullable=False),
        sa.Column("criterion", sa.JSON(), nullable=False),
        sa.Column("auto_revoke", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("holders", sa.Integer(), server_default="0", nullable=False),
        sa.Column("swept_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("swept_members", sa.Integer(), server_default="0", nullable=False),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("holders >= 0", name=op.f("ck_loyalty_badge_holders_not_negative")),
        sa.CheckConstraint(
            "level BETWEEN 1 AND 3", name=op.f("ck_loyalty_badge_level_bronze_to_gold")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_badge")),
        sa.UniqueConstraint("key", name=op.f("uq_loyalty_badge_key")),
    )
    with op.batch_alter_table("loyalty_badge", schema=None) as batch_op:
        batch_op.create_index("ix_loyalty_badge_action", ["action", "state"], unique=False)
    op.create_table(
        "loyalty_camp",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "closed",
                name="campstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_camp")),
        sa.UniqueConstraint("slug", name=op.f("uq_loyalty_camp_slug")),
    )
    op.create_table(
        "loyalty_mission",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "closed",
                name="missionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title_zh", sa.String(length=80), nullable=False),
        sa.Column("title_en", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column(
            "period",
            sa.Enum(
                "day",
                "week",
                "once",
                name="period",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audience", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("goal > 0", name=op.f("ck_loyalty_mission_goal_positive")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_loyalty_mission_points_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_mission")),
        sa.UniqueConstraint("code", name=op.f("uq_loyalty_mission_code")),
    )
    with op.batch_alter_table("loyalty_mission", schema=None) as batch_op:
        batch_op.create_index("ix_loyalty_mission_state", ["state", "action"], unique=False)
    op.create_table(
        "loyalty_badge_held",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("badge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("is_barred", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("turned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "place IS NULL OR is_held", name=op.f("ck_loyalty_badge_held_only_held_ones_are_shown")
        ),
        sa.ForeignKeyConstraint(
            ["badge_id"],
            ["loyalty_badge.id"],
            name=op.f("fk_loyalty_badge_held_badge_id_loyalty_badge"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_loyalty_badge_held_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", "badge_id", name=op.f("pk_loyalty_badge_held")),
    )
    with op.batch_alter_table("loyalty_badge_held", schema=None) as batch_op:
        batch_op.create_index(
            "ix_loyalty_badge_held_badge", ["badge_id", "is_held", "turned_at"], unique=False
        )
    op.create_table(
        "loyalty_badge_turn",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("badge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "turn",
            sa.Enum(
                "granted",
                "revoked",
                "returned",
                name="turn",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "cause",
            sa.Enum(
                "rule",
                "camp",
                "staff",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["badge_id"],
            ["loyalty_badge.id"],
            name=op.f("fk_loyalty_badge_turn_badge_id_loyalty_badge"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_loyalty_badge_turn_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_badge_turn")),
    )
    with op.batch_alter_table("loyalty_badge_turn", schema=None) as batch_op:
        batch_op.create_index("ix_loyalty_badge_turn_badge", ["badge_id", "id"], unique=False)
        batch_op.create_index(
            "ix_loyalty_badge_turn_member", ["member_id", "badge_id", "id"], unique=False
        )
    op.create_table(
        "loyalty_camp_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("camp_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_frozen", sa.Boolean(), nullable=False),
        sa.Column("title_zh", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=60), nullable=False),
        sa.Column("about_zh", sa.String(length=600), nullable=False),
        sa.Column("about_en", sa.String(length=600), nullable=False),
        sa.Column("day_count", sa.Integer(), nullable=False),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column("late_max", sa.Integer(), nullable=False),
        sa.Column("pass_tasks", sa.Integer(), nullable=True),
        sa.Column(
            "bonus_points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("badge_key", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("day_count > 0", name=op.f("ck_loyalty_camp_version_at_least_a_day")),
        sa.ForeignKeyConstraint(
            ["camp_id"],
            ["loyalty_camp.id"],
            name=op.f("fk_loyalty_camp_version_camp_id_loyalty_camp"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_camp_version")),
        sa.UniqueConstraint(
            "camp_id", "number", name=op.f("uq_loyalty_camp_version_camp_id_number")
        ),
    )
    op.create_table(
        "loyalty_mission_progress",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "mission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(done_at IS NULL) = (times < goal)",
            name=op.f("ck_loyalty_mission_progress_done_at_the_goal"),
        ),
        sa.CheckConstraint(
            "times > 0 AND times <= goal",
            name=op.f("ck_loyalty_mission_progress_times_within_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_loyalty_mission_progress_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["mission_id"],
            ["loyalty_mission.id"],
            name=op.f("fk_loyalty_mission_progress_mission_id_loyalty_mission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_mission_progress")),
        sa.UniqueConstraint(
            "member_id",
            "mission_id",
            "period_on",
            name=op.f("uq_loyalty_mission_progress_member_id_mission_id_period_on"),
        ),
    )
    with op.batch_alter_table("loyalty_mission_progress", schema=None) as batch_op:
        batch_op.create_index(
            "ix_loyalty_mission_progress_mission", ["mission_id", "done_at"], unique=False
        )
    op.create_table(
        "loyalty_badge_word",
        sa.Column("turn_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_id"],
            ["loyalty_badge_turn.id"],
            name=op.f("fk_loyalty_badge_word_turn_id_loyalty_badge_turn"),
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_loyalty_badge_word")),
    )
    op.create_table(
        "loyalty_camp_cohort",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("camp_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("join_until", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "capacity IS NULL OR joined <= capacity",
            name=op.f("ck_loyalty_camp_cohort_no_more_than_fit"),
        ),
        sa.CheckConstraint("joined >= 0", name=op.f("ck_loyalty_camp_cohort_joined_not_negative")),
        sa.ForeignKeyConstraint(
            ["camp_id"],
            ["loyalty_camp.id"],
            name=op.f("fk_loyalty_camp_cohort_camp_id_loyalty_camp"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["loyalty_camp_version.id"],
            name=op.f("fk_loyalty_camp_cohort_version_id_loyalty_camp_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_camp_cohort")),
        sa.UniqueConstraint("code", name=op.f("uq_loyalty_camp_cohort_code")),
    )
    with op.batch_alter_table("loyalty_camp_cohort", schema=None) as batch_op:
        batch_op.create_index("ix_loyalty_camp_cohort_camp", ["camp_id", "starts_on"], unique=False)
    op.create_table(
        "loyalty_camp_task",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "act",
                "steps",
                "link",
                "photo",
                name="taskkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title_zh", sa.String(length=80), nullable=False),
        sa.Column("title_en", sa.String(length=80), nullable=False),
        sa.Column("text_zh", sa.String(length=1200), nullable=False),
        sa.Column("text_en", sa.String(length=1200), nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column("is_reviewed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["loyalty_camp_version.id"],
            name=op.f("fk_loyalty_camp_task_version_id_loyalty_camp_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_camp_task")),
    )
    with op.batch_alter_table("loyalty_camp_task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_loyalty_camp_task_version", ["version_id", "day", "id"], unique=False
        )
    op.create_table(
        "loyalty_camp_seat",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_tasks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("late_used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("touched", sa.Integer(), server_default="0", nullable=False),
        sa.Column("graduated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "bonus_points",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=True,
        ),
        sa.CheckConstraint(
            "done_tasks >= 0 AND late_used >= 0",
            name=op.f("ck_loyalty_camp_seat_counts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"],
            ["loyalty_camp_cohort.id"],
            name=op.f("fk_loyalty_camp_seat_cohort_id_loyalty_camp_cohort"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_loyalty_camp_seat_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_camp_seat")),
        sa.UniqueConstraint(
            "member_id", "cohort_id", name=op.f("uq_loyalty_camp_seat_member_id_cohort_id")
        ),
    )
    with op.batch_alter_table("loyalty_camp_seat", schema=None) as batch_op:
        batch_op.create_index("ix_loyalty_camp_seat_cohort", ["cohort_id", "id"], unique=False)
        batch_op.create_index(
            "ix_loyalty_camp_seat_member", ["member_id", "closes_on"], unique=False
        )
    op.create_table(
        "loyalty_camp_work",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "waiting",
                "returned",
                "done",
                name="workstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("link", sa.String(length=400), server_default="", nullable=False),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.Column("photo_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)",
            name=op.f("ck_loyalty_camp_work_done_has_its_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"],
            ["media.id"],
            name=op.f("fk_loyalty_camp_work_photo_id_media"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"],
            ["loyalty_camp_seat.id"],
            name=op.f("fk_loyalty_camp_work_seat_id_loyalty_camp_seat"),
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["loyalty_camp_task.id"],
            name=op.f("fk_loyalty_camp_work_task_id_loyalty_camp_task"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_camp_work")),
        sa.UniqueConstraint(
            "seat_id", "task_id", name=op.f("uq_loyalty_camp_work_seat_id_task_id")
        ),
    )
    with op.batch_alter_table("loyalty_camp_work", schema=None) as batch_op:
        batch_op.create_index("ix_loyalty_camp_work_photo", ["photo_id"], unique=False)
        batch_op.create_index(
            "ix_loyalty_camp_work_waiting",
            ["handed_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
    for table in APPEND_ONLY:
        _forbid_changes(table)
    for name, table, where in (
        ("ix_loyalty_mission_progress_waiting", "loyalty_mission_progress", "points IS NULL"),
        ("ix_loyalty_camp_seat_waiting", "loyalty_camp_seat", "bonus_points IS NULL"),
    ):
        op.create_index(
            name,
            table,
            ["member_id"],
            unique=False,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    op.create_index(
        "ix_member_merged_into_id",
        "member",
        ["merged_into_id"],
        unique=False,
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_member_merged_into_id", table_name="member")
    with op.batch_alter_table("loyalty_camp_work", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_loyalty_camp_work_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_loyalty_camp_work_photo")
    op.drop_table("loyalty_camp_work")
    with op.batch_alter_table("loyalty_camp_seat", schema=None) as batch_op:
        batch_op.drop_index("ix_loyalty_camp_seat_member")
        batch_op.drop_index("ix_loyalty_camp_seat_cohort")
    op.drop_table("loyalty_camp_seat")
    with op.batch_alter_table("loyalty_camp_task", schema=None) as batch_op:
        batch_op.drop_index("ix_loyalty_camp_task_version")
    op.drop_table("loyalty_camp_task")
    with op.batch_alter_table("loyalty_camp_cohort", schema=None) as batch_op:
        batch_op.drop_index("ix_loyalty_camp_cohort_camp")
    op.drop_table("loyalty_camp_cohort")
    op.drop_table("loyalty_badge_word")
    with op.batch_alter_table("loyalty_mission_progress", schema=None) as batch_op:
        batch_op.drop_index("ix_loyalty_mission_progress_mission")
    op.drop_table("loyalty_mission_progress")
    op.drop_table("loyalty_camp_version")
    with op.batch_alter_table("loyalty_badge_turn", schema=None) as batch_op:
        batch_op.drop_index("ix_loyalty_badge_turn_member")
        batch_op.drop_index("ix_loyalty_badge_turn_badge")
    op.drop_table("loyalty_badge_turn")
    with op.batch_alter_table("loyalty_badge_held", schema=None) as batch_op:
        batch_op.drop_index("ix_loyalty_badge_held_badge")
    op.drop_table("loyalty_badge_held")
    with op.batch_alter_table("loyalty_mission", schema=None) as batch_op:
        batch_op.drop_index("ix_loyalty_mission_state")
    op.drop_table("loyalty_mission")
    op.drop_table("loyalty_camp")
    with op.batch_alter_table("loyalty_badge", schema=None) as batch_op:
        batch_op.drop_index("ix_loyalty_badge_action")
    op.drop_table("loyalty_badge")
