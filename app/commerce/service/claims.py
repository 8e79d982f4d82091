"""A member says that an order is his: proved by its figures, or looked at by staff.

A try is counted before its figures are looked at, in the database, for the member, the address and
the order number, whether or not there is such an order. No such order, wrong figures and an order
without a telephone get the same answer after the same statements. The arithmetic stands in
docs/decisions/claims.md.
"""

import hmac
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import Channel, OrderClaim
from app.commerce.queries.claims import SIGN, orders_named
from app.commerce.queries.keys import tail_digests
from app.commerce.types import (
    CONTACT_KEYS,
    ClaimDecidedError,
    ClaimedOrder,
    ClaimOutcome,
    ClaimRefusal,
    ClaimRefusedError,
    ClaimState,
    ForeignOrderError,
)
from app.identity import queries as identities
from app.identity import service as identity
from app.identity.types import ConflictCause, MemberState, MergeCause
from app.kernel import audit, clock, ids, limits, merging
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import DomainError, NotFoundError, TooManyError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.limits import Limit
from app.kernel.media import service as media
from app.kernel.types import Ref

DAY = 86_400
TRIES_PER_ORDER = 5
PER_ORDER = Limit("claim.order", TRIES_PER_ORDER, limits.FOR_EVER)
PER_MEMBER = Limit("claim.member", 10, DAY)
PER_ADDRESS = Limit("claim.address", 30, DAY)
PENDING_PER_MEMBER = Limit("claim.pending", 5, DAY)

CLAIM = cast("sa.Table", OrderClaim.__table__)
NO_DIGEST = "-" * 64


@dataclass(frozen=True, slots=True)
class Claim:
    """What a member tells of an order.

    Attributes:
        external_id: the order number as the shop shows it.
        paid_minor: exactly what was paid, in minor units.
        tail: last four digits of the telephone in the order.
    """

    channel_id: int
    external_id: str
    paid_minor: int
    tail: str


def claim_order(member_id: int, claim: Claim, *, address: str) -> ClaimedOrder:
    """Link an order to a member who knows its figures; its buyer turns out to be him.

    By itself only if the figures speak for all that its buyer has: if he is one shop account. Who
    is several, or a contact that somebody typed, is looked at by staff.

    Raises:
        ClaimRefusedError: nothing was found that these figures fit; it does not say what is wrong.
        TooManyError: too many tries of this member, from this address, or of this order.
    """
    _count(member_id, claim, address)
    return _claim(member_id, claim)


@use_case
def _count(member_id: int, claim: Claim, address: str) -> None:
    """Count a try against every limit, or against none if one of them is used up."""
    limits.hit(PER_MEMBER, str(member_id))
    limits.hit(PER_ADDRESS, address)
    # By whichever of its numbers it is called, an order has the same few tries.
    found = _order(claim.channel_id, claim.external_id)
    number = found.external_id if found else claim.external_id.removeprefix(SIGN)
    try:
        limits.hit(PER_ORDER, f"{claim.channel_id}|{number.casefold()}")
    except TooManyError as error:
        raise TooManyError(
            error.retry_after,
            _l("This order number was tried too often. Send our team a picture of the receipt."),
        ) from error


@use_case
def _claim(member_id: int, claim: Claim) -> ClaimedOrder:
    # One statement and the same work whether or not there is such an order.
    row = _order(claim.channel_id, claim.external_id)
    if not _fits(row, claim):
        raise ClaimRefusedError
    assert row is not None  # noqa: S101 - nothing fits no row
    return _link(member_id, row.id, row.member_id, claim.channel_id, claim.external_id)


def _order(channel_id: int, number: str) -> Any | None:
    """Return the order that a number names, or None. One statement."""
    return orders_named([(channel_id, number)]).get((channel_id, number))


def _fits(row: Any | None, claim: Claim) -> bool:
    """Return whether a claim's figures are the order's, in a time that does not depend on them."""
    stored = (row.tail_digest if row is not None else None) or NO_DIGEST
    paid = row.paid_minor if row is not None else -1
    number = row.external_id if row is not None else claim.external_id
    told = tail_digests(claim.channel_id, number, claim.tail)
    fitting = [hmac.compare_digest(stored, digest) for digest in told]
    return any(fitting) & (paid == claim.paid_minor)


def _link(
    member_id: int, order_id: int, owner_id: int, channel_id: int, external_id: str
) -> ClaimedOrder:
    owner = identities.get_member(identities.survivor_of(owner_id))
    if owner.id == member_id:
        _write(member_id, channel_id, external_id, ClaimState.MATCHED, order_id=order_id)
        return ClaimedOrder(ClaimOutcome.OWN)
    figures = merging.figures([owner.id])
    may_follow = (
        owner.state is MemberState.SILENT
        and identities.is_one_shop_account(owner.id)
        and not identity.are_apart(owner.id, member_id)
    )
    if may_follow and identity.try_merge(owner.id, member_id, MergeCause.CLAIM):
        _write(member_id, channel_id, external_id, ClaimState.MATCHED, order_id=order_id)
        return ClaimedOrder(ClaimOutcome.MATCHED, figures)
    identity.open_conflict(
        owner.id, member_id, ConflictCause.CLAIM, {"order": external_id[-6:], "proof": "figures"}
    )
    _write(member_id, channel_id, external_id, ClaimState.PENDING, order_id=order_id)
    return ClaimedOrder(ClaimOutcome.PENDING)


