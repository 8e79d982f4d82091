"""Money paid outside: payments that were set aside, money to give back, refunds asked for."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel.db import db
from app.kernel.types import Page
from app.rewards.models import MONEY_BACK, ORDER, PAYMENT
from app.rewards.policy import ENDED
from app.rewards.queries.orders import line_columns, line_from
from app.rewards.queries.shelf import is_zh
from app.rewards.types import (
    AskedRow,
    BackRow,
    NoSuchMoneyError,
    NoSuchOrderError,
    PaymentRow,
    PaymentState,
    State,
)

PAGE = 30
MEMBER: Any = Member.__table__
BIGGEST = 2**63


def _name() -> sa.ColumnElement[str]:
    return sa.func.coalesce(ORDER.c.name_zh if is_zh() else ORDER.c.name_en, "")


def _after(column: sa.Column[Any], after: str | None, *, down: bool = False) -> Any:
    """Return the condition of a page that begins behind a key."""
    if not after or not after.isascii() or not after.isdecimal() or int(after) >= BIGGEST:
        return sa.true()
    return column < int(after) if down else column > int(after)


def _page(rows: list[Any], read: Any) -> Page[Any]:
    shown = rows[:PAGE]
    return Page([read(row) for row in shown], str(shown[-1].id) if len(rows) > PAGE else None)


# --- what was set aside --------------------------------------------------------------------------


def _payments() -> sa.Select[Any]:
    return (
        sa.select(
            PAYMENT,
            _name().label("order_name"),
            ORDER.c.minor.label("order_minor"),
            ORDER.c.currency.label("order_currency"),
            ORDER.c.state.label("order_state"),
            MEMBER.c.id.label("owner_id"),
            *identity.person_columns(MEMBER.c),
        )
        .outerjoin(ORDER, ORDER.c.id == PAYMENT.c.order_id)
        .outerjoin(MEMBER, MEMBER.c.id == ORDER.c.member_id)
    )


def _payment(row: Any) -> PaymentRow:
    return PaymentRow(
        row.id, row.reference, row.order_code, row.minor, row.currency, row.why, row.paid_at,
        row.received_at, row.order_id, row.order_name, row.order_minor or 0,
        row.order_currency or "", identity.person_from(row) if row.owner_id else None,
        row.order_state is State.WAITING_MONEY,
    )  # fmt: skip


def kept_payments(after: str | None = None) -> Page[PaymentRow]:
    """Return payments that were set aside, the oldest first. One statement."""
    query = _payments().where(PAYMENT.c.state == PaymentState.KEPT, _after(PAYMENT.c.id, after))
    rows = db.session.execute(query.order_by(PAYMENT.c.id).limit(PAGE + 1)).all()
    return _page(list(rows), _payment)


def kept_payment(payment_id: int) -> PaymentRow:
    """Return one payment that was set aside. One statement.

    Raises:
        NoSuchMoneyError: there is none, or it is settled.
    """
    row = None
    if 0 < payment_id < BIGGEST:
        row = db.session.execute(
            _payments().where(PAYMENT.c.id == payment_id, PAYMENT.c.state == PaymentState.KEPT)
        ).one_or_none()
    if row is None:
        raise NoSuchMoneyError
    return _payment(row)


# --- money to give back --------------------------------------------------------------------------


def _backs() -> sa.Select[Any]:
    return (
        sa.select(
            MONEY_BACK,
            _name().label("order_name"),
            sa.func.coalesce(ORDER.c.code, PAYMENT.c.order_code, "").label("order_code"),
            sa.func.coalesce(PAYMENT.c.reference, "").label("reference"),
            MEMBER.c.id.label("owner_id"),
            *identity.person_columns(MEMBER.c),
        )
        .outerjoin(ORDER, ORDER.c.id == MONEY_BACK.c.order_id)
        .outerjoin(PAYMENT, PAYMENT.c.id == MONEY_BACK.c.payment_id)
        .outerjoin(MEMBER, MEMBER.c.id == ORDER.c.member_id)
    )


def _back(row: Any, people: Any) -> BackRow:
    return BackRow(
        row.id, row.minor, row.currency, row.why, row.reference, row.order_code, row.order_name,
        identity.person_from(row) if row.owner_id else None, row.made_at, row.done_at,
        people.get(row.done_by_id), row.note,
    )  # fmt: skip


def money_back(after: str | None = None, *, is_done: bool = False) -> Page[BackRow]:
    """Return money to give back, the oldest first, or what went back, the newest first.

    Two statements.
    """
    done = MONEY_BACK.c.done_at
    query = _backs().where(
        done.is_not(None) if is_done else done.is_(None),
        _after(MONEY_BACK.c.id, after, down=is_done),
    )
    order = MONEY_BACK.c.id.desc() if is_done else MONEY_BACK.c.id
    rows = list(db.session.execute(query.order_by(order).limit(PAGE + 1)).all())
    people = identity.people(sorted({row.done_by_id for row in rows if row.done_by_id}))
    return _page(rows, lambda row: _back(row, people))


def money_back_of(back_id: int) -> BackRow:
    """Return money to give back, or that went back. Two statements.

    Raises:
        NoSuchMoneyError: there is none of this number.
    """
    row = None
    if 0 < back_id < BIGGEST:
        row = db.session.execute(_backs().where(MONEY_BACK.c.id == back_id)).one_or_none()
    if row is None:
        raise NoSuchMoneyError
    return _back(row, identity.people([row.done_by_id] if row.done_by_id else []))


# --- refunds that are asked for ------------------------------------------------------------------


def _is_asked() -> sa.ColumnElement[bool]:
    return sa.and_(
        ORDER.c.refund_asked_at.is_not(None),
        ORDER.c.refund_declined_at.is_(None),
        ORDER.c.state.not_in(sorted(ENDED)),
    )


def _asked() -> sa.Select[Any]:
    return sa.select(
        *line_columns(), ORDER.c.refund_asked_at, *identity.person_columns(MEMBER.c)
    ).join(MEMBER, MEMBER.c.id == ORDER.c.member_id)


def _asked_row(row: Any) -> AskedRow:
    line = line_from(row)
    return AskedRow(
        line.code, line.name, line.count, line.points, line.minor, line.currency,
        line.state.value, identity.person_from(row), row.refund_asked_at,
    )  # fmt: skip


def asked_refunds(after: str | None = None) -> Page[AskedRow]:
    """Return orders whose owners ask for a refund, the oldest first. One statement."""
    query = _asked().where(_is_asked(), _after(ORDER.c.id, after))
    rows = db.session.execute(query.order_by(ORDER.c.id).limit(PAGE + 1)).all()
    return _page(list(rows), _asked_row)


def asked_refund(code: str) -> AskedRow:
    """Return one order whose owner asks for a refund. One statement.

    Raises:
        NoSuchOrderError: there is none, or it is answered.
    """
    row = db.session.execute(_asked().where(_is_asked(), ORDER.c.code == code)).one_or_none()
    if row is None:
        raise NoSuchOrderError
    return _asked_row(row)


# --- figures -------------------------------------------------------------------------------------


def _counted(table: sa.Table, condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.count()).select_from(table).where(condition).scalar_subquery()


def _open_counts() -> tuple[sa.ScalarSelect[Any], ...]:
    return (
        _counted(PAYMENT, PAYMENT.c.state == PaymentState.KEPT),
        _counted(ORDER, _is_asked()),
        _counted(MONEY_BACK, MONEY_BACK.c.done_at.is_(None)),
    )


def counting_open() -> sa.Select[int]:
    """Return the SELECT that counts what of other people's money waits for somebody."""
    kept, asked, owed = _open_counts()
    return sa.select(kept + asked + owed)


