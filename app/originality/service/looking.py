"""Comparing posts with what was there before, by the worker and never while somebody posts.

A post waits by its row; one look is: read it, make its fingerprints outside any transaction, then
write them and what they are like in one. It may be killed at any instant, run twice or by two
workers. Of two things that are alike the later one gets the finding, whichever is looked at first.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from app.community.queries import THREAD
from app.kernel import clock, facts, ids, jobs, withdrawals
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.kernel.types import Ref
from app.kernel.withdrawals import Why
from app.originality.events import OriginalityCleared, OriginalityFlagged
from app.originality.policy import pictures, texts
from app.originality.queries import looking as queries
from app.originality.queries.looking import Alike, Content, Waiting
from app.originality.queries.tables import FINDING, LOOK, REACH
from app.originality.service import prints
from app.originality.types import (
    FLAGGED,
    Kind,
    LookState,
    Match,
    PhotoPrint,
    State,
    TextPrint,
)

log = structlog.get_logger(__name__)

SWEEP = "originality.look"
AT_ONCE, MOST_ATTEMPTS = 20, 5
ONE_BY_ONE = "prints"
FRESH = timedelta(days=7)  # what was here longer when it is first looked at is history


# --- what waits ----------------------------------------------------------------------------------


@use_case
def ask(thread_ids: Collection[int]) -> None:
    """Let posts wait to be compared, again where they were. One statement, none for no posts."""
    if not thread_ids:
        return
    now = clock.now()
    statement = insert(LOOK).on_conflict_do_update(
        index_elements=["thread_id"],
        set_={"state": LookState.WAITING, "asks": LOOK.c.asks + 1, "attempts": 0, "asked_at": now},
    )
    rows = [
        {"thread_id": each, "state": LookState.WAITING, "asks": 1, "asked_at": now}
        for each in sorted(set(thread_ids))
    ]
    changed_by_all(statement, rows)
    jobs.nudge(SWEEP)


@use_case
def ask_around(thread_id: int) -> None:
    """Let a post wait that came or went, and those that are said to be like it."""
    ask([thread_id, *queries.open_like(thread_id=thread_id)])


@use_case
def take_over(before: datetime) -> int:
    """Take posts from before a moment for history: nobody has to judge them. Returns how many.

    For whoever loads posts by the thousand. Those that were looked at stay as they are.
    """
    rows = sa.select(
        THREAD.c.id, sa.literal(LookState.WAITING, LOOK.c.state.type), sa.literal(1),
        sa.true(), sa.literal(clock.now(), LOOK.c.asked_at.type),
    ).where(THREAD.c.created_at < before)  # fmt: skip
    columns = ["thread_id", "state", "asks", "is_history", "asked_at"]
    statement = insert(LOOK).from_select(columns, rows)
    return changed(statement.on_conflict_do_nothing(index_elements=["thread_id"]))


@use_case
def find_posts(limit: int = 500, *, calm: timedelta = queries.CALM) -> int:
    """Put new posts down to be compared; return how many.

    Args:
        limit: at most so many.
        calm: how old a post is when every transaction that could bring an older one is over.
    """
    found, calmed = queries.posts_beyond(limit, calm)
    if found:
        now = clock.now()
        changed_by_all(
            insert(LOOK).on_conflict_do_nothing(index_elements=["thread_id"]),
            [
                {"thread_id": each, "state": LookState.WAITING, "asks": 1, "asked_at": now}
                for each in found
            ],
        )
        jobs.nudge(SWEEP)
    if calmed is not None:
        reach = insert(REACH).values(name=queries.POSTS, thread_id=calmed)
        changed(reach.on_conflict_do_update(index_elements=["name"], set_={"thread_id": calmed}))
    return len(found)


# --- one look ------------------------------------------------------------------------------------


def look_at_posts(limit: int = AT_ONCE) -> int:
    """Compare some posts that wait; return how many were settled. A re-runnable sweep."""
    waiting = queries.waiting_posts(limit)
    db.session.rollback()
    settled = 0
    for each in waiting:
        if jobs.stopping():
            break
        try:
            settled += _look(each)
        except Exception:
            db.session.rollback()
            log.exception("look_failed", thread_id=each.thread_id)
            _note_failure(each)
    return settled


def _look(waiting: Waiting) -> int:
    content = queries.content_of(waiting.thread_id)
    db.session.rollback()
    if content is None or not content.is_visible:
        return _settle(waiting, content, [], TextPrint(frozenset(), ()))
    photos = prints.photo_prints(content)
    return _settle(waiting, content, photos, texts.print_of(content.text, content.names))


@use_case
def _note_failure(waiting: Waiting) -> None:
    is_last = waiting.attempts + 1 >= MOST_ATTEMPTS
    changed(
        sa.update(LOOK)
        .where(LOOK.c.thread_id == waiting.thread_id, LOOK.c.asks == waiting.asks)
        .values(
            attempts=waiting.attempts + 1,
            state=LookState.FAILED if is_last else LookState.WAITING,
        )
    )


@use_case
def _settle(
    waiting: Waiting, content: Content | None, photos: Sequence[PhotoPrint], text: TextPrint
) -> int:
    """Write fingerprints and findings of a post that was not changed since it was read."""
    one_by_one()
    is_history = waiting.is_history or _is_late(waiting, content)
    taken = changed(
        sa.update(LOOK)
        .where(
            LOOK.c.thread_id == waiting.thread_id,
            LOOK.c.asks == waiting.asks,
            LOOK.c.state == LookState.WAITING,
        )
        .values(
            state=LookState.DONE, looked_at=clock.now(),
            is_history=sa.true() if is_history else LOOK.c.is_history,
        )
    )  # fmt: skip
    if taken != 1:
        return 0
    prints.forget(thread_ids=[waiting.thread_id])
    matches: list[Match] = []
    if content is not None and content.is_visible:
        prints.write(photos, text, thread_id=content.thread_id)
        matches = _compare(replace(content, is_history=is_history), photos, text)
    _write_findings(waiting.thread_id, matches)
    settle_flag(waiting.thread_id, content.author_id if content else None)
    return 1


def _is_late(waiting: Waiting, content: Content | None) -> bool:
    if content is None or waiting.looked_at is not None:
        return False
    return waiting.asked_at - content.at > FRESH


def one_by_one() -> None:
    """Let nobody else write fingerprints until this is committed: two new copies see each other."""
    lock = insert(REACH).values(name=ONE_BY_ONE, thread_id=0)
    changed(
        lock.on_conflict_do_update(
            index_elements=["name"], set_={"thread_id": REACH.c.thread_id + 1}
        )
    )


def _compare(content: Content, photos: Sequence[PhotoPrint], text: TextPrint) -> list[Match]:
    """Return the earliest thing that the post is like, in each kind; let later ones wait."""
    found = [*_like_photos(content, photos), *_like_text(content, text)]
    matches = []
    for kind in Kind:
        of_kind = [each for each in found if each.kind is kind]
        earlier = [each for each in of_kind if _is_before(each, content)]
        if content.is_history:
            earlier = [each for each in earlier if each.claim_id is not None]
        if earlier:
            matches.append(min(earlier, key=lambda each: (each.at, each.matter)))
        later = {
            each.thread_id
            for each in of_kind
            if each.thread_id is not None and not _is_before(each, content)
        }
        if later:
            ask(later - queries.found_earlier(later, kind, content.at))
    return matches


def _is_before(match: Match, content: Content) -> bool:
    if match.thread_id is None:
        return match.at <= content.at
    return (match.at, match.thread_id) < (content.at, content.thread_id)


def _like_photos(content: Content, photos: Sequence[PhotoPrint]) -> Iterable[Match]:
    for photo in photos:
        bands = queries.photo_bands(photo.hashes, photo.mirrored)
        for each in queries.alike(bands, but_thread=content.thread_id):
            bits = near(photo.hashes, photo.mirrored, each)
            if bits <= pictures.NEAR:
                yield Match(
                    Kind.PHOTO, pictures.permille(bits), each.at or content.at, each.thread_id,
                    each.claim_id, photo.position, each.position,
                )  # fmt: skip


def near(hashes: Sequence[int], mirrored: int, other: Alike) -> int:
    """Return in how few bits a photo differs from another one, mirrored or not."""
    if not other.hashes:
        return pictures.BITS
    straight = pictures.nearest(hashes, other.hashes)
    return min(straight, *(pictures.distance(mirrored, each) for each in other.hashes))


def _like_text(content: Content, text: TextPrint) -> Iterable[Match]:
    bands = {queries.TEXT_BAND + n: [value] for n, value in enumerate(text.bands)}
    for each in queries.alike(bands, but_thread=content.thread_id):
        if each.thread_id is not None and each.thread_id == content.origin_id:
            continue  # it says itself that it is a version of it
        permille = texts.alike_permille(text.shingles, texts.unpacked(each.shingles))
        if permille >= texts.ALIKE_PERMILLE:
            yield Match(Kind.TEXT, permille, each.at or content.at, each.thread_id, each.claim_id)


def _write_findings(thread_id: int, matches: Sequence[Match]) -> None:
    known = {(row.kind, row.matter): row for row in queries.findings_of(thread_id)}
    for match in matches:
        row = known.pop((match.kind, match.matter), None)
        figures = {
            "permille": match.permille,
            "position": match.position,
            "other_position": match.other_position,
            "other_at": match.at,
        }
        if row is None:
            _open(thread_id, match, figures)
        elif row.state in {State.OPEN, State.GONE}:
            _change(row, state=State.OPEN, **figures)
    for row in known.values():
        if row.state is State.OPEN:
            _change(row, state=State.GONE)


def _open(thread_id: int, match: Match, figures: dict[str, Any]) -> None:
    db.session.execute(
        sa.insert(FINDING).values(
            id=ids.next_id(), thread_id=thread_id, kind=match.kind, matter=match.matter,
            other_thread_id=match.thread_id, claim_id=match.claim_id, state=State.OPEN,
            version=0, found_at=clock.now(), **figures,
        )
    )  # fmt: skip


def _change(row: Any, **values: Any) -> None:
    if all(getattr(row, name) == value for name, value in values.items()):
        return
    changed(
        sa.update(FINDING)
        .where(FINDING.c.id == row.id, FINDING.c.version == row.version)
        .values(version=row.version + 1, **values)
    )


def settle_flag(thread_id: int, author_id: int | None) -> None:
    """Say whether a post counts, where that has changed. The look's row must be locked."""
    counts = (
        sa.select(sa.literal(1))
        .where(FINDING.c.thread_id == thread_id, FINDING.c.state.in_(FLAGGED))
        .limit(1)
    )
    is_flagged = db.session.scalar(counts) is not None
    turned = changed(
        sa.update(LOOK)
        .where(LOOK.c.thread_id == thread_id, LOOK.c.is_flagged.is_(not is_flagged))
        .values(is_flagged=is_flagged)
    )
    if turned:
        fact = OriginalityFlagged(thread_id) if is_flagged else OriginalityCleared(thread_id)
        facts.publish(fact, subject=Ref("thread", thread_id), concerns_id=author_id)
    if turned and is_flagged:
        withdrawals.tell(Ref("thread", thread_id), Why.DOUBTED)
