"""What members are told of leaderboards."""

from collections.abc import Collection

import sqlalchemy as sa

from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.notify.types import Group, Named, NoticeKind, Params, Said, name_of, register
from app.ranking.queries.tables import BOARD
from app.ranking.types.notices import PLACED, WON


def names(board_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return the names of boards in both languages."""
    return sa.select(BOARD.c.id, BOARD.c.name_zh, BOARD.c.name_en).where(BOARD.c.id.in_(board_ids))


def register_notices() -> None:
    """Name the kinds of notices."""
    named = Named("board", names)
    for kind in (
        NoticeKind(
            WON, _l("A prize on a leaderboard"), "trophy", won_said, group=Group.REWARDS,
            has_mail=True, named=named,
        ),
        NoticeKind(
            PLACED, _l("A place on a leaderboard"), "trophy", placed_said, group=Group.REWARDS,
            named=named,
        ),
    ):  # fmt: skip
        register(kind)


def won_said(params: Params) -> Said:
    """Say that a prize is there."""
    return Said(_("Rank %(rank)s: your prize is here", rank=params["rank"]), name_of(params))


def placed_said(params: Params) -> Said:
    """Say that a place went into the hall of fame."""
    return Said(_("You ended on rank %(rank)s", rank=params["rank"]), name_of(params))
