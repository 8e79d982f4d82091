"""Read marks (two watermarks, self-pruning) and views, both sent by the page when it is seen.

A thread's watermark is a floor; a board's is a moment, and setting it deletes the watermarks of its
threads. What is older than forty days counts as read, so a sweep takes those rows away.
Source: Misago's read tracker, with Discourse's post numbers (``docs/domains/community.md``).

Views are held in memory and written some seconds later by a next view: one statement for many. A
process that is killed loses the views of its last seconds, and nothing else.
"""

import re
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from app.community import queries
from app.community.queries.feed import UNREAD_DAYS
from app.community.queries.tables import FOLLOW, THREAD
from app.community.queries.tables_reading import BOARD_READ, SHARE, THREAD_READ, VIEWS_DAY
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.kernel.errors import NotFoundError

BOTS = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|monitor|headless|lighthouse|curl|wget|python|java/"
    r"|okhttp|facebookexternalhit|embedly|scrapy",
    re.IGNORECASE,
)
AGAIN = timedelta(minutes=30)  # the same person, the same thread: one view
HELD, HELD_FOR = 50, timedelta(seconds=5)
REMEMBERED = 20_000
NEARNESS = ("by_followers", "by_strangers", "by_guests")


@use_case
def read_thread(member_id: int, code: str, floor: int) -> None:
    """Note how far a member has read; a mark never goes back. Two statements.

    Raises:
        NotFoundError: no such thread.
    """
    found = queries.find_owned_thread(code)
    if found is None:
        raise NotFoundError
    up_to = sa.select(sa.func.min(THREAD.c.last_floor)).where(THREAD.c.id == found.id)
    known = db.session.scalar(up_to) or 0
    now = clock.now()
    statement = insert(THREAD_READ).values(
        member_id=member_id, thread_id=found.id, board_id=found.board_id,
        floor=min(max(0, floor), known), read_at=now,
    )  # fmt: skip
    further = sa.case(
        (statement.excluded.floor > THREAD_READ.c.floor, statement.excluded.floor),
        else_=THREAD_READ.c.floor,
    )
    changed(
        statement.on_conflict_do_update(
            index_elements=["member_id", "thread_id"], set_={"floor": further, "read_at": now}
        )
    )


@use_case
def read_board(member_id: int, slug: str) -> None:
    """Mark everything on a board as read; the marks of its threads go. Three statements.

    Raises:
        NotFoundError: no such board.
    """
    board_id = queries.find_board_id(slug)
    if board_id is None:
        raise NotFoundError
    now = clock.now()
    statement = insert(BOARD_READ).values(member_id=member_id, board_id=board_id, read_at=now)
    changed(
        statement.on_conflict_do_update(
            index_elements=["member_id", "board_id"], set_={"read_at": now}
        )
    )
    mine = (THREAD_READ.c.member_id == member_id, THREAD_READ.c.board_id == board_id)
    changed(sa.delete(THREAD_READ).where(*mine))


@use_case
def prune_reads(limit: int = 5_000) -> int:
    """Delete read marks older than forty days: such threads count as read anyway."""
    before = clock.now() - timedelta(days=UNREAD_DAYS)
    old = (
        sa.select(THREAD_READ.c.member_id, THREAD_READ.c.thread_id)
        .where(THREAD_READ.c.read_at < before)
        .limit(limit)
    )
    rows = db.session.execute(old).all()
    if not rows:
        return 0
    key = sa.tuple_(THREAD_READ.c.member_id, THREAD_READ.c.thread_id)
    return changed(sa.delete(THREAD_READ).where(key.in_([tuple(row) for row in rows])))


# --- views ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class View:
    """A thread was seen.

    Attributes:
        by: who: a member's id, or a digest of what a guest's browser says of itself.
        sharer_yid: whose shared link led here; empty: none.
    """

    code: str
    by: str
    member_id: int | None = None
    sharer_yid: str = ""


@dataclass(slots=True)
class _Buffer:
    views: list[View] = field(default_factory=list)
    since: datetime | None = None
    seen: OrderedDict[tuple[str, str], datetime] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_buffer = _Buffer()


def is_bot(agent: str) -> bool:
    """Return whether a browser says that it is a machine, or says nothing."""
    return not agent.strip() or BOTS.search(agent) is not None


def note_view(view: View) -> None:
    """Count a view: at once in memory, some seconds later in the database."""
    now = clock.now()
    with _buffer.lock:
        key = (view.code, view.by)
        last = _buffer.seen.get(key)
        if last is not None and timedelta(0) <= now - last < AGAIN:
            return
        _buffer.seen[key] = now
        _buffer.seen.move_to_end(key)
        while len(_buffer.seen) > REMEMBERED:
            _buffer.seen.popitem(last=False)
        _buffer.views.append(view)
        _buffer.since = _buffer.since or now
        due = len(_buffer.views) >= HELD or abs(now - _buffer.since) >= HELD_FOR
    if due:
        flush_views()


