"""What coupons offer to be exported: what was given and used, and how pools stand."""

from app.coupons import queries
from app.kernel import exports
from app.kernel.exports import Column, ColumnKind, Export
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission

WHOLE, MOMENT, DAY = ColumnKind.INTEGER, ColumnKind.MOMENT, ColumnKind.DAY


def register() -> None:
    """Offer them. No secret code stands in either."""
    names = (Column(_l("Name in Chinese"), width=24), Column(_l("Name in English"), width=24))
    exports.register(
        Export(
            "coupons.given",
            _l("Coupons given and used"),
            Permission.COUPONS_EDIT,
            (
                Column(_l("Coupon")),
                Column(_l("Pool")),
                *names,
                Column(_l("Channel")),
                Column(_l("State")),
                Column(_l("Yid")),
                Column(_l("Came with")),
                Column(_l("Given at"), MOMENT, 20),
                Column(_l("Shown at"), MOMENT, 20),
                Column(_l("Ends at"), MOMENT, 20),
                Column(_l("Used at"), MOMENT, 20),
                Column(_l("Said by")),
            ),
            queries.given_rows,
            ("pool",),
            queries.given_count,
        )
    )
    exports.register(
        Export(
            "coupons.pools",
            _l("Coupon pools"),
            Permission.COUPONS_EDIT,
            (
                Column(_l("Pool")),
                *names,
                Column(_l("Channel")),
                Column(_l("State")),
                Column(_l("Codes"), WHOLE),
                Column(_l("Not given yet"), WHOLE),
                Column(_l("With members"), WHOLE),
                Column(_l("Used"), WHOLE),
                Column(_l("Void"), WHOLE),
                Column(_l("Last day"), DAY),
            ),
            queries.pool_rows,
        )
    )
