"""Channels, files of orders and orders for tests."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from app.commerce import queries, service
from app.commerce.types import (
    ChannelRow,
    IdentityKind,
    LineDraft,
    OrderDraft,
    SeedChannel,
    SeedOrder,
)
from app.kernel import clock

HEADER = ("order", "buyer", "paid_at", "total")


def a_channel(code: str = "tmall", *, window: int = 7, **more: Any) -> ChannelRow:
    """Make a sales channel."""
    seed = {"currency": "CNY", "identity_kind": IdentityKind.BUYER_ID, "name": code.title(), **more}
    return service.open_channel(SeedChannel(code, return_window_days=window, **seed))


def a_file(
    folder: Path,
    rows: Iterable[Sequence[object]],
    *,
    header: Sequence[str] = HEADER,
    name: str = "orders.csv",
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> Path:
    """Write a CSV file of orders."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    path = folder / name
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def many_rows(count: int, *, buyers: int = 7, day: str = "2026-08-31") -> list[tuple[object, ...]]:
    """Return rows of ``count`` orders over some buyers; order n is worth n.50."""
    return [(f"T{n}", f"buyer-{n % buyers}", day, f"{n}.50") for n in range(1, count + 1)]


def points_of(count: int) -> int:
    """Return what the orders of :func:`many_rows` earn together."""
    return count * (count + 1) // 2


def an_order(
    member_id: int | None = None,
    *,
    channel: ChannelRow | None = None,
    number: str = "A-1",
    paid_at: datetime | None = None,
    lines: Sequence[tuple[str | None, int, int]] = ((None, 1, 12_50),),
    buyer: str = "",
) -> str:
    """Make a paid order; return its code."""
    channel = channel or a_channel()
    seed = SeedOrder(
        channel.code,
        number,
        paid_at or clock.now(),
        tuple(LineDraft(*line) for line in lines),
        member_id=member_id,
        buyer=buyer,
    )
    service.seed_orders([seed])
    filters = queries.Filters(channel=channel.code, q=number)
    return queries.staff_orders(filters).items[0].card.code


def a_draft(number: str = "A-1", *, paid_minor: int = 12_50, buyer: str = "b") -> OrderDraft:
    """Return an order as a file would tell it."""
    line = LineDraft(None, 1, paid_minor)
    return OrderDraft(number, buyer, "CNY", paid_minor, clock.now(), (line,), 1, 2)
