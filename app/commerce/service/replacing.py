"""Known orders that came again: judged under their lock, then replaced, revived or laid aside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.commerce import policy
from app.commerce.queries.standings import LINES, ORDERS
from app.commerce.service import asides
from app.commerce.service.asides import Changed
from app.commerce.service.rows import figures_of, line_rows
from app.commerce.service.settling import settle
from app.commerce.types import (
    Change,
    ChannelRow,
    KnownOrder,
    LineKind,
    OrderDraft,
    StepKind,
    Verdict,
)
from app.kernel import clock
from app.kernel.db import changed, db, insert, is_one_of

Finder = Callable[[Iterable[OrderDraft]], dict[str, int]]
"""Drafts -> the member id of every buyer."""


@dataclass(slots=True)
class Replaced:
    """What became of versions of known orders, see :class:`placing.Placed`."""

    duplicates: int = 0
    changed: list[Changed] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)
    revived: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Stored:
    """An order as it is kept, locked."""

    row: Any
    goods_minor: int

    def names_buyer_of(self, channel: ChannelRow, draft: OrderDraft) -> bool:
        """Return whether a version names the buyer that the kept figures name.

        The fingerprint tells, and it alone: an order that somebody linked to himself has another
        member by now, and a later version must not take it from him.
        """
        row = self.row
        figures = policy.Figures(
            row.currency,
            row.paid_minor,
            row.paid_at,
            self.goods_minor,
            row.not_money_minor,
            row.cancelled_at is not None,
        )
        return any(
            policy.fingerprint_of(channel.code, row.external_id, buyer, figures) == row.fingerprint
            for buyer in policy.buyer_forms(channel, draft.buyer)
        )


@dataclass(frozen=True, slots=True)
class _Rewrite:
    """A version that holds from now on."""

    row: Any
    draft: OrderDraft
    marks: tuple[str, ...]
    member_id: int
    ends_on: date

    @property
    def kind(self) -> StepKind:
        """Return what this is in the order's story."""
        was_void = self.row.cancelled_at is not None or self.row.withdrawn_at is not None
        if self.draft.is_cancelled and not was_void:
            return StepKind.CANCELLED
        if was_void and not self.draft.is_cancelled:
            return StepKind.REVIVED
        return StepKind.CORRECTED

    @property
    def is_new(self) -> bool:
        """Return whether anything of its figures is other than before."""
        return self.is_other or self.row.withdrawn_at is not None

    @property
    def is_other(self) -> bool:
        """Return whether it names other figures than those kept."""
        return self.row.fingerprint not in self.marks


def replace(
    channel: ChannelRow,
    versions: Sequence[tuple[int, OrderDraft]],
    find: Finder,
    batch_id: int | None,
) -> Replaced:
    """Judge versions of known orders under these orders' locks, and do what follows.

    Args:
        channel: where they come from.
        versions: (order id, draft) in the order in which they were told.
        find: who bought.
        batch_id: the import that brings them; it answers for every version that holds.
    """
    outcome = Replaced()
    if not versions:
        return outcome
    stored = _locked({order_id for order_id, _draft in versions})
    winners = _judge(channel, versions, stored, outcome)
    rewrites = _rewrites(channel, winners, stored, find)
    _write(channel, rewrites, batch_id)
    asides.close_older(
        (each.row.id, mark, each.draft.updated_at)
        for each in rewrites
        if each.row.state == "disputed"
        for mark in each.marks
    )
    settle(
        [Change(each.row.id, each.kind if each.is_new else None) for each in rewrites],
        moved_window={each.row.id for each in rewrites if each.ends_on != each.row.window_ends_on},
    )
    for each in rewrites:
        if each.row.withdrawn_at is not None:
            outcome.revived.append(each.row.id)
        elif each.is_new:
            outcome.replaced.append(each.row.id)
        else:
            outcome.duplicates += 1
    return outcome


