"""The ledger in the staff console: the roll-forward, the tie-out, the daily seals."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import clock, web
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import moment, number
from app.kernel.permissions import Permission
from app.ledger import queries, shown
from app.ledger.queries import FundRow, RollForward, SealedLine

bp = Blueprint("ledger_staff", __name__, url_prefix="/staff/ledger")

ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=3_660)
DEFAULT_DAYS = 30
SEALS = 10


@bp.get("")
@web.permission(Permission.LEDGER_SEE)
def roll_forward() -> ResponseReturnValue:
    """Show what came in and went out by fund, and whether journal and wallets agree."""
    since, last = _period_asked()
    report = queries.roll_forward(since, last + ONE_DAY)
    return render_template(
        "ledger/staff_roll_forward.html",
        report=report,
        since=since,
        last=last,
        rows=[_row(row) for row in (*report.rows, report.total)],
        seals=[_seal(each) for each in queries.checkpoints(SEALS)],
        is_default=not request.args,
        file_url=url_for(".roll_forward_file", since=since, until=last),
    )


@bp.get("/roll-forward.csv")
@web.permission(Permission.LEDGER_SEE)
def roll_forward_file() -> ResponseReturnValue:
    """Send the roll-forward as CSV."""
    since, last = _period_asked()
    report = queries.roll_forward(since, last + ONE_DAY)
    name = f"ledger-{since.isoformat()}-{last.isoformat()}.csv"
    return Response(
        "\ufeff" + _csv(report),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _period_asked() -> tuple[date, date]:
    """Return first and last business day wanted; what makes no sense becomes the last 30 days."""
    today = clock.business_date()
    days = request.args.get("days", DEFAULT_DAYS, type=int)
    days = days if 0 < days <= LONGEST.days else DEFAULT_DAYS
    last = min(_day("until") or today, today)
    since = _day("since") or last - timedelta(days=days - 1)
    if not timedelta(0) <= last - since <= LONGEST:
        return today - timedelta(days=DEFAULT_DAYS - 1), today
    return since, last


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _figures(row: FundRow) -> tuple[int, ...]:
    back = -row.spent, -row.expired, -row.clawed
    return (row.opening, row.issued, row.restored, *back, row.closing)


def _fund(row: FundRow) -> str:
    return str(shown.FUNDS[row.fund]) if row.fund else _("All funds")


def _row(row: FundRow) -> dict[str, Any]:
    cells = [_fund(row), *(_written(figure) for figure in _figures(row))]
    return {"cells": cells, "href": None}


def _written(figure: int) -> str:
    return f"−{number(-figure)}" if figure < 0 else number(figure)


def _csv(report: RollForward) -> str:
    head = (
        _("Fund"), _("Opening"), _("Issued"), _("Given back"), _("Spent"), _("Expired"),
        _("Taken back"), _("Closing"),
    )  # fmt: skip
    rows = [(_fund(row), *_figures(row)) for row in (*report.rows, report.total)]
    return "".join(shown.csv_line(row) for row in (head, *rows))


def _seal(seal: SealedLine) -> dict[str, Any]:
    cells = [
        f"{seal.number} · {day_name(clock.business_date(seal.at))}",
        moment(seal.at),
        number(seal.wallets),
        number(seal.entries),
        f"{seal.root[:16]}…",
    ]
    return {"cells": cells, "href": None}
