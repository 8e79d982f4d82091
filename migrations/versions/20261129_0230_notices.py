"""notices, cohorts of points, what they cost

Revision ID: b00c5a4f1e11
Revises: 4d5dd15d192d
Create Date: 2026-11-29 01:45:00+00:00

Old code runs while this runs: new tables only. Cohorts and costs are filled by sweeps afterwards.
"""

import sqlalchemy as sa
from alembic import op

revision = "b00c5a4f1e11"
down_revision = "4d5dd15d192d"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


FUND = sa.Enum(
    "order",
    "content",
    "checkin",
    "adjust",
    "prize",
    "gift",
    "restored",
    "opening",
    name="fund",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    _notices()
    _roll_ups()
    op.create_table(
        "loyalty_point_value",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("minor_per_100", INTEGER, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("set_by", INTEGER, nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minor_per_100 > 0", name=op.f("ck_loyalty_point_value_minor_per_100")),
        sa.ForeignKeyConstraint(
            ["set_by"], ["member.id"], name=op.f("fk_loyalty_point_value_set_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_point_value")),
        sa.UniqueConstraint("from_on", name=op.f("uq_loyalty_point_value_from_on")),
    )


def _roll_ups() -> None:
    op.create_table(
        "ledger_mark",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("through_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ledger_mark")),
    )
    op.create_table(
        "ledger_cost",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("fund", FUND, nullable=False),
        sa.Column("reason", sa.String(length=48), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("issued", INTEGER, nullable=False),
        sa.Column("taken", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("on_date", "fund", "reason", "origin", name=op.f("pk_ledger_cost")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_cohort",
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("fund", FUND, nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        *(
            sa.Column(name, INTEGER, nullable=False)
            for name in ("issued", "restored", "spent", "expired", "clawed")
        ),
        sa.PrimaryKeyConstraint("came_on", "fund", "moved_on", name=op.f("pk_ledger_cohort")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lot_layer",
        sa.Column("lot_id", INTEGER, nullable=False),
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("left_points", INTEGER, nullable=False),
        sa.CheckConstraint("left_points > 0", name=op.f("ck_lot_layer_left_points")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["point_lot.id"], name=op.f("fk_lot_layer_lot_id_point_lot")
        ),
        sa.PrimaryKeyConstraint("lot_id", "came_on", name=op.f("pk_lot_layer")),
        sqlite_with_rowid=False,
    )


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("endpoint", sa.String(length=64), nullable=True),
        sa.Column("link", sa.JSON(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "mail",
            sa.Enum(
                "none",
                "waiting",
                "written",
                "skipped",
                name="mailstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_notice_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("member_id", "kind", "key", name=op.f("uq_notice_member_id_kind_key")),
    )
    op.create_index("ix_notice_member_id", "notice", ["member_id", "id"])
    op.create_index("ix_notice_told_at", "notice", ["told_at"])
    for name, column, where in (
        ("ix_notice_unread", "member_id", "read_at IS NULL"),
        ("ix_notice_to_mail", "id", "mail = 'waiting'"),
    ):
        op.create_index(
            name,
            "notice",
            [column],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    op.create_table(
        "notice_wish",
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_notice_wish_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", "kind", name=op.f("pk_notice_wish")),
    )


def downgrade() -> None:
    for name in ("loyalty_point_value", "lot_layer", "ledger_cohort", "ledger_cost", "ledger_mark"):
        op.drop_table(name)
    op.drop_table("notice_wish")
    op.drop_table("notice")
