"""What pages show of occasions and tickets."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock, i18n, ids, listings
from app.kernel.db import db, is_one_of
from app.kernel.listings import Listing
from app.kernel.types import Page, Ref
from app.loyalty.types.tiers import Window
from app.seats import policy
from app.seats.models import OCCASION, TICKET
from app.seats.types import (
    KIND,
    Guest,
    NoSuchOccasionError,
    NoSuchTicketError,
    Occasion,
    OccasionDraft,
    OccasionState,
    Ticket,
    TicketState,
)

PER_PAGE = 20
GUESTS = 50
MAX_CHOICES = 200
MAX_KIN = 40
LASTS = timedelta(hours=12)
"""A ticket stands among those to come until so long after the start."""
_DRAFT = (
    "name_zh", "name_en", "place_zh", "place_en", "about_zh", "about_en", "starts_at", "seats",
    "return_hours",
)  # fmt: skip
_OWN = ("id", "code", "state", "taken", "plan")


def occasions(after: str | None = None) -> Page[Occasion]:
    """Return all occasions, the latest first. One statement."""
    query = sa.select(*_columns())
    if after:
        query = query.where(_older(OCCASION.c.starts_at, OCCASION.c.id, after))
    order = (OCCASION.c.starts_at.desc(), OCCASION.c.id.desc())
    rows = db.session.execute(query.order_by(*order).limit(PER_PAGE + 1)).all()
    items = [_occasion(row) for row in rows[:PER_PAGE]]
    more = _key(items[-1].draft.starts_at, items[-1].id) if len(rows) > PER_PAGE else None
    return Page(items, more)


def occasion(code: str) -> Occasion:
    """Return an occasion by its code. One statement.

    Raises:
        NoSuchOccasionError: there is none.
    """
    query = sa.select(*_columns()).where(OCCASION.c.code == (ids.read_code(code) or ""))
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NoSuchOccasionError
    return _occasion(row)


def by_ref(ref: str) -> Occasion | None:
    """Return the occasion that a thing names. One statement, none for what names none."""
    try:
        return occasion(ref)
    except NoSuchOccasionError:
        return None


def _to_be_had() -> sa.Select[Any]:
    name = OCCASION.c.name_zh if i18n.locale_tag().startswith("zh") else OCCASION.c.name_en
    return (
        listings.rows(
            OCCASION.c.code, name, at=OCCASION.c.starts_at,
            order=(OCCASION.c.starts_at, OCCASION.c.id),
        )
        .where(OCCASION.c.state == OccasionState.OPEN, OCCASION.c.starts_at > clock.now())
        .limit(MAX_CHOICES)
    )  # fmt: skip


LISTING = Listing(_to_be_had, lambda row: (row.ref, f"{row.name} · {i18n.moment(row.at)}"))
"""Every occasion that seats can be had for: its code, its name with its moment."""

choices = listings.alone(LISTING)


def left(ref: str) -> int:
    """Return how many seats can still be given."""
    found = by_ref(ref)
    return left_of(found) if found else 0


def left_of(found: Occasion) -> int:
    """Return how many seats of an occasion can still be given: none once it has begun."""
    is_on = found.state is OccasionState.OPEN and found.draft.starts_at > clock.now()
    return found.left if is_on else 0


# --- tickets -------------------------------------------------------------------------------------


def tickets_of(member_id: int, after: str | None = None, *, past: bool = False) -> Page[Ticket]:
    """Return a member's tickets: the next first, or what is over. One statement."""
    since = clock.now() - LASTS
    is_coming = sa.and_(TICKET.c.state == TicketState.HELD, OCCASION.c.starts_at > since)
    query = _tickets().where(TICKET.c.member_id == member_id, ~is_coming if past else is_coming)
    at, number = OCCASION.c.starts_at, TICKET.c.id
    if after:
        query = query.where(_older(at, number, after) if past else _newer(at, number, after))
    order = (at.desc(), number.desc()) if past else (at, number)
    rows = db.session.execute(query.order_by(*order).limit(PER_PAGE + 1)).all()
    items = [_ticket(row) for row in rows[:PER_PAGE]]
    last = items[-1] if len(rows) > PER_PAGE else None
    return Page(items, _key(last.occasion.draft.starts_at, last.id) if last else None)


