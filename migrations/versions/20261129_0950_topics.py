"""tags that search finds, rewards of topics, who reads, the weekly kit and the topic miner

Revision ID: 7b1f0c52d4a9
Revises: b4582ffacf5d
Create Date: 2026-11-29 09:50:00+00:00

Old code runs while this runs: new tables, and columns that have a default. Tags that are in use get
a row each; search finds them once ``flask search rebuild`` has run. Assumed: a million tags of
threads, 100,000 different ones, ten million rows of views (their index takes a minute).
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "7b1f0c52d4a9"
down_revision = "b4582ffacf5d"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 1_000
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    _community()
    _kit_and_miner()


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


def _kit_and_miner() -> None:
    op.create_table(
        "ops_kit_plan",
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("request_key", name=op.f("pk_ops_kit_plan")),
    )
    with op.batch_alter_table("ops_kit_plan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ops_kit_plan_created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "ops_kit_row",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "topic",
                "feature",
                "welcome",
                "question",
                "launch",
                "thanks",
                "other",
                name="itemkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title_zh", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=60), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ops_kit_row")),
    )
    op.create_table(
        "ops_kit_text",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "topic",
                "feature",
                "welcome",
                "question",
                "launch",
                "thanks",
                "other",
                name="itemkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ops_kit_text")),
    )
    op.create_table(
        "ops_mined_day",
        sa.Column("mined_on", sa.Date(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mined_on", name=op.f("pk_ops_mined_day")),
    )
    op.create_table(
        "ops_mined_night",
        sa.Column("night_on", sa.Date(), nullable=False),
        sa.Column("ideas", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("night_on", name=op.f("pk_ops_mined_night")),
    )
    op.create_table(
        "ops_term_day",
        sa.Column("mined_on", sa.Date(), nullable=False),
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mined_on", "term", name=op.f("pk_ops_term_day")),
    )
    op.create_table(
        "ops_idea",
        sa.Column("id", BIG, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "term",
                "product",
                name="ideakind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("shown_zh", sa.String(length=80), nullable=False),
        sa.Column("shown_en", sa.String(length=80), nullable=False),
        sa.Column("score_milli", sa.Integer(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("authors", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.JSON(), nullable=False),
        sa.Column("threads", sa.JSON(), nullable=False),
        sa.Column("board_id", BIG, nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "used",
                "dismissed",
                name="ideastate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["member.id"], name=op.f("fk_ops_idea_decided_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ops_idea")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_ops_idea_kind_key")),
    )
    with op.batch_alter_table("ops_idea", schema=None) as batch_op:
        batch_op.create_index("ix_ops_idea_state", ["state", "score_milli", "id"], unique=False)

    op.create_table(
        "ops_kit_item",
        sa.Column("id", BIG, nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "topic",
                "feature",
                "welcome",
                "question",
                "launch",
                "thanks",
                "other",
                name="itemkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("assignee_id", BIG, nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", BIG, nullable=True),
        sa.Column("copied_from", BIG, nullable=True),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["member.id"], name=op.f("fk_ops_kit_item_assignee_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_ops_kit_item_created_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["member.id"], name=op.f("fk_ops_kit_item_done_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ops_kit_item")),
        sa.UniqueConstraint(
            "week_on", "copied_from", name=op.f("uq_ops_kit_item_week_on_copied_from")
        ),
    )
    with op.batch_alter_table("ops_kit_item", schema=None) as batch_op:
        batch_op.create_index("ix_ops_kit_item_week", ["week_on", "on_day", "id"], unique=False)

    op.create_table(
        "ops_topic_draft",
        sa.Column("id", BIG, nullable=False),
        sa.Column("idea_id", BIG, nullable=True),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("board_slug", sa.String(length=40), nullable=False),
        sa.Column("purpose_zh", sa.String(length=200), nullable=False),
        sa.Column("purpose_en", sa.String(length=200), nullable=False),
        sa.Column("question_zh", sa.String(length=400), nullable=False),
        sa.Column("question_en", sa.String(length=400), nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_ops_topic_draft_created_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ops_idea.id"], name=op.f("fk_ops_topic_draft_idea_id_ops_idea")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ops_topic_draft")),
        sa.UniqueConstraint("idea_id", name=op.f("uq_ops_topic_draft_idea_id")),
    )


def downgrade() -> None:
    op.drop_table("ops_topic_draft")
    with op.batch_alter_table("ops_kit_item", schema=None) as batch_op:
        batch_op.drop_index("ix_ops_kit_item_week")

    op.drop_table("ops_kit_item")
    with op.batch_alter_table("ops_idea", schema=None) as batch_op:
        batch_op.drop_index("ix_ops_idea_state")

    op.drop_table("ops_idea")
    op.drop_table("ops_term_day")
    op.drop_table("ops_mined_night")
    op.drop_table("ops_mined_day")
    op.drop_table("ops_kit_text")
    op.drop_table("ops_kit_row")
    with op.batch_alter_table("ops_kit_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ops_kit_plan_created_at"))

    op.drop_table("ops_kit_plan")
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
