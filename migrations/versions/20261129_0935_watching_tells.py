"""watching tells; letters have a second form; notices know the page that shows what they are about

Revision ID: 9b4e1f7a2c60
Revises: 72c57e853be6
Create Date: 2026-11-29 09:35:00+00:00

Old code runs while this runs: columns that have a default or are empty, and a new table. Assumed:
a million notices, counted in seconds.
"""

import sqlalchemy as sa
from alembic import op

revision = "9b4e1f7a2c60"
down_revision = "72c57e853be6"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ABOUT = sa.text("read_at IS NULL AND about IS NOT NULL")
SPREAD = sa.text("is_spread AND withdrawn_at IS NULL")
WAITING = sa.text("state IN ('tell', 'recall')")


def upgrade() -> None:
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("things", sa.Integer(), server_default="1", nullable=False))
        batch.add_column(sa.Column("about", sa.String(64), nullable=True))
    op.execute(
        "UPDATE notice SET about = subject, things = (SELECT count(*) FROM notice_act"
        " WHERE notice_act.notice_id = notice.id AND notice_act.withdrawn_at IS NULL)"
        " WHERE subject IS NOT NULL"
    )
    op.create_index(
        "ix_notice_about", "notice", ["member_id", "about"],
        sqlite_where=ABOUT, postgresql_where=ABOUT,
    )  # fmt: skip
    with op.batch_alter_table("notice_act") as batch:
        batch.add_column(
            sa.Column("is_spread", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_index(
        "ix_notice_act_spread", "notice_act", ["key"],
        sqlite_where=SPREAD, postgresql_where=SPREAD,
    )  # fmt: skip
    with op.batch_alter_table("outbound_message") as batch:
        batch.add_column(sa.Column("page", sa.Text(), nullable=True))
    op.create_table(
        "community_news",
        sa.Column("post_id", BIG, autoincrement=False, nullable=False),
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("floor", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "tell", "told", "recall", "recalled",
                name="newsstate", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("told_up_to", BIG, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_community_news")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_community_news_thread_id_thread")
        ),
    )  # fmt: skip
    op.create_index(
        "ix_community_news_waiting", "community_news", ["post_id"],
        sqlite_where=WAITING, postgresql_where=WAITING,
    )  # fmt: skip
    op.create_index("ix_community_news_at", "community_news", ["at"])


def downgrade() -> None:
    op.drop_table("community_news")
    with op.batch_alter_table("outbound_message") as batch:
        batch.drop_column("page")
    op.drop_index("ix_notice_act_spread", "notice_act")
    with op.batch_alter_table("notice_act") as batch:
        batch.drop_column("is_spread")
    op.drop_index("ix_notice_about", "notice")
    with op.batch_alter_table("notice") as batch:
        batch.drop_column("about")
        batch.drop_column("things")