def my_ticket(member_id: int, code: str) -> Ticket:
    """Return one of a member's tickets. One statement.

    Raises:
        NoSuchTicketError: it is none of his.
    """
    query = _tickets().where(TICKET.c.code == (ids.read_code(code) or ""))
    row = db.session.execute(query.where(TICKET.c.member_id == member_id)).one_or_none()
    if row is None:
        raise NoSuchTicketError
    return _ticket(row)


def guest(code: str) -> Guest:
    """Return a ticket with whose it is, for the team. Two statements.

    Raises:
        NoSuchTicketError: there is none.
    """
    query = _tickets().where(TICKET.c.code == (ids.read_code(code) or ""))
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NoSuchTicketError
    return Guest(_ticket(row), identity.people([row.member_id])[row.member_id])


def guests(occasion_id: int, after: str | None = None) -> Page[Guest]:
    """Return who has a ticket, in the order they got it. Two statements."""
    query = _tickets().where(TICKET.c.occasion_id == occasion_id)
    query = query.where(TICKET.c.state != TicketState.RETURNED)
    if after and after.isdecimal() and len(after) <= 18:  # noqa: PLR2004 - fits 64 bits
        query = query.where(TICKET.c.id > int(after))
    rows = db.session.execute(query.order_by(TICKET.c.id).limit(GUESTS + 1)).all()
    shown = rows[:GUESTS]
    people = identity.people([row.member_id for row in shown])
    items = [Guest(_ticket(row), people[row.member_id]) for row in shown]
    return Page(items, str(shown[-1].id) if len(rows) > GUESTS else None)


def places_come(occasion_id: int) -> int:
    """Return how many seats are filled: of tickets that were checked in. One statement."""
    return int(
        db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(TICKET.c.places), 0)).where(
                TICKET.c.occasion_id == occasion_id,
                TICKET.c.state == TicketState.HELD,
                TICKET.c.checked_in_at.is_not(None),
            )
        )
        or 0
    )


def attendance(members: Collection[int] | None, window: Window) -> dict[int, int]:
    """Return how many events members came to, each once. One statement."""
    query = (
        sa.select(
            TICKET.c.member_id, sa.func.count(TICKET.c.occasion_id.distinct()).label("events")
        )
        .where(
            TICKET.c.state == TicketState.HELD,
            TICKET.c.checked_in_at >= clock.day_start(window.first),
            TICKET.c.checked_in_at < clock.day_end(window.last),
        )
        .group_by(TICKET.c.member_id)
    )
    if members is not None:
        query = query.where(is_one_of(TICKET.c.member_id, members))
    return {row.member_id: int(row.events) for row in db.session.execute(query)}


def of_giving(key: str) -> sa.ColumnElement[bool]:
    """Return whether a ticket is of a giving: they have one owner, wherever he merged to."""
    first = TICKET.alias("first")
    owner = sa.select(first.c.member_id).where(first.c.key == key).scalar_subquery()
    return sa.and_(
        TICKET.c.member_id == owner,
        sa.or_(TICKET.c.key == key, TICKET.c.key.startswith(key + policy.NEXT, autoescape=True)),
    )


def together(ticket: Ticket) -> list[Ticket]:
    """Return the tickets that came with one, itself too. One statement."""
    query = _tickets().where(of_giving(ticket.giving)).order_by(TICKET.c.id)
    return [_ticket(row) for row in db.session.execute(query.limit(MAX_KIN))]


def find(key: str) -> Ref | None:
    """Return where a member finds what a giving handed over. One statement."""
    number = db.session.scalar(sa.select(TICKET.c.id).where(TICKET.c.key == key))
    return Ref(KIND, number) if number else None