def flush_views() -> int:
    """Write the views that are held; return how many were."""
    with _buffer.lock:
        views, _buffer.views, _buffer.since = _buffer.views, [], None
    if views:
        count_views(views)
    return len(views)


def forget_views() -> None:
    """Let go of what is held and of who has seen what. For tests."""
    with _buffer.lock:
        _buffer.views, _buffer.since = [], None
        _buffer.seen.clear()


@use_case
def count_views(views: list[View]) -> None:
    """Write views of visible threads. A fixed number of statements, however many views."""
    threads = {
        row.code: row
        for row in db.session.execute(
            sa.select(THREAD.c.id, THREAD.c.code, THREAD.c.author_id).where(
                THREAD.c.code.in_(sorted({view.code for view in views})),
                *queries.visible(THREAD.c),
            )
        )
    }
    known = [view for view in views if view.code in threads]
    sharers = _sharers({view.sharer_yid for view in known if view.sharer_yid})
    followers = _followers(
        {view.member_id for view in known if view.member_id},
        {threads[view.code].author_id for view in known},
    )
    seen: Counter[int] = Counter()
    shared: Counter[int] = Counter()
    crossed: Counter[int] = Counter()
    near: Counter[tuple[int, str]] = Counter()
    visits: Counter[tuple[int, int]] = Counter()
    strange: Counter[tuple[int, int]] = Counter()
    for view in known:
        thread = threads[view.code]
        seen[thread.id] += 1
        near[thread.id, _nearness(view.member_id, thread.author_id, followers)] += 1
        sharer_id = sharers.get(view.sharer_yid)
        if sharer_id is None or sharer_id == view.member_id:
            continue
        is_new = (view.member_id, thread.author_id) not in followers
        is_new = is_new and view.member_id != thread.author_id
        shared[thread.id] += 1
        visits[thread.id, sharer_id] += 1
        crossed[thread.id] += is_new
        strange[thread.id, sharer_id] += is_new
    _write_days(clock.business_date(), seen, shared, crossed, near)
    _write_shares(visits, strange)


def _sharers(yids: set[str]) -> dict[str, int]:
    if not yids:
        return {}
    ordered = sorted(yids)
    found = identity.find_members_by_yid(ordered)
    return {yid: member.id for yid, member in zip(ordered, found, strict=True) if member}


def _nearness(
    member_id: int | None, author_id: int, followers: set[tuple[int, int]]
) -> Literal["by_guests", "by_followers", "by_strangers", ""]:
    """Return which column counts a view; empty for the author's own."""
    if member_id is None:
        return "by_guests"
    if member_id == author_id:
        return ""
    return "by_followers" if (member_id, author_id) in followers else "by_strangers"


def _followers(members: set[int], authors: set[int]) -> set[tuple[int, int]]:
    if not members:
        return set()
    rows = db.session.execute(
        sa.select(FOLLOW.c.follower_id, FOLLOW.c.followed_id).where(
            FOLLOW.c.follower_id.in_(members), FOLLOW.c.followed_id.in_(authors)
        )
    )
    return {(row.follower_id, row.followed_id) for row in rows}


def _write_days(
    on: date,
    seen: Counter[int],
    shared: Counter[int],
    crossed: Counter[int],
    near: Counter[tuple[int, str]],
) -> None:
    if not seen:
        return
    rows = [
        {
            "thread_id": thread_id, "viewed_on": on, "views": count,
            "shared": shared[thread_id], "crossed": crossed[thread_id],
            **{name: near[thread_id, name] for name in NEARNESS},
        }
        for thread_id, count in sorted(seen.items())
    ]  # fmt: skip
    statement = insert(VIEWS_DAY)
    names = ("views", "shared", "crossed", *NEARNESS)
    more = {name: VIEWS_DAY.c[name] + statement.excluded[name] for name in names}
    key = ["thread_id", "viewed_on"]
    changed_by_all(statement.on_conflict_do_update(index_elements=key, set_=more), rows)
    update = sa.update(THREAD).where(THREAD.c.id == sa.bindparam("row_id"))
    db.session.connection().execute(
        update.values(view_count=THREAD.c.view_count + sa.bindparam("more")),
        [{"row_id": thread_id, "more": count} for thread_id, count in sorted(seen.items())],
    )


def _write_shares(visits: Counter[tuple[int, int]], strange: Counter[tuple[int, int]]) -> None:
    if not visits:
        return
    statement = insert(SHARE)
    more = {n: SHARE.c[n] + statement.excluded[n] for n in ("visits", "crossed")}
    changed_by_all(
        statement.on_conflict_do_update(index_elements=["thread_id", "member_id"], set_=more),
        [
            {"thread_id": key[0], "member_id": key[1], "visits": count, "crossed": strange[key]}
            for key, count in sorted(visits.items())
        ],
    )
