"""What one version of an order says, as rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.commerce import policy, queries
from app.commerce.types import ChannelRow, LineDraft, LineKind, OrderDraft
from app.kernel import clock
from app.kernel.bulk import Row


def figures_of(channel: ChannelRow, draft: OrderDraft) -> dict[str, Any]:
    """Return what a version says of the order itself, as columns of ``sales_order``."""
    tail = policy.tail_of(draft.phone) if draft.phone else ""
    return {
        "currency": draft.currency,
        "paid_minor": draft.paid_minor,
        "paid_at": draft.paid_at,
        "fingerprint": policy.fingerprint(channel, draft),
        "earning_minor": 0 if draft.currency != channel.currency else _earning(draft),
        "not_money_minor": draft.not_money_minor,
        "source_at": draft.updated_at,
        "shipped_at": draft.shipped_at,
        "received_at": draft.received_at,
        "cancelled_at": cancelled_at(draft),
        "tail_digest": queries.tail_digest(channel.id, draft.external_id, tail) if tail else None,
        "printed_number": draft.printed_number or None,
    }


def _earning(draft: OrderDraft) -> int:
    """Return what earns as long as nothing came back."""
    if draft.is_cancelled or not draft.paid_minor:
        return 0
    goods = sum([line.paid_minor for line in draft.lines if line.kind is LineKind.GOODS])
    return goods * (draft.paid_minor - draft.not_money_minor) // draft.paid_minor


def cancelled_at(draft: OrderDraft) -> datetime | None:
    """Return when the channel cancelled an order, as near as it tells; None: it did not."""
    return (draft.updated_at or clock.now()) if draft.is_cancelled else None


LINE_COLUMNS = ("order_id", "line_no", "sku", "qty", "paid_minor", "kind", "external_id")


def line_rows(order_id: int, lines: Iterable[LineDraft]) -> list[dict[str, Any]]:
    """Return an order's lines as rows of ``sales_line``, numbered from 1."""
    return [dict(zip(LINE_COLUMNS, row, strict=True)) for row in line_values(order_id, lines)]


def line_values(order_id: int, lines: Iterable[LineDraft]) -> list[Row]:
    """Return an order's lines, numbered from 1, in the order of ``LINE_COLUMNS``."""
    return [
        (order_id, number, line.sku, line.qty, line.paid_minor, _KINDS[line.kind], line.external_id)
        for number, line in enumerate(lines, start=1)
    ]


_KINDS = {kind: kind.value for kind in LineKind}
