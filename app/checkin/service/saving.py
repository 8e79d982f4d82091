"""Shields and make-up cards: bought, given, used on a missed day, expired."""

import hashlib
from datetime import date
from typing import cast

import sqlalchemy as sa

from app.checkin import policy, queries
from app.checkin.events import DayMadeUp, SaverBought
from app.checkin.models import CheckIn
from app.checkin.queries.reading import movement
from app.checkin.service import counting, paying, stocking
from app.checkin.service.tapping import DAY_COLUMNS
from app.checkin.types import (
    Bought,
    Cause,
    DayKind,
    DayOutOfReachError,
    Item,
    KeptDay,
    MakeUp,
    Movement,
    NoCardError,
    NotForSaleError,
    OutOfStockError,
    PriceChangedError,
    State,
    StockFullError,
    Streak,
)
from app.checkin.types.rules import Rules
from app.kernel import audit, clock, facts, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import db, use_case
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Spend

SCOPE = "checkin.saver"
REASONS = {Item.CARD: "checkin.card", Item.SHIELD: "checkin.shield"}


def price_of(item: Item, rules: Rules) -> int:
    """Return what an item costs, in points; 0: it is not for sale."""
    return rules.card_price_points if item is Item.CARD else rules.shield_price_points


@use_case
def buy(member_id: int, item: Item, *, price_points: int, request_key: str) -> Bought:
    """Buy one shield or card with points.

    Args:
        member_id: who pays and gets it.
        item: which.
        price_points: the price that he was shown.
        request_key: of the form; the same key again gives the first answer and costs nothing.

    Raises:
        NotForSaleError: it has no price.
        PriceChangedError: the price is another one by now.
        StockFullError: he holds as many shields as one can.
        InsufficientPointsError: he has fewer points.
    """
    shields, cards = stocking.lock_stock(member_id)
    held = cards if item is Item.CARD else shields
    earlier = queries.find_purchase(member_id, request_key)
    if earlier is not None:
        return Bought(earlier.item, held, earlier.points, is_new=False)
    rules = queries.rules()
    price = price_of(item, rules)
    if not price:
        raise NotForSaleError
    if price != price_points:
        raise PriceChangedError
    if item is Item.SHIELD and shields >= rules.shields_at_most:
        raise StockFullError
    bought = Movement(member_id, item, 1, Cause.BOUGHT, points=price, request_key=request_key)
    movement_id = stocking.move([bought])[0]
    ledger.post(
        Spend(
            member_id=member_id,
            points=price,
            reason=REASONS[item],
            scope=SCOPE,
            key=str(movement_id),
            source=Ref("checkin_movement", movement_id),
        )
    )
    facts.publish(
        SaverBought(movement_id, item.value, price),
        actor_id=member_id,
        subject=Ref("checkin_movement", movement_id),
    )
    return Bought(item, held + 1, price, is_new=True)


@use_case
def give(
    member_id: int,
    item: Item,
    amount: int = 1,
    *,
    key: str,
    cause: Cause = Cause.GRANTED,
    source: Ref | None = None,
    actor_id: int | None = None,
) -> bool:
    """Give shields or cards: a perk, a milestone, a member of the team. Once for each key.

    Args:
        member_id: who gets them.
        item: what.
        amount: how many, at least 1; the limit for earning does not hold for gifts.
        key: names the gift, e.g. ``tier:gold:2026-09``; at most 64 characters.
        cause: ``GRANTED`` or ``EARNED``.
        source: what it is for.
        actor_id: the member of staff who gives.

    Returns:
        Whether it is new.

    Raises:
        ValueError: an amount below 1.
    """
    if amount < 1:
        message = f"a gift of {amount}"
        raise ValueError(message)
    stocking.lock_stock(member_id)
    known = sa.select(movement.c.id).where(
        movement.c.member_id == member_id, movement.c.request_key == key
    )
    if db.session.scalar(known) is not None:
        return False
    stocking.move(
        [Movement(member_id, item, amount, cause, source, request_key=key, actor_id=actor_id)]
    )
    if actor_id is not None:
        audit.note(
            actor_id, "checkin.saver_given", Ref("member", member_id), item=item.value, count=amount
        )
    return True


