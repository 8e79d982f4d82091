"""What commerce offers to be exported: orders, refunds and what imports had trouble with."""

from app.commerce import queries
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
                Column(_l("Buyer’s Yid")),
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
