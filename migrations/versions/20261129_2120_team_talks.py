"""what members and the team write to each other

Revision ID: 5e2b9a7c41d8
Revises: 8d41f0a7c3b2
Create Date: 2026-11-29 21:10:00+00:00

New tables; old code does not know them.
"""

import sqlalchemy as sa
from alembic import op

revision = "5e2b9a7c41d8"
down_revision = "8d41f0a7c3b2"
branch_labels = None
depends_on = None

REASON = sa.Enum(
    *("advert", "contact", "rude", "unsafe", "not_yours", "other"),
    name="hidereason", native_enum=False, create_constraint=True, length=32,
)  # fmt: skip
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "message_team_talk",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("last_id", BIG, nullable=True),
        sa.Column("waiting_id", BIG, nullable=True),
        sa.Column("waiting_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_id", BIG, server_default="0", nullable=False),
        sa.Column("read_id", BIG, server_default="0", nullable=False),
        sa.Column("unread_count", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_message_team_talk_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_message_team_talk")),
    )
    op.create_index("ix_message_team_talk_last_id", "message_team_talk", ["last_id"])
    _some("ix_message_team_talk_waiting_id", "message_team_talk", "waiting_id")
    op.create_table(
        "message_team_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("is_team", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.String(length=80), nullable=False),
        sa.Column("photo_id", BIG, nullable=True),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", REASON, nullable=True),
        sa.Column("is_final", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_message_team_line_author_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_message_team_line_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["media.id"], name=op.f("fk_message_team_line_photo_id_media")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_team_line")),
        sa.UniqueConstraint(
            "author_id", "request_key", name=op.f("uq_message_team_line_author_id_request_key")
        ),
    )
    op.create_index("ix_message_team_line_member_id", "message_team_line", ["member_id", "id"])
    _some("ix_message_team_line_photo_id", "message_team_line", "photo_id")


def _some(name: str, table: str, column: str) -> None:
    where = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("message_team_line")
    op.drop_table("message_team_talk")