@use_case
def take_back(key: str) -> bool:
    """Take back what :func:`give` gave under a key; return whether all of it was still there.

    Twice is once. Where some of it is used by now, everything stays with the member.
    """
    row = db.session.execute(
        sa.select(movement.c.member_id, movement.c.item, movement.c.amount).where(
            movement.c.request_key == key
        )
    ).one_or_none()
    if row is None:
        return False
    stocking.lock_stock(row.member_id)
    back_key = f"-{hashlib.sha256(key.encode()).hexdigest()[:62]}"
    known = sa.select(movement.c.id).where(
        movement.c.member_id == row.member_id, movement.c.request_key == back_key
    )
    if db.session.scalar(known) is not None:
        return True
    back = Movement(row.member_id, row.item, -row.amount, Cause.RETURNED, request_key=back_key)
    try:
        stocking.move([back])
    except OutOfStockError:
        return False
    return True


# --- making a day up -----------------------------------------------------------------------------


@use_case
def make_up(member_id: int, day: date) -> MakeUp:
    """Make up a missed day with a card: it counts as kept, and the streak is counted anew.

    Milestones that the healed run reaches are paid at once, each once in a run.

    Args:
        member_id: whose.
        day: a missed day, at most ``days_back`` days back.

    Returns:
        What it did; with ``is_new`` False when the day was kept already, and no card is used.

    Raises:
        NoCardError: he has no card.
        DayOutOfReachError: no card reaches the day.
    """
    today = clock.business_date()
    counting.lock([member_id])
    state = queries.state_of(member_id, today)
    rows = queries.rows_since([member_id], date.min)
    kept = {row.on_date for row in rows}
    if day in kept:
        live = _live(state.streak, state, today)
        return MakeUp(day, live, live, state.cards, (), 0, is_new=False)
    first_on = rows[0].on_date if rows else None
    if not policy.can_be_made_up(day, today=today, kept=kept, first_on=first_on, rules=state.rules):
        raise DayOutOfReachError
    return _make_up(member_id, day, state, rows)


def _make_up(member_id: int, day: date, state: State, rows: list[object]) -> MakeUp:
    check_in_id, today = ids.next_id(), clock.business_date()
    try:
        used = Movement(member_id, Item.CARD, -1, Cause.USED, Ref("checkin", check_in_id))
        stocking.move([used])
    except OutOfStockError:
        raise NoCardError from None
    days = [KeptDay(r.on_date, r.kind, r.paid_days) for r in rows]  # type: ignore[attr-defined]
    _after, due = policy.heal(days, day, queries.milestone_steps())
    insert_rows(
        cast("sa.Table", CheckIn.__table__),
        [
            (
                check_in_id, member_id, day, 1, clock.now(), DayKind.MADE_UP.value,
                due[-1] if due else 0,
            )
        ],
        DAY_COLUMNS,
    )  # fmt: skip
    streak = counting.recount([member_id])[member_id]
    milestones = queries.milestones_of(due)
    earned = paying.pay_made_up(
        member_id, check_in_id, state.rules.made_up_points, due, streak.current_days
    )
    facts.publish(
        DayMadeUp(check_in_id, streak.current_days, streak.total_days, earned.points),
        actor_id=member_id,
        subject=Ref("checkin", check_in_id),
    )
    before = _live(state.streak, state, today)
    points = earned.points - earned.healed
    return MakeUp(day, before, _live(streak, state, today), state.cards - 1, milestones, points)


def _live(kept: Streak | None, state: State, today: date) -> int:
    if kept is None:
        return 0
    return policy.live_streak(kept.current_days, kept.last_on, today, state.shields)