def open_counts() -> tuple[int, int, int]:
    """Return how many payments are set aside, refunds asked for, sums owed. One statement."""
    row = db.session.execute(sa.select(*_open_counts())).one()
    return int(row[0]), int(row[1]), int(row[2])


# --- what must be true ---------------------------------------------------------------------------


def drifting_money() -> Iterator[str]:
    """Name paid orders that ended without money to give back, and payments astray.

    Three statements.
    """
    owed = sa.exists().where(
        MONEY_BACK.c.order_id == ORDER.c.id,
        MONEY_BACK.c.key == sa.literal("order:") + sa.cast(ORDER.c.id, sa.String),
    )
    ended = sa.select(ORDER.c.id).where(
        ORDER.c.state.in_(sorted(ENDED)), ORDER.c.paid_at.is_not(None), ORDER.c.minor > 0, ~owed
    )
    for order_id in db.session.scalars(ended):
        yield f"order {order_id}: it was paid and has ended, but no money is to be given back"
    goes_back = sa.exists().where(
        MONEY_BACK.c.payment_id == PAYMENT.c.id,
        MONEY_BACK.c.key == sa.literal("payment:") + sa.cast(PAYMENT.c.id, sa.String),
    )
    astray = sa.select(PAYMENT.c.id).where((PAYMENT.c.state == PaymentState.BACK) != goes_back)
    for payment_id in db.session.scalars(astray):
        yield f"payment {payment_id}: its state and the money to give back disagree"
    unpaid = (
        sa.select(PAYMENT.c.id)
        .outerjoin(ORDER, ORDER.c.id == PAYMENT.c.order_id)
        .where(PAYMENT.c.state == PaymentState.TAKEN, ORDER.c.paid_at.is_(None))
    )
    for payment_id in db.session.scalars(unpaid):
        yield f"payment {payment_id}: it was taken, but its order is not paid"
