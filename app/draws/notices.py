"""What draws tell members, in words as they read it."""

from collections.abc import Collection

import sqlalchemy as sa

from app.draws.queries.tables import DRAW
from app.draws.service import WON
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.notify.types import Named, NoticeKind, Params, Said, name_of, register


def names(draw_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return the names of draws in both languages."""
    return sa.select(DRAW.c.id, DRAW.c.name_zh, DRAW.c.name_en).where(DRAW.c.id.in_(draw_ids))


def register_notices() -> None:
    """Name the kind of notice."""
    register(
        NoticeKind(
            WON, _l("Prizes I win"), "gift", won_said, has_mail=True, named=Named("draw", names)
        )
    )


def won_said(params: Params) -> Said:
    """Say that a list or a floor won."""
    return Said(
        _("You won in “%(draw)s”", draw=name_of(params)),
        _("Place %(place)s of the list. Your prize is yours already.", place=params["place"]),
    )
