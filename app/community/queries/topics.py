"""Hot topics: one, those of a while, and where they are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from app.community.queries.tables import MEDIA
from app.community.queries.tables_reading import HASHTAG, TAG, TOPIC, TOPIC_NAME, WATCH
from app.community.types.reading import TopicState, WatchKind, WatchLevel, fold
from app.kernel import clock
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.types import Photo

MANY = 1_000  # posts are counted no further: "1,000+" says enough
CLOSED_SHOWN = 12


@dataclass(frozen=True, slots=True)
class TopicView:
    """A hot topic, its texts in both languages."""

    id: int
    slug: str
    name_zh: str
    name_en: str
    purpose_zh: str
    purpose_en: str
    rules_zh: str
    rules_en: str
    rewards_zh: str
    rewards_en: str
    banner: Photo | None
    state: TopicState
    starts_at: datetime
    ends_at: datetime
    level: WatchLevel = WatchLevel.NORMAL
    reward_kind: str = ""
    reward_key: str = ""

    def text(self, name: str, locale: str) -> str:
        """Return ``name``, ``purpose``, ``rules`` or ``rewards`` in a language, else another."""
        here, there = ("zh", "en") if locale.startswith("zh") else ("en", "zh")
        text: str = getattr(self, f"{name}_{here}") or getattr(self, f"{name}_{there}")
        return text

    def name(self, locale: str) -> str:
        """Return what it is called in a language."""
        return self.text("name", locale)

    @property
    def reward(self) -> str:
        """Return the mission or camp that gives its reward: ``camp:<slug>``, or empty."""
        return f"{self.reward_kind}:{self.reward_key}" if self.reward_kind else ""

    @property
    def first_on(self) -> date:
        """Return its first day."""
        return clock.business_date(self.starts_at)

    @property
    def last_on(self) -> date:
        """Return its last day."""
        return clock.business_date(self.ends_at - datetime.resolution)


def find_topic(name: str, viewer_id: int | None = None) -> TopicView | None:
    """Return the topic of a slug or name, in whatever state, or None. One statement."""
    row = db.session.execute(
        _topics(viewer_id).join(TOPIC_NAME, TOPIC_NAME.c.topic_id == TOPIC.c.id).where(
            TOPIC_NAME.c.name == fold(name)
        )
    ).one_or_none()  # fmt: skip
    return _topic(row) if row else None


def current_topics(viewer_id: int | None = None) -> list[TopicView]:
    """Return topics that are open, then planned ones, then those closed last. One statement."""
    order = sa.case(
        (TOPIC.c.state == TopicState.OPEN, 0), (TOPIC.c.state == TopicState.PLANNED, 1), else_=2
    )
    closed = (
        sa.select(TOPIC.c.id)
        .where(TOPIC.c.state == TopicState.CLOSED)
        .order_by(TOPIC.c.ends_at.desc(), TOPIC.c.id.desc())
        .limit(CLOSED_SHOWN)
    )
    rows = db.session.execute(
        _topics(viewer_id)
        .where(sa.or_(TOPIC.c.state != TopicState.CLOSED, TOPIC.c.id.in_(closed)))
        .order_by(order, TOPIC.c.ends_at.desc(), TOPIC.c.id)
        .limit(60)
    )
    return [_topic(row) for row in rows]


def topics_between(first: date, last: date) -> list[TopicView]:
    """Return the topics that run on some of these days, by their beginning. One statement."""
    rows = db.session.execute(
        _topics(None)
        .where(TOPIC.c.starts_at < clock.day_end(last), TOPIC.c.ends_at > clock.day_start(first))
        .order_by(TOPIC.c.starts_at, TOPIC.c.id)
        .limit(200)
    )
    return [_topic(row) for row in rows]


@dataclass(frozen=True, slots=True)
class KnownTags:
    """What is known of some tags, by their folded names.

    Attributes:
        slugs: name -> slug of the topic that it means.
        met: names that somebody has used before.
        topic_ids: the topics that any of them means, ascending.
    """

    slugs: Mapping[str, str] = field(default_factory=dict)
    met: frozenset[str] = frozenset()
    topic_ids: tuple[int, ...] = ()

    def names(self, tags: Iterable[str]) -> tuple[str, ...]:
        """Return under which names tags are kept: a topic's under its slug; once each."""
        folded = [fold(tag) for tag in tags]
        return tuple(dict.fromkeys(self.slugs.get(name, name) for name in folded if name))

    def unmet(self, names: Iterable[str]) -> set[str]:
        """Return which of these are no topic, and nobody has used them before."""
        return set(names) - self.met - set(self.slugs.values())

    def paths(self, tags: Iterable[str]) -> dict[str, str]:
        """Return the paths of the pages of topics by their tags; what is no topic is left out."""
        return {tag: topic_url(self.slugs[fold(tag)]) for tag in tags if fold(tag) in self.slugs}


