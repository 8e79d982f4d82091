"""Refunds as a channel tells them: in any order, any number of times, before their orders even.

Versions of one refund are ranked (:func:`policy.refund_rank`) and the greatest holds, so whatever
comes first, the same one ends up standing. What it counts is computed when its order is settled.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.commerce import policy, queries
from app.commerce.queries.standings import ORDERS, REFUNDS
from app.commerce.service import naming, waiting
from app.commerce.service.settling import settle
from app.commerce.types import (
    Change,
    ChannelRow,
    PlacedRefunds,
    RefundDraft,
    RefundPhase,
    RefundState,
    RefundVersion,
    StepKind,
)
from app.kernel import clock, ids
from app.kernel.db import changed, db, insert, is_one_of, use_case

MAX_NUMBER, MAX_REF = 128, 64
WITHDRAWN = ""
"""Fingerprint of a refund whose import was rolled back: whatever comes again takes its place."""


@use_case
def place_refunds(
    channel: ChannelRow, drafts: Sequence[RefundDraft], *, batch_id: int | None = None
) -> PlacedRefunds:
    """Bring in refunds, match them with their orders and move these orders' points.

    A refund whose order has not come waits for it. One that is above its line, or in another
    currency than its order, is kept and counts up to what was paid, or not at all.

    Args:
        channel: where they come from.
        drafts: at most about a thousand.
        batch_id: the import that brings them.
    """
    sound = [draft for draft in drafts if _is_possible(draft)]
    refused = len(drafts) - len(sound)
    best = _best(sound)
    if not best:
        return PlacedRefunds(refused=refused)
    locked = _orders_of(channel, {draft.order_external_id for draft in best.values()})
    orders = _by_number(locked)
    made = _insert(channel, best, orders, batch_id)
    won = {row["external_id"] for row in made}
    again = {number: draft for number, draft in best.items() if number not in won}
    updated, more = _update(channel, again, orders, batch_id)
    come = [_of_new(row) for row in made if row["order_id"] is not None]
    settle(come + more, locked=locked)
    return PlacedRefunds(
        new=len(made),
        changed=len(updated),
        duplicates=len(sound) - len(made) - len(updated),
        waiting=sum(row["order_id"] is None for row in (*made, *updated)),
        refused=refused,
    )


def _is_possible(draft: RefundDraft) -> bool:
    numbers = (draft.external_id, draft.order_external_id)
    return min(draft.amount_minor, draft.qty) >= 0 and all(
        0 < len(number) <= MAX_NUMBER for number in numbers
    )


def _best(drafts: Iterable[RefundDraft]) -> dict[str, RefundDraft]:
    """Return the version of each refund that holds among these, by number, in order of time."""
    best: dict[str, RefundDraft] = {}
    for draft in drafts:
        held = best.get(draft.external_id)
        if held is None or _rank(draft) > _rank(held):
            best[draft.external_id] = draft
    in_time = sorted(best.values(), key=lambda draft: (draft.refunded_at, draft.external_id))
    return {draft.external_id: draft for draft in in_time}


def _rank(draft: RefundDraft) -> tuple[object, ...]:
    return policy.refund_rank(policy.refund_version(draft))


def _orders_of(channel: ChannelRow, numbers: Collection[str]) -> Sequence[Any]:
    """Return the orders of these numbers that have come, locked in ascending id."""
    found = [*_lock(channel, numbers)]
    if missing := set(numbers) - _by_number(found).keys():
        waiting.alone(channel.id)
        found += _lock(channel, missing)
    return found


def _lock(channel: ChannelRow, numbers: Collection[str]) -> Sequence[Any]:
    names = (ORDERS.c.external_id, ORDERS.c.printed_number)
    return queries.lock_orders(
        ORDERS.c.channel_id == channel.id, sa.or_(*(is_one_of(name, numbers) for name in names))
    )


def _by_number(orders: Iterable[Any]) -> dict[str, int]:
    """Return the ids of orders by each number that means one of them; its own goes first."""
    printed = {
        row.printed_number: int(row.id)
        for row in orders
        if naming.are_apart(row.external_id, row.printed_number)
    }
    return printed | {row.external_id: int(row.id) for row in orders}


def _figures(draft: RefundDraft, orders: Mapping[str, int], batch_id: int | None) -> dict[str, Any]:
    """Return what one version of a refund says, and who told it, as columns of ``refund``."""
    return {
        "batch_id": batch_id,
        "order_external_id": draft.order_external_id,
        "order_id": orders.get(draft.order_external_id),
        "line_ref": draft.line_ref[:MAX_REF],  # a longer one names nothing that could be stored
        "qty": draft.qty,
        "amount_minor": draft.amount_minor,
        "effective_minor": 0,
        "line_no": None,
        "currency": draft.currency,
        "phase": draft.phase or RefundPhase.BEFORE_SHIPPING,  # read off the order when it settles
        "phase_told": draft.phase is not None,
        "state": RefundState.CANCELLED if draft.is_cancelled else RefundState.ACTIVE,
        "refunded_at": draft.refunded_at,
        "source_at": draft.updated_at,
        "fingerprint": policy.refund_fingerprint(draft),
    }


def _insert(
    channel: ChannelRow,
    drafts: Mapping[str, RefundDraft],
    orders: Mapping[str, int],
    batch_id: int | None,
) -> list[dict[str, Any]]:
    """Insert refunds that are not known; return the rows that were."""
    now = clock.now()
    rows = [
        {
            "id": ids.next_id(),
            "code": ids.new_code(),
            "channel_id": channel.id,
            "external_id": number,
            "created_at": now,
            **_figures(draft, orders, batch_id),
        }
        for number, draft in drafts.items()
    ]
    statement = (
        insert(REFUNDS)
        .on_conflict_do_nothing(index_elements=["channel_id", "external_id"])
        .returning(REFUNDS.c.id)
    )
    won = set(db.session.scalars(statement, rows))
    return [row for row in rows if row["id"] in won]


def _of_new(row: Mapping[str, Any]) -> Change:
    kind = StepKind.REFUNDED if row["state"] is RefundState.ACTIVE else None
    return Change(row["order_id"], kind, row["id"])


# --- versions of known refunds -------------------------------------------------------------------


def _update(
    channel: ChannelRow,
    drafts: Mapping[str, RefundDraft],
    orders: Mapping[str, int],
    batch_id: int | None,
) -> tuple[list[dict[str, Any]], list[Change]]:
    """Let versions that outrank the known ones take their place.

    Returns:
        What was written of those whose figures are others now, and what it means for orders.
    """
    if not drafts:
        return [], []
    known = db.session.execute(
        sa.select(REFUNDS)
        .where(REFUNDS.c.channel_id == channel.id, is_one_of(REFUNDS.c.external_id, drafts))
        .order_by(REFUNDS.c.id)
        .with_for_update()
    ).all()
    written, updated, changes = [], list[dict[str, Any]](), list[Change]()
    for row in known:
        draft = drafts[row.external_id]
        if row.fingerprint != WITHDRAWN and _rank(draft) <= policy.refund_rank(_version(row)):
            continue
        figures = _figures(draft, orders, batch_id)
        written.append({**figures, "b_id": row.id})
        changes += _changes(row, figures)  # even where nobody sees any: what counts was wiped
        if figures["fingerprint"] != row.fingerprint:
            updated.append(figures)
    if written:
        columns = [name for name in written[0] if name != "b_id"]
        db.session.connection().execute(
            sa.update(REFUNDS)
            .where(REFUNDS.c.id == sa.bindparam("b_id"))
            .values({name: sa.bindparam(name) for name in columns}),
            written,
        )
    return updated, changes


def _version(row: Any) -> RefundVersion:
    return RefundVersion(
        row.source_at, row.state is RefundState.CANCELLED, row.amount_minor, row.fingerprint
    )


def _changes(row: Any, figures: Mapping[str, Any]) -> list[Change]:
    """Return what another version of a refund means for its order, and for its former one."""
    was, is_ = row.state is RefundState.ACTIVE, figures["state"] is RefundState.ACTIVE
    taken_back = StepKind.REFUND_CANCELLED if was else None
    begun = StepKind.REFUNDED if is_ else None
    if row.order_id != figures["order_id"]:
        moves = [(row.order_id, taken_back, row.effective_minor), (figures["order_id"], begun, 0)]
        return [
            Change(order_id, kind, row.id, before)
            for order_id, kind, before in moves
            if order_id is not None
        ]
    if row.order_id is None:
        return []
    if was and is_:
        is_other = (row.amount_minor, row.line_ref, row.currency) != (
            figures["amount_minor"], figures["line_ref"], figures["currency"],
        )  # fmt: skip
        kind = StepKind.REFUND_CHANGED if is_other else None
    else:
        kind = taken_back or begun
    return [Change(row.order_id, kind, row.id, row.effective_minor)]


@use_case
def withdraw_refunds(refund_ids: Collection[int], *, actor_id: int | None) -> int:
    """Let refunds count as nothing: their import is rolled back. Returns how many newly do.

    Whatever the channel tells of them later takes their place.

    Args:
        refund_ids: at most about a thousand.
        actor_id: who rolls back; the caller audits the roll-back as a whole.
    """
    found = _locked(refund_ids)
    if not found:
        return 0
    gone = {"state": RefundState.CANCELLED, "fingerprint": WITHDRAWN, "source_at": None}
    withdrawn = changed(
        sa.update(REFUNDS).where(is_one_of(REFUNDS.c.id, [row.id for row in found])).values(**gone)
    )
    changes = [
        Change(row.order_id, StepKind.REFUND_CANCELLED, row.id, row.effective_minor)
        for row in found
        if row.order_id is not None and row.state is RefundState.ACTIVE
    ]
    settle(changes, actor_id=actor_id)
    return withdrawn


def _locked(refund_ids: Collection[int]) -> Sequence[Any]:
    """Lock refunds that are not withdrawn, their orders first; return them as they are by then.

    Of one that waits, the order may be coming in right now. Whatever comes in of its channel is let
    through first, as where refunds and orders are matched, so that the order is seen.
    """
    standing = (is_one_of(REFUNDS.c.id, refund_ids), REFUNDS.c.fingerprint != WITHDRAWN)
    seen = sa.select(REFUNDS.c.channel_id, REFUNDS.c.order_id).where(*standing)
    rows = db.session.execute(seen).all()
    if waits := {row.channel_id for row in rows if row.order_id is None}:
        for channel_id in sorted(waits):
            waiting.alone(channel_id)
        rows = db.session.execute(seen).all()
    _lock_orders({row.order_id for row in rows if row.order_id is not None})
    return db.session.execute(
        sa.select(REFUNDS).where(*standing).order_by(REFUNDS.c.id).with_for_update()
    ).all()


def _lock_orders(order_ids: Collection[int]) -> None:
    db.session.execute(
        sa.select(ORDERS.c.id)
        .where(is_one_of(ORDERS.c.id, order_ids))
        .order_by(ORDERS.c.id)
        .with_for_update()
    ).all()
