"""What commerce offers to be exported: orders, refunds and what imports had trouble with."""

from app.commerce import queries
from app.commerce.overview import overview_rows
from app.kernel import exports
from app.kernel.exports import Column, ColumnKind, Export
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission

MONEY, MOMENT, DAY, WHOLE = (
    ColumnKind.MONEY, ColumnKind.MOMENT, ColumnKind.DAY, ColumnKind.INTEGER,
)  # fmt: skip
FILTERS = ("channel", "state", "q")


def register() -> None:
    """Offer them."""
    exports.register(
        Export(
            "commerce.orders",
            _l("Orders"),
            Permission.ORDERS_SEE,
            (
                Column(_l("Order number"), width=24),
                Column(_l("Code")),
                Column(_l("Channel")),
                Column(_l("Buyer's Yid")),
                Column(_l("Paid at"), MOMENT, 20),
                Column(_l("Currency"), width=9),
                Column(_l("Paid"), MONEY),
                Column(_l("Refunded"), MONEY),
                Column(_l("Net"), MONEY),
                Column(_l("Not paid with money"), MONEY),
                Column(_l("Pieces"), WHOLE, 9),
                Column(_l("Points"), WHOLE, 9),
                Column(_l("Return window ends"), DAY),
                Column(_l("Shipped at"), MOMENT, 20),
                Column(_l("Received at"), MOMENT, 20),
                Column(_l("Cancelled at"), MOMENT, 20),
                Column(_l("State")),
            ),
            queries.order_export_rows,
            FILTERS,
            queries.order_export_count,
        )
    )
    exports.register(
        Export(
            "commerce.refunds",
            _l("Refunds"),
            Permission.ORDERS_SEE,
            (
                Column(_l("Refund number"), width=24),
                Column(_l("Order number"), width=24),
                Column(_l("Channel")),
                Column(_l("Line")),
                Column(_l("SKU")),
                Column(_l("Pieces"), WHOLE, 9),
                Column(_l("Refunded at"), MOMENT, 20),
                Column(_l("Currency"), width=9),
                Column(_l("Amount"), MONEY),
                Column(_l("Of it counted"), MONEY),
                Column(_l("Phase"), width=18),
                Column(_l("State")),
                Column(_l("Order known")),
            ),
            queries.refund_export_rows,
            ("channel",),
        )
    )
    exports.register(
        Export(
            "commerce.channels",
            _l("Channel overview"),
            Permission.ORDERS_SEE,
            _overview_columns(),
            overview_rows,
            ("from", "to"),
        )
    )
    exports.register(
        Export(
            "commerce.import_issues",
            _l("Import problems"),
            Permission.ORDERS_IMPORT,
            (
                Column(_l("Import")),
                Column(_l("File"), width=30),
                Column(_l("Channel")),
                Column(_l("Kind")),
                Column(_l("Row"), WHOLE, 9),
                Column(_l("Column")),
                Column(_l("What is wrong"), width=50),
                Column(_l("State")),
                Column(_l("Order number"), width=24),
                Column(_l("Currency"), width=9),
                Column(_l("Paid"), MONEY),
                Column(_l("Seen at"), MOMENT, 20),
            ),
            queries.issue_export_rows,
            ("batch",),
        )
    )


def _overview_columns() -> tuple[Column, ...]:
    share = ColumnKind.SHARE
    return (
        Column(_l("From"), DAY),
        Column(_l("To"), DAY),
        Column(_l("Code")),
        Column(_l("Channel")),
        Column(_l("Currency"), width=9),
        Column(_l("Orders"), WHOLE),
        Column(_l("Lines"), WHOLE),
        Column(_l("Buyers"), WHOLE),
        Column(_l("Gross"), MONEY),
        Column(_l("Refunded"), MONEY),
        Column(_l("Cancelled"), MONEY),
        Column(_l("Net"), MONEY),
        Column(_l("Return rate by money"), share),
        Column(_l("Return rate by orders"), share),
        Column(_l("Refunded before shipping"), MONEY),
        Column(_l("Rate before shipping by money"), share),
        Column(_l("Rate before shipping by orders"), share),
        Column(_l("Refunded after shipping"), MONEY),
        Column(_l("Rate after shipping by money"), share),
        Column(_l("Rate after shipping by orders"), share),
        Column(_l("Refunded after receipt"), MONEY),
        Column(_l("Rate after receipt by money"), share),
        Column(_l("Rate after receipt by orders"), share),
        Column(_l("Match rate"), share),
        Column(_l("Matched by verified contact"), WHOLE),
        Column(_l("Matched by a linked order"), WHOLE),
        Column(_l("Matched by staff"), WHOLE),
        Column(_l("Matched by the order only"), WHOLE),
        Column(_l("Matched, not linked here"), WHOLE),
        Column(_l("Points given"), WHOLE),
        Column(_l("Points pending"), WHOLE),
        Column(_l("Points taken back"), WHOLE),
        Column(_l("Orders below the price floor"), WHOLE),
    )
