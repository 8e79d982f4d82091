"""The CDNOW history: 69,659 real purchases, read from the installed package ``lifetimes``.

The file is separated by runs of spaces, has no order numbers (the number of the row serves) and
holds exact duplicates and zero-value orders, all of which are orders.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

from app.commerce import queries, service
from app.commerce.service.files import Progress
from app.commerce.types import (
    Batch,
    ChannelRow,
    ChannelTotals,
    FileRefusedError,
    IdentityKind,
    LineDraft,
    OrderDraft,
    SeedChannel,
    Unit,
)
from app.kernel import clock

CHANNEL = SeedChannel(
    code="cdnow",
    name="CDNOW",
    return_window_days=30,
    currency="USD",
    identity_kind=IdentityKind.BUYER_ID,
)
PACKAGE = "lifetimes"
INSTALL = "pip install --no-deps lifetimes==0.11.3"
HEADER = ["customer_id", "date", "number_of_cds", "dollar_value"]


class CdnowMissingError(LookupError):
    """The package with the file is not installed; the message says how to install it."""


def find_file() -> Path:
    """Return the data file of the installed package, without importing the package.

    Raises:
        CdnowMissingError: it is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).parent / "datasets" / "CDNOW_master.txt"
        if path.is_file():
            return path
    message = (
        "The CDNOW history comes with the Python package lifetimes, which is not installed here. "
        f"Install it (without what it depends on) and run this again:  {INSTALL}"
    )
    raise CdnowMissingError(message)


def import_history(
    path: Path,
    *,
    on_begin: "Progress | None" = None,
    on_progress: Progress | None = None,
) -> tuple[Batch, ChannelTotals]:
    """Import the history through the ordinary importer; a second time changes nothing.

    Args:
        path: the file, see :func:`find_file`.
        on_begin: told how many rows the file has.
        on_progress: told the rows done so far.

    Raises:
        FileRefusedError: it is another file.
    """
    channel = service.open_channel(CHANNEL)
    content = path.read_bytes()
    rows = content.count(b"\n") - 1
    if on_begin is not None:
        on_begin(rows)
    batch = service.open_batch(
        channel,
        file_name=path.name,
        file_digest=hashlib.sha256(content).hexdigest(),
        mapping={"columns": HEADER, "order": "row"},
        mapping_digest=hashlib.sha256(json.dumps(HEADER).encode()).hexdigest(),
        row_count=rows,
    )
    batch = service.import_rows(batch, channel, orders(path, channel), on_progress=on_progress)
    return batch, queries.totals(channel.id)


def orders(path: Path, channel: ChannelRow) -> Iterator[Unit]:
    """Yield one order for each row.

    Raises:
        FileRefusedError: the header is another one, or a row can't be read.
    """
    with path.open(encoding="ascii") as file:
        if file.readline().split() != HEADER:
            raise FileRefusedError("This is not CDNOW_master.txt.", line_number=1)
        for number, line in enumerate(file, start=1):
            yield Unit(1, _order(number, line, channel))


def _order(number: int, line: str, channel: ChannelRow) -> OrderDraft:
    customer, day, pieces, dollars = line.split()
    paid_minor = int(Decimal(dollars) * 100)
    paid_at = clock.day_start(date(int(day[:4]), int(day[4:6]), int(day[6:])))
    return OrderDraft(
        str(number),
        customer,
        channel.currency,
        paid_minor,
        paid_at,
        (LineDraft(None, int(pieces), paid_minor),),
        row=number,
        line_number=number + 1,
    )


def summary(totals: ChannelTotals) -> str:
    """Return the closing line: ``orders 69659 buyers 23570 money 2500315.63 points 2453159``."""
    money = f"{totals.paid_minor // 100}.{totals.paid_minor % 100:02d}"
    return f"orders {totals.orders} buyers {totals.buyers} money {money} points {totals.points}"
