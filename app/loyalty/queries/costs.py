"""What points cost, by purse, rule and sales channel, in points and in money."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from app.ledger import queries as ledger
from app.ledger.queries import CostRow
from app.loyalty.policy.values import worth
from app.loyalty.queries.values import point_values, value_on
from app.loyalty.types import CostLine, Costs, PointValue

ONE_DAY = timedelta(days=1)


def costs(since: date, last: date) -> Costs:
    """Return what points cost from ``since`` to ``last``, as far as days are rolled up.

    Four statements, however long the period is and however much was issued in it. Money is counted
    at the value that held on each day; days before the first version have that one.
    """
    values = point_values()
    through = ledger.rolled_through()
    until = max(since, min(last, through) + ONE_DAY if through else since)
    rows = ledger.costs(since, until, [value.from_on for value in values[1:]])
    return Costs(
        since=since,
        until=until,
        currency=values[-1].currency if values else None,
        by_fund=_lines(rows, lambda row: row.fund.value, values),
        by_reason=_lines(rows, lambda row: row.reason, values),
        by_channel=_lines(rows, lambda row: row.origin, values),
        total=_line("", rows, values),
        ledger_issued=sum(ledger.issued_by_fund(since, until).values()),
        value=value_on(until - ONE_DAY, values),
    )


def _lines(
    rows: Iterable[CostRow], key: Callable[[CostRow], str], values: list[PointValue]
) -> tuple[CostLine, ...]:
    groups: dict[str, list[CostRow]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    lines = [_line(name, group, values) for name, group in groups.items()]
    return tuple(sorted(lines, key=lambda line: (-line.issued, -line.taken, line.key)))


def _line(key: str, rows: Iterable[CostRow], values: list[PointValue]) -> CostLine:
    counted = list(rows)
    return CostLine(
        key=key,
        issued=sum(row.issued for row in counted),
        taken=sum(row.taken for row in counted),
        issued_minor=_money(((row.issued, row.stretch) for row in counted), values),
        net_minor=_money(((row.issued - row.taken, row.stretch) for row in counted), values),
    )


def _money(parts: Iterable[tuple[int, int]], values: list[PointValue]) -> int | None:
    if not values:
        return None
    return worth((points, values[stretch].minor_per_100) for points, stretch in parts)
