"""What draws offer to be exported: every try, for the archive that is kept two years and more."""

from app.draws import queries
from app.kernel import exports
from app.kernel.exports import Column, ColumnKind, Export
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission

WHOLE, MOMENT = ColumnKind.INTEGER, ColumnKind.MOMENT


def register() -> None:
    """Offer it."""
    exports.register(
        Export(
            "draws.plays",
            _l("Tries of draws"),
            Permission.DRAWS_EDIT,
            (
                Column(_l("Draw")),
                Column(_l("Number of the try")),
                Column(_l("Seed number"), WHOLE),
                Column(_l("Try under this seed"), WHOLE),
                Column(_l("Hash of the seed"), width=66),
                Column(_l("Seed"), width=66),
                Column(_l("Member's seed"), width=24),
                Column(_l("Number"), WHOLE),
                Column(_l("Rolled")),
                Column(_l("Awarded")),
                Column(_l("Why")),
                Column(_l("Paid with")),
                Column(_l("Points"), WHOLE),
                Column(_l("Yid")),
                Column(_l("At"), MOMENT, 20),
            ),
            queries.export_rows,
            ("draw",),
        )
    )
