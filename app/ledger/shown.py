"""The ledger in words and macro-shaped values: statement lines, funds, movements of lots."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import url_for

from app.kernel import clock, reasons, refs
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import listed, moment, ngettext, number
from app.ledger.queries import Balance, Detail, Line, LotLine
from app.ledger.types import Book, Fund, Move

FUNDS: dict[Fund, object] = {
    Fund.ORDER: _l("Orders"),
    Fund.CONTENT: _l("Posts, replies, likes"),
    Fund.CHECKIN: _l("Check-in"),
    Fund.ADJUST: _l("Corrections"),
    Fund.PRIZE: _l("Prizes"),
    Fund.GIFT: _l("Gifts"),
    Fund.RESTORED: _l("Given back"),
    Fund.OPENING: _l("From before"),
}

MOVES: dict[Move, object] = {
    Move.ISSUE: _l("Earned"),
    Move.RESTORE: _l("Came back"),
    Move.ARRIVE: _l("Became usable"),
    Move.LEAVE: _l("No longer on their way"),
    Move.SPEND: _l("Spent"),
    Move.EXPIRE: _l("Expired"),
    Move.CLAW: _l("Taken back"),
    Move.REPAY: _l("Paid what was owed"),
    Move.HOLD: _l("Set aside"),
    Move.RELEASE: _l("No longer set aside"),
    Move.CAPTURE: _l("Spent from what was set aside"),
}

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the statement as the page prints it.

    Attributes:
        amount: how what the member has changed; where points only changed buckets, how what he
            can use changed.
        state: ``pending``, ``held``, ``reversed`` or empty.
        source_url: the thing that caused it, or None where there is no page for it.
        undoes_url: the line that this one undid.
    """

    title: object
    icon: str
    line: Line
    amount: int
    notes: tuple[str, ...]
    state: str
    source_url: str | None
    detail_url: str
    undoes_url: str | None


@dataclass(frozen=True, slots=True)
class Month:
    """The lines of one month; ``first`` is its first day."""

    first: date
    rows: tuple[Row, ...]


def months(lines: Iterable[Line]) -> list[Month]:
    """Return statement rows grouped by the month in which they were booked."""
    return [
        Month(first, tuple(row_of(line) for line in group))
        for first, group in groupby(lines, key=lambda line: _booked_on(line).replace(day=1))
    ]


def _booked_on(line: Line) -> date:
    return clock.business_date(line.posted_at)


def row_of(line: Line) -> Row:
    """Return a line as the page prints it."""
    meaning = reasons.meaning_of(line.reason)
    return Row(
        title=meaning.label,
        icon=meaning.icon,
        line=line,
        amount=line.delta or line.change.available,
        notes=tuple(_notes(line)),
        state=_state(line),
        source_url=refs.link(line.source),
        detail_url=detail_url(line.txn_id),
        undoes_url=detail_url(line.reverses_txn) if line.reverses_txn else None,
    )


def detail_url(txn_id: int) -> str:
    """Return the address of a transaction's page."""
    return url_for("ledger.entry", txn_id=txn_id)


def _notes(line: Line) -> Iterator[str]:
    others = {part.reason: None for part in line.parts if part.reason != line.reason}
    for reason in others:
        yield str(reasons.meaning_of(reason).label)
    happened_on = clock.business_date(line.occurred_at)
    if happened_on != _booked_on(line):
        yield _("for %(day)s", day=day_name(happened_on))
    if waits(line):
        yield _("usable from %(at)s", at=moment(line.matures_at or line.posted_at))


def waits(line: Line) -> bool:
    """Return whether what the line brought is still on its way."""
    comes = line.matures_at or line.posted_at
    return not line.is_undone and line.change.pending > 0 and comes > clock.now()


def _state(line: Line) -> str:
    if line.is_undone:
        return "reversed"
    if waits(line):
        return "pending"
    return "held" if line.change.held > 0 else ""


# --- balance -------------------------------------------------------------------------------------


def balance_values(balance: Balance) -> dict[str, Any]:
    """Return the arguments of the balance card."""
    pending_note = expiring_note = None
    if balance.pending_by_moment:
        first = balance.pending_by_moment[0][0]
        pending_note = _("first from %(at)s", at=moment(first))
    if balance.expires_next_on and balance.expiring_next_30:
        expiring_note = _("use by %(day)s", day=day_name(balance.expires_next_on))
    return {
        "available": balance.available,
        "pending": balance.pending,
        "pending_note": pending_note,
        "expiring": balance.expiring_next_30,
        "expiring_note": expiring_note,
        "growth": balance.growth,
        "held": balance.held,
        "debt": balance.debt,
    }


