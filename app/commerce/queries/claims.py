"""Claims of orders: what a member sees of his own, what staff decide."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import Channel, Order, OrderClaim
from app.commerce.queries.keys import older_than_id
from app.commerce.types import ClaimRefusal, ClaimState
from app.identity.models import Member
from app.identity.queries import person_columns, person_from
from app.identity.types import MemberState
from app.kernel.db import db, is_one_of
from app.kernel.media.models import Media
from app.kernel.media.queries import photo_columns, photo_from
from app.kernel.types import Page, Person, Photo

CLAIM = cast("sa.Table", OrderClaim.__table__)
PAGE = 20
ORDER = cast("sa.Table", Order.__table__)
PRINTED = ORDER.c.printed_number
SIGN = "#"
KEY_DIGITS = 19  # what surely fits 64 bits


def orders_named(names: Collection[tuple[int, str]]) -> dict[tuple[int, str], Any]:
    """Return the orders that numbers name: the channel's own, or those printed in letters.

    What is typed may lack the sign that some shops print before it. The channel's own number goes
    before a printed one; a printed number that several orders bear names none of them. Withdrawn
    orders have no name. One statement, whether or not there are such orders.

    Args:
        names: (channel id, number as somebody typed it).

    Returns:
        Rows of ``sales_order``, by what names them.
    """
    spelled = {form for _, number in names for form in _forms(number)}
    rows = db.session.execute(
        sa.select(ORDER).where(
            ORDER.c.channel_id.in_({channel_id for channel_id, _ in names}),
            ORDER.c.withdrawn_at.is_(None),
            sa.or_(is_one_of(ORDER.c.external_id, spelled), is_one_of(PRINTED, spelled)),
        )
    ).all()
    found = {name: _named(rows, *name) for name in names}
    return {name: row for name, row in found.items() if row is not None}


def _forms(number: str) -> tuple[str, ...]:
    return number, SIGN + number


def _named(rows: Sequence[Any], channel_id: int, number: str) -> Any | None:
    forms = _forms(number)
    here = [
        row
        for row in rows
        if row.channel_id == channel_id
        and (row.external_id in forms or row.printed_number in forms)
    ]
    own = [row for row in here if row.external_id == number]
    meant = own or here
    return meant[0] if len(meant) == 1 else None


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One of a member's claims.

    Attributes:
        order_code: the order, where it is his now.
    """

    code: str
    channel: str
    external_id: str
    state: ClaimState
    refusal: ClaimRefusal | None
    created_at: datetime
    decided_at: datetime | None
    order_code: str | None


def my_claims(member_id: int, after: str | None = None, limit: int = PAGE) -> Page[ClaimLine]:
    """Return a member's claims, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(
            CLAIM.c.id, CLAIM.c.code, Channel.name, CLAIM.c.external_id, CLAIM.c.state,
            CLAIM.c.refusal, CLAIM.c.created_at, CLAIM.c.decided_at, Order.code.label("order_code"),
        )
        .join(Channel, Channel.id == CLAIM.c.channel_id)
        .outerjoin(Order, sa.and_(Order.id == CLAIM.c.order_id, Order.member_id == member_id))
        .where(CLAIM.c.member_id == member_id, *older_than_id(after, CLAIM.c.id))
        .order_by(CLAIM.c.id.desc())
        .limit(limit + 1)
    ).all()  # fmt: skip
    shown = rows[:limit]
    return Page(
        [ClaimLine(*row[1:]) for row in shown], str(shown[-1].id) if len(rows) > limit else None
    )


def _is_key(after: str) -> bool:
    return after.isascii() and after.isdecimal() and len(after) < KEY_DIGITS


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """The order that a claim's number names, beside it for comparison."""

    code: str
    paid_minor: int
    currency: str
    paid_at: datetime
    owner: Person
    is_silent: bool


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim that waits for staff."""

    code: str
    channel: str
    external_id: str
    created_at: datetime
    claimant: Person
    photo: Photo | None
    found: FoundOrder | None


def open_claims(after: str | None = None, limit: int = PAGE) -> Page[OpenClaim]:
    """Return the claims that wait, the oldest first. Three statements."""
    since = [CLAIM.c.id > int(after)] if after and _is_key(after) else []
    rows = db.session.execute(
        sa.select(
            CLAIM.c.id, CLAIM.c.code, CLAIM.c.channel_id, Channel.name.label("channel"),
            CLAIM.c.external_id, CLAIM.c.created_at, *person_columns(prefix="by_"),
            *photo_columns(),
        )
        .join(Channel, Channel.id == CLAIM.c.channel_id)
        .join(Member, Member.id == CLAIM.c.member_id)
        .outerjoin(Media, Media.id == CLAIM.c.photo_id)
        .where(CLAIM.c.state == ClaimState.PENDING, *since)
        .order_by(CLAIM.c.id)
        .limit(limit + 1)
    ).all()  # fmt: skip
    shown = rows[:limit]
    names = {(row.channel_id, row.external_id) for row in shown}
    orders = orders_named(names)
    owners = _owners({order.member_id for order in orders.values()})
    claims = [
        OpenClaim(
            row.code,
            row.channel,
            row.external_id,
            row.created_at,
            person_from(row, "by_"),
            photo_from(row),
            _found(orders.get((row.channel_id, row.external_id)), owners),
        )
        for row in shown
    ]
    return Page(claims, str(shown[-1].id) if len(rows) > limit else None)


def _owners(member_ids: Collection[int]) -> dict[int, Any]:
    rows = db.session.execute(sa.select(*person_columns()).where(is_one_of(Member.id, member_ids)))
    return {row.person_id: row for row in rows}


def _found(order: Any, owners: Mapping[int, Any]) -> FoundOrder | None:
    if order is None:
        return None
    owner = owners[order.member_id]
    return FoundOrder(
        order.code, order.paid_minor, order.currency, order.paid_at,
        person_from(owner), owner.person_state is MemberState.SILENT,
    )  # fmt: skip


def counting_open_claims() -> sa.Select[int]:
    """Return the statement that tells how many claims wait."""
    return sa.select(sa.func.count()).where(CLAIM.c.state == ClaimState.PENDING)


def channel_names() -> dict[str, str]:
    """Return what people call every channel, by its code. One statement."""
    rows = db.session.execute(sa.select(Channel.code, Channel.name))
    return {row.code: row.name for row in rows}
