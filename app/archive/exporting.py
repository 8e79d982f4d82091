"""The export of a selection with its credit lines."""

from app.archive import queries
from app.kernel import exports
from app.kernel.exports import Column, ColumnKind
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission

SELECTION = "archive.selection"


def register() -> None:
    """Offer the export."""
    exports.register(
        exports.Export(
            SELECTION,
            _l("Selection from the archive"),
            Permission.ARCHIVE_SEE,
            columns=(
                Column(_l("Post code")),
                Column(_l("Title"), width=36),
                Column(_l("Who wrote it")),
                Column(_l("Credit line"), width=24),
                Column(_l("Rights")),
                Column(_l("Granted for"), width=36),
                Column(_l("Last day"), ColumnKind.DAY),
                Column(_l("Photos"), ColumnKind.INTEGER),
                Column(_l("Quality"), ColumnKind.INTEGER),
                Column(_l("Posted at"), ColumnKind.MOMENT),
            ),
            rows=queries.selection_rows,
            count=queries.selection_count,
            params=("selection",),
        )
    )