def _write(
    member_id: int,
    channel_id: int,
    external_id: str,
    state: ClaimState,
    *,
    order_id: int | None = None,
    photo_id: int | None = None,
) -> None:
    """Write a member's claim of an order number; what staff refused may be claimed anew."""
    now = clock.now()
    statement = insert(CLAIM).values(
        id=ids.next_id(),
        code=ids.new_code(),
        member_id=member_id,
        channel_id=channel_id,
        external_id=external_id,
        state=state,
        refusal=None,
        photo_id=photo_id,
        order_id=order_id,
        created_at=now,
        decided_by=None,
        decided_at=now if state is ClaimState.MATCHED else None,
    )
    anew = ("state", "refusal", "photo_id", "order_id", "created_at", "decided_by", "decided_at")
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["member_id", "channel_id", "external_id"],
            set_={name: statement.excluded[name] for name in anew},
            where=CLAIM.c.state != ClaimState.MATCHED,
        )
    )


# --- through staff -------------------------------------------------------------------------------


def ask_staff(
    member_id: int, channel_id: int, external_id: str, *, photo_id: int | None = None
) -> None:
    """Ask staff to find an order, with a picture of the receipt where there is one.

    The order need not exist, and nothing is told of whether it does.

    Raises:
        TooManyError: five such wishes a day.
    """
    limits.hit(PENDING_PER_MEMBER, str(member_id))
    _ask(member_id, channel_id, external_id, photo_id)


@use_case
def _ask(member_id: int, channel_id: int, external_id: str, photo_id: int | None) -> None:
    if db.session.scalar(sa.select(Channel.id).where(Channel.id == channel_id)) is None:
        raise NotFoundError
    if photo_id is not None:
        media.use_photos(member_id, [photo_id])
    _write(member_id, channel_id, external_id, ClaimState.PENDING, photo_id=photo_id)


@use_case
def take_claim_back(member_id: int, code: str) -> None:
    """Take back a claim that still waits.

    Raises:
        NotFoundError: it is not his.
        ClaimDecidedError: it waits no more.
    """
    mine = sa.and_(CLAIM.c.code == code, CLAIM.c.member_id == member_id)
    done = changed(
        sa.update(CLAIM)
        .where(mine, CLAIM.c.state == ClaimState.PENDING)
        .values(state=ClaimState.TAKEN_BACK, decided_at=clock.now())
    )
    if not done:
        if db.session.scalar(sa.select(CLAIM.c.id).where(mine)) is None:
            raise NotFoundError
        raise ClaimDecidedError


@use_case
def match_claim(code: str, *, actor_id: int) -> None:
    """Say that a claim is right: the order's silent buyer becomes the claimant.

    Raises:
        NotFoundError: there is no such claim, or no order of that number.
        ClaimDecidedError: it waits no more.
        ForeignOrderError: the order belongs to a member who signed up; the identity desk decides.
        MergeRefusedError: the two can't be made one.
    """
    claim = _decide(code, ClaimState.MATCHED, actor_id)
    row = _order(claim.channel_id, claim.external_id)
    if row is None:
        raise NotFoundError(_l("There is no order of this number in this channel."))
    owner = identities.get_member(identities.survivor_of(row.member_id))
    if owner.id != claim.member_id:
        if owner.state is not MemberState.SILENT:
            raise ForeignOrderError
        identity.merge_members(owner.id, claim.member_id, cause=MergeCause.STAFF, actor_id=actor_id)
    changed(sa.update(CLAIM).where(CLAIM.c.id == claim.id).values(order_id=row.id))
    audit.note(actor_id, "claim.matched", Ref("order_claim", claim.id), order=row.id)


@use_case
def refuse_claim(code: str, refusal: ClaimRefusal, *, actor_id: int) -> None:
    """Say no to a claim, with a reason that its member reads.

    Raises:
        NotFoundError: there is no such claim.
        ClaimDecidedError: it waits no more.
    """
    claim = _decide(code, ClaimState.REFUSED, actor_id)
    changed(sa.update(CLAIM).where(CLAIM.c.id == claim.id).values(refusal=refusal))
    audit.note(actor_id, "claim.refused", Ref("order_claim", claim.id), reason=refusal.value)


def _decide(code: str, state: ClaimState, actor_id: int) -> Any:
    row = db.session.execute(sa.select(CLAIM).where(CLAIM.c.code == code)).one_or_none()
    if row is None:
        raise NotFoundError
    if row.member_id == actor_id:
        raise DomainError(_l("This is your own claim. Somebody else of the team decides about it."))
    done = changed(
        sa.update(CLAIM)
        .where(CLAIM.c.id == row.id, CLAIM.c.state == ClaimState.PENDING)
        .values(state=state, decided_by=actor_id, decided_at=clock.now())
    )
    if not done:
        raise ClaimDecidedError
    return row


@use_case
def seal_buyers() -> int:
    """Replace buyers' contacts that still stand in the clear by digests; return how many."""
    channels = db.session.execute(
        sa.select(Channel.code, Channel.identity_kind).where(
            Channel.identity_kind.in_(list(CONTACT_KEYS))
        )
    ).all()
    return sum(
        identity.seal_identities(row.code, CONTACT_KEYS[row.identity_kind]) for row in channels
    )
