"""Threads and replies as search knows them. Search is called down; it asks back through these."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.community import present, queries
from app.community.queries import found as reads
from app.community.queries import found_topics as topics
from app.community.queries.tables import BOARD
from app.community.queries.topics import topic_url
from app.community.types.reading import TopicState
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_code, ngettext
from app.search.types import (
    Card,
    Choice,
    Filter,
    Kind,
    register,
    register_filter,
    register_suggester,
)


def move_in() -> None:
    """Let threads, replies and topics be found, and searches be narrowed to a board."""
    register(
        Kind(
            "thread", 10, _l("Posts"), "messages", reads.thread_documents, reads.thread_ids_after,
            reads.thread_is_visible, thread_cards,
        )
    )  # fmt: skip
    register(
        Kind(
            "reply", 20, _l("Replies"), "message-circle", reads.reply_documents,
            reads.reply_ids_after, reads.reply_is_visible, reply_cards,
        )
    )  # fmt: skip
    register(
        Kind(
            "topic", 15, _l("Topics"), "hash", topics.topic_documents, topics.topic_ids_after,
            topics.topic_is_visible, topic_cards,
        )
    )  # fmt: skip
    register_suggester(topics.topics_beginning_with)
    both = frozenset({"thread", "reply"})
    by_thread = {"reply": reads.thread_is_on_board}
    register_filter(Filter("board", _l("Board"), "layout-grid", both, _board, by_thread, _boards))


def _board(slug: str, is_zh: bool) -> sa.Select[Any]:  # noqa: FBT001 - a filter's signature
    name = BOARD.c.name_zh if is_zh else BOARD.c.name_en
    return sa.select(BOARD.c.id, name.label("label")).where(BOARD.c.slug == slug)


def _boards() -> Sequence[Choice]:
    return [Choice(board.slug, board.name(locale_code())) for board in queries.all_boards()]


def thread_cards(
    thread_ids: Collection[int],
    viewer_id: int | None,  # noqa: ARG001 - a kind's signature
) -> Mapping[int, Card]:
    """Return threads as hits. One statement."""
    return {
        each.id: Card(
            url_for("community.thread", code=each.code), each.title, each.text, each.lang,
            each.board(locale_code()), each.author, each.cover, each.created_at,
        )
        for each in reads.found_threads(thread_ids)
    }  # fmt: skip


def reply_cards(
    reply_ids: Collection[int],
    viewer_id: int | None,  # noqa: ARG001 - a kind's signature
) -> Mapping[int, Card]:
    """Return replies as hits: the title names their thread. One statement."""
    return {
        each.id: Card(
            present.floor_url(each.code, each.floor), each.title, each.text,
            about=f"#{each.floor}", person=each.author, at=each.created_at,
            is_named_elsewhere=True,
        )
        for each in reads.found_replies(reply_ids)
    }  # fmt: skip


STATES = {
    TopicState.OPEN: _l("Hot topic, open"),
    TopicState.PLANNED: _l("Hot topic, coming up"),
    TopicState.CLOSED: _l("Hot topic, closed"),
}


def topic_cards(
    row_ids: Collection[int],
    viewer_id: int | None,  # noqa: ARG001 - a kind's signature
) -> Mapping[int, Card]:
    """Return topics and tags as hits. One statement."""
    locale = locale_code()
    return {
        each.id: Card(
            topic_url(each.slug), f"#{each.name(locale)}#", each.purpose(locale),
            about=_topic_facts(each), icon="hash",
        )
        for each in topics.found_topics(row_ids)
    }  # fmt: skip


def _topic_facts(each: topics.FoundTopic) -> str:
    posts = (
        _("%(num)s+ posts", num=topics.COUNTED)
        if each.posts >= topics.COUNTED
        else ngettext("%(num)s post", "%(num)s posts", each.posts)
    )
    return f"{STATES[each.state]} · {posts}" if each.state else posts
