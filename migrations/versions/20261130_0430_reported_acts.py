"""acts that other tools report; service standards of VIP types

Revision ID: 91b6e04d7c52
Revises: 6b0e4d7a19f3
Create Date: 2026-11-30 04:00:00+00:00

Three tables of their own, which old code does not know; two more promises of VIP types, with
defaults: old code writes rows without them.
"""

import sqlalchemy as sa
from alembic import op

revision = "91b6e04d7c52"
down_revision = "6b0e4d7a19f3"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
FUNDS = ("order", "content", "checkin", "adjust", "prize", "gift", "restored", "opening")


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "report_source",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("sealed_former", sa.Text(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_source")),
        sa.UniqueConstraint("code", name=op.f("uq_report_source_code")),
    )
    op.create_table(
        "reported_act",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("icon", sa.String(length=32), nullable=False),
        sa.Column("fund", _words("fund", *FUNDS), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_act")),
        sa.UniqueConstraint("key", name=op.f("uq_reported_act_key")),
    )
    op.create_table(
        "act_report",
        sa.Column("id", BIG, nullable=False),
        sa.Column("source_id", BIG, nullable=False),
        sa.Column("reference", sa.String(length=128), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("act_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("named", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("shown", sa.String(length=80), server_default="", nullable=False),
        sa.Column(
            "state", _words("reportstate", "counted", "kept", "undone", "closed"), nullable=False
        ),
        sa.Column("why", _words("why", "member", "off"), nullable=True),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("tried_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["report_source.id"], name=op.f("fk_act_report_source_id_report_source")
        ),
        sa.ForeignKeyConstraint(
            ["act_id"], ["reported_act.id"], name=op.f("fk_act_report_act_id_reported_act")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_act_report_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act_report")),
        sa.UniqueConstraint(
            "source_id", "reference", name=op.f("uq_act_report_source_id_reference")
        ),
    )
    op.create_index("ix_act_report_member_id", "act_report", ["member_id"])
    op.create_index(
        "ix_act_report_kept",
        "act_report",
        ["tried_at"],
        sqlite_where=sa.text("state = 'kept'"),
        postgresql_where=sa.text("state = 'kept'"),
    )
    with op.batch_alter_table("vip_type") as batch:
        for name in ("return_days", "pack_hours"):
            batch.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        batch.create_check_constraint(
            op.f("ck_vip_type_service_not_negative"), "return_days >= 0 AND pack_hours >= 0"
        )


def downgrade() -> None:
    with op.batch_alter_table("vip_type") as batch:
        batch.drop_constraint(op.f("ck_vip_type_service_not_negative"), type_="check")
        batch.drop_column("return_days")
        batch.drop_column("pack_hours")
    for table in ("act_report", "reported_act", "report_source"):
        op.drop_table(table)
