"""originality: fingerprints of posts, what they are like, what the team said of it

Revision ID: c3a5e07f91d2
Revises: 3c8a5e0f7d21
Create Date: 2026-11-29 13:30:00+00:00

Old code runs while this runs: new tables only. The worker compares the posts that are there already,
twenty at a time.
"""

import sqlalchemy as sa
from alembic import op

from app.kernel.db import UTCDateTime

revision = "c3a5e07f91d2"
down_revision = "3c8a5e0f7d21"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "originality_reach",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("thread_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_originality_reach")),
    )
    op.create_table(
        "originality_import",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["member.id"], name=op.f("fk_originality_import_made_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_originality_import")),
        sa.UniqueConstraint("code", name=op.f("uq_originality_import_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_originality_import_digest")),
    )
    op.create_table(
        "originality_claim",
        sa.Column("id", BIG, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "photo", "text", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("source_url", sa.String(length=500), server_default="", nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("media_id", BIG, nullable=True),
        sa.Column("photo_hash", sa.String(length=16), server_default="", nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "done", name="work", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("import_id", BIG, nullable=True),
        sa.Column("added_by", BIG, nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by"], ["member.id"], name=op.f("fk_originality_claim_added_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["originality_import.id"],
            name=op.f("fk_originality_claim_import_id_originality_import"),
        ),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_originality_claim_media_id_media")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_originality_claim")),
    )
    with op.batch_alter_table("originality_claim", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_originality_claim_import_id"), ["import_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_originality_claim_media_id"), ["media_id"], unique=False
        )
        batch_op.create_index(
            "ix_originality_claim_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "originality_look",
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "done",
                "failed",
                name="lookstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asks", sa.Integer(), server_default="1", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_flagged", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_history", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("looked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_originality_look_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_originality_look")),
    )
    with op.batch_alter_table("originality_look", schema=None) as batch_op:
        batch_op.create_index(
            "ix_originality_look_waiting",
            ["thread_id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "originality_finding",
        sa.Column("id", BIG, nullable=False),
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "photo", "text", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("matter", sa.String(length=24), nullable=False),
        sa.Column("other_thread_id", BIG, nullable=True),
        sa.Column("claim_id", BIG, nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("other_position", sa.Integer(), nullable=True),
        sa.Column("permille", sa.Integer(), nullable=False),
        sa.Column("other_at", UTCDateTime(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "original",
                "allowed",
                "copied",
                "gone",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "because",
            sa.Enum(
                "own",
                "brand",
                "quoted",
                name="because",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("judged_by", BIG, nullable=True),
        sa.Column("judged_at", UTCDateTime(), nullable=True),
        sa.Column("objected_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(other_thread_id IS NULL) <> (claim_id IS NULL)",
            name=op.f("ck_originality_finding_like_one"),
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"],
            ["originality_claim.id"],
            name=op.f("fk_originality_finding_claim_id_originality_claim"),
        ),
        sa.ForeignKeyConstraint(
            ["judged_by"], ["member.id"], name=op.f("fk_originality_finding_judged_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["other_thread_id"],
            ["thread.id"],
            name=op.f("fk_originality_finding_other_thread_id_thread"),
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_originality_finding_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_originality_finding")),
        sa.UniqueConstraint(
            "thread_id", "kind", "matter", name=op.f("uq_originality_finding_thread_id_kind_matter")
        ),
    )
    with op.batch_alter_table("originality_finding", schema=None) as batch_op:
        batch_op.create_index("ix_originality_finding_claim_id", ["claim_id"], unique=False)
        batch_op.create_index(
            "ix_originality_finding_objected",
            ["id"],
            unique=False,
            sqlite_where=sa.text("objected_at IS NOT NULL AND state = 'copied'"),
            postgresql_where=sa.text("objected_at IS NOT NULL AND state = 'copied'"),
        )
        batch_op.create_index(
            "ix_originality_finding_other_thread_id", ["other_thread_id", "kind"], unique=False
        )
        batch_op.create_index("ix_originality_finding_state", ["state", "id"], unique=False)

    op.create_table(
        "originality_print",
        sa.Column("id", BIG, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "photo", "text", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("thread_id", BIG, nullable=True),
        sa.Column("claim_id", BIG, nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("hashes", sa.String(length=200), server_default="", nullable=False),
        sa.Column("shingles", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(thread_id IS NULL) <> (claim_id IS NULL)",
            name=op.f("ck_originality_print_of_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"],
            ["originality_claim.id"],
            name=op.f("fk_originality_print_claim_id_originality_claim"),
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_originality_print_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_originality_print")),
    )
    with op.batch_alter_table("originality_print", schema=None) as batch_op:
        batch_op.create_index("ix_originality_print_claim_id", ["claim_id"], unique=False)
        batch_op.create_index(
            "ix_originality_print_thread_id", ["thread_id", "kind", "position"], unique=False
        )

    op.create_table(
        "originality_band",
        sa.Column("band", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("print_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["print_id"],
            ["originality_print.id"],
            name=op.f("fk_originality_band_print_id_originality_print"),
        ),
        sa.PrimaryKeyConstraint("band", "value", "print_id", name=op.f("pk_originality_band")),
    )
    with op.batch_alter_table("originality_band", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_originality_band_print_id"), ["print_id"], unique=False
        )

    op.create_table(
        "originality_words",
        sa.Column("finding_id", BIG, nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("source_text", sa.String(length=300), server_default="", nullable=False),
        sa.Column("source_url", sa.String(length=500), server_default="", nullable=False),
        sa.Column("objection", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["originality_finding.id"],
            name=op.f("fk_originality_words_finding_id_originality_finding"),
        ),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_originality_words")),
    )


def downgrade() -> None:
    op.drop_table("originality_words")
    op.drop_table("originality_band")
    op.drop_table("originality_print")
    op.drop_table("originality_finding")
    op.drop_table("originality_look")
    op.drop_table("originality_claim")
    op.drop_table("originality_import")
    op.drop_table("originality_reach")