def waiting(balance: Balance) -> list[dict[str, Any]]:
    """Return what is on its way: from which moment, how much, where from and why it waits."""
    return [
        {"at": at, "points": points, "fund": FUNDS[fund], "why": _why_it_waits(fund)}
        for at, points, fund in balance.pending_by_moment
    ]


DAYS_LISTED = 6


def expiring(balance: Balance) -> list[dict[str, Any]]:
    """Return what expires within a quarter by its last day; what is far off as one sum."""
    days = balance.expiring_by_day
    listed, later = days[:DAYS_LISTED], days[DAYS_LISTED:]
    today = clock.business_date()
    rows: list[dict[str, Any]] = [
        {"day": day, "points": points, "days": (day - today).days, "is_sum": False}
        for day, points in listed
    ]
    if later:
        total = sum(points for _day, points in later)
        rows.append({"day": later[-1][0], "points": total, "days": 0, "is_sum": True})
    return rows


def _why_it_waits(fund: Fund) -> str:
    if fund is Fund.ORDER:
        return _("return window still open")
    return _("not due yet")


# --- one transaction -----------------------------------------------------------------------------


def parts_of(detail: Detail) -> list[dict[str, Any]]:
    """Return what a transaction consisted of, points first.

    Each part comes with the rule behind it, unless that is the leading one: the page tells it on
    top already.
    """
    leading = next(iter(detail.lines.values())).reason
    return [
        {
            "label": reasons.meaning_of(part.reason).label,
            "why": ""
            if part.reason == leading
            else reasons.explain(part.reason, line.rule_version),
            "book": book_name(book),
            "amount": part.amount,
        }
        for book, line in detail.lines.items()
        for part in line.parts
        if part.book is book
    ]


def lots_of(detail: Detail) -> list[dict[str, Any]]:
    """Return which points a transaction touched: what happened, how many, until when."""
    return [
        {
            "label": MOVES[lot.move],
            "amount": lot.amount,
            "fund": FUNDS[lot.fund],
            "when": _when(lot),
        }
        for lot in detail.lots
    ]


def _when(lot: LotLine) -> str:
    starts = _("usable from %(at)s", at=moment(lot.matures_at)) if lot.matures_at else ""
    ends = (
        _("last day %(day)s", day=day_name(lot.expires_on))
        if lot.expires_on
        else _("never expires")
    )
    return " · ".join(filter(None, (starts, ends)))


def book_name(book: Book) -> str:
    """Return a book's name."""
    return _("Growth") if book is Book.GROWTH else _("Points")


def amount_in_words(amount: int, book: Book) -> str:
    """Return a signed amount with its word: "+10 points"."""
    figure = f"{'+' if amount > 0 else '−' if amount < 0 else ''}{number(abs(amount))}"
    if book is Book.GROWTH:
        return _("%(figure)s growth", figure=figure)
    return ngettext("%(figure)s point", "%(figure)s points", abs(amount), figure=figure)


# --- files ---------------------------------------------------------------------------------------


def csv_line(cells: Iterable[object]) -> str:
    """Return one line of a CSV file in which no text is taken for a formula."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow(
        [cell if isinstance(cell, int) else safe_cell(str(cell)) for cell in cells]
    )
    return buffer.getvalue()


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_head() -> str:
    """Return the first line of a statement file."""
    return csv_line(
        (
            _("Line"),
            _("Booked at"),
            _("Happened on"),
            _("What"),
            _("Points"),
            _("Usable after"),
            _("On their way after"),
            _("Usable from"),
            _("Last day"),
            _("Reference"),
        )
    )


def csv_row(line: Line) -> str:
    """Return a statement line for a file; moments in the brand's time zone."""
    labels = [str(reasons.meaning_of(reason).label) for reason in _reasons(line)]
    return csv_line(
        (
            line.seq,
            _local(line.posted_at),
            clock.business_date(line.occurred_at).isoformat(),
            listed(labels),
            line.delta,
            line.balance_after,
            line.after.pending,
            _local(line.matures_at) if line.matures_at else "",
            line.expires_on.isoformat() if line.expires_on else "",
            str(line.source or ""),
        )
    )


def _local(at: datetime) -> str:
    return at.astimezone(clock.zone()).isoformat(sep=" ", timespec="seconds")


def _reasons(line: Line) -> list[str]:
    return list(dict.fromkeys(part.reason for part in line.parts))
