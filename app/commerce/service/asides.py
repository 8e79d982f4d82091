"""Orders that came again with other figures: laid aside for staff, once each."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import ImportIssue, Order
from app.commerce.service.buyers import members_of
from app.commerce.service.rows import cancelled_at
from app.commerce.types import (
    ChannelRow,
    IssueKind,
    IssueState,
    LineDraft,
    LineKind,
    OrderDraft,
    OrderState,
    Problem,
)
from app.kernel import clock, ids
from app.kernel.db import changed, db, insert

ISSUES = cast("sa.Table", ImportIssue.__table__)


@dataclass(frozen=True, slots=True)
class Changed:
    """A known order that came with other figures, and what these come to.

    Attributes:
        marks: every fingerprint that the figures may be stored under, the current one first.
        member_id: its buyer, where the other figures name the same one; else None.
    """

    order_id: int
    draft: OrderDraft
    marks: tuple[str, ...]
    member_id: int | None = None


def keep_aside(batch_id: int | None, channel: ChannelRow, changed_: Sequence[Changed]) -> int:
    """Lay orders with other figures aside for staff; return how many were not there yet.

    Args:
        batch_id: the import that brought them; None: they came by themselves.
        channel: where they come from.
        changed_: what came.
    """
    if not changed_:
        return 0
    buyers = members_of(channel, [each.draft for each in changed_ if each.member_id is None])
    once = {(each.order_id, each.marks): each for each in reversed(changed_)}
    laid = _laid_before(once.values())
    rows = [
        _row(
            batch_id,
            each,
            each.member_id or buyers[each.draft.buyer],
            next((m for m in each.marks if (each.order_id, m) in laid), each.marks[0]),
        )
        for each in sorted(once.values(), key=lambda each: each.draft.row)
    ]
    statement = insert(ISSUES)
    # Figures that were kept out stay out. Those that were taken once and replaced since are news.
    anew = (
        "batch_id", "row_number", "line_number", "member_id", "paid_at", "created_at", "lines",
        "source_at",
    )  # fmt: skip
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


def _laid_before(changed_: Iterable[Changed]) -> set[tuple[int, str]]:
    """Return (order id, fingerprint) of figures laid aside under a fingerprint of former times."""
    several = [each for each in changed_ if len(each.marks) > 1]
    if not several:
        return set()
    rows = db.session.execute(
        sa.select(ISSUES.c.order_id, ISSUES.c.fingerprint).where(
            ISSUES.c.order_id.in_({each.order_id for each in several}),
            ISSUES.c.fingerprint.in_({mark for each in several for mark in each.marks}),
        )
    )
    return {(row.order_id, row.fingerprint) for row in rows}


def _row(batch_id: int | None, each: Changed, member_id: int, mark: str) -> dict[str, Any]:
    draft = each.draft
    return {
        **issue_row(batch_id, IssueKind.KEPT_ASIDE, draft.row, draft.line_number),
        "state": IssueState.OPEN,
        "reason": Problem.OTHER_FIGURES.value,
        "column_name": "",
        "order_id": each.order_id,
        "fingerprint": mark,
        "member_id": member_id,
        "currency": draft.currency,
        "paid_minor": draft.paid_minor,
        "paid_at": draft.paid_at,
        "lines": [
            [line.sku, line.qty, line.paid_minor, line.kind.value, line.external_id]
            for line in draft.lines
        ],
        "not_money_minor": draft.not_money_minor,
        "cancelled_at": cancelled_at(draft),
        "source_at": draft.updated_at,
    }


def kept_lines(lines: Sequence[Sequence[Any]]) -> list[LineDraft]:
    """Return the lines of laid-aside figures; older ones know neither kind nor number."""
    return [
        LineDraft(sku, qty, paid_minor, LineKind(more[0]) if more else LineKind.GOODS, *more[1:])
        for sku, qty, paid_minor, *more in lines
    ]


def issue_row(batch_id: int | None, kind: IssueKind, row: int, line_number: int) -> dict[str, Any]:
    """Return what every issue says."""
    return {
        "id": ids.next_id(),
        "batch_id": batch_id,
        "kind": kind,
        "row_number": row,
        "line_number": line_number,
        "created_at": clock.now(),
    }


def close_older(versions: Iterable[tuple[int, str, datetime | None]]) -> None:
    """Close what waits for a decision and is decided by a later word of the channel.

    Args:
        versions: (order id, fingerprint that holds now, when the channel told it).
    """
    closed = list(versions)
    rows = [
        {"b_order_id": order_id, "b_mark": mark, "b_told_at": told_at}
        for order_id, mark, told_at in closed
    ]
    if not rows:
        return
    waiting = sa.and_(
        ISSUES.c.order_id == sa.bindparam("b_order_id"), ISSUES.c.state == IssueState.OPEN
    )
    now = clock.now()
    holds = ISSUES.c.fingerprint == sa.bindparam("b_mark")
    older = ISSUES.c.source_at <= sa.bindparam("b_told_at", type_=ISSUES.c.source_at.type)
    connection = db.session.connection()
    for which, state in ((holds, IssueState.ACCEPTED), (older, IssueState.DECLINED)):
        connection.execute(
            sa.update(ISSUES).where(waiting, which).values(state=state, decided_at=now), rows
        )
    calm([order_id for order_id, _mark, _told_at in closed])


def calm(order_ids: Collection[int]) -> None:
    """Call orders paid again unless other figures for them still wait."""
    waits = sa.exists().where(ISSUES.c.order_id == Order.id, ISSUES.c.state == IssueState.OPEN)
    changed(
        sa.update(Order).where(Order.id.in_(list(order_ids)), ~waits).values(state=OrderState.PAID)
    )
