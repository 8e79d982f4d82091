"""check-in to the end

Revision ID: 226fe6845eb9
Revises: f0d6738c5154
Create Date: 2026-11-29 01:52:25.961371+00:00

Old code runs while this runs: the server defaults serve its inserts. Written for some millions of
check-ins: SQLite rebuilds that table once for the foreign key.
"""

import sqlalchemy as sa
from alembic import op

revision = "226fe6845eb9"
down_revision = "f0d6738c5154"
branch_labels = None
depends_on = None


APPEND_ONLY = (
    "checkin_movement",
    "checkin_rules",
    "checkin_zone",
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
        "checkin_zone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_zone")),
    )
    op.create_table(
        "checkin_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "alive",
                "everyone",
                name="scope",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "done",
                "undoing",
                "undone",
                name="grantstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "member_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "done_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kept_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "undone_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "started_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["started_by"], ["member.id"], name=op.f("fk_checkin_grant_started_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["member.id"], name=op.f("fk_checkin_grant_undone_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_grant")),
        sa.UniqueConstraint("code", name=op.f("uq_checkin_grant_code")),
    )
    with op.batch_alter_table("checkin_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkin_grant_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_checkin_grant_standing",
            ["on_date"],
            unique=True,
            sqlite_where=sa.text("undo_at IS NULL"),
            postgresql_where=sa.text("undo_at IS NULL"),
        )

    op.create_table(
        "checkin_honour",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 3", name=op.f("ck_checkin_honour_three_places")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_checkin_honour_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_honour")),
        sa.UniqueConstraint(
            "on_date", "member_id", name=op.f("uq_checkin_honour_on_date_member_id")
        ),
        sa.UniqueConstraint("on_date", "place", name=op.f("uq_checkin_honour_on_date_place")),
    )
    with op.batch_alter_table("checkin_honour", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checkin_honour_member_id"), ["member_id"], unique=False
        )

    op.create_table(
        "checkin_movement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "item",
            sa.Enum(
                "shield", "card", name="item", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "earned",
                "bought",
                "granted",
                "used",
                "expired",
                "returned",
                "perk",
                "merged",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_kind", sa.String(length=32), nullable=True),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_checkin_movement_something_moves")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["member.id"], name=op.f("fk_checkin_movement_actor_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_checkin_movement_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_movement")),
        sa.UniqueConstraint(
            "member_id", "request_key", name=op.f("uq_checkin_movement_member_id_request_key")
        ),
    )
    with op.batch_alter_table("checkin_movement", schema=None) as batch_op:
        batch_op.create_index("ix_checkin_movement_cause", ["cause", "at"], unique=False)
        batch_op.create_index("ix_checkin_movement_member", ["member_id", "id"], unique=False)
        batch_op.create_index(
            "ix_checkin_movement_source", ["source_kind", "source_id"], unique=False
        )

    op.create_table(
        "checkin_rules",
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "card_price_points",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "shield_price_points",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "days_back", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "shields_at_most", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "days_per_shield", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "made_up_points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "valid_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_by"], ["member.id"], name=op.f("fk_checkin_rules_set_by_member")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_checkin_rules")),
    )
    op.create_table(
        "checkin_stock",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("shields", sa.Integer(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.CheckConstraint("cards >= 0", name=op.f("ck_checkin_stock_cards_not_negative")),
        sa.CheckConstraint("shields >= 0", name=op.f("ck_checkin_stock_shields_not_negative")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_checkin_stock_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_checkin_stock")),
    )
    with op.batch_alter_table("checkin", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "done",
                    "shielded",
                    "made_up",
                    "granted",
                    name="daykind",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                server_default="done",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column("paid_days", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "grant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("was_kind", sa.String(length=32), nullable=True))
        batch_op.create_index(
            "ix_checkin_grant",
            ["grant_id", "member_id"],
            unique=False,
            sqlite_where=sa.text("grant_id IS NOT NULL"),
            postgresql_where=sa.text("grant_id IS NOT NULL"),
        )
        batch_op.create_index("ix_checkin_on_date", ["on_date", "member_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_checkin_grant_id_checkin_grant"), "checkin_grant", ["grant_id"], ["id"]
        )

    with op.batch_alter_table("checkin_streak", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("paid_days", sa.Integer(), server_default="0", nullable=False)
        )

    _note_what_was_paid()
    for table in APPEND_ONLY:
        _forbid_changes(table)


def _note_what_was_paid() -> None:
    """Milestones were paid on the very day on which a streak reached them."""
    op.execute("UPDATE checkin SET paid_days = streak_days WHERE streak_days IN (7, 14, 30, 100)")
    op.execute(
        "UPDATE checkin_streak SET paid_days = CASE WHEN current_days >= 100 THEN 100 "
        "WHEN current_days >= 30 THEN 30 WHEN current_days >= 14 THEN 14 "
        "WHEN current_days >= 7 THEN 7 ELSE 0 END"
    )


def downgrade() -> None:
    with op.batch_alter_table("checkin_streak", schema=None) as batch_op:
        batch_op.drop_column("paid_days")

    with op.batch_alter_table("checkin", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_checkin_daykind"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_checkin_grant_id_checkin_grant"), type_="foreignkey"
        )
        batch_op.drop_index("ix_checkin_on_date")
        batch_op.drop_index(
            "ix_checkin_grant",
            sqlite_where=sa.text("grant_id IS NOT NULL"),
            postgresql_where=sa.text("grant_id IS NOT NULL"),
        )
        batch_op.drop_column("was_kind")
        batch_op.drop_column("grant_id")
        batch_op.drop_column("paid_days")
        batch_op.drop_column("kind")

    op.drop_table("checkin_stock")
    op.drop_table("checkin_rules")
    with op.batch_alter_table("checkin_movement", schema=None) as batch_op:
        batch_op.drop_index("ix_checkin_movement_source")
        batch_op.drop_index("ix_checkin_movement_member")
        batch_op.drop_index("ix_checkin_movement_cause")

    op.drop_table("checkin_movement")
    with op.batch_alter_table("checkin_honour", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_honour_member_id"))

    op.drop_table("checkin_honour")
    with op.batch_alter_table("checkin_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_checkin_grant_standing",
            sqlite_where=sa.text("undo_at IS NULL"),
            postgresql_where=sa.text("undo_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_checkin_grant_state"))

    op.drop_table("checkin_grant")
    op.drop_table("checkin_zone")
