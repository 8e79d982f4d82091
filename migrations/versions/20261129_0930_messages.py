"""conversations between two members; groups of the team that texts call

Revision ID: 72c57e853be6
Revises: 5b0c7f2a91de
Create Date: 2026-11-29 09:30:00+00:00

Old code runs while this runs: new tables, and a column of a queue that has a default.
"""

import sqlalchemy as sa
from alembic import op

revision = "72c57e853be6"
down_revision = "5b0c7f2a91de"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "message_conversation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("last_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tidy_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_conversation")),
    )
    with op.batch_alter_table("message_conversation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_conversation_tidy_at",
            ["tidy_at"],
            unique=False,
            sqlite_where=sa.text("tidy_at IS NOT NULL"),
            postgresql_where=sa.text("tidy_at IS NOT NULL"),
        )

    op.create_table(
        "message",
        sa.Column("id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.String(length=80), nullable=False),
        sa.Column("photo_id", BIG, nullable=True),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "hidden_reason",
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
        sa.Column("is_final", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_gone_writer", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_gone_reader", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_message_author_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["message_conversation.id"],
            name=op.f("fk_message_conversation_id_message_conversation"),
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["media.id"], name=op.f("fk_message_photo_id_media")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "author_id", "request_key", name=op.f("uq_message_author_id_request_key")
        ),
        sa.UniqueConstraint(
            "conversation_id", "number", name=op.f("uq_message_conversation_id_number")
        ),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_photo_id",
            ["photo_id"],
            unique=False,
            sqlite_where=sa.text("photo_id IS NOT NULL"),
            postgresql_where=sa.text("photo_id IS NOT NULL"),
        )

    op.create_table(
        "message_side",
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("other_id", BIG, nullable=False),
        sa.Column(
            "slot",
            BIG,
            server_default="0",
            nullable=False,
        ),
        sa.Column(
            "consent",
            sa.Enum(
                "none",
                "asked",
                "accepted",
                "declined",
                name="consent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_id", BIG, nullable=True),
        sa.Column("read_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cleared_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unread_count", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["message_conversation.id"],
            name=op.f("fk_message_side_conversation_id_message_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_message_side_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["member.id"], name=op.f("fk_message_side_other_id_member")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "member_id", name=op.f("pk_message_side")),
        sa.UniqueConstraint(
            "member_id", "other_id", "slot", name=op.f("uq_message_side_member_id_other_id_slot")
        ),
    )
    with op.batch_alter_table("message_side", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_side_inbox",
            ["member_id", "consent", "last_id"],
            unique=False,
            sqlite_where=sa.text("last_id IS NOT NULL"),
            postgresql_where=sa.text("last_id IS NOT NULL"),
        )
        batch_op.create_index("ix_message_side_other_id", ["other_id"], unique=False)
        batch_op.create_index(
            "ix_message_side_unread",
            ["member_id"],
            unique=False,
            sqlite_where=sa.text("unread_count > 0"),
            postgresql_where=sa.text("unread_count > 0"),
        )

    op.create_table(
        "message_wish",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column(
            "who",
            sa.Enum(
                "everybody",
                "followed",
                "nobody",
                name="who",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("shows_seen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_message_wish_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_message_wish")),
    )

    op.add_column("community_text_work", sa.Column("crowds", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("community_text_work", "crowds")
    for table in ("message_wish", "message_side", "message", "message_conversation"):
        op.drop_table(table)
