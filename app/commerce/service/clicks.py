"""Going to a shop: noted, credited with the next order, forgotten when it can explain none.

A click is credited with the member's next order of that product within a stated window; of several
clicks before one order the last wins. Credits are desired state: they follow from clicks and
orders alone, so facts may come twice, late or in any order, and a silent buyer's orders count once
he is somebody.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import timedelta

import sqlalchemy as sa

from app.commerce.events import ProductVisited
from app.commerce.queries import clicks as reads
from app.commerce.queries.clicks import CLICK, CREDIT
from app.commerce.settings import credit_window
from app.commerce.types.clicks import Bought, Visit
from app.kernel import clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.types import Ref

__all__ = [
    "SLACK",
    "credit_all",
    "credit_member",
    "credit_order",
    "drifting_credits",
    "forget_clicks",
    "note_click",
]

SLACK = timedelta(days=30)  # orders come late in files; after that a click explains nothing
CHUNK = 1_000

Credits = dict[tuple[int, int], int]


@use_case
def note_click(
    product_id: int, channel_id: int, *, member_id: int | None, thread_id: int | None
) -> str:
    """Note that somebody goes to a shop; return the code of the click. Two statements."""
    click = {"id": ids.next_id(), "code": ids.new_code()}
    db.session.execute(
        sa.insert(CLICK).values(
            **click,
            product_id=product_id,
            channel_id=channel_id,
            member_id=member_id,
            thread_id=thread_id,
            clicked_at=clock.now(),
        )
    )
    facts.publish(
        ProductVisited(product_id, channel_id, thread_id),
        actor_id=member_id,
        subject=Ref("product", product_id),
        scope=Ref("channel", channel_id),
    )
    return str(click["code"])


@use_case
def credit_order(order_id: int, window: timedelta) -> int:
    """Bring the credits of an order's products up to date; return how many changed.

    At most six statements. Twice is once.
    """
    found = reads.buyer_of(order_id)
    return _settle(*found, window) if found else 0


@use_case
def credit_member(member_id: int, window: timedelta) -> int:
    """Bring all credits of a member up to date, after a merge, say; return how many changed."""
    return _settle(member_id, None, window)


def credit_all(window: timedelta) -> int:
    """Bring everybody's credits up to date, each in a transaction; return how many changed."""
    return sum(credit_member(member_id, window) for member_id in reads.visitors())


def drifting_credits() -> Iterator[str]:
    """Yield one sentence per member whose credits don't follow from his clicks and orders."""
    for member_id in reads.visitors():
        stands, wanted = _stands_and_wanted(member_id, None, credit_window())
        if stands != wanted:
            yield f"member {member_id}: {len(stands)} lines are credited, {len(wanted)} should be"


def _settle(member_id: int, product_ids: Collection[int] | None, window: timedelta) -> int:
    return _replace(*_stands_and_wanted(member_id, product_ids, window))


def _stands_and_wanted(
    member_id: int, product_ids: Collection[int] | None, window: timedelta
) -> tuple[Credits, Credits]:
    visits = reads.visits_of(member_id, product_ids)
    if not visits:
        return {}, {}
    lines = reads.bought_since(member_id, {v.product_id for v in visits}, visits[0].at)
    stands = reads.credits_of({visit.id for visit in visits})
    return stands, credits_for(visits, lines, window)


def credits_for(visits: Iterable[Visit], lines: Iterable[Bought], window: timedelta) -> Credits:
    """Return which click every line is credited to: (order, line) -> click. Pure.

    Args:
        visits: one member's clicks, the oldest first.
        lines: lines of his orders, the oldest first.
        window: how long after a click an order counts.
    """
    by_product: dict[int, list[Visit]] = {}
    for visit in visits:
        by_product.setdefault(visit.product_id, []).append(visit)
    found: Credits = {}
    used: dict[int, tuple[int, int]] = {}  # product -> (its last order, the click it took)
    for line in lines:
        last = used.get(line.product_id)
        if last and last[0] == line.order_id:  # another SKU of the same product
            if last[1]:
                found[line.order_id, line.line_no] = last[1]
            continue
        waiting = by_product.get(line.product_id, [])
        before = [visit for visit in waiting if visit.at <= line.paid_at]
        by_product[line.product_id] = waiting[len(before) :]  # each click has one next order
        click = before[-1] if before and line.paid_at - before[-1].at <= window else None
        used[line.product_id] = (line.order_id, click.id if click else 0)
        if click:
            found[line.order_id, line.line_no] = click.id
    return found


def _replace(stands: Mapping[tuple[int, int], int], wanted: Credits) -> int:
    gone = [key for key, click in stands.items() if wanted.get(key) != click]
    new = [key for key, click in wanted.items() if stands.get(key) != click]
    if gone:
        changed(
            sa.delete(CREDIT).where(
                sa.or_(
                    *(
                        sa.and_(CREDIT.c.order_id == order_id, CREDIT.c.line_no == line_no)
                        for order_id, line_no in gone
                    )
                )
            )
        )
    if new:
        now = clock.now()
        statement = insert(CREDIT)
        statement = statement.on_conflict_do_update(
            index_elements=["order_id", "line_no"],
            set_={"click_id": statement.excluded.click_id},
        )
        rows = [
            {"order_id": key[0], "line_no": key[1], "click_id": wanted[key], "credited_at": now}
            for key in new
        ]
        db.session.connection().execute(statement, rows)
    return len({*gone, *new})


@use_case
def forget_clicks(window: timedelta, limit: int = CHUNK) -> int:
    """Forget clicks older than the window and 30 days that no order is credited to."""
    old = (
        sa.select(CLICK.c.id)
        .where(
            CLICK.c.clicked_at < clock.now() - window - SLACK,
            ~sa.exists().where(CREDIT.c.click_id == CLICK.c.id),
        )
        .limit(limit)
    )
    return changed(sa.delete(CLICK).where(CLICK.c.id.in_(old)))