def returnable(key: str) -> list[Ticket]:
    """Return the tickets of a giving that their owner may give back himself. One statement."""
    now, query = clock.now(), _tickets().where(of_giving(key)).order_by(TICKET.c.id)
    tickets = [_ticket(row) for row in db.session.execute(query)]
    return [each for each in tickets if policy.may_return(each, now)]


def code_of(ticket_id: int, member_id: int | None) -> str | None:
    """Return a ticket's code for its owner, for nobody else."""
    if member_id is None:
        return None
    return db.session.scalar(
        sa.select(TICKET.c.code).where(TICKET.c.id == ticket_id, TICKET.c.member_id == member_id)
    )


def names(occasion_ids: Collection[int]) -> sa.Select[Any]:
    """Return the names of occasions in both languages, for notices."""
    return sa.select(OCCASION.c.id, OCCASION.c.name_zh, OCCASION.c.name_en).where(
        OCCASION.c.id.in_(occasion_ids)
    )


def drifting_seats() -> Iterator[str]:
    """Yield occasions whose stored count of taken seats is not that of their tickets."""
    held = sa.func.coalesce(
        sa.func.sum(TICKET.c.places).filter(TICKET.c.state == TicketState.HELD), 0
    )
    rows = db.session.execute(
        sa.select(OCCASION.c.id, OCCASION.c.taken, held.label("held"))
        .outerjoin(TICKET, TICKET.c.occasion_id == OCCASION.c.id)
        .group_by(OCCASION.c.id, OCCASION.c.taken)
        .having(held != OCCASION.c.taken)
    )
    for row in rows:
        yield f"occasion {row.id}: {row.taken} seats are stored as taken, tickets hold {row.held}"


# --- rows ----------------------------------------------------------------------------------------


def _columns() -> list[Any]:
    return [OCCASION.c[name].label(f"o_{name}") for name in (*_OWN, *_DRAFT)]


def _tickets() -> sa.Select[Any]:
    return sa.select(TICKET, *_columns()).join(OCCASION, OCCASION.c.id == TICKET.c.occasion_id)


def _occasion(row: Any) -> Occasion:
    draft = OccasionDraft(**{name: getattr(row, f"o_{name}") for name in _DRAFT})
    is_zh = i18n.locale_tag().startswith("zh")
    return Occasion(
        row.o_id,
        row.o_code,
        row.o_state,
        draft,
        row.o_taken,
        draft.name_zh if is_zh else draft.name_en,
        draft.place_zh if is_zh else draft.place_en,
        (draft.about_zh or draft.about_en) if is_zh else (draft.about_en or draft.about_zh),
        row.o_plan,
    )


def _ticket(row: Any) -> Ticket:
    return Ticket(
        row.id,
        row.code,
        row.state,
        row.places,
        row.at,
        row.checked_in_at,
        row.source_kind,
        row.source_id,
        _occasion(row),
        policy.giving_key(row.key),
    )


def _key(at: datetime, number: int) -> str:
    return f"{int(at.timestamp())}.{number}"


def _read(after: str) -> tuple[datetime, int] | None:
    at, _, number = after.partition(".")
    if not (at.isdecimal() and number.isdecimal()) or len(at) > 11 or len(number) > 18:  # noqa: PLR2004
        return None
    return datetime.fromtimestamp(int(at), UTC), int(number)


def _older(at: Any, number: Any, after: str) -> sa.ColumnElement[bool]:
    key = _read(after)
    return sa.true() if key is None else sa.tuple_(at, number) < _literal(key)


def _newer(at: Any, number: Any, after: str) -> sa.ColumnElement[bool]:
    key = _read(after)
    return sa.true() if key is None else sa.tuple_(at, number) > _literal(key)


def _literal(key: tuple[datetime, int]) -> Any:
    return sa.tuple_(sa.literal(key[0], OCCASION.c.starts_at.type), sa.literal(key[1]))
