"""Hot topics and tags as search knows them: one kind, told apart by whether the team runs it.

Both have ids of the house's one generator, so no topic and no tag share one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables_reading import HASHTAG, TAG, TOPIC, TOPIC_NAME
from app.community.types.reading import TopicState, fold
from app.kernel.db import db
from app.search.types import Document

FEW = 3  # visible posts must have a tag before it is suggested to others
SUGGESTED = 4
COUNTED = 100


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic or tag as a hit.

    Attributes:
        posts: visible posts, at most :data:`COUNTED`.
        state: None for a plain tag.
    """

    id: int
    slug: str
    name_zh: str
    name_en: str
    purpose_zh: str
    purpose_en: str
    state: TopicState | None
    posts: int

    def name(self, locale: str) -> str:
        """Return what it is called in a language."""
        return self.name_zh if locale.startswith("zh") else self.name_en

    def purpose(self, locale: str) -> str:
        """Return what it is about, in a language, else in the other one."""
        both = (self.purpose_zh, self.purpose_en)
        here, there = both if locale.startswith("zh") else both[::-1]
        return here or there


def topic_document(row: Mapping[str, Any]) -> Document:
    """Return what a topic is found by, from its columns."""
    title = (row["name_zh"], row["name_en"], row["slug"])
    body = (row["purpose_zh"], row["purpose_en"])
    return Document("topic", row["id"], row["created_at"], title, body)


def hashtag_document(row_id: int, name: str, at: datetime) -> Document:
    """Return what a tag is found by."""
    return Document("topic", row_id, at, (name,))


def topic_documents(row_ids: Collection[int]) -> Sequence[Document]:
    """Return topics and tags among ids. One statement."""
    rows = db.session.execute(_both(TOPIC.c.id.in_(row_ids), HASHTAG.c.id.in_(row_ids)))
    return [
        topic_document(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
        if row.state is not None
        else hashtag_document(row.id, row.slug, row.created_at)
        for row in rows
    ]


def _both(is_topic: Any, is_tag: Any) -> sa.CompoundSelect[Any]:
    topics = sa.select(
        TOPIC.c.id, TOPIC.c.slug, TOPIC.c.name_zh, TOPIC.c.name_en, TOPIC.c.purpose_zh,
        TOPIC.c.purpose_en, TOPIC.c.state, TOPIC.c.created_at, TOPIC.c.slug.label("tag"),
    ).where(is_topic)  # fmt: skip
    none = sa.literal("")
    tags = sa.select(
        HASHTAG.c.id, HASHTAG.c.name, HASHTAG.c.name, HASHTAG.c.name, none, none,
        sa.null(), HASHTAG.c.created_at, HASHTAG.c.name,
    ).where(is_tag)  # fmt: skip
    return sa.union_all(topics, tags)


def topic_ids_after(after: int, limit: int) -> Sequence[int]:
    """Return the next topics and tags. One statement."""
    some = sa.union_all(
        sa.select(TOPIC.c.id).where(TOPIC.c.id > after),
        sa.select(HASHTAG.c.id).where(HASHTAG.c.id > after),
    ).subquery()
    return list(db.session.scalars(sa.select(some.c.id).order_by(some.c.id).limit(limit)))


def topic_is_visible(
    column: sa.ColumnElement[int],
    viewer_id: int | None,  # noqa: ARG001 - a kind's signature
) -> sa.ColumnElement[bool]:
    """Return whether a topic or tag may be found, inside a statement.

    Topics always; a tag while a visible post has it, and no topic has taken its name.
    """
    is_topic = sa.exists().where(TOPIC.c.id == column)
    is_tag = sa.exists().where(
        HASHTAG.c.id == column,
        sa.exists().where(TAG.c.name == HASHTAG.c.name, TAG.c.is_visible).correlate(HASHTAG),
        ~sa.exists().where(TOPIC_NAME.c.name == HASHTAG.c.name).correlate(HASHTAG),
    )
    return sa.or_(is_topic, is_tag)


def found_topics(row_ids: Collection[int]) -> list[FoundTopic]:
    """Return topics and tags as hits. One statement, none for no ids."""
    if not row_ids:
        return []
    both = _both(TOPIC.c.id.in_(row_ids), HASHTAG.c.id.in_(row_ids)).subquery("b")
    columns: list[Any] = [*both.c, _posts(both.c.tag, both, COUNTED).label("posts")]
    rows = db.session.execute(sa.select(*columns))
    return [
        FoundTopic(
            row.id, row.slug, row.name_zh, row.name_en, row.purpose_zh, row.purpose_en,
            TopicState(row.state) if row.state else None, row.posts,
        )
        for row in rows
    ]  # fmt: skip


def _posts(name: Any, source: sa.FromClause, most: int) -> sa.ScalarSelect[int]:
    some = (
        sa.select(TAG.c.thread_id)
        .where(TAG.c.name == name, TAG.c.is_visible)
        .limit(most)
        .correlate(source)
    )
    return sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery()


def topics_beginning_with(text: str) -> list[str]:
    """Return topics, then tags, that begin so, written as in a post. One statement.

    A tag is suggested when three visible posts have it and it is no number.
    """
    begin = fold(text)
    if not begin:
        return []
    named = (
        sa.select(TOPIC_NAME.c.name, TOPIC.c.ends_at, TOPIC.c.id, TOPIC.c.slug)
        .join(TOPIC, TOPIC.c.id == TOPIC_NAME.c.topic_id)
        .where(TOPIC_NAME.c.name.startswith(begin, autoescape=True))
        .order_by(TOPIC.c.ends_at.desc(), TOPIC_NAME.c.name)
        .limit(SUGGESTED * 3)
        .subquery()
    )
    tagged = (
        sa.select(HASHTAG.c.name, HASHTAG.c.id)
        .where(
            HASHTAG.c.name.startswith(begin, autoescape=True),
            _posts(HASHTAG.c.name, HASHTAG, FEW) >= FEW,
            ~sa.exists().where(TOPIC_NAME.c.name == HASHTAG.c.name),
        )
        .order_by(HASHTAG.c.name)
        .limit(SUGGESTED)
        .subquery()
    )
    rows = db.session.execute(
        sa.union_all(
            sa.select(named.c.name, sa.literal(0).label("place"), named.c.id),
            sa.select(tagged.c.name, sa.literal(1), tagged.c.id),
        )
    ).all()
    return _few(rows)


def _few(rows: Sequence[Any]) -> list[str]:
    """Return one name a topic, then tags; four together."""
    once: dict[int, str] = {}
    for row in sorted(rows, key=lambda row: (row.place, len(row.name), row.name)):
        if not (row.place and row.name.isdigit()):
            once.setdefault(row.id, f"#{row.name}#")
    return list(once.values())[:SUGGESTED]