def known_tags(tags: Collection[str]) -> KnownTags:
    """Return what is known of tags. One statement, none for no tags."""
    wanted = sorted({fold(tag) for tag in tags})
    if not wanted:
        return KnownTags()
    slugs = (
        sa.select(TOPIC_NAME.c.name, TOPIC.c.slug, TOPIC.c.id)
        .join(TOPIC, TOPIC.c.id == TOPIC_NAME.c.topic_id)
        .where(TOPIC_NAME.c.name.in_(wanted))
    )
    met = sa.select(HASHTAG.c.name, sa.null().label("slug"), sa.null().label("id"))
    rows = db.session.execute(sa.union_all(slugs, met.where(HASHTAG.c.name.in_(wanted)))).all()
    return KnownTags(
        {row.name: row.slug for row in rows if row.slug is not None},
        frozenset(row.name for row in rows if row.slug is None),
        tuple(sorted({row.id for row in rows if row.id is not None})),
    )


def topic_paths(names: Collection[str]) -> dict[str, str]:
    """Return the paths of the pages of topics by their names in small letters.

    Names that mean no topic are left out. One statement, none for no names.
    """
    return known_tags(names).paths(names)


def topic_url(name: str) -> str:
    """Return the path of the page of a topic's slug or name, or of a plain tag."""
    return f"/t/{quote(fold(name), safe='')}"


def count_of(tag: str) -> int:
    """Return how many visible posts a tag has, at most :data:`MANY`. One statement."""
    some = sa.select(TAG.c.thread_id).where(TAG.c.name == tag, TAG.c.is_visible).limit(MANY)
    return db.session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def banners_in_use(media_ids: Sequence[int]) -> set[int]:
    """Return which of these photos are the banner of a topic. No statement for none."""
    if not media_ids:
        return set()
    found = sa.select(TOPIC.c.banner_media_id).where(TOPIC.c.banner_media_id.in_(media_ids))
    return {media_id for media_id in db.session.scalars(found) if media_id is not None}


def _topics(viewer_id: int | None) -> sa.Select[Any]:
    mine = sa.and_(
        WATCH.c.member_id == (viewer_id or 0),
        WATCH.c.kind == WatchKind.TOPIC,
        WATCH.c.target_id == TOPIC.c.id,
    )
    return (
        sa.select(TOPIC, WATCH.c.level, *media.photo_columns())
        .select_from(TOPIC)
        .outerjoin(WATCH, mine)
        .outerjoin(MEDIA, MEDIA.c.id == TOPIC.c.banner_media_id)
    )


def _topic(row: Any) -> TopicView:
    return TopicView(
        row.id,
        row.slug,
        row.name_zh,
        row.name_en,
        row.purpose_zh,
        row.purpose_en,
        row.rules_zh,
        row.rules_en,
        row.rewards_zh,
        row.rewards_en,
        media.photo_from(row),
        row.state,
        row.starts_at,
        row.ends_at,
        row.level or WatchLevel.NORMAL,
        row.reward_kind,
        row.reward_key,
    )
