"""Seats find their guests, and some of them back. The occasion's row is the mutex of its seats."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from app.kernel import clock, facts, ids
from app.kernel.db import changed, db, use_case
from app.kernel.facts import Note
from app.kernel.goods import Given, Giving, GoodsGoneError, UnknownGoodsError
from app.kernel.types import Ref
from app.seats import policy, queries
from app.seats.events import SeatGiven, SeatReturned
from app.seats.models import OCCASION, TICKET
from app.seats.types import KIND, OccasionState, TicketState


@use_case
def give(giving: Giving) -> Given:
    """Hand over a ticket for each seat; once for each key, which the first one bears.

    Nothing is written before it is certain, so that a caller may go on after a refusal.

    Raises:
        UnknownGoodsError: there is no such occasion.
        GoodsGoneError: fewer seats are free, or it has begun or was called off.
    """
    known = db.session.scalar(sa.select(TICKET.c.id).where(TICKET.c.key == giving.key))
    if known is not None:
        return Given(is_new=False, where=Ref(KIND, known))
    occasion = _take(giving)
    ticket_ids, source, now = list(ids.next_ids(giving.count)), giving.source, clock.now()
    db.session.execute(
        sa.insert(TICKET),
        [
            {
                "id": ticket_id, "code": ids.new_code(),
                "key": policy.ticket_key(giving.key, place),
                "occasion_id": occasion.id, "member_id": giving.member_id, "places": 1,
                "state": TicketState.HELD, "source_kind": source.kind if source else None,
                "source_id": source.id if source else None, "at": now,
                "told_plan": occasion.plan,
            }
            for place, ticket_id in enumerate(ticket_ids, 1)
        ],
    )  # fmt: skip
    facts.publish_many(
        [
            Note(
                SeatGiven(ticket_id, occasion.id, 1), actor_id=giving.member_id,
                subject=Ref(KIND, ticket_id),
            )
            for ticket_id in ticket_ids
        ]
    )  # fmt: skip
    return Given(is_new=True, where=Ref(KIND, ticket_ids[0]))


def _take(giving: Giving) -> Any:
    row = db.session.execute(
        sa.update(OCCASION)
        .where(
            OCCASION.c.code == giving.ref,
            OCCASION.c.state == OccasionState.OPEN,
            OCCASION.c.starts_at > clock.now(),
            OCCASION.c.taken + giving.count <= OCCASION.c.seats,
        )
        .values(taken=OCCASION.c.taken + giving.count)
        .returning(OCCASION.c.id, OCCASION.c.plan)
    ).one_or_none()
    if row is not None:
        return row
    known = db.session.scalar(sa.select(OCCASION.c.id).where(OCCASION.c.code == giving.ref))
    if known is None:
        message = f"{KIND}:{giving.ref}"
        raise UnknownGoodsError(message)
    raise GoodsGoneError


@use_case
def take_back(key: str) -> bool:
    """Undo a giving, all of it or nothing; return whether no guest of it had come."""
    rows = db.session.execute(
        sa.select(TICKET.c.id, TICKET.c.state, TICKET.c.checked_in_at)
        .where(queries.of_giving(key))
        .order_by(TICKET.c.id)
        .with_for_update()
    ).all()
    if not rows or any(row.checked_in_at is not None for row in rows):
        return False
    _end_all([row.id for row in rows])
    return True


@use_case
def take_unused(key: str, only: Collection[int] | None = None) -> int:
    """Take back the seats of a giving whose guests have not come; return how many.

    Args:
        key: of the giving.
        only: tickets that alone go back, by their numbers.
    """
    found = db.session.scalars(
        sa.select(TICKET.c.id).where(queries.of_giving(key)).order_by(TICKET.c.id)
    ).all()
    return _end_all([each for each in found if only is None or each in only])


def _end_all(ticket_ids: Sequence[int]) -> int:
    """Give back those tickets that are held still; return how many seats that frees."""
    ended = (end_ticket(TICKET.c.id == each, TicketState.RETURNED) for each in ticket_ids)
    return sum(each.places for each in ended if each is not None)


def end_ticket(which: sa.ColumnElement[bool], state: TicketState) -> Any:
    """End one held ticket that nobody came with; return its row, None if there was none.

    The ticket's row is won first, then its seats go back: two who end it free them once.
    """
    row = db.session.execute(
        sa.update(TICKET)
        .where(which, TICKET.c.state == TicketState.HELD, TICKET.c.checked_in_at.is_(None))
        .values(state=state, ended_at=clock.now())
        .returning(TICKET.c.id, TICKET.c.occasion_id, TICKET.c.places, TICKET.c.member_id)
    ).one_or_none()
    if row is None:
        return None
    changed(
        sa.update(OCCASION)
        .where(OCCASION.c.id == row.occasion_id)
        .values(taken=OCCASION.c.taken - row.places)
    )
    facts.publish(
        SeatReturned(row.id, row.occasion_id, state.value),
        subject=Ref(KIND, row.id),
        concerns_id=row.member_id,
    )
    return row


def lapse(member_id: int) -> int:
    """Free the seats of a member who leaves, in his leaving's use case; return how many tickets."""
    found = db.session.scalars(
        sa.select(TICKET.c.id)
        .where(
            TICKET.c.member_id == member_id,
            TICKET.c.state == TicketState.HELD,
            TICKET.c.checked_in_at.is_(None),
        )
        .order_by(TICKET.c.id)
    ).all()
    return sum(end_ticket(TICKET.c.id == each, TicketState.RETURNED) is not None for each in found)
