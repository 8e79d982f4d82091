"""reading

Revision ID: 39c868022002
Revises: 7c1d9e40a5b2
Create Date: 2026-11-29 05:45:00+00:00

Old code runs while this runs: add first, use later, drop last. State the table size you assumed.
"""

import sqlalchemy as sa
from alembic import op

revision = "39c868022002"
down_revision = "7c1d9e40a5b2"
branch_labels = None
depends_on = None


BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VISIBLE = "removed_at IS NULL AND hidden_at IS NULL"
FEATURED = f"{VISIBLE} AND featured_ms IS NOT NULL"
INDEXES = (
    ("ix_thread_hot", ["hot_ms", "id"], VISIBLE),
    ("ix_thread_board_hot", ["board_id", "hot_ms", "id"], VISIBLE),
    ("ix_thread_featured", ["featured_ms", "id"], FEATURED),
    ("ix_thread_board_featured", ["board_id", "featured_ms", "id"], FEATURED),
)


def upgrade() -> None:
    op.create_table(
        "reading_cursor",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("fact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reading_cursor")),
    )
    op.create_table(
        "reaction_kind",
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("glyph", sa.String(length=16), nullable=False),
        sa.Column("name_zh", sa.String(length=24), nullable=False),
        sa.Column("name_en", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("is_brand", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reaction_kind")),
    )
    op.create_table(
        "board_place",
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("city_zh", sa.String(length=24), nullable=False),
        sa.Column("city_en", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_board_place_board_id_board")
        ),
        sa.PrimaryKeyConstraint("board_id", name=op.f("pk_board_place")),
    )
    op.create_table(
        "board_read",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_board_read_board_id_board")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_board_read_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", "board_id", name=op.f("pk_board_read")),
    )
    op.create_table(
        "bookmark_folder",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_bookmark_folder_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookmark_folder")),
        sa.UniqueConstraint("member_id", "name", name=op.f("uq_bookmark_folder_member_id_name")),
    )
    op.create_table(
        "community_topic",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column("purpose_zh", sa.String(length=200), nullable=False),
        sa.Column("purpose_en", sa.String(length=200), nullable=False),
        sa.Column("rules_zh", sa.Text(), nullable=False),
        sa.Column("rules_en", sa.Text(), nullable=False),
        sa.Column("rewards_zh", sa.Text(), nullable=False),
        sa.Column("rewards_en", sa.Text(), nullable=False),
        sa.Column(
            "banner_media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "open",
                "closed",
                name="topicstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_community_topic_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["banner_media_id"], ["media.id"], name=op.f("fk_community_topic_banner_media_id_media")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_community_topic_created_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_topic")),
        sa.UniqueConstraint("slug", name=op.f("uq_community_topic_slug")),
    )
    with op.batch_alter_table("community_topic", schema=None) as batch_op:
        batch_op.create_index("ix_community_topic_state", ["state", "starts_at"], unique=False)

    op.create_table(
        "member_block",
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_block", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"], ["member.id"], name=op.f("fk_member_block_other_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["member.id"], name=op.f("fk_member_block_owner_id_member")
        ),
        sa.PrimaryKeyConstraint("owner_id", "other_id", name=op.f("pk_member_block")),
    )
    with op.batch_alter_table("member_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_block_other_id"), ["other_id"], unique=False)

    op.create_table(
        "member_place",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_member_place_board_id_board")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_place_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_place")),
    )
    op.create_table(
        "watch",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "board",
                "topic",
                "thread",
                "member",
                name="watchkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "level",
            sa.Enum(
                "muted",
                "normal",
                "tracking",
                "watching",
                name="watchlevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_watch_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", "kind", "target_id", name=op.f("pk_watch")),
    )
    with op.batch_alter_table("watch", schema=None) as batch_op:
        batch_op.create_index(
            "ix_watch_target", ["kind", "target_id", "level", "member_id"], unique=False
        )

    op.create_table(
        "bookmark",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("folder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("saved_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"],
            ["bookmark_folder.id"],
            name=op.f("fk_bookmark_folder_id_bookmark_folder"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_bookmark_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_bookmark_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("member_id", "thread_id", name=op.f("pk_bookmark")),
    )
    with op.batch_alter_table("bookmark", schema=None) as batch_op:
        batch_op.create_index(
            "ix_bookmark_folder", ["folder_id", "saved_ms", "thread_id"], unique=False
        )
        batch_op.create_index(
            "ix_bookmark_member", ["member_id", "saved_ms", "thread_id"], unique=False
        )

    op.create_table(
        "community_thread_tag",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("born_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hot_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "featured_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_community_thread_tag_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "name", name=op.f("pk_community_thread_tag")),
    )
    with op.batch_alter_table("community_thread_tag", schema=None) as batch_op:
        batch_op.create_index(
            "ix_community_thread_tag_featured",
            ["name", "featured_ms", "thread_id"],
            unique=False,
            sqlite_where=sa.text("is_visible = 1 AND featured_ms IS NOT NULL"),
            postgresql_where=sa.text("is_visible AND featured_ms IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_community_thread_tag_hot",
            ["name", "hot_ms", "thread_id"],
            unique=False,
            sqlite_where=sa.text("is_visible = 1"),
            postgresql_where=sa.text("is_visible"),
        )
        batch_op.create_index(
            "ix_community_thread_tag_new",
            ["name", "born_ms", "thread_id"],
            unique=False,
            sqlite_where=sa.text("is_visible = 1"),
            postgresql_where=sa.text("is_visible"),
        )

    op.create_table(
        "community_topic_name",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["community_topic.id"],
            name=op.f("fk_community_topic_name_topic_id_community_topic"),
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_community_topic_name")),
    )
    with op.batch_alter_table("community_topic_name", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_community_topic_name_topic_id"), ["topic_id"], unique=False
        )

    op.create_table(
        "poll",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("question", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "single",
                "multiple",
                "ranked",
                name="pollkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("is_hidden_until_vote", sa.Boolean(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ballot_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tally", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_poll_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_poll")),
    )
    op.create_table(
        "reaction",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column(
            "reacted_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_reaction_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_reaction_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint(
            "thread_id", "floor", "member_id", "kind", name=op.f("pk_reaction")
        ),
    )
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reaction_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "ix_reaction_newest", ["thread_id", "floor", "reacted_ms", "member_id"], unique=False
        )

    op.create_table(
        "reaction_count",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("count", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_reaction_count_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "floor", "kind", name=op.f("pk_reaction_count")),
    )
    op.create_table(
        "thread_heat",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_thread_heat_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_heat_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "member_id", name=op.f("pk_thread_heat")),
    )
    with op.batch_alter_table("thread_heat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_heat_member_id"), ["member_id"], unique=False)

    op.create_table(
        "thread_read",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("floor", sa.Integer(), server_default="0", nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_thread_read_board_id_board")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_thread_read_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_read_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("member_id", "thread_id", name=op.f("pk_thread_read")),
    )
    with op.batch_alter_table("thread_read", schema=None) as batch_op:
        batch_op.create_index("ix_thread_read_read_at", ["read_at"], unique=False)

    op.create_table(
        "thread_share",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("visits", sa.Integer(), server_default="0", nullable=False),
        sa.Column("crossed", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_thread_share_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_share_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "member_id", name=op.f("pk_thread_share")),
    )
    with op.batch_alter_table("thread_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_share_member_id"), ["member_id"], unique=False)

    op.create_table(
        "thread_views_day",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("viewed_on", sa.Date(), nullable=False),
        sa.Column("views", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shared", sa.Integer(), server_default="0", nullable=False),
        sa.Column("crossed", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_views_day_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "viewed_on", name=op.f("pk_thread_views_day")),
    )
    op.create_table(
        "poll_ballot",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_poll_ballot_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["poll.thread_id"], name=op.f("fk_poll_ballot_thread_id_poll")
        ),
        sa.PrimaryKeyConstraint("thread_id", "member_id", name=op.f("pk_poll_ballot")),
    )
    with op.batch_alter_table("poll_ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_poll_ballot_member_id"), ["member_id"], unique=False)

    op.create_index("ix_reply_thread_author", "reply", ["thread_id", "author_id", "floor"])
    op.create_index("ix_reply_thread_liked", "reply", ["thread_id", "like_count", "floor"])
    for name in ("born_ms", "hot_ms"):
        op.add_column("thread", sa.Column(name, BIG, server_default="0", nullable=False))
    op.add_column("thread", sa.Column("featured_ms", BIG, nullable=True))
    for name in ("people", "tag_count", "view_count"):
        op.add_column("thread", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    _begin_heat()
    for name, columns, condition in INDEXES:
        op.create_index(
            name,
            "thread",
            columns,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )


def _begin_heat() -> None:
    """Give the threads that are there their heat. Assumed: under a million threads and likes."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    born = (
        "CAST(round((julianday(created_at) - 2440587.5) * 86400000) AS INTEGER)"
        if is_sqlite
        else "CAST(round(extract(epoch FROM created_at) * 1000) AS BIGINT)"
    )
    op.execute(
        sa.text(
            "INSERT INTO thread_heat (thread_id, member_id) "
            "SELECT thread.id, thread_like.member_id FROM thread_like "
            "JOIN thread ON thread.id = thread_like.thread_id "
            "WHERE thread.author_id <> thread_like.member_id "
            "UNION SELECT thread.id, reply.author_id FROM reply "
            "JOIN thread ON thread.id = reply.thread_id WHERE thread.author_id <> reply.author_id"
        )
    )
    op.execute(
        sa.text(
            f"UPDATE thread SET born_ms = {born}, hot_ms = {born}, people = (SELECT count(*) "  # noqa: S608 - ours
            "FROM thread_heat WHERE thread_heat.thread_id = thread.id)"
        )
    )
    op.execute(
        sa.text(
            "INSERT INTO reading_cursor (name, fact_id) "
            "SELECT 'heat', coalesce(max(id), 0) FROM fact"
        )
    )
    op.execute(
        sa.text(
            "UPDATE thread SET hot_ms = born_ms + "
            "CAST(round(45000000 * log(CAST(1 + people AS FLOAT))) AS BIGINT) WHERE people > 0"
        )
    )


def downgrade() -> None:
    for name, _columns, _condition in INDEXES:
        op.drop_index(name, "thread")
    for name in ("born_ms", "hot_ms", "featured_ms", "people", "tag_count", "view_count"):
        op.drop_column("thread", name)
    op.drop_index("ix_reply_thread_liked", "reply")
    op.drop_index("ix_reply_thread_author", "reply")
    op.drop_table("reading_cursor")
    with op.batch_alter_table("poll_ballot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_poll_ballot_member_id"))

    op.drop_table("poll_ballot")
    op.drop_table("thread_views_day")
    with op.batch_alter_table("thread_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thread_share_member_id"))

    op.drop_table("thread_share")
    with op.batch_alter_table("thread_read", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_read_read_at")

    op.drop_table("thread_read")
    with op.batch_alter_table("thread_heat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thread_heat_member_id"))

    op.drop_table("thread_heat")
    op.drop_table("reaction_count")
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.drop_index("ix_reaction_newest")
        batch_op.drop_index(batch_op.f("ix_reaction_member_id"))

    op.drop_table("reaction")
    op.drop_table("poll")
    with op.batch_alter_table("community_topic_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_community_topic_name_topic_id"))

    op.drop_table("community_topic_name")
    with op.batch_alter_table("community_thread_tag", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_community_thread_tag_new",
            sqlite_where=sa.text("is_visible = 1"),
            postgresql_where=sa.text("is_visible"),
        )
        batch_op.drop_index(
            "ix_community_thread_tag_hot",
            sqlite_where=sa.text("is_visible = 1"),
            postgresql_where=sa.text("is_visible"),
        )
        batch_op.drop_index(
            "ix_community_thread_tag_featured",
            sqlite_where=sa.text("is_visible = 1 AND featured_ms IS NOT NULL"),
            postgresql_where=sa.text("is_visible AND featured_ms IS NOT NULL"),
        )

    op.drop_table("community_thread_tag")
    with op.batch_alter_table("bookmark", schema=None) as batch_op:
        batch_op.drop_index("ix_bookmark_member")
        batch_op.drop_index("ix_bookmark_folder")

    op.drop_table("bookmark")
    with op.batch_alter_table("watch", schema=None) as batch_op:
        batch_op.drop_index("ix_watch_target")

    op.drop_table("watch")
    op.drop_table("member_place")
    with op.batch_alter_table("member_block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_block_other_id"))

    op.drop_table("member_block")
    with op.batch_alter_table("community_topic", schema=None) as batch_op:
        batch_op.drop_index("ix_community_topic_state")

    op.drop_table("community_topic")
    op.drop_table("bookmark_folder")
    op.drop_table("board_read")
    op.drop_table("board_place")
    op.drop_table("reaction_kind")
