"""What the worker does for texts: people are told, addresses noted."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.community.queries import named
from app.community.queries.cards import ready_cards
from app.community.queries.tables import CARD, LINK_USE, MENTION, TEXT_WORK
from app.community.service import crowds, telling
from app.community.service.marking import CARDS_SWEEP, Place, digest_of
from app.community.service.rendering import render_again
from app.community.types.writing import MAX_TOLD, CardState
from app.kernel import clock, jobs
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.kernel.types import Ref


def do_work(limit: int = 50) -> int:
    """Tell the people whom texts name, note the addresses; return how many texts.

    A text and what is done for it stand or fall together: nobody is told twice.
    """
    waiting = db.session.execute(
        sa.select(TEXT_WORK).order_by(TEXT_WORK.c.at, TEXT_WORK.c.floor).limit(limit)
    ).all()
    db.session.rollback()
    for row in waiting:
        _do(row)
    return len(waiting)


@use_case
def _do(row: Any) -> None:
    place = Place(row.thread_id, row.floor, row.author_id, row.reply_id)
    mine = sa.delete(TEXT_WORK).where(*_at(TEXT_WORK, place), TEXT_WORK.c.at == row.at)
    if not changed(mine):  # changed meanwhile, or another worker had it
        return
    _keep_people(place, row.people)
    crowds.call(place.author_id, row.crowds or [], _post(place), place.thread_id)
    changed(sa.delete(LINK_USE).where(*_at(LINK_USE, place)))
    _keep_links(place, row.links)
    if ready_cards(row.links):
        render_again(row.thread_id, row.floor)


def _keep_people(place: Place, people: Sequence[int]) -> None:
    """Keep whom a text names. Ten are told at most, each once, however often it is changed."""
    before = named.told_in(place.thread_id, place.floor)
    gone = [each for each, told in before.items() if each not in people and not told]
    if gone:  # who was told stays counted
        changed(sa.delete(MENTION).where(*_at(MENTION, place), MENTION.c.member_id.in_(gone)))
    new = [each for each in people if each not in before and each != place.author_id]
    to_tell = new[: max(0, MAX_TOLD - sum(before.values()))]
    if new:
        row = {"thread_id": place.thread_id, "floor": place.floor, "created_at": clock.now()}
        db.session.execute(
            sa.insert(MENTION),
            [{**row, "member_id": each, "is_told": each in to_tell} for each in sorted(new)],
        )
    telling.tell_mentions(place.author_id, to_tell, _post(place), place.thread_id)


def _post(place: Place) -> Ref:
    return Ref("reply", place.reply_id) if place.reply_id else Ref("thread", place.thread_id)


def _at(table: sa.Table, place: Place) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.thread_id == place.thread_id, table.c.floor == place.floor


def _keep_links(place: Place, links: Sequence[str]) -> None:
    if not links:
        return
    now = clock.now()
    digests = {digest_of(url): url for url in links}
    changed_by_all(
        insert(CARD).on_conflict_do_nothing(),
        [
            {"digest": digest, "url": url, "state": CardState.WAITING, "created_at": now}
            for digest, url in sorted(digests.items())
        ],
    )
    rows = [
        {"thread_id": place.thread_id, "floor": place.floor, "digest": digest}
        for digest in sorted(digests)
    ]
    db.session.execute(sa.insert(LINK_USE), rows)
    jobs.nudge(CARDS_SWEEP)
