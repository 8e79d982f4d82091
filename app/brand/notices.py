"""What the brand world tells members, in words as they read it."""

from collections.abc import Collection

import sqlalchemy as sa

from app.brand.queries.tables import COLUMN
from app.brand.service.columns import ISSUED
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.notify.types import Group, Named, NoticeKind, Params, Said, name_of, register


def titles(column_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return the titles of columns in both languages."""
    return sa.select(COLUMN.c.id, COLUMN.c.title_zh, COLUMN.c.title_en).where(
        COLUMN.c.id.in_(column_ids)
    )


def register_notices() -> None:
    """Name the kinds of notices."""
    register(
        NoticeKind(
            ISSUED, _l("Columns I follow"), "news", issue_said, group=Group.TEAM, has_mail=True,
            named=Named("column", titles), is_urgent=False,
        )
    )  # fmt: skip


def issue_said(params: Params) -> Said:
    """Say that a column has a new issue."""
    name = name_of(params)
    return Said(
        _("A new issue of %(title)s", title=name),
        _("No. %(number)s is out", number=params["number"]),
        is_moot=not name,
    )
