"""reports, cases and mutes; things removed for good

Revision ID: 3a9d5e2c7b18
Revises: 7d40e2b91c65
Create Date: 2026-11-29 05:30:00+00:00

Old code runs while this runs: new tables, and a column with a default.
"""

import sqlalchemy as sa
from alembic import op

revision = "3a9d5e2c7b18"
down_revision = "7d40e2b91c65"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "moderation_case",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "decided",
                name="casestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("report_count", sa.Integer(), nullable=False),
        sa.Column("counting", sa.Integer(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keeper_id", BIG, nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "fine",
                "hidden",
                "removed",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "advert",
                "contact",
                "rude",
                "unsafe",
                "not_yours",
                "other",
                name="hidereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("was_hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_moderation_case_author_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["member.id"], name=op.f("fk_moderation_case_decided_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["keeper_id"], ["member.id"], name=op.f("fk_moderation_case_keeper_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_case")),
    )
    op.create_index(
        "ix_moderation_case_author", "moderation_case", ["author_id", "id"], unique=False
    )
    op.create_index("ix_moderation_case_decided", "moderation_case", ["decided_at"], unique=False)
    op.create_index(
        "ix_moderation_case_queue", "moderation_case", ["state", "weight", "id"], unique=False
    )
    op.create_index(
        "uq_moderation_case_open",
        "moderation_case",
        ["kind", "subject_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.create_table(
        "moderation_mute",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "advert",
                "contact",
                "rude",
                "unsafe",
                "not_yours",
                "other",
                name="hidereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("muted_by", BIG, nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["moderation_case.id"],
            name=op.f("fk_moderation_mute_case_id_moderation_case"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_moderation_mute_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["muted_by"], ["member.id"], name=op.f("fk_moderation_mute_muted_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_mute")),
    )
    op.create_index("ix_moderation_mute_case", "moderation_mute", ["case_id"], unique=False)
    op.create_index(
        "ix_moderation_mute_member", "moderation_mute", ["member_id", "id"], unique=False
    )
    op.create_index(
        "ix_moderation_mute_running",
        "moderation_mute",
        ["until"],
        unique=False,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )

    op.create_table(
        "moderation_report",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("reporter_id", BIG, nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "advert",
                "contact",
                "rude",
                "unsafe",
                "not_yours",
                "other",
                name="hidereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "waiting",
                "upheld",
                "dismissed",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["moderation_case.id"],
            name=op.f("fk_moderation_report_case_id_moderation_case"),
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["member.id"], name=op.f("fk_moderation_report_reporter_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_report")),
        sa.UniqueConstraint(
            "case_id", "reporter_id", name=op.f("uq_moderation_report_case_id_reporter_id")
        ),
    )
    op.create_index(
        "ix_moderation_report_reporter", "moderation_report", ["reporter_id", "id"], unique=False
    )

    for table in ("thread", "reply"):
        op.add_column(
            table, sa.Column("is_final", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    for table in ("thread", "reply"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("is_final")
    for table in ("moderation_report", "moderation_mute", "moderation_case"):
        op.drop_table(table)
