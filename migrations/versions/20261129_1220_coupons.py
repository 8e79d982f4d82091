"""coupons: pools, codes, givings, work on many codes

Revision ID: c0a4f7e21b63
Revises: 5c81d2e6a0f3
Create Date: 2026-11-29 12:20:00+00:00

New tables only: old code runs on beside them.
"""

import sqlalchemy as sa
from alembic import op

revision = "c0a4f7e21b63"
down_revision = "5c81d2e6a0f3"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "coupon_pool",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "stopped",
                name="poolstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column(
            "worth",
            sa.Enum(
                "money",
                "percent",
                "shipping",
                "text",
                name="worthkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("worth_minor", BIG, server_default="0", nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("percent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("text_zh", sa.String(length=60), server_default="", nullable=False),
        sa.Column("text_en", sa.String(length=60), server_default="", nullable=False),
        sa.Column("min_minor", BIG, server_default="0", nullable=False),
        sa.Column("terms_zh", sa.String(length=500), server_default="", nullable=False),
        sa.Column("terms_en", sa.String(length=500), server_default="", nullable=False),
        sa.Column("channel", sa.String(length=32), server_default="", nullable=False),
        sa.Column("place_zh", sa.String(length=60), server_default="", nullable=False),
        sa.Column("place_en", sa.String(length=60), server_default="", nullable=False),
        sa.Column("use_url", sa.String(length=500), server_default="", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("low_at", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_low", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("code_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("free_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("given_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("void_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_by", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "free_count >= 0 AND given_count >= 0 AND used_count >= 0 AND void_count >= 0",
            name=op.f("ck_coupon_pool_counts"),
        ),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_coupon_pool_percent")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["member.id"], name=op.f("fk_coupon_pool_made_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_pool")),
        sa.UniqueConstraint("code", name=op.f("uq_coupon_pool_code")),
    )
    op.create_table(
        "coupon_giving",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("pool_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("source_kind", sa.String(length=32), nullable=True),
        sa.Column("source_id", BIG, nullable=True),
        sa.Column("given_by", BIG, nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["given_by"], ["member.id"], name=op.f("fk_coupon_giving_given_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_coupon_giving_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["coupon_pool.id"], name=op.f("fk_coupon_giving_pool_id_coupon_pool")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_giving")),
        sa.UniqueConstraint("key", name=op.f("uq_coupon_giving_key")),
    )
    with op.batch_alter_table("coupon_giving", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupon_giving_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coupon_giving_pool_id"), ["pool_id"], unique=False)

    op.create_table(
        "coupon_job",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("pool_id", BIG, nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "add",
                "make",
                "used",
                name="jobkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "stopped",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("request_key", sa.String(length=128), nullable=False),
        sa.Column("file_name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("prefix", sa.String(length=12), server_default="", nullable=False),
        sa.Column("line_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("good_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bad_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_by", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["coupon_pool.id"], name=op.f("fk_coupon_job_pool_id_coupon_pool")
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["member.id"], name=op.f("fk_coupon_job_started_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_job")),
        sa.UniqueConstraint("code", name=op.f("uq_coupon_job_code")),
        sa.UniqueConstraint("request_key", name=op.f("uq_coupon_job_request_key")),
    )
    with op.batch_alter_table("coupon_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupon_job_pool_id"), ["pool_id"], unique=False)
        batch_op.create_index("ix_coupon_job_state", ["state", "id"], unique=False)

    op.create_table(
        "coupon",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("pool_id", BIG, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "free",
                "given",
                "used",
                "void",
                name="couponstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sealed_code", sa.Text(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("job_id", BIG, nullable=True),
        sa.Column("giving_id", BIG, nullable=True),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "used_by",
            sa.Enum(
                "member",
                "channel",
                name="usedby",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("void_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'free' OR member_id IS NULL", name=op.f("ck_coupon_free_is_nobodys")
        ),
        sa.CheckConstraint(
            "state <> 'given' OR member_id IS NOT NULL", name=op.f("ck_coupon_given_to_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["giving_id"], ["coupon_giving.id"], name=op.f("fk_coupon_giving_id_coupon_giving")
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["coupon_job.id"], name=op.f("fk_coupon_job_id_coupon_job")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_coupon_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["coupon_pool.id"], name=op.f("fk_coupon_pool_id_coupon_pool")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon")),
        sa.UniqueConstraint("code", name=op.f("uq_coupon_code")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_coupon_code_digest")),
    )
    with op.batch_alter_table("coupon", schema=None) as batch_op:
        batch_op.create_index(
            "ix_coupon_expiring",
            ["until_at"],
            unique=False,
            sqlite_where=sa.text("state = 'given' AND warned_at IS NULL"),
            postgresql_where=sa.text("state = 'given' AND warned_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_coupon_giving_id"), ["giving_id"], unique=False)
        batch_op.create_index(
            "ix_coupon_member_id", ["member_id", "state", "until_at"], unique=False
        )
        batch_op.create_index("ix_coupon_next", ["pool_id", "state", "id"], unique=False)

    op.create_table(
        "coupon_job_fault",
        sa.Column("job_id", BIG, nullable=False),
        sa.Column("line_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "fault",
            sa.Enum(
                "shape",
                "figure",
                "twice",
                "known",
                "unknown",
                "used_before",
                name="linefault",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["coupon_job.id"], name=op.f("fk_coupon_job_fault_job_id_coupon_job")
        ),
        sa.PrimaryKeyConstraint("job_id", "line_number", name=op.f("pk_coupon_job_fault")),
    )
    op.create_table(
        "coupon_job_part",
        sa.Column("job_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_lines", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["coupon_job.id"], name=op.f("fk_coupon_job_part_job_id_coupon_job")
        ),
        sa.PrimaryKeyConstraint("job_id", "position", name=op.f("pk_coupon_job_part")),
    )


def downgrade() -> None:
    for table in (
        "coupon_job_part",
        "coupon_job_fault",
        "coupon",
        "coupon_job",
        "coupon_giving",
        "coupon_pool",
    ):
        op.drop_table(table)
