"""Taking a granted day back: everything as it was, as far as members have not built on it."""

from datetime import timedelta
from itertools import groupby

import sqlalchemy as sa

from app.checkin import policy, queries
from app.checkin.events import GrantUndone
from app.checkin.queries.desk import grant as table
from app.checkin.queries.reading import checkin, stock
from app.checkin.service import counting, paying, stocking
from app.checkin.service.granting import CHUNK, GIVEN_BACK, SWEEP, locked, moved
from app.checkin.types import (
    Cause,
    DayKind,
    Grant,
    GrantRefusedError,
    GrantState,
    Item,
    Movement,
)
from app.checkin.types.rules import UNDO_DAYS
from app.kernel import audit, clock, facts, jobs
from app.kernel.db import changed, db, use_case
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref


@use_case
def ask_undo(code: str, *, actor_id: int) -> Grant:
    """Take a granted day back; the worker does it. Asking twice is asking once.

    Points that the day earned are taken back. Milestones that members reached since stay theirs.

    Raises:
        NotFoundError: there is no such grant.
        GrantRefusedError: it is older than a week.
    """
    grant = queries.get_grant(code)
    now = clock.now()
    asked = changed(
        sa.update(table)
        .where(
            table.c.id == grant.id,
            table.c.undo_at.is_(None),
            table.c.started_at > now - timedelta(days=UNDO_DAYS),
        )
        .values(undo_at=now, undone_by=actor_id, state=GrantState.UNDOING)
    )
    if asked:
        audit.note(actor_id, "checkin.grant_undo_asked", Ref("checkin_grant", grant.id))
        jobs.nudge(SWEEP)
    elif grant.undo_at is None:
        raise GrantRefusedError(
            _l("A granted day can be taken back for 7 days. This one is older.")
        )
    return queries.grant_by_id(grant.id)


def undo_some() -> int:
    """Go on with the oldest undoing by one chunk; return how many members that were."""
    grant = queries.next_grant(GrantState.UNDOING)
    if grant is None:
        return 0
    return _undo_chunk(grant.id) or _close(grant.id)


@use_case
def _undo_chunk(grant_id: int) -> int:
    grant = locked(grant_id, GrantState.UNDOING)
    if grant is None:
        return 0
    members = list(
        db.session.scalars(
            sa.select(checkin.c.member_id)
            .where(checkin.c.grant_id == grant_id)
            .distinct()
            .order_by(checkin.c.member_id)
            .limit(CHUNK)
        )
    )
    if members:
        _take_back(grant, members)
        moved(grant, undone=len(members))
    return len(members)


def _take_back(grant: Grant, members: list[int]) -> None:
    counting.lock(members)
    mine = sa.and_(checkin.c.grant_id == grant.id, checkin.c.member_id.in_(members))
    rows = db.session.execute(sa.select(checkin).where(mine)).all()
    given = sorted((row.member_id, row.id) for row in rows if row.kind is DayKind.GRANTED)
    saved = [
        (row.member_id, Item.SHIELD, 1)
        for row in rows
        if row.kind is DayKind.SHIELDED and row.was_kind is None
    ]
    before = [
        (row.member_id, GIVEN_BACK[DayKind(row.was_kind)], -1) for row in rows if row.was_kind
    ]
    changed(sa.delete(checkin).where(mine, checkin.c.was_kind.is_(None)))
    changed(
        sa.update(checkin).where(mine).values(kind=checkin.c.was_kind, was_kind=None, grant_id=None)
    )
    saved += _let_go(grant, sorted({row.member_id for row in rows if row.was_kind is None}))
    stocking.move(_moves(grant, saved, before))
    counting.recount(members)
    paying.take_granted(grant, given)


def _let_go(grant: Grant, members: list[int]) -> list[tuple[int, Item, int]]:
    """Remove shields that saved days right after the granted one: they join nothing any more."""
    saved, idle = list[tuple[int, Item, int]](), list[int]()
    rows = queries.rows_since(members, grant.on_date + policy.ONE_DAY)
    for member_id, days in groupby(rows, key=lambda row: row.member_id):
        day = grant.on_date + policy.ONE_DAY
        for row in days:
            if row.on_date != day or row.kind is not DayKind.SHIELDED:
                break
            idle.append(row.id)
            saved.append((member_id, Item.SHIELD, 1))
            day += policy.ONE_DAY
    if idle:
        changed(sa.delete(checkin).where(checkin.c.id.in_(idle)))
    return saved


def _moves(
    grant: Grant, saved: list[tuple[int, Item, int]], before: list[tuple[int, Item, int]]
) -> list[Movement]:
    """Return what goes back: shields that the grant used, and what it had given back.

    Who has spent meanwhile what he got back keeps the day all the same.
    """
    held = {
        row.member_id: {Item.SHIELD: row.shields, Item.CARD: row.cards}
        for row in db.session.execute(
            sa.select(stock).where(stock.c.member_id.in_([each[0] for each in before]))
        )
    }
    source = Ref("checkin_grant", grant.id)
    moves = [
        Movement(member_id, item, amount, Cause.RETURNED, source)
        for member_id, item, amount in saved
    ]
    for member_id, item, amount in before:
        if held.get(member_id, {}).get(item, 0) > 0:
            held[member_id][item] -= 1
            moves.append(Movement(member_id, item, amount, Cause.USED, source))
    return moves


@use_case
def _close(grant_id: int) -> int:
    closed = changed(
        sa.update(table)
        .where(table.c.id == grant_id, table.c.state == GrantState.UNDOING)
        .values(state=GrantState.UNDONE, finished_at=clock.now())
    )
    if closed:
        grant = queries.grant_by_id(grant_id)
        subject = Ref("checkin_grant", grant_id)
        audit.note(grant.undone_by, "checkin.grant_undone", subject, count=grant.undone_count)
        facts.publish(
            GrantUndone(grant_id, grant.undone_count), actor_id=grant.undone_by, subject=subject
        )
    return closed
