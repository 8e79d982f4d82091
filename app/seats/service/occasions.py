"""What the team says about an occasion, and that it doesn't happen."""

from contextlib import suppress
from dataclasses import asdict

import sqlalchemy as sa

from app.kernel import audit, clock, goods, ids
from app.kernel.db import changed, db, use_case
from app.kernel.errors import DomainError
from app.kernel.types import Ref
from app.notify import service as notify
from app.seats import policy, queries
from app.seats.models import OCCASION, TICKET
from app.seats.service import telling
from app.seats.service.giving import end_ticket
from app.seats.types import (
    NoSuchOccasionError,
    OccasionDraft,
    OccasionOverError,
    OccasionState,
    TicketState,
    TooFewSeatsError,
)

OCCASION_REF = "seat_occasion"
BATCH = 50


@use_case
def write_occasion(actor_id: int, draft: OccasionDraft, code: str | None = None) -> str:
    """Make an occasion, or change one; whoever has a ticket is told of another place or time.

    Args:
        actor_id: the member of staff.
        draft: all of it.
        code: of the one to change; None: a new one.

    Returns:
        Its code.

    Raises:
        NoSuchOccasionError: there is none of this code.
        OccasionOverError: it was called off.
        TooFewSeatsError: more seats are taken than it shall have.
    """
    values = {**asdict(draft), "starts_at": draft.starts_at.replace(microsecond=0)}
    if code is None:
        code, number = ids.new_code(), ids.next_id()
        db.session.execute(
            sa.insert(OCCASION).values(
                id=number, code=code, state=OccasionState.OPEN, taken=0, plan=1,
                made_at=clock.now(), made_by_id=actor_id, **values,
            )
        )  # fmt: skip
        audit.note(actor_id, "seats.made", Ref(OCCASION_REF, number), seats=draft.seats)
        return code
    row = db.session.execute(
        sa.select(OCCASION).where(OCCASION.c.code == code).with_for_update()
    ).one_or_none()
    if row is None:
        raise NoSuchOccasionError
    if row.state is not OccasionState.OPEN:
        raise OccasionOverError
    if row.taken > draft.seats:
        raise TooFewSeatsError
    place = ("place_zh", "place_en", "starts_at")
    has_moved = any(getattr(row, name) != values[name] for name in place)
    if has_moved:
        values |= {"plan": row.plan + 1, "moved_at": clock.now()}
    changed(sa.update(OCCASION).where(OCCASION.c.id == row.id).values(**values))
    if row.starts_at != values["starts_at"]:  # another day: its notice comes before that one
        changed(sa.update(TICKET).where(TICKET.c.occasion_id == row.id).values(reminded_at=None))
    audit.note(
        actor_id, "seats.changed", Ref(OCCASION_REF, row.id), seats=draft.seats, moved=has_moved
    )
    return code


@use_case
def call_off(actor_id: int, code: str) -> bool:
    """Say that an occasion doesn't happen; return whether that is new.

    Nobody gets a seat from now on; tickets end one by one, and what they cost goes back.

    Raises:
        NoSuchOccasionError: there is none of this code.
    """
    number = db.session.scalar(sa.select(OCCASION.c.id).where(OCCASION.c.code == code))
    if number is None:
        raise NoSuchOccasionError
    is_new = changed(
        sa.update(OCCASION)
        .where(OCCASION.c.id == number, OCCASION.c.state == OccasionState.OPEN)
        .values(state=OccasionState.CALLED_OFF, called_off_at=clock.now())
    )
    if is_new:
        audit.note(actor_id, "seats.called_off", Ref(OCCASION_REF, number))
    return bool(is_new)


def settle_called_off(limit: int = BATCH) -> int:
    """End tickets of occasions that were called off, each in a transaction of its own.

    Returns:
        How many were ended.
    """
    found = db.session.execute(
        sa.select(TICKET.c.id, TICKET.c.key)
        .join(OCCASION, OCCASION.c.id == TICKET.c.occasion_id)
        .where(
            OCCASION.c.state == OccasionState.CALLED_OFF,
            TICKET.c.state == TicketState.HELD,
            TICKET.c.checked_in_at.is_(None),
        )
        .order_by(TICKET.c.id)
        .limit(limit)
    ).all()
    db.session.rollback()
    ended = 0
    for key in dict.fromkeys(policy.giving_key(row.key) for row in found):
        with suppress(DomainError):  # one that can't be undone now does not stop the others
            ended += _settle(key)
    return ended


@use_case
def _settle(key: str) -> int:
    """Undo what a giving's tickets came with; what was no purchase just ends."""
    held = db.session.scalars(
        sa.select(TICKET.c.id)
        .where(
            queries.of_giving(key),
            TICKET.c.state == TicketState.HELD,
            TICKET.c.checked_in_at.is_(None),
        )
        .order_by(TICKET.c.id)
    ).all()
    if not goods.call_off(key):
        for each in held:
            end_ticket(TICKET.c.id == each, TicketState.CALLED_OFF)
    # What the mall took back on its way is told like every other: it doesn't happen.
    changed(
        sa.update(TICKET)
        .where(TICKET.c.id.in_(held), TICKET.c.state == TicketState.RETURNED)
        .values(state=TicketState.CALLED_OFF)
    )
    ended = db.session.execute(
        telling.told_of(TICKET.c.id.in_(held), TICKET.c.state == TicketState.CALLED_OFF)
    ).all()  # others had just been checked in
    notify.tell_many(telling.once_each(telling.CALLED_OFF, ended, lambda _row: "off"))
    return len(ended)
