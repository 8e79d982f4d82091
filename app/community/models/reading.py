"""What reading leaves behind: heat, tags and topics, read marks, watches, bookmarks, reactions.

Moments that lists are sorted by stand here as whole milliseconds since 1970 (``…_ms``): a key of a
page is then exact on every database.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.community.types.reading import PollKind, TopicState, WatchKind, WatchLevel
from app.kernel.db import Id, Model, enum_type


def _to(target: str, **options: Any) -> Any:
    return mapped_column(sa.ForeignKey(target), **options)


def _count() -> Any:
    return mapped_column(sa.Integer, default=0, server_default="0")


def _shown(name: str, *columns: str, also: str = "") -> sa.Index:
    # As each database writes the condition in a query: else it would not see that the index fits.
    return sa.Index(
        name,
        *columns,
        sqlite_where=sa.text(f"is_visible = 1{also}"),
        postgresql_where=sa.text(f"is_visible{also}"),
    )


FEATURED = " AND featured_ms IS NOT NULL"


class ThreadHeat(Model):
    """A member who took part in a thread: he heats it once, whatever he does there."""

    __tablename__ = "thread_heat"

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    member_id: Mapped[int] = _to("member.id", primary_key=True, index=True)


class ReadingCursor(Model):
    """How far a sweep of this domain has read the facts."""

    __tablename__ = "reading_cursor"

    name: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    fact_id: Mapped[int]


class Topic(Model):
    """A hot topic that the team runs for a while.

    Attributes:
        banner_media_id: a wide photo.
        reward_kind: where its reward is earned, if a mission or camp gives it; else empty.
        reward_key: that mission's code, that camp's slug.
    """

    __tablename__ = "community_topic"
    __table_args__ = (
        sa.Index("ix_community_topic_state", "state", "starts_at"),
        sa.CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str] = mapped_column(sa.String(40))
    purpose_zh: Mapped[str] = mapped_column(sa.String(200))
    purpose_en: Mapped[str] = mapped_column(sa.String(200))
    rules_zh: Mapped[str] = mapped_column(sa.Text)
    rules_en: Mapped[str] = mapped_column(sa.Text)
    rewards_zh: Mapped[str] = mapped_column(sa.Text)
    rewards_en: Mapped[str] = mapped_column(sa.Text)
    banner_media_id: Mapped[int | None] = _to("media.id")
    reward_kind: Mapped[str] = mapped_column(sa.String(16), default="", server_default="")
    reward_key: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    state: Mapped[TopicState] = mapped_column(enum_type(TopicState))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_by: Mapped[int | None] = _to("member.id")
    created_at: Mapped[datetime]


class TopicName(Model):
    """What members may write between the signs: slug and both names, folded. One topic a name."""

    __tablename__ = "community_topic_name"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    topic_id: Mapped[int] = _to("community_topic.id", index=True)


class Hashtag(Model):
    """A tag that somebody used: what search finds it by. Gone once no thread has it."""

    __tablename__ = "community_hashtag"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    created_at: Mapped[datetime]


class ThreadTag(Model):
    """A tag in the text of a thread: the slug of a topic, or the word itself, folded.

    ``born_ms``, ``hot_ms``, ``featured_ms``, ``people`` and ``is_visible`` are those of the thread:
    the page of a topic is then one walk along an index.
    """

    __tablename__ = "community_thread_tag"
    __table_args__ = (
        _shown("ix_community_thread_tag_hot", "name", "hot_ms", "thread_id"),
        _shown("ix_community_thread_tag_new", "name", "born_ms", "thread_id"),
        _shown("ix_community_thread_tag_best", "name", "people", "thread_id"),
        _shown(
            "ix_community_thread_tag_featured", "name", "featured_ms", "thread_id", also=FEATURED
        ),
    )

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    born_ms: Mapped[int]
    hot_ms: Mapped[int]
    featured_ms: Mapped[int | None]
    people: Mapped[int] = _count()
    is_visible: Mapped[bool]


class BoardPlace(Model):
    """The city of a board: members find it on *nearby*."""

    __tablename__ = "board_place"

    board_id: Mapped[int] = _to("board.id", primary_key=True)
    city_zh: Mapped[str] = mapped_column(sa.String(24))
    city_en: Mapped[str] = mapped_column(sa.String(40))


class MemberPlace(Model):
    """The board that a member chose as his nearby one."""

    __tablename__ = "member_place"

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    board_id: Mapped[int] = _to("board.id")


class ThreadRead(Model):
    """How far a member has read a thread: the second watermark, pruned with the first."""

    __tablename__ = "thread_read"
    __table_args__ = (sa.Index("ix_thread_read_read_at", "read_at"),)

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    board_id: Mapped[int] = _to("board.id")
    floor: Mapped[int] = _count()
    read_at: Mapped[datetime]


class BoardRead(Model):
    """Everything on a board up to this moment is read: the first watermark."""

    __tablename__ = "board_read"

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    board_id: Mapped[int] = _to("board.id", primary_key=True)
    read_at: Mapped[datetime]


class ThreadViewsDay(Model):
    """Views of a thread on a business day.

    Attributes:
        shared: of them, by a shared link.
        crossed: of these, by somebody who doesn't follow its author.
        by_followers: of all views, by members who followed the author at that moment.
        by_strangers: by members who did not; the author's own are in neither.
        by_guests: by people who were not signed in.
    """

    __tablename__ = "thread_views_day"
    __table_args__ = (sa.Index("ix_thread_views_day_viewed_on", "viewed_on"),)

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    on: Mapped[date] = mapped_column("viewed_on", primary_key=True)
    views: Mapped[int] = _count()
    shared: Mapped[int] = _count()
    crossed: Mapped[int] = _count()
    by_followers: Mapped[int] = _count()
    by_strangers: Mapped[int] = _count()
    by_guests: Mapped[int] = _count()


class ThreadShare(Model):
    """What a member's shared link of a thread brought: visits, and those of strangers."""

    __tablename__ = "thread_share"

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    member_id: Mapped[int] = _to("member.id", primary_key=True, index=True)
    visits: Mapped[int] = _count()
    crossed: Mapped[int] = _count()


