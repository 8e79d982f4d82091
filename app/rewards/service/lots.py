"""Drops that are shared out by lot: entries in a window, then a draw that anybody can repeat.

The seed's digest is published with the item, before anybody enters. Entries are ranked by the
SHA-256 of the seed's hex, a colon and the entry's code, the smallest first; each gets its kind
while pieces of it are left. Whoever knows the seed (published after) and the codes finds the same
winners.
"""

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
import structlog

from app.identity import queries as identity
from app.identity.types import MemberState
from app.kernel import clock, facts, ids, sealing
from app.kernel.db import changed, db, insert, is_one_of, use_case
from app.kernel.errors import DomainError
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import GRACE_DAYS, Hold, HoldResolvedError, Release
from app.notify import service as notify
from app.notify.types import Link
from app.rewards import policy
from app.rewards.events import LotsDrawn
from app.rewards.models import ENTRY, ITEM, LOTS, VARIANT
from app.rewards.policy.lots import ranked
from app.rewards.queries import terms as reading
from app.rewards.queries.addresses import kept_address
from app.rewards.service import buying, telling
from app.rewards.types import (
    ITEM_REF,
    Basket,
    Drop,
    Entry,
    EntryClosedError,
    LimitReachedError,
    NoSuchItemError,
    NotForYouError,
    PriceChangedError,
    UnknownVariantError,
)

log = structlog.get_logger(__name__)

PURPOSE = "mall.lots"
SCOPE, BACK = "mall.entry", "mall.entry_back"
SEED_BYTES = 32
BATCH = 50


def commit_seed(item_id: int) -> None:
    """Make an item's seed and publish its digest, once. One statement."""
    seed = secrets.token_hex(SEED_BYTES)
    statement = insert(LOTS).values(
        item_id=item_id,
        commitment=hashlib.sha256(seed.encode()).hexdigest(),
        sealed_seed=sealing.seal(seed, PURPOSE),
        entry_count=0,
        winner_count=0,
    )
    changed(statement.on_conflict_do_nothing(index_elements=["item_id"]))


def has_begun(item_id: int) -> bool:
    """Return whether there are tickets, or lots were drawn; no ticket comes meanwhile."""
    row = db.session.execute(
        sa.select(LOTS.c.drawn_at).where(LOTS.c.item_id == item_id).with_for_update()
    ).one_or_none()
    if row is None:
        return False
    waits = sa.exists().where(ENTRY.c.item_id == item_id)
    return row.drawn_at is not None or bool(db.session.scalar(sa.select(waits)))


@use_case
def enter(member_id: int, slug: str, variant_id: int | None, *, seen_points: int) -> bool:
    """Take a ticket; the points are set aside until lots are drawn. Return whether it is new.

    Raises:
        NoSuchItemError, UnknownVariantError, NotYetError, OverError, NotForYouError,
        LimitReachedError, PriceChangedError, EntryClosedError, InsufficientPointsError: nothing
            was set aside.
    """
    ledger.lock_wallets([member_id])
    item = reading.item_and_variant(slug, variant_id)
    now = clock.now()
    if item.drop_kind is not Drop.LOTS or item.draws_at is None:
        raise NoSuchItemError
    terms = reading.terms_of(item)
    policy.check_open(terms, now)
    if now >= item.draws_at:
        raise EntryClosedError
    _check_undrawn(item.id)
    mine = _ticket(item.id, member_id)
    if mine is not None and mine.state is not Entry.WITHDRAWN:
        return False
    standing = reading.standing_of(item, member_id)
    if not (standing.is_in_audience and standing.has_unlocked):
        raise NotForYouError
    limit = policy.limit_of(terms, standing.tier)
    if limit and standing.had >= limit:
        raise LimitReachedError
    if seen_points != item.price_points:
        raise PriceChangedError
    _write(member_id, item, mine)
    return True


def _check_undrawn(item_id: int) -> None:
    """Let the draw wait until this ticket is written, or see that it is over.

    Wallets are locked before this row; the draw locks no wallet.

    Raises:
        EntryClosedError: lots were drawn.
    """
    row = _lock_lots(item_id)
    if row is None or row.drawn_at is not None:
        raise EntryClosedError


def _lock_lots(item_id: int) -> Any:
    return db.session.execute(
        sa.select(LOTS.c.drawn_at).where(LOTS.c.item_id == item_id).with_for_update(read=True)
    ).one_or_none()


def _ticket(item_id: int, member_id: int) -> Any:
    return db.session.execute(
        sa.select(ENTRY).where(ENTRY.c.item_id == item_id, ENTRY.c.member_id == member_id)
    ).one_or_none()


