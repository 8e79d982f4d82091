"""One chunk of a file: one transaction. Killed before its commit, it never was."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.commerce import policy
from app.commerce.events import OrderPaid
from app.commerce.models import ImportBatch, ImportIssue, Order, OrderLine
from app.commerce.queries import among
from app.commerce.service.awards import award
from app.commerce.types import (
    CONTACT_KEYS,
    BadRow,
    ChannelRow,
    Counts,
    IssueKind,
    IssueState,
    LineDraft,
    OrderDraft,
    OrderState,
    Problem,
)
from app.identity import service as identity
from app.identity.types import Buyer
from app.kernel import clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.facts import Note
from app.kernel.types import Ref

ORDERS, LINES, ISSUES = Order.__table__, OrderLine.__table__, ImportIssue.__table__


@use_case
def take_chunk(
    batch_id: int,
    channel: ChannelRow,
    *,
    start: int,
    end: int,
    drafts: Sequence[OrderDraft],
    bad: Sequence[BadRow],
) -> Counts | None:
    """Import the rows ``start`` < row ≤ ``end`` of a batch: orders, points, facts, position.

    Args:
        batch_id: the import they belong to.
        channel: where the orders come from.
        start: the position the batch must stand at.
        end: the position it stands at afterwards.
        drafts: the orders among the rows, about 500.
        bad: the rows that could not be read.

    Returns:
        What became of them, or None when the batch no longer stands at ``start``: somebody else
        took this chunk, nothing was written.
    """
    # The compare-and-swap comes first: it is the lock of the whole import.
    claimed = changed(
        sa.update(ImportBatch)
        .where(
            ImportBatch.id == batch_id,
            ImportBatch.row_position == start,
            ImportBatch.finished_at.is_(None),
        )
        .values(row_position=end)
    )
    if claimed != 1:
        return None
    sorted_ = place_orders(channel, drafts, batch_id=batch_id)
    kept_aside = _keep_aside(batch_id, channel, sorted_.changed)
    _note_bad_rows(batch_id, bad)
    counts = Counts(
        len(sorted_.new), sorted_.duplicates, len(sorted_.changed), kept_aside, len(bad)
    )
    _add_counts(batch_id, counts)
    return counts


# --- orders --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changed:
    """A known order that came with other figures, and what these come to."""

    order_id: int
    draft: OrderDraft
    fingerprint: str


@dataclass(slots=True)
class Placed:
    """What became of some drafts.

    Attributes:
        new: rows of ``sales_order`` that were inserted.
        changed: drafts of orders known with other figures, with their order's id.
    """

    new: list[dict[str, Any]] = field(default_factory=list)
    duplicates: int = 0
    changed: list[Changed] = field(default_factory=list)
    points: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    fingerprint: str


def place_orders(
    channel: ChannelRow,
    drafts: Sequence[OrderDraft],
    *,
    batch_id: int | None = None,
    members: Mapping[str, int] | None = None,
) -> Placed:
    """Insert the orders that are not known yet, with lines, points and facts. Inside a use case.

    Args:
        channel: where they come from.
        drafts: in the order of the file.
        batch_id: the import that brings them.
        members: buyer -> member id where the caller knows them; others become silent members.
    """
    placed = Placed()
    waiting = list(drafts)
    while waiting:
        fresh, repeats = _sort_out(channel, waiting, placed)
        made = _insert_orders(channel, fresh, batch_id, members)
        won = {row["external_id"] for row in made}
        placed.new += made
        # What another import inserted meanwhile is compared with its figures like any known order,
        # and so is a number that comes twice among these drafts.
        waiting = [draft for draft in fresh if draft.external_id not in won] + repeats
    lines = {draft.external_id: draft.lines for draft in drafts[::-1]}
    _insert_lines(placed.new, lines)
    placed.points = award(placed.new)
    _tell(channel, placed, lines)
    return placed


def _sort_out(
    channel: ChannelRow, drafts: Sequence[OrderDraft], placed: Placed
) -> tuple[list[OrderDraft], list[OrderDraft]]:
    """Count known orders and note changed ones; return the drafts that look new.

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
        mark = policy.fingerprint(channel.code, draft)
        if seen.fingerprint == mark:
            placed.duplicates += 1
        else:
            placed.changed.append(Changed(seen.id, draft, mark))
    return list(fresh.values()), repeats


def _known(channel: ChannelRow, drafts: Iterable[OrderDraft]) -> dict[str, _Known]:
    rows = db.session.execute(
        sa.select(ORDERS.c.external_id, ORDERS.c.id, ORDERS.c.fingerprint).where(
            ORDERS.c.channel_id == channel.id,
            among(ORDERS.c.external_id, {draft.external_id for draft in drafts}),
        )
    )
    return {row.external_id: _Known(row.id, row.fingerprint) for row in rows}


