"""notices gather, wishes by channel, deliveries, browsers, letters that came back

Revision ID: 7c1d9e40a5b2
Revises: 5ea4c41de001
Create Date: 2026-11-29 05:20:00+00:00

Old code runs while this runs, except that it can't tell anybody anything: the column in which it
noted whether a letter goes with a notice is replaced by rows of their own.
"""

import sqlalchemy as sa
from alembic import op

revision = "7c1d9e40a5b2"
down_revision = "5ea4c41de001"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
UNREAD = "read_at IS NULL AND is_shown AND people > 0"
UNREAD_BEFORE = "read_at IS NULL"
OPEN = "read_at IS NULL AND subject IS NOT NULL"


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _some(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )


def _member(table: str, column: str = "member_id") -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, INTEGER, nullable=False),
        sa.ForeignKeyConstraint([column], ["member.id"], name=op.f(f"fk_{table}_{column}_member")),
    ]


def upgrade() -> None:
    _notices()
    _acts()
    _wishes()
    _deliveries()
    op.create_table(
        "fact_mark",
        sa.Column("reader", sa.String(64), nullable=False),
        sa.Column("fact_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("reader", name=op.f("pk_fact_mark")),
    )
    with op.batch_alter_table("outbound_message") as batch:
        batch.add_column(sa.Column("unsubscribe_url", sa.String(500), nullable=True))
    with op.batch_alter_table("member_contact") as batch:
        batch.add_column(sa.Column("bounced_at", MOMENT, nullable=True))
        batch.add_column(
            sa.Column("bounce", _enum("bouncekind", "hard", "soft", "complaint"), nullable=True)
        )
        batch.add_column(
            sa.Column("soft_bounces", sa.SmallInteger(), server_default="0", nullable=False)
        )


def _notices() -> None:
    op.drop_index("ix_notice_unread", "notice")
    op.drop_index("ix_notice_to_mail", "notice")
    op.drop_index("ix_notice_member_id", "notice")
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("subject", sa.String(64), nullable=True))
        batch.add_column(sa.Column("actor_id", INTEGER, nullable=True))
        batch.add_column(sa.Column("people", sa.Integer(), server_default="1", nullable=False))
        batch.add_column(sa.Column("place", INTEGER, server_default="0", nullable=False))
        batch.add_column(
            sa.Column("is_shown", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch.add_column(
            sa.Column("by_mail", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch.add_column(sa.Column("dispatched_at", MOMENT, nullable=True))
        batch.create_foreign_key(op.f("fk_notice_actor_id_member"), "member", ["actor_id"], ["id"])
    op.execute("UPDATE notice SET place = id")
    op.execute("UPDATE notice SET dispatched_at = told_at WHERE mail <> 'waiting'")
    op.execute("UPDATE notice SET by_mail = true WHERE mail = 'waiting'")
    with op.batch_alter_table("notice") as batch:
        batch.drop_constraint(op.f("ck_notice_mailstate"), type_="check")
        batch.drop_column("mail")
    op.create_index("ix_notice_member_place", "notice", ["member_id", "place"])
    _some("ix_notice_unread", "notice", ["member_id"], UNREAD)
    _some("uq_notice_open", "notice", ["member_id", "kind", "subject"], OPEN, unique=True)
    _some("ix_notice_to_dispatch", "notice", ["id"], "dispatched_at IS NULL")


def _acts() -> None:
    op.create_table(
        "notice_act",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("notice_id", INTEGER, nullable=False),
        *_member("notice_act"),
        sa.Column("kind", sa.String(48), nullable=False),
        sa.Column("key", sa.String(96), nullable=False),
        *_member("notice_act", column="actor_id"),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_act_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_act")),
        sa.UniqueConstraint(
            "member_id", "kind", "key", name=op.f("uq_notice_act_member_id_kind_key")
        ),
    )
    op.create_index("ix_notice_act_notice_id", "notice_act", ["notice_id", "id"])
    op.create_index("ix_notice_act_actor", "notice_act", ["notice_id", "actor_id"])
    op.create_index("ix_notice_act_actor_id", "notice_act", ["actor_id"])


def _wishes() -> None:
    with op.batch_alter_table("notice_wish") as batch:
        batch.add_column(
            sa.Column("by_web", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch.add_column(
            sa.Column("by_push", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_table(
        "notice_habit",
        *_member("notice_habit"),
        sa.Column("rhythm", _enum("rhythm", "instant", "daily", "weekly", "never"), nullable=False),
        sa.Column("quiet_from", sa.SmallInteger(), nullable=True),
        sa.Column("quiet_to", sa.SmallInteger(), nullable=True),
        sa.Column("zone", sa.String(48), nullable=True),
        sa.Column("push_later_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_notice_habit")),
    )


def _deliveries() -> None:
    op.create_table(
        "notice_delivery",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("notice_id", INTEGER, nullable=False),
        *_member("notice_delivery"),
        sa.Column("channel", _enum("channel", "web", "mail", "push"), nullable=False),
        sa.Column(
            "state", _enum("deliverystate", "waiting", "done", "skipped", "failed"), nullable=False
        ),
        sa.Column("period", sa.String(24), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_delivery_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_delivery")),
        sa.UniqueConstraint(
            "notice_id", "channel", name=op.f("uq_notice_delivery_notice_id_channel")
        ),
    )
    _some("ix_notice_delivery_due", "notice_delivery", ["channel", "due_at"], "state = 'waiting'")
    op.create_index("ix_notice_delivery_member_id", "notice_delivery", ["member_id"])
    op.create_table(
        "push_subscription",
        sa.Column("id", INTEGER, nullable=False),
        *_member("push_subscription"),
        sa.Column("endpoint", sa.String(500), nullable=False),
        sa.Column("endpoint_digest", sa.String(64), nullable=False),
        sa.Column("p256dh", sa.String(100), nullable=False),
        sa.Column("auth", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("endpoint_digest", name=op.f("uq_push_subscription_endpoint_digest")),
    )
    op.create_index("ix_push_subscription_member_id", "push_subscription", ["member_id"])


def downgrade() -> None:
    for table in (
        "push_subscription",
        "notice_delivery",
        "notice_habit",
        "notice_act",
        "fact_mark",
    ):
        op.drop_table(table)
    with op.batch_alter_table("notice_wish") as batch:
        batch.drop_column("by_push")
        batch.drop_column("by_web")
    with op.batch_alter_table("member_contact") as batch:
        batch.drop_constraint(op.f("ck_member_contact_bouncekind"), type_="check")
        for column in ("soft_bounces", "bounce", "bounced_at"):
            batch.drop_column(column)
    with op.batch_alter_table("outbound_message") as batch:
        batch.drop_column("unsubscribe_url")
    _notices_as_before()


def _notices_as_before() -> None:
    for name in ("ix_notice_to_dispatch", "uq_notice_open", "ix_notice_unread",
                 "ix_notice_member_place"):  # fmt: skip
        op.drop_index(name, "notice")
    states = _enum("mailstate", "none", "waiting", "written", "skipped")
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("mail", states, server_default="none", nullable=False))
    op.execute("UPDATE notice SET mail = 'waiting' WHERE by_mail AND dispatched_at IS NULL")
    with op.batch_alter_table("notice") as batch:
        batch.alter_column("mail", existing_type=states, server_default=None)
        batch.drop_constraint(op.f("fk_notice_actor_id_member"), type_="foreignkey")
        for column in ("dispatched_at", "by_mail", "is_shown", "place", "people", "actor_id",
                       "subject"):  # fmt: skip
            batch.drop_column(column)
    op.create_index("ix_notice_member_id", "notice", ["member_id", "id"])
    _some("ix_notice_unread", "notice", ["member_id"], UNREAD_BEFORE)
    _some("ix_notice_to_mail", "notice", ["id"], "mail = 'waiting'")