def _write(member_id: int, item: Any, mine: Any) -> None:
    entry_id = ids.next_id() if mine is None else mine.id
    turn = 1 if mine is None else mine.turn + 1
    held = None
    if item.price_points:
        held = ledger.post(
            Hold(
                member_id=member_id, points=item.price_points, reason=buying.SET_ASIDE,
                scope=SCOPE, key=f"{entry_id}:{turn}", source=Ref(ITEM_REF, item.id),
                expires_at=item.draws_at + 7 * buying.SLACK,
            )
        ).txn_id  # fmt: skip
    values = {
        "variant_id": item.variant_id, "state": Entry.WAITING, "points": item.price_points,
        "hold_id": held, "at": clock.now(), "turn": turn,
    }  # fmt: skip
    if mine is None:
        row = {
            "id": entry_id, "code": ids.new_code(), "item_id": item.id, "member_id": member_id,
            **values,
        }  # fmt: skip
        db.session.execute(sa.insert(ENTRY), [row])
    else:
        changed(sa.update(ENTRY).where(ENTRY.c.id == entry_id).values(**values))


@use_case
def withdraw(member_id: int, slug: str) -> bool:
    """Take a ticket back before lots are drawn; return whether that is new.

    Raises:
        NoSuchItemError: he has no ticket there.
        EntryClosedError: entries are closed.
    """
    ledger.lock_wallets([member_id])
    item = db.session.execute(
        sa.select(ITEM.c.id, ITEM.c.draws_at).where(ITEM.c.slug == slug)
    ).one_or_none()
    if item is not None:
        _lock_lots(item.id)
    mine = _ticket(item.id, member_id) if item else None
    if item is None or mine is None:
        raise NoSuchItemError
    if mine.state is Entry.WITHDRAWN:
        return False
    is_late = item.draws_at is not None and clock.now() >= item.draws_at
    if mine.state is not Entry.WAITING or is_late:
        raise EntryClosedError
    _end(mine, Entry.WITHDRAWN)
    return True


@use_case
def withdraw_all_of(member_id: int) -> int:
    """Take back the tickets of a member who leaves; return how many that was."""
    ledger.lock_wallets([member_id])
    waiting = sa.and_(ENTRY.c.member_id == member_id, ENTRY.c.state == Entry.WAITING)
    for item_id in db.session.scalars(sa.select(ENTRY.c.item_id).where(waiting)).all():
        _lock_lots(item_id)
    rows = db.session.execute(sa.select(ENTRY).where(waiting)).all()
    for row in rows:
        _end(row, Entry.WITHDRAWN)
    return len(rows)


def _end(mine: Any, state: Entry) -> None:
    """Close a ticket and give its points back."""
    if mine.hold_id is not None:
        with suppress(HoldResolvedError):  # the ledger's own clock was faster: they are back
            ledger.post(
                Release(
                    hold_id=mine.hold_id, scope=BACK, key=f"{mine.id}:{mine.turn}",
                    source=Ref(ITEM_REF, mine.item_id), grace_days=GRACE_DAYS,
                )
            )  # fmt: skip
    changed(
        sa.update(ENTRY)
        .where(ENTRY.c.id == mine.id, ENTRY.c.state == mine.state)
        .values(state=state, hold_id=None)
    )


# --- drawing -------------------------------------------------------------------------------------


def draw_due() -> int:
    """Draw lots that are due, then settle tickets; return how many of both. Can be killed."""
    due = db.session.scalars(
        sa.select(LOTS.c.item_id)
        .join(ITEM, ITEM.c.id == LOTS.c.item_id)
        .where(
            LOTS.c.drawn_at.is_(None),
            ITEM.c.drop_kind == Drop.LOTS,
            ITEM.c.draws_at <= clock.now(),
        )
    ).all()
    db.session.rollback()
    drawn = sum(_draw(item_id) for item_id in due)
    return drawn + _settle_some()


@use_case
def _draw(item_id: int) -> bool:
    """Decide who won; points and pieces follow ticket by ticket."""
    row = db.session.execute(
        sa.select(LOTS).where(LOTS.c.item_id == item_id).with_for_update()
    ).one()
    if row.drawn_at is not None:
        return False
    seed = sealing.unseal(row.sealed_seed, PURPOSE)
    waiting = sa.and_(ENTRY.c.item_id == item_id, ENTRY.c.state == Entry.WAITING)
    entries = db.session.execute(
        sa.select(ENTRY.c.id, ENTRY.c.code, ENTRY.c.variant_id, ENTRY.c.member_id).where(waiting)
    ).all()
    stocks = {
        each.id: (len(entries) if each.is_endless else each.stock)
        for each in db.session.execute(sa.select(VARIANT).where(VARIANT.c.item_id == item_id))
    }
    winners = _winners(seed, entries, stocks)
    changed(sa.update(ENTRY).where(waiting).values(state=Entry.LOST))
    changed(
        sa.update(ENTRY)
        .where(ENTRY.c.item_id == item_id, is_one_of(ENTRY.c.id, winners))
        .values(state=Entry.WON)
    )
    changed(
        sa.update(LOTS)
        .where(LOTS.c.item_id == item_id)
        .values(
            seed=seed, drawn_at=clock.now(), entry_count=len(entries), winner_count=len(winners)
        )
    )
    facts.publish(LotsDrawn(item_id, len(entries), len(winners)), subject=Ref(ITEM_REF, item_id))
    return True