def _insert_orders(
    channel: ChannelRow,
    drafts: Sequence[OrderDraft],
    batch_id: int | None,
    members: Mapping[str, int] | None,
) -> list[dict[str, Any]]:
    """Insert orders that look new; return the rows that were."""
    if not drafts:
        return []
    now = clock.now()
    known = members or {}
    buyers = {**known, **_members_of(channel, [d for d in drafts if d.buyer not in known])}
    rows = [
        {
            "id": ids.next_id(),
            "code": ids.new_code(),
            "channel_id": channel.id,
            "external_id": draft.external_id,
            "member_id": buyers[draft.buyer],
            "currency": draft.currency,
            "paid_minor": draft.paid_minor,
            "state": OrderState.PAID,
            "paid_at": draft.paid_at,
            "window_ends_on": policy.window_ends_on(draft.paid_at, channel.return_window_days),
            "fingerprint": policy.fingerprint(channel.code, draft),
            "revision": 1,
            "batch_id": batch_id,
            "created_at": now,
        }
        for draft in drafts
    ]
    statement = (
        insert(ORDERS)
        .on_conflict_do_nothing(index_elements=["channel_id", "external_id"])
        .returning(ORDERS.c.id)
    )
    won = set(db.session.scalars(statement, rows))
    return [row for row in rows if row["id"] in won]


def _members_of(channel: ChannelRow, drafts: Iterable[OrderDraft]) -> dict[str, int]:
    buyers = {Buyer(draft.buyer, draft.phone, draft.email) for draft in drafts}
    if not buyers:
        return {}
    return identity.resolve_buyers(
        channel.code,
        sorted(buyers, key=lambda buyer: (buyer.key, buyer.phone, buyer.email)),
        at=clock.now(),
        key_kind=CONTACT_KEYS.get(channel.identity_kind),
    )


def _insert_lines(
    orders: Sequence[Mapping[str, Any]], lines: Mapping[str, Sequence[LineDraft]]
) -> None:
    rows = [row for order in orders for row in line_rows(order["id"], lines[order["external_id"]])]
    if rows:
        db.session.execute(insert(LINES), rows)


def line_rows(order_id: int, lines: Iterable[LineDraft]) -> list[dict[str, Any]]:
    """Return an order's lines as rows of ``sales_line``, numbered from 1."""
    return [
        {
            "order_id": order_id,
            "line_no": number,
            "sku": line.sku,
            "qty": line.qty,
            "paid_minor": line.paid_minor,
        }
        for number, line in enumerate(lines, start=1)
    ]


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
                    sum(line.qty for line in lines[order["external_id"]]),
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


# --- issues --------------------------------------------------------------------------------------


def _keep_aside(batch_id: int, channel: ChannelRow, changed_: Sequence[Changed]) -> int:
    """Lay orders with other figures aside for staff; return how many were not there yet."""
    if not changed_:
        return 0
    buyers = _members_of(channel, [each.draft for each in changed_])
    once = {(each.order_id, each.fingerprint): each for each in reversed(changed_)}
    rows = [
        {
            **_issue(batch_id, IssueKind.KEPT_ASIDE, each.draft.row, each.draft.line_number),
            "state": IssueState.OPEN,
            "reason": Problem.OTHER_FIGURES.value,
            "column_name": "",
            "order_id": each.order_id,
            "fingerprint": each.fingerprint,
            "member_id": buyers[each.draft.buyer],
            "currency": each.draft.currency,
            "paid_minor": each.draft.paid_minor,
            "paid_at": each.draft.paid_at,
            "lines": [[line.sku, line.qty, line.paid_minor] for line in each.draft.lines],
        }
        for each in sorted(once.values(), key=lambda each: each.draft.row)
    ]
    statement = insert(ISSUES)
    # Figures that were kept out stay out. Those that were taken once and replaced since are news.
    anew = ("batch_id", "row_number", "line_number", "member_id", "paid_at", "created_at")
    statement = statement.on_conflict_do_update(
        index_elements=["order_id", "fingerprint"],
        set_={
            **{name: statement.excluded[name] for name in anew},
            "state": IssueState.OPEN,
            "decided_by": None,
            "decided_at": None,
        },
        where=ISSUES.c.state == IssueState.ACCEPTED,
    )
    laid_aside = list(db.session.scalars(statement.returning(ISSUES.c.order_id), rows))
    if laid_aside:
        changed(sa.update(Order).where(Order.id.in_(laid_aside)).values(state=OrderState.DISPUTED))
    return len(laid_aside)


def _note_bad_rows(batch_id: int, bad: Sequence[BadRow]) -> None:
    rows = [
        {
            **_issue(batch_id, IssueKind.BAD, row.row, row.line_number),
            "state": IssueState.NOTED,
            "reason": row.problem.value,
            "column_name": row.column[:64],
        }
        for row in bad
    ]
    if rows:
        db.session.execute(insert(ISSUES), rows)


def _issue(batch_id: int, kind: IssueKind, row: int, line_number: int) -> dict[str, Any]:
    return {
        "id": ids.next_id(),
        "batch_id": batch_id,
        "kind": kind,
        "row_number": row,
        "line_number": line_number,
        "created_at": clock.now(),
    }


def _add_counts(batch_id: int, counts: Counts) -> None:
    batch = ImportBatch
    changed(
        sa.update(batch)
        .where(batch.id == batch_id)
        .values(
            new_count=batch.new_count + counts.new,
            duplicate_count=batch.duplicate_count + counts.duplicate,
            changed_count=batch.changed_count + counts.changed,
            kept_aside_count=batch.kept_aside_count + counts.kept_aside,
            bad_count=batch.bad_count + counts.bad,
        )
    )
