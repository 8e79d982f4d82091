"""Orders as a channel tells them: new ones come in, later versions replace, others wait.

A channel tells the whole order each time. Of two versions that both say when the channel changed
them the later one holds, whatever came first; where one does not say, equal figures are nothing
new and other figures are kept aside for staff.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa

from app.commerce import policy
from app.commerce.events import OrderPaid
from app.commerce.models import Channel, OrderStep
from app.commerce.queries.shelf import goods_of
from app.commerce.queries.standings import LINES, ORDERS
from app.commerce.service import naming, replacing, waiting
from app.commerce.service.asides import Changed
from app.commerce.service.awards import award
from app.commerce.service.buyers import members_of
from app.commerce.service.replacing import Finder
from app.commerce.service.rows import LINE_COLUMNS, figures_of, line_values
from app.commerce.service.settling import settle
from app.commerce.types import (
    Change,
    ChannelRow,
    KnownOrder,
    LineDraft,
    OrderDraft,
    OrderState,
    StepKind,
    Verdict,
)
from app.kernel import clock, facts, ids
from app.kernel.bulk import insert_dicts, insert_rows
from app.kernel.db import db, dialect_name, insert, is_one_of, use_case
from app.kernel.facts import Note
from app.kernel.types import Ref
from app.loyalty import queries as rules
from app.loyalty.types import Value

STEPS = cast("sa.Table", OrderStep.__table__)


@dataclass(slots=True)
class Placed:
    """What became of some drafts.

    Attributes:
        new: rows of ``sales_order`` that were inserted.
        duplicates: nothing new, or older than what is known.
        changed: drafts that wait for staff: known with other figures, and nothing tells which hold.
        replaced: orders that a later version replaced, with other figures.
        revived: withdrawn orders that came again.
        points: what new orders earn, by id.
    """

    new: list[dict[str, Any]] = field(default_factory=list)
    duplicates: int = 0
    changed: list[Changed] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)
    revived: list[int] = field(default_factory=list)
    points: dict[int, int] = field(default_factory=dict)


@use_case
def place_orders(
    channel: ChannelRow,
    drafts: Sequence[OrderDraft],
    *,
    batch_id: int | None = None,
    members: Mapping[str, int] | None = None,
) -> Placed:
    """Bring in orders with lines, points and facts; the caller lays aside what is ``changed``.

    Args:
        channel: where they come from.
        drafts: in the order in which they were told; at most about a thousand.
        batch_id: the import that brings them.
        members: buyer -> member id where the caller knows them; others become silent members.
    """
    placed = Placed()
    drafts = [policy.balanced(draft) for draft in naming.under_kept_numbers(channel, drafts)]
    pending = drafts
    later: list[tuple[int, OrderDraft]] = []
    find = _finder(channel, members or {})
    while pending:
        fresh, repeats = _sort_out(channel, pending, placed, later)
        made = _insert_orders(channel, fresh, batch_id, find)
        won = {row["external_id"] for row in made}
        placed.new += made
        # What another import inserted meanwhile is judged like any known order, and so is a number
        # that comes twice among these drafts.
        pending = [draft for draft in fresh if draft.external_id not in won] + repeats
    _complete(channel, placed, drafts)
    again = replacing.replace(channel, later, find, batch_id)
    placed.duplicates += again.duplicates
    placed.changed += again.changed
    placed.replaced, placed.revived = again.replaced, again.revived
    return placed


def _finder(channel: ChannelRow, known: Mapping[str, int]) -> Finder:
    def find(drafts: Iterable[OrderDraft]) -> dict[str, int]:
        unknown = [draft for draft in drafts if draft.buyer not in known]
        return {**known, **members_of(channel, unknown)}

    return find


def _sort_out(
    channel: ChannelRow,
    drafts: Sequence[OrderDraft],
    placed: Placed,
    later: list[tuple[int, OrderDraft]],
) -> tuple[list[OrderDraft], list[OrderDraft]]:
    """Count duplicates and note what needs a second look; return the drafts that look new.

    Returns:
        The first draft of every unknown number, and the drafts that repeat such a number.
    """
    known = _known(channel, drafts)
    fresh: dict[str, OrderDraft] = {}
    repeats: list[OrderDraft] = []
    for draft in drafts:
        seen = known.get(draft.external_id)
        if seen is None:
            if fresh.setdefault(draft.external_id, draft) is not draft:
                repeats.append(draft)
            continue
        order_id, stored = seen
        if policy.judge(stored, policy.fingerprints(channel, draft), draft) is Verdict.DUPLICATE:
            placed.duplicates += 1
        else:  # judged again under the order's lock
            later.append((order_id, draft))
    return list(fresh.values()), repeats


def _known(channel: ChannelRow, drafts: Iterable[OrderDraft]) -> dict[str, tuple[int, KnownOrder]]:
    order = ORDERS.c
    rows = db.session.execute(
        sa.select(
            order.external_id,
            order.id,
            order.fingerprint,
            order.source_at,
            order.currency,
            order.withdrawn_at,
        ).where(
            order.channel_id == channel.id,
            is_one_of(order.external_id, {draft.external_id for draft in drafts}),
        )
    )
    return {
        row.external_id: (
            row.id,
            KnownOrder(row.fingerprint, row.source_at, row.currency, row.withdrawn_at is not None),
        )
        for row in rows
    }


def _insert_orders(
    channel: ChannelRow, drafts: Sequence[OrderDraft], batch_id: int | None, find: Finder
) -> list[dict[str, Any]]:
    """Insert orders that look new; return the rows that were."""
    if not drafts:
        return []
    now = clock.now()
    buyers = find(drafts)
    rows = [
        {
            "id": order_id,
            "code": ids.new_code(),
            "channel_id": channel.id,
            "external_id": draft.external_id,
            "member_id": buyers[draft.buyer],
            "state": OrderState.PAID.value,
            "window_ends_on": policy.window_ends_on(draft.paid_at, channel.return_window_days),
            "revision": 1,
            "batch_id": batch_id,
            "created_at": now,
            **figures_of(channel, draft),
        }
        for order_id, draft in zip(ids.next_ids(len(drafts)), drafts, strict=True)
    ]
    if dialect_name() == "sqlite":  # the write lock is ours: nobody came since we looked
        insert_dicts(ORDERS, rows)
        return rows
    statement = (
        insert(ORDERS)
        .on_conflict_do_nothing(index_elements=["channel_id", "external_id"])
        .returning(ORDERS.c.id)
    )
    won = set(db.session.scalars(statement, rows))
    return [row for row in rows if row["id"] in won]


# --- new orders ----------------------------------------------------------------------------------


def _complete(channel: ChannelRow, placed: Placed, drafts: Sequence[OrderDraft]) -> None:
    """Give new orders their lines, the refunds that waited for them, their points and facts."""
    if not placed.new:
        return
    lines = {draft.external_id: draft.lines for draft in drafts[::-1]}
    rows = [
        row for order in placed.new for row in line_values(order["id"], lines[order["external_id"]])
    ]
    insert_rows(LINES, rows, LINE_COLUMNS)
    changes = _beyond_payment(channel, placed.new)
    permille = db.session.scalar(
        sa.select(Channel.earning_permille).where(Channel.id == channel.id)
    )
    placed.points = award(
        placed.new,
        earning_permille=int(permille or 0),
        later=frozenset(changes),
        abouts=_abouts(channel, placed, lines),
    )
    _write_steps([order for order in placed.new if order["id"] not in changes], placed.points)
    if changes:
        told = [change for each in changes.values() for change in each]
        placed.points |= settle(told)
    _tell(channel, placed, lines)


def _abouts(
    channel: ChannelRow, placed: Placed, lines: Mapping[str, Sequence[LineDraft]]
) -> dict[int, dict[str, Value]]:
    """Return what rules may ask about orders. One statement where they ask for goods, else none."""
    abouts: dict[int, dict[str, Value]] = {
        order["id"]: {"channel": channel.id, "amount": order["paid_minor"] // 100}
        for order in placed.new
    }
    if rules.asked_of("order.paid") & {"product", "category"}:
        codes = {line.sku for each in lines.values() for line in each if line.sku}
        goods = goods_of(codes)
        for order in placed.new:
            bought = [goods[ln.sku] for ln in lines[order["external_id"]] if ln.sku in goods]
            abouts[order["id"]]["product"] = tuple(sorted({each.product_id for each in bought}))
            categories = {each.category_id for each in bought if each.category_id}
            abouts[order["id"]]["category"] = tuple(sorted(categories))
    return abouts


def _beyond_payment(
    channel: ChannelRow, orders: Sequence[Mapping[str, Any]]
) -> dict[int, list[Change]]:
    """Match refunds that waited; return the story of orders that are more than paid, by id."""
    more: dict[int, list[Change]] = defaultdict(list)
    numbers = {order["external_id"]: order["id"] for order in orders}
    for order in orders:
        if naming.are_apart(order["external_id"], order["printed_number"]):
            numbers.setdefault(order["printed_number"], order["id"])
    matched = waiting.match(channel.id, numbers)
    for order in orders:
        if order["cancelled_at"] is not None:
            more[order["id"]].append(Change(order["id"], StepKind.CANCELLED))
    for order_id, refund_id, is_active in matched:
        if is_active:
            more[order_id].append(Change(order_id, StepKind.REFUNDED, refund_id))
        else:  # it is known now, and nothing came of it
            more.setdefault(order_id, [])
    return {
        order_id: [Change(order_id, StepKind.PLACED), *changes]
        for order_id, changes in more.items()
    }


def _write_steps(orders: Sequence[Mapping[str, Any]], points: Mapping[int, int]) -> None:
    rows = [
        {
            "id": step_id,
            "order_id": order["id"],
            "kind": StepKind.PLACED.value,
            "amount_minor": order["paid_minor"],
            "earning_minor": order["earning_minor"],
            "points": points[order["id"]],
            "moved_points": points[order["id"]],
            "at": order["created_at"],
        }
        for step_id, order in zip(ids.next_ids(len(orders)), orders, strict=True)
    ]
    insert_dicts(STEPS, rows)


def _tell(channel: ChannelRow, placed: Placed, lines: Mapping[str, Sequence[LineDraft]]) -> None:
    scope = Ref("channel", channel.id)
    facts.publish_many(
        [
            Note(
                OrderPaid(
                    order["id"],
                    channel.id,
                    order["paid_minor"],
                    order["currency"],
                    sum([line.qty for line in lines[order["external_id"]]]),
                    placed.points[order["id"]],
                ),
                actor_id=order["member_id"],
                subject=Ref("order", order["id"]),
                concerns_id=order["member_id"],
                scope=scope,
                at=order["paid_at"],
            )
            for order in placed.new
        ]
    )