def _locked(order_ids: Iterable[int]) -> dict[int, _Stored]:
    """Lock orders in ascending id; return them."""
    wanted = set(order_ids)
    rows = db.session.execute(
        sa.select(ORDERS)
        .where(is_one_of(ORDERS.c.id, wanted))
        .order_by(ORDERS.c.id)
        .with_for_update()
    ).all()
    sums = db.session.execute(
        sa.select(LINES.c.order_id, sa.func.sum(LINES.c.paid_minor))
        .where(is_one_of(LINES.c.order_id, wanted), LINES.c.kind == LineKind.GOODS)
        .group_by(LINES.c.order_id)
    )
    goods = {order_id: int(total) for order_id, total in sums}
    return {row.id: _Stored(row, goods.get(row.id, 0)) for row in rows}


def _judge(
    channel: ChannelRow,
    versions: Sequence[tuple[int, OrderDraft]],
    stored: Mapping[int, _Stored],
    outcome: Replaced,
) -> dict[int, OrderDraft]:
    """Return the version of each order that holds from now on, where it is another one."""
    known = {
        order_id: KnownOrder(
            each.row.fingerprint,
            each.row.source_at,
            each.row.currency,
            each.row.withdrawn_at is not None,
        )
        for order_id, each in stored.items()
    }
    winners: dict[int, OrderDraft] = {}
    for order_id, draft in versions:
        marks = policy.fingerprints(channel, draft)
        verdict = policy.judge(known[order_id], marks, draft)
        if verdict is Verdict.DUPLICATE:
            outcome.duplicates += 1
        elif verdict is Verdict.ASIDE:
            each = stored[order_id]
            member_id = each.row.member_id if each.names_buyer_of(channel, draft) else None
            outcome.changed.append(Changed(order_id, draft, marks, member_id))
        else:
            outcome.duplicates += order_id in winners
            winners[order_id] = draft
            known[order_id] = KnownOrder(marks[0], draft.updated_at, draft.currency)
    return winners


def _rewrites(
    channel: ChannelRow,
    winners: Mapping[int, OrderDraft],
    stored: Mapping[int, _Stored],
    find: Finder,
) -> list[_Rewrite]:
    members = {
        order_id: stored[order_id].row.member_id
        for order_id, draft in winners.items()
        if stored[order_id].names_buyer_of(channel, draft)
    }
    others = {order_id: draft for order_id, draft in winners.items() if order_id not in members}
    buyers = find(others.values())
    members |= {order_id: buyers[draft.buyer] for order_id, draft in others.items()}
    return [
        _Rewrite(
            stored[order_id].row,
            draft,
            policy.fingerprints(channel, draft),
            members[order_id],
            _window(channel, stored[order_id].row, draft),
        )
        for order_id, draft in sorted(winners.items())
    ]


def _window(channel: ChannelRow, row: Any, draft: OrderDraft) -> date:
    """Return the end of the return window: as promised, unless the day of payment is another."""
    if clock.business_date(draft.paid_at) == clock.business_date(row.paid_at):
        kept: date = row.window_ends_on
        return kept
    return policy.window_ends_on(draft.paid_at, channel.return_window_days)


def _write(channel: ChannelRow, rewrites: Sequence[_Rewrite], batch_id: int | None) -> None:
    if not rewrites:
        return
    rows = []
    for each in rewrites:
        figures = figures_of(channel, each.draft)
        rows.append(
            {
                **figures,
                "b_id": each.row.id,
                "member_id": each.member_id,
                "window_ends_on": each.ends_on,
                "revision": each.row.revision + each.is_other,
                "tail_digest": figures["tail_digest"] or each.row.tail_digest,
                "printed_number": figures["printed_number"] or each.row.printed_number,
                "batch_id": batch_id,  # whose word it is now
                "withdrawn_at": None,
            }
        )
    columns = [name for name in rows[0] if name != "b_id"]
    db.session.connection().execute(
        sa.update(ORDERS)
        .where(ORDERS.c.id == sa.bindparam("b_id"))
        .values({name: sa.bindparam(name) for name in columns}),
        rows,
    )
    changed(sa.delete(LINES).where(LINES.c.order_id.in_([each.row.id for each in rewrites])))
    db.session.execute(
        insert(LINES),
        [line for each in rewrites for line in line_rows(each.row.id, each.draft.lines)],
    )
