"""The health figures as a file."""

from collections.abc import Mapping
from typing import Any

from app.insight import queries, shown
from app.insight.types import RANGES
from app.kernel import exports
from app.kernel.exports import Column, ColumnKind, Export
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission
from app.kernel.types import Page

USUAL = 28


def register() -> None:
    """Offer them."""
    exports.register(
        Export(
            "insight.health",
            _l("Health"),
            Permission.HEALTH_SEE,
            (
                Column(_l("Figure"), width=34),
                Column(_l("This period"), width=14),
                Column(_l("Previous period"), width=14),
                Column(_l("Part"), ColumnKind.INTEGER),
                Column(_l("Whole"), ColumnKind.INTEGER),
                Column(_l("From"), ColumnKind.DAY),
                Column(_l("Until"), ColumnKind.DAY),
                Column(_l("How it is computed"), width=80),
            ),
            _rows,
            ("days",),
        )
    )


def _rows(params: Mapping[str, str], _after: str | None, _limit: int) -> Page[Any]:
    asked = params.get("days", "")
    found = queries.health(int(asked) if asked in {str(n) for n in RANGES} else USUAL)
    period = found.now.period
    return Page(
        [
            (
                each.label, each.value, each.before, each.part, each.whole, period.first,
                period.last, each.how,
            )
            for each in shown.figures(found)
        ]
    )  # fmt: skip
