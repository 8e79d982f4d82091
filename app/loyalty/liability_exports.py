"""What the pages about cost and liability offer to be exported."""

from collections.abc import Mapping
from typing import Any

from app.kernel import exports, labels, reasons
from app.kernel.exports import Column, ColumnKind, Export
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission
from app.kernel.types import Page
from app.ledger import queries as ledger
from app.ledger.types import Fund
from app.loyalty import queries
from app.loyalty.liability_words import fund_name, period_of
from app.loyalty.types import CostLine

WHOLE, MONEY, DAY, SHARE = (
    ColumnKind.INTEGER, ColumnKind.MONEY, ColumnKind.DAY, ColumnKind.SHARE,
)  # fmt: skip
Params = Mapping[str, str]


def register() -> None:
    """Offer them."""
    see = Permission.LEDGER_SEE
    flows = (
        Column(_l("Issued"), WHOLE),
        Column(_l("Given back"), WHOLE),
        Column(_l("Spent"), WHOLE),
        Column(_l("Expired"), WHOLE),
        Column(_l("Taken back"), WHOLE),
    )
    exports.register(
        Export(
            "loyalty.months",
            _l("Roll-forward of points by month"),
            see,
            (
                Column(_l("Month"), DAY),
                Column(_l("Opening"), WHOLE),
                *flows,
                Column(_l("Closing"), WHOLE),
            ),
            _month_rows,
        )
    )
    exports.register(
        Export(
            "loyalty.outstanding",
            _l("Outstanding points by month of expiry"),
            see,
            (
                Column(_l("Month"), DAY),
                Column(_l("Points"), WHOLE),
                Column(_l("Set aside"), WHOLE),
            ),
            _outstanding_rows,
        )
    )
    exports.register(
        Export(
            "loyalty.cost",
            _l("Cost of points"),
            see,
            (
                Column(_l("Split"), width=12),
                Column(_l("What"), width=28),
                Column(_l("Issued"), WHOLE),
                Column(_l("Taken back"), WHOLE),
                Column(_l("Net"), WHOLE),
                Column(_l("Currency"), width=9),
                Column(_l("Cost of what was issued"), MONEY),
                Column(_l("Cost less taken back"), MONEY),
            ),
            _cost_rows,
            ("from", "to"),
        )
    )
    exports.register(
        Export(
            "loyalty.breakage",
            _l("Breakage of points"),
            see,
            (
                Column(_l("Came in"), DAY),
                *flows,
                Column(_l("Left"), WHOLE),
                Column(_l("Expired so far"), SHARE),
                Column(_l("Expected to be used"), WHOLE),
                Column(_l("Expected breakage"), WHOLE),
                Column(_l("Expected breakage rate"), SHARE),
                Column(_l("Redeemed of what will be"), SHARE),
            ),
            _breakage_rows,
            ("fund",),
        )
    )


def _month_rows(_params: Params, _after: str | None, _limit: int) -> Page[Any]:
    return Page(
        [
            (m.first, m.opening, m.issued, m.restored, m.spent, m.expired, m.clawed, m.closing)
            for m in ledger.months()
        ]
    )


def _outstanding_rows(_params: Params, _after: str | None, _limit: int) -> Page[Any]:
    return Page([(o.month, o.points, o.held) for o in ledger.outstanding_by_expiry()])


def _cost_rows(params: Params, _after: str | None, _limit: int) -> Page[Any]:
    first, last, _is_odd = period_of(params)
    found = queries.costs(first, last)
    codes = {line.key for line in found.by_channel if line.key}
    channels = labels.names_of("channel", codes)

    def row(split: str, what: str, line: CostLine) -> tuple[Any, ...]:
        return (
            split, what, line.issued, line.taken, line.net, found.currency or "",
            line.issued_minor, line.net_minor,
        )  # fmt: skip

    return Page(
        [
            *(
                row(_("Rule"), str(reasons.meaning_of(line.key).label), line)
                for line in found.by_reason
            ),
            *(
                row(_("Channel"), channels.get(line.key, _("Not from an order")), line)
                for line in found.by_channel
            ),
            *(row(_("Fund"), fund_name(Fund(line.key)), line) for line in found.by_fund),
            row(_("All"), "", found.total),
        ]
    )


def _breakage_rows(params: Params, _after: str | None, _limit: int) -> Page[Any]:
    wanted = params.get("fund", "")
    found = ledger.breakage(Fund(wanted) if wanted in {each.value for each in Fund} else None)
    return Page(
        [
            (
                each.cohort.came_on,
                each.cohort.issued,
                each.cohort.restored,
                sum(each.cohort.spent),
                sum(each.cohort.expired),
                sum(each.cohort.clawed),
                each.cohort.left,
                each.rate,
                each.use,
                each.lost,
                each.expected_rate,
                each.earned,
            )
            for each in found.rows
        ]
    )