class Watch(Model):
    """How closely a member follows a board, topic, thread or member. No row: as usual."""

    __tablename__ = "watch"
    __table_args__ = (sa.Index("ix_watch_target", "kind", "target_id", "level", "member_id"),)

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    kind: Mapped[WatchKind] = mapped_column(enum_type(WatchKind), primary_key=True)
    target_id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[WatchLevel] = mapped_column(enum_type(WatchLevel))
    set_at: Mapped[datetime]


class MemberBlock(Model):
    """A member doesn't want to see another. ``is_block``: nor be followed by him."""

    __tablename__ = "member_block"

    owner_id: Mapped[int] = _to("member.id", primary_key=True)
    other_id: Mapped[int] = _to("member.id", primary_key=True, index=True)
    is_block: Mapped[bool]
    created_at: Mapped[datetime]


class BookmarkFolder(Model):
    """A folder for bookmarks; its name is the member's own word."""

    __tablename__ = "bookmark_folder"
    __table_args__ = (sa.UniqueConstraint("member_id", "name"),)

    id: Mapped[Id]
    member_id: Mapped[int] = _to("member.id")
    name: Mapped[str] = mapped_column(sa.String(24))
    created_at: Mapped[datetime]


class Bookmark(Model):
    """A thread that a member keeps; ``folder_id`` None: in no folder."""

    __tablename__ = "bookmark"
    __table_args__ = (
        sa.Index("ix_bookmark_member", "member_id", "saved_ms", "thread_id"),
        sa.Index("ix_bookmark_folder", "folder_id", "saved_ms", "thread_id"),
    )

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    folder_id: Mapped[int | None] = _to("bookmark_folder.id")
    saved_ms: Mapped[int]


class ReactionKind(Model):
    """A reaction that the brand offers.

    Attributes:
        glyph: one emoji.
        is_brand: the team's alone: a thank-you from the brand.
    """

    __tablename__ = "reaction_kind"

    key: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    glyph: Mapped[str] = mapped_column(sa.String(16))
    name_zh: Mapped[str] = mapped_column(sa.String(24))
    name_en: Mapped[str] = mapped_column(sa.String(24))
    position: Mapped[int] = mapped_column(sa.Integer)
    is_on: Mapped[bool]
    is_brand: Mapped[bool]


class Reaction(Model):
    """A member's reaction to a thread (``floor`` 0) or to the reply on a floor."""

    __tablename__ = "reaction"
    __table_args__ = (
        sa.Index("ix_reaction_newest", "thread_id", "floor", "reacted_ms", "member_id"),
    )

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    floor: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    member_id: Mapped[int] = _to("member.id", primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    reacted_ms: Mapped[int]


class ReactionCount(Model):
    """How many reactions of a kind a thread or reply has."""

    __tablename__ = "reaction_count"

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    floor: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    count: Mapped[int] = _count()


class Poll(Model):
    """A question inside a thread.

    Attributes:
        options: its answers, in their order.
        tally: ``votes`` by option and, for a ranked poll, ``pairs``: how many prefer one to
            another; what all ballots add up to, kept under the row's own lock.
        is_public: everybody sees who voted for what.
        is_hidden_until_vote: results show to who has voted, and to all once it is closed.
    """

    __tablename__ = "poll"

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    question: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[PollKind] = mapped_column(enum_type(PollKind))
    options: Mapped[list[Any]]
    is_public: Mapped[bool]
    is_hidden_until_vote: Mapped[bool]
    closes_at: Mapped[datetime | None]
    ballot_count: Mapped[int] = _count()
    tally: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class PollBallot(Model):
    """A member's vote: positions of options, in his order. One a member; it may be changed."""

    __tablename__ = "poll_ballot"

    thread_id: Mapped[int] = _to("poll.thread_id", primary_key=True)
    member_id: Mapped[int] = _to("member.id", primary_key=True, index=True)
    choice: Mapped[list[Any]]
    cast_at: Mapped[datetime]
