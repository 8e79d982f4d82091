"""Writing shields and cards: movements, and the counters that are their sum."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app.checkin.queries.reading import movement, stock
from app.checkin.types import Item, Movement, OutOfStockError
from app.kernel import clock, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import BigInt, changed_by_all, db, insert

Amounts = tuple[int, int]
"""(shields, cards)."""


def move(moves: Sequence[Movement]) -> list[int]:
    """Write movements and count them; return their ids. At most three statements.

    Raises:
        OutOfStockError: somebody would have less than nothing; nothing was written.
    """
    if not moves:
        return []
    totals: dict[int, Amounts] = {}
    for each in moves:
        shields, cards = totals.get(each.member_id, (0, 0))
        is_shield = each.item is Item.SHIELD
        totals[each.member_id] = (
            shields + each.amount * is_shield,
            cards + each.amount * (not is_shield),
        )
    _take({key: value for key, value in totals.items() if min(value) < 0})
    _add({key: value for key, value in totals.items() if min(value) >= 0 and any(value)})
    now = clock.now()
    rows = [
        (
            ids.next_id(), each.member_id, each.item.value, each.amount, each.cause.value,
            each.source.kind if each.source else None, each.source.id if each.source else None,
            each.points, each.request_key, each.actor_id, each.at or now,
        )
        for each in moves
    ]  # fmt: skip
    insert_rows(movement, rows)
    return [row[0] for row in rows]


def _take(totals: Mapping[int, Amounts]) -> None:
    if not totals:
        return
    member_id = sa.bindparam("of", type_=BigInt)
    shields = sa.bindparam("more_shields", type_=sa.Integer())
    cards = sa.bindparam("more_cards", type_=sa.Integer())
    statement = (
        sa.update(stock)
        .where(
            stock.c.member_id == member_id,
            stock.c.shields + shields >= 0,
            stock.c.cards + cards >= 0,
        )
        .values(shields=stock.c.shields + shields, cards=stock.c.cards + cards)
    )
    rows = [
        {"of": key, "more_shields": value[0], "more_cards": value[1]}
        for key, value in sorted(totals.items())
    ]
    done = db.session.connection().execute(
        statement, rows, execution_options={"preserve_rowcount": True}
    )
    if done.rowcount != len(rows):
        raise OutOfStockError


def _add(totals: Mapping[int, Amounts]) -> None:
    statement = insert(stock)
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={
                "shields": stock.c.shields + statement.excluded.shields,
                "cards": stock.c.cards + statement.excluded.cards,
            },
        ),
        [
            {"member_id": key, "shields": value[0], "cards": value[1]}
            for key, value in sorted(totals.items())
        ],
    )


def lock_stocks(member_ids: Sequence[int]) -> None:
    """Lock members' stocks until the transaction ends, making them on first use. One statement."""
    statement = insert(stock)
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["member_id"], set_={"shields": stock.c.shields}
        ),
        [{"member_id": key, "shields": 0, "cards": 0} for key in sorted(set(member_ids))],
    )


def lock_stock(member_id: int) -> Amounts:
    """Lock a member's stock until the transaction ends, making it on first use; return it."""
    statement = insert(stock).values(member_id=member_id, shields=0, cards=0)
    row = db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["member_id"], set_={"shields": stock.c.shields}
        ).returning(stock.c.shields, stock.c.cards)
    ).one()
    return row.shields, row.cards