def _winners(seed: str, entries: Sequence[Any], stocks: dict[int, int]) -> list[int]:
    """Return the tickets that win, the first drawn first: one a person, however many he holds.

    Accounts that were merged after both had entered hold a ticket each; the later one of them in
    the order of the draw is passed over.
    """
    person = identity.survivors_of({each.member_id for each in entries})
    by_code, left = {each.code: each for each in entries}, dict(stocks)
    winners: dict[int, int] = {}
    for code in ranked(seed, list(by_code)):
        entry = by_code[code]
        if left.get(entry.variant_id, 0) > 0 and person[entry.member_id] not in winners:
            left[entry.variant_id] -= 1
            winners[person[entry.member_id]] = entry.id
    return list(winners.values())


def _settle_some(limit: int = BATCH) -> int:
    """Settle every ticket that waits, piece by piece; one that can't be keeps no other waiting."""
    done, last = 0, 0
    while found := _unsettled(last, limit):
        done, last = done + sum(map(_try, found)), found[-1]
    return done


def _try(entry_id: int) -> bool:
    try:
        return _settle(entry_id)
    except HoldResolvedError:  # the ledger's own clock was faster: the points are back
        return _lose(entry_id)
    except DomainError as error:  # a frozen wallet: it is tried again
        log.warning("mall_entry_stuck", entry_id=entry_id, error=type(error).__name__)
        return False


@use_case
def _lose(entry_id: int) -> bool:
    """Let a ticket lose whose points went back before it could be settled."""
    mine = db.session.execute(sa.select(ENTRY).where(ENTRY.c.id == entry_id)).one()
    ledger.lock_wallets([mine.member_id])
    done = changed(
        sa.update(ENTRY)
        .where(ENTRY.c.id == entry_id, ENTRY.c.state == Entry.WON, ENTRY.c.order_id.is_(None))
        .values(state=Entry.LOST, hold_id=None)
    )
    if done:
        _say(mine, "lost", None)
    return bool(done)


def _unsettled(last: int, limit: int) -> list[int]:
    found = db.session.scalars(
        sa.select(ENTRY.c.id)
        .where(
            ENTRY.c.id > last,
            sa.or_(
                sa.and_(ENTRY.c.state == Entry.WON, ENTRY.c.order_id.is_(None)),
                sa.and_(ENTRY.c.state == Entry.LOST, ENTRY.c.hold_id.is_not(None)),
            ),
        )
        .order_by(ENTRY.c.id)
        .limit(limit)
    ).all()
    db.session.rollback()
    return list(found)


@use_case
def _settle(entry_id: int) -> bool:
    """Turn a winning ticket into an order; give a losing one's points back."""
    mine = db.session.execute(sa.select(ENTRY).where(ENTRY.c.id == entry_id)).one()
    ledger.lock_wallets([mine.member_id])
    mine = db.session.execute(sa.select(ENTRY).where(ENTRY.c.id == entry_id)).one()
    if mine.state is Entry.LOST and mine.hold_id is not None:
        _end(mine, Entry.LOST)
        _say(mine, "lost", None)
        return True
    if mine.state is not Entry.WON or mine.order_id is not None:
        return False
    owner_id = identity.survivor_of(mine.member_id)
    slug = db.session.scalar(sa.select(ITEM.c.slug).where(ITEM.c.id == mine.item_id))
    try:
        item = reading.item_and_variant(slug or "", mine.variant_id)
    except UnknownVariantError:  # taken off the shelf meanwhile
        item = None
    is_out = item is None or (not item.is_endless and item.stock <= 0)  # went another way
    if is_out or _has_left(owner_id):
        _end(mine, Entry.LOST)
        _say(mine, "lost", None)
        return True
    basket = Basket(
        slug=item.slug, variant_id=mine.variant_id, seen_points=mine.points,
        request_key=f"entry-{mine.id}-{mine.turn}", address=kept_address(owner_id),
    )  # fmt: skip
    done = buying.place(owner_id, item, basket, hold_id=mine.hold_id, points=mine.points)
    changed(
        sa.update(ENTRY).where(ENTRY.c.id == mine.id).values(order_id=done.order_id, hold_id=None)
    )
    _say(mine, "won", done.code)
    return True


def _has_left(member_id: int) -> bool:
    return identity.get_member(member_id).state is MemberState.CLOSED


def _say(mine: Any, state: str, code: str | None) -> None:
    notify.tell(
        mine.member_id,
        telling.ORDER,
        key=f"entry:{mine.id}:{mine.turn}",
        params={"item": mine.item_id, "state": state},
        link=Link("rewards.my_order", {"code": code})
        if code
        else Link.to(Ref(ITEM_REF, mine.item_id)),
    )
