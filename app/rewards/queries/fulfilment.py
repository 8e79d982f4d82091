"""The board of parcels: what is to be packed, what travels, what went wrong."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel.db import db
from app.kernel.types import Page
from app.rewards.models import ITEM, ORDER, ORDER_ADDRESS, SHIPMENT, STEP, VARIANT
from app.rewards.queries.shelf import is_zh
from app.rewards.types import Delivery, NoSuchOrderError, State, Step
from app.rewards.types.fulfilling import Parcel, Pick

PAGE = 50
MEMBER: Any = Member.__table__
BOARD = (State.TO_PACK, State.PACKED, State.SHIPPED, State.PROBLEM, State.WAITING_ADDRESS)
OLDEST_FIRST = frozenset({State.TO_PACK, State.PACKED, State.PROBLEM, State.WAITING_ADDRESS})
BIGGEST = 2**63


def _parcels() -> sa.Select[Any]:
    return (
        sa.select(
            ORDER.c.id, ORDER.c.code, ORDER.c.state, ORDER.c.pieces, ORDER.c.given_key,
            (ORDER.c.name_zh if is_zh() else ORDER.c.name_en).label("name"), ORDER.c.made_at,
            ORDER.c.changed_at, ORDER.c.why, SHIPMENT.c.carrier, SHIPMENT.c.number,
            ORDER_ADDRESS.c.order_id.is_not(None).label("has_address"), ORDER.c.delivery,
            ORDER.c.points, ORDER.c.minor, ORDER.c.currency, ORDER.c.paid_at, ORDER.c.pieces_back,
            *identity.person_columns(MEMBER.c),
        )
        .join(MEMBER, MEMBER.c.id == ORDER.c.member_id)
        .outerjoin(SHIPMENT, SHIPMENT.c.order_id == ORDER.c.id)
        .outerjoin(ORDER_ADDRESS, ORDER_ADDRESS.c.order_id == ORDER.c.id)
    )  # fmt: skip


IS_PARCEL = ORDER.c.delivery == Delivery.POST


def _parcel(row: Any) -> Parcel:
    return Parcel(
        row.id, row.code, row.state, row.name, row.pieces, identity.person_from(row),
        row.given_key is not None, row.made_at, row.changed_at, row.why, row.carrier or "",
        row.number or "", bool(row.has_address), row.delivery, row.points, row.minor,
        row.currency, row.paid_at, row.pieces_back,
    )  # fmt: skip


def parcels(state: State, after: str | None = None) -> Page[Parcel]:
    """Return parcels of a state: what waits by age, the others the newest first. One statement."""
    query = _parcels().where(IS_PARCEL, ORDER.c.state == state)
    is_ascending = state in OLDEST_FIRST
    if after and after.isdecimal() and int(after) < BIGGEST:
        query = query.where(ORDER.c.id > int(after) if is_ascending else ORDER.c.id < int(after))
    order = ORDER.c.id if is_ascending else ORDER.c.id.desc()
    rows = db.session.execute(query.order_by(order).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    return Page([_parcel(row) for row in shown], str(shown[-1].id) if len(rows) > PAGE else None)


def board_counts() -> dict[State, int]:
    """Return how many parcels stand where. One statement."""
    rows = db.session.execute(
        sa.select(ORDER.c.state, sa.func.count())
        .where(IS_PARCEL, ORDER.c.state.in_(BOARD))
        .group_by(ORDER.c.state)
    )
    found = {row[0]: int(row[1]) for row in rows}
    return {state: found.get(state, 0) for state in BOARD}


def counting_waiting() -> sa.Select[int]:
    """Return the SELECT that counts parcels that need somebody: to be packed, sent, looked into."""
    needs = (State.TO_PACK, State.PACKED, State.PROBLEM)
    return sa.select(sa.func.count()).select_from(ORDER).where(IS_PARCEL, ORDER.c.state.in_(needs))


def waiting_parcels() -> tuple[int, int]:
    """Return how many parcels are to be sent, and how many are in trouble. One statement."""
    counted = sa.func.count()
    row = db.session.execute(
        sa.select(
            counted.filter(ORDER.c.state.in_((State.TO_PACK, State.PACKED))),
            counted.filter(ORDER.c.state == State.PROBLEM),
        ).where(IS_PARCEL)
    ).one()
    return int(row[0]), int(row[1])


def get_order(order_id: int) -> Parcel:
    """Return one order, also one whose goods were handed over. One statement.

    Raises:
        NoSuchOrderError: there is none.
    """
    known = 0 < order_id < BIGGEST
    query = _parcels().where(ORDER.c.id == order_id)
    row = db.session.execute(query).one_or_none() if known else None
    if row is None:
        raise NoSuchOrderError
    return _parcel(row)


def find_order_id(code: str | None) -> int | None:
    """Return the order of a code, or None. One statement, none for no code."""
    if code is None:
        return None
    return db.session.scalar(sa.select(ORDER.c.id).where(ORDER.c.code == code))


def get_parcel(order_id: int) -> Parcel:
    """Return one parcel. One statement.

    Raises:
        NoSuchOrderError: there is none, or nothing of it is sent.
    """
    found = get_order(order_id)
    if found.delivery is not Delivery.POST:
        raise NoSuchOrderError
    return found


def steps_of(order_id: int) -> list[Step]:
    """Return the way of an order. One statement."""
    rows = db.session.execute(
        sa.select(STEP.c.state, STEP.c.at).where(STEP.c.order_id == order_id).order_by(STEP.c.id)
    )
    return [Step(row.state, row.at) for row in rows]


def step_count(order_id: int) -> int:
    """Return how many steps an order has taken. One statement."""
    query = sa.select(sa.func.count()).select_from(STEP).where(STEP.c.order_id == order_id)
    return int(db.session.scalar(query) or 0)


def pick_list() -> list[Pick]:
    """Return what is to be taken from the shelves for all parcels to be packed. One statement."""
    item = ITEM.c.name_zh if is_zh() else ITEM.c.name_en
    label = VARIANT.c.label_zh if is_zh() else VARIANT.c.label_en
    rows = db.session.execute(
        sa.select(item, label, sa.func.sum(ORDER.c.pieces), sa.func.count())
        .join(VARIANT, VARIANT.c.id == ORDER.c.variant_id)
        .join(ITEM, ITEM.c.id == ORDER.c.item_id)
        .where(IS_PARCEL, ORDER.c.state == State.TO_PACK)
        .group_by(VARIANT.c.id, item, label)
        .order_by(item, label)
    )
    return [Pick(row[0], row[1], int(row[2]), int(row[3])) for row in rows]


def parcels_named(codes: Collection[str]) -> list[Parcel]:
    """Return parcels by their codes, in order of age. One statement."""
    rows = db.session.execute(
        _parcels().where(IS_PARCEL, ORDER.c.code.in_(sorted(set(codes)))).order_by(ORDER.c.id)
    )
    return [_parcel(row) for row in rows]


def sealed_addresses(codes: Sequence[str]) -> list[Any]:
    """Return (id, code, sealed address) of parcels that have one. One statement."""
    return list(
        db.session.execute(
            sa.select(ORDER.c.id, ORDER.c.code, ORDER_ADDRESS.c.sealed)
            .join(ORDER_ADDRESS, ORDER_ADDRESS.c.order_id == ORDER.c.id)
            .where(IS_PARCEL, ORDER.c.code.in_(sorted(set(codes))))
            .order_by(ORDER.c.id)
        )
    )


def titles(order_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return the SELECT of what orders are called, for notices."""
    return sa.select(ORDER.c.id, ORDER.c.name_zh, ORDER.c.name_en).where(ORDER.c.id.in_(order_ids))
