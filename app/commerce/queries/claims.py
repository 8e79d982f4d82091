"""Claims of orders: what a member sees of his own, what staff decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from app.commerce.models import Channel, Order, OrderClaim
from app.commerce.queries.keys import older_than_id
from app.commerce.types import ClaimRefusal, ClaimState
from app.identity.models import Member
from app.identity.queries import person_columns, person_from
from app.identity.types import MemberState
from app.kernel.db import db
from app.kernel.media.models import Media
from app.kernel.media.queries import photo_columns, photo_from
from app.kernel.types import Page, Person, Photo

CLAIM = cast("sa.Table", OrderClaim.__table__)
PAGE = 20
KEY_DIGITS = 19  # what surely fits 64 bits


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
    """Return the claims that wait, the oldest first. One statement."""
    owner = sa.orm.aliased(Member)
    since = [CLAIM.c.id > int(after)] if after and _is_key(after) else []
    rows = db.session.execute(
        sa.select(
            CLAIM.c.id, CLAIM.c.code, Channel.name.label("channel"), CLAIM.c.external_id,
            CLAIM.c.created_at, *person_columns(prefix="by_"), *person_columns(owner, "owner_"),
            *photo_columns(), Order.code.label("order_code"), Order.paid_minor, Order.currency,
            Order.paid_at,
        )
        .join(Channel, Channel.id == CLAIM.c.channel_id)
        .join(Member, Member.id == CLAIM.c.member_id)
        .outerjoin(
            Order,
            sa.and_(
                Order.channel_id == CLAIM.c.channel_id, Order.external_id == CLAIM.c.external_id
            ),
        )
        .outerjoin(owner, owner.id == Order.member_id)
        .outerjoin(Media, Media.id == CLAIM.c.photo_id)
        .where(CLAIM.c.state == ClaimState.PENDING, *since)
        .order_by(CLAIM.c.id)
        .limit(limit + 1)
    ).all()  # fmt: skip
    shown = rows[:limit]
    claims = [
        OpenClaim(
            row.code,
            row.channel,
            row.external_id,
            row.created_at,
            person_from(row, "by_"),
            photo_from(row),
            None
            if row.order_code is None
            else FoundOrder(
                row.order_code, row.paid_minor, row.currency, row.paid_at,
                person_from(row, "owner_"), row.owner_state is MemberState.SILENT,
            ),
        )
        for row in shown
    ]  # fmt: skip
    return Page(claims, str(shown[-1].id) if len(rows) > limit else None)


def counting_open_claims() -> sa.Select[int]:
    """Return the statement that tells how many claims wait."""
    return sa.select(sa.func.count()).where(CLAIM.c.state == ClaimState.PENDING)


def channel_names() -> dict[str, str]:
    """Return what people call every channel, by its code. One statement."""
    rows = db.session.execute(sa.select(Channel.code, Channel.name))
    return {row.code: row.name for row in rows}
