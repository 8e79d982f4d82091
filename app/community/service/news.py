"""Those who watch are told: a sweep reads the log of facts and walks along the watchers.

Whoever publishes pays no statement. A post that somebody watches for becomes one row; it is told
to five hundred members at a time, each batch with its place in the row in one transaction, so a
killed worker forgets nobody and tells nobody twice. What is hidden or removed is taken back, what
comes back is counted again.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from app.community import events
from app.community.queries import news as queries
from app.community.queries.news import Claimed, Watching
from app.community.queries.tables_reading import NEWS
from app.community.types.reading import NewsState, WatchKind
from app.kernel import clock, jobs
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.kernel.tails import Heard
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link, Params, Tell

NEW_REPLY, NEW_THREAD = "community.new_reply", "community.new_thread"
BATCH = 500
BATCHES = 20  # of one turn
KEEP = timedelta(days=3)  # longer than the log of facts is read back

NEWS_HEARD = (
    events.ThreadPublished, events.ThreadRemoved, events.ThreadBroughtBack, events.ThreadHidden,
    events.ThreadRestored, events.ReplyPublished, events.ReplyRemoved, events.ReplyBroughtBack,
    events.ReplyHidden, events.ReplyRestored,
)  # fmt: skip


@use_case
def note_news(heard: Sequence[Heard]) -> int:
    """Note what is new for those who watch, as it stands now; return how much changed.

    At most four statements, however many facts; a post for which nobody watches leaves no row.
    """
    threads = {each.said["thread_id"] for each in heard if each.name.startswith("thread.")}
    replies = {each.said["reply_id"] for each in heard if each.name.startswith("reply.")}
    posts = queries.posts_now(threads, replies)
    statement = insert(NEWS).values(state=NewsState.TELL, told_up_to=0)
    again = statement.on_conflict_do_update(
        index_elements=["post_id"],
        set_={"state": NewsState.TELL, "told_up_to": 0},
        where=sa.or_(NEWS.c.state == NewsState.RECALL, NEWS.c.state == NewsState.RECALLED),
    )
    rows = [
        {"post_id": each.id, "thread_id": each.thread_id, "floor": each.floor, "at": each.at}
        for each in sorted(posts, key=lambda each: each.id)
        if each.stands and each.is_watched
    ]
    gone = [each.id for each in posts if not each.stands]
    return changed_by_all(again, rows) + (_recall(gone) if gone else 0)


def _recall(post_ids: Sequence[int]) -> int:
    told = NEWS.c.state.in_([NewsState.TELL, NewsState.TOLD])
    return changed(
        sa.update(NEWS)
        .where(NEWS.c.post_id.in_(post_ids), told)
        .values(state=NewsState.RECALL, told_up_to=0)
    )


def tell_watchers(batches: int = BATCHES, size: int = BATCH) -> int:
    """Tell those who watch what is new, some batches of them; return how many batches."""
    done = 0
    while done < batches and not jobs.stopping() and tell_batch(size):
        done += 1
    return done


@use_case
def tell_batch(size: int = BATCH) -> bool:
    """Tell one post to the next of its watchers, or take it back; return whether there was one.

    What they are told and how far it went stand or fall together.
    """
    news = queries.claim_news()
    if news is None:
        return False
    if news.state is NewsState.RECALL:
        left = notify.take_back((NEW_REPLY, NEW_THREAD), news.key, size)
        if left < size:
            _move(news, state=NewsState.RECALLED)
    elif not news.stands:  # hidden since: whoever was told hears of it no more
        _move(news, state=NewsState.RECALL, told_up_to=0)
    else:
        _tell(news, size)
    return True


def _tell(news: Claimed, size: int) -> None:
    watching = queries.watchers(news, size)
    by_place = sorted(watching, key=lambda each: (each.kind, each.target_id, each.member_id))
    for _place, group in groupby(by_place, key=lambda each: (each.kind, each.target_id)):
        some = list(group)
        notify.spread([_told(news, each) for each in some], _page(news, some[0]))
    if len(watching) < size:
        _move(news, state=NewsState.TOLD)
    else:
        _move(news, told_up_to=watching[-1].member_id)


def _told(news: Claimed, by: Watching) -> Tell:
    place = Ref(by.kind.value, by.target_id)
    params: Params = {"thread": news.thread_id, "on": by.kind.value, by.kind.value: by.target_id}
    post = Ref("reply", news.post_id) if news.floor else Ref("thread", news.thread_id)
    return Tell(
        by.member_id, NEW_REPLY if news.floor else NEW_THREAD, news.key, params, Link.to(post),
        also_by_mail=True, actor_id=news.author_id, subject=str(place),
    )  # fmt: skip


def _page(news: Claimed, by: Watching) -> Link | None:
    """Return where several of them stand together; replies lead to the first that is new."""
    if by.kind is WatchKind.BOARD:
        return Link("community.board", {"slug": news.board_slug})
    if by.kind is WatchKind.TOPIC:
        return Link("community.topic", {"slug": str(by.slug)})
    if by.kind is WatchKind.MEMBER:
        return Link("community.profile", {"yid": news.author_yid})
    return None


def _move(news: Claimed, **values: Any) -> None:
    changed(sa.update(NEWS).where(NEWS.c.post_id == news.post_id).values(**values))


@use_case
def prune_news(limit: int = 2_000) -> int:
    """Forget what was told long ago; return how much."""
    old = (
        sa.select(NEWS.c.post_id)
        .where(NEWS.c.at < clock.now() - KEEP, ~queries.WAITING)
        .order_by(NEWS.c.at)
        .limit(limit)
    )
    gone = list(db.session.scalars(old))
    return changed(sa.delete(NEWS).where(NEWS.c.post_id.in_(gone))) if gone else 0
