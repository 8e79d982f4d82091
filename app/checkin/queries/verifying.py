"""Recomputing: streaks from kept days, stocks from movements."""

from collections.abc import Iterator
from itertools import groupby

import sqlalchemy as sa

from app.checkin import policy
from app.checkin.queries.reading import checkin, movement, stock, streak
from app.checkin.types import Item, Streak
from app.kernel.db import db


def drifting_streaks() -> Iterator[str]:
    """Recompute every streak from its kept days; yield one sentence per difference.

    Reads the days in order, a few thousand at a time; memory stays flat.
    """
    kept_columns = [
        column.label(f"kept_{column.name}") for column in streak.c if column.name != "member_id"
    ]
    rows = db.session.execute(
        sa.select(checkin, *kept_columns)
        .outerjoin(streak, streak.c.member_id == checkin.c.member_id)
        .order_by(checkin.c.member_id, checkin.c.on_date)
        .execution_options(yield_per=2_000)
    )
    for member_id, days in groupby(rows, key=lambda row: row.member_id):
        counted: Streak | None = None
        kept: tuple[object, ...] = ()
        for row in days:
            counted = policy.one_more(counted, row.on_date, row.kind, row.paid_days)
            kept = tuple(getattr(row, column.name) for column in kept_columns)
            if row.streak_days != counted.current_days:
                yield (
                    f"check-in of member {member_id} on {row.on_date} says day "
                    f"{row.streak_days}, counted {counted.current_days}"
                )
        is_kept = kept[0] is not None
        found = Streak(*kept) if is_kept else None  # type: ignore[arg-type]  # a row's columns
        if found != counted:
            yield f"streak of member {member_id} is kept as {found}, counted {counted}"
    yield from _streaks_from_nothing()


def _streaks_from_nothing() -> Iterator[str]:
    rows = db.session.scalars(
        sa.select(streak.c.member_id)
        .outerjoin(checkin, checkin.c.member_id == streak.c.member_id)
        .where(checkin.c.id.is_(None))
    )
    for member_id in rows:
        yield f"streak of member {member_id} is kept without any check-in"


def drifting_stocks() -> Iterator[str]:
    """Recompute every stock from its movements; yield one sentence per difference."""
    shields, cards = (
        sa.func.coalesce(sa.func.sum(movement.c.amount).filter(movement.c.item == item), 0)
        for item in (Item.SHIELD, Item.CARD)
    )
    moved = (
        sa.select(movement.c.member_id, shields.label("shields"), cards.label("cards"))
        .group_by(movement.c.member_id)
        .subquery()
    )
    either = moved.outerjoin(stock, stock.c.member_id == moved.c.member_id)
    rows = db.session.execute(
        sa.select(moved, stock.c.shields.label("kept_shields"), stock.c.cards.label("kept_cards"))
        .select_from(either)
        .where(
            sa.or_(
                sa.func.coalesce(stock.c.shields, 0) != moved.c.shields,
                sa.func.coalesce(stock.c.cards, 0) != moved.c.cards,
            )
        )
        .order_by(moved.c.member_id)
    )
    for row in rows:
        yield (
            f"stock of member {row.member_id} is kept as {row.kept_shields} shields and "
            f"{row.kept_cards} cards, the movements say {row.shields} and {row.cards}"
        )
    unmoved = db.session.execute(
        sa.select(stock)
        .outerjoin(moved, moved.c.member_id == stock.c.member_id)
        .where(moved.c.member_id.is_(None), stock.c.shields + stock.c.cards > 0)
    )
    for row in unmoved:
        yield f"stock of member {row.member_id} is kept without any movement"
