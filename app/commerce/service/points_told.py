"""Buyers are told what became of their orders' points: come, spendable now, taken back.

By sweeps that read the log of facts and the orders whose return window has ended: no order costs
a statement more, and an import of a year's orders is one notice, not hundreds. Who never signed up
is told nothing; ``commerce.notices`` puts it into words.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from app.commerce import events
from app.commerce.queries.standings import AWARDS, ORDERS
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import db, use_case
from app.kernel.tails import Heard
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link, Tell

CAME, READY, BACK = "commerce.points_came", "commerce.points_ready", "commerce.points_back"
ORDERS_OF_HIS = "orders"
NEWS_FOR = timedelta(days=40)  # orders paid longer ago are history
LOOK_BACK = 3  # days, should the worker have been away
PAGE = 500

POINTS_HEARD = (
    events.OrderPaid, events.OrderCorrected, events.OrderRefunded, events.RefundChanged,
    events.RefundCancelled, events.OrderCancelled, events.OrderWithdrawn, events.OrderRevived,
)  # fmt: skip


@use_case
def tell_points(heard: Sequence[Heard]) -> int:
    """Tell buyers what came or was taken back by these facts; return how many times.

    At most three statements where nobody is told anything new.
    """
    moves = [(each, moved) for each in heard if (moved := _moved(each)) and each.concerns_id]
    members = {each.concerns_id: 0 for each, _moved_ in moves if each.concerns_id}
    now = identity.survivors_of(members) if members else {}
    readers = identity.who_can_sign_in(now.values()) if now else set()
    return notify.settle(
        [
            (_tell(now[each.concerns_id], each, moved), True)
            for each, moved in moves
            if each.concerns_id is not None and now[each.concerns_id] in readers
        ]
    )


def _moved(heard: Heard) -> int:
    """Return by how many points an order moved."""
    name = "moved_points" if heard.name == events.OrderCorrected.name else "points"
    return int(heard.said.get(name) or 0)


def _tell(member_id: int, heard: Heard, moved: int) -> Tell:
    kind = CAME if moved > 0 else BACK
    return _told(member_id, kind, f"fact:{heard.id}", int(heard.said["order_id"]), abs(moved))


def _told(member_id: int, kind: str, key: str, order_id: int, points: int) -> Tell:
    order = Ref("order", order_id)
    return Tell(
        member_id, kind, key, {"order": order_id, "points": points}, Link.to(order),
        also_by_mail=True, actor_id=member_id, subject=ORDERS_OF_HIS, is_own=True,
    )  # fmt: skip


def tell_ready() -> int:
    """Tell buyers whose return window has ended that the order's points can be spent.

    Orders of the last days, page by page; who was told is told no second time.
    """
    today, place, done = clock.business_date(), (date.min, 0), 0
    while True:
        told, further = tell_ready_page(today, place)
        done += told
        if further is None:
            return done
        place = further


@use_case
def tell_ready_page(
    today: date, after: tuple[date, int], limit: int = PAGE
) -> tuple[int, tuple[date, int] | None]:
    """Tell a page of buyers; return how many, and where the next page begins, None at the end."""
    at = sa.tuple_(ORDERS.c.window_ends_on, ORDERS.c.id)
    rows = db.session.execute(
        sa.select(
            ORDERS.c.id, ORDERS.c.window_ends_on, ORDERS.c.member_id, AWARDS.c.points,
            AWARDS.c.awarded_at,
        )
        .join(AWARDS, AWARDS.c.order_id == ORDERS.c.id)
        .where(
            ORDERS.c.window_ends_on.between(
                today - timedelta(days=LOOK_BACK), today - timedelta(days=1)
            ),
            at > sa.tuple_(sa.literal(after[0], sa.Date()), sa.literal(after[1])),
        )
        .order_by(ORDERS.c.window_ends_on, ORDERS.c.id)
        .limit(limit)
    ).all()  # fmt: skip
    waited = [
        row for row in rows
        if row.points > 0 and clock.business_date(row.awarded_at) <= row.window_ends_on
    ]  # fmt: skip
    readers = identity.who_can_sign_in({row.member_id for row in waited}) if waited else set()
    told = notify.settle(
        [
            (_told(row.member_id, READY, f"order:{row.id}", row.id, row.points), True)
            for row in waited if row.member_id in readers
        ]
    )  # fmt: skip
    full = len(rows) == limit
    return told, (rows[-1].window_ends_on, rows[-1].id) if full else None
