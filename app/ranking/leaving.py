"""How a member leaves the boards: lines and scores go, the hall keeps a number without a name."""

from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Blank, Gone, Shown, Wish
from app.ranking.queries.tables import (
    ACTIVITY,
    AWARD,
    DIRTY,
    EXCLUSION,
    PREFERENCE,
    SCORE,
    STANDING,
)
from app.ranking.service.gathering import look_again_at_lines
from app.ranking.service.preferring import take_off


def register() -> None:
    """Say what goes with a member and what stays without his name."""
    leaving.register(
        "ranking",
        gone=(
            Gone(ACTIVITY.c.member_id, _l("What counted on leaderboards")),
            Gone(SCORE.c.member_id, _l("Scores on leaderboards"), frozenset({"early_ms"})),
            Gone(PREFERENCE.c.member_id, _l("How you stand on leaderboards")),
            Gone(DIRTY.c.member_id),
        ),
        shown=(
            Shown(STANDING.c.member_id, _l("Places in the hall of fame")),
            Shown(AWARD.c.member_id, _l("Prizes of leaderboards")),
        ),
        blank=(Blank(EXCLUSION.c.member_id, {"reason": ""}),),
        close=_close,
        again=_forget_what_he_gave,
    )


def _close(wish: Wish) -> None:
    """Take him off the boards before his scores go: the histogram counts him no more."""
    take_off(wish.member_id)


def _forget_what_he_gave(member_id: int) -> None:
    """Let likes and replies that went with him count no more for others."""
    look_again_at_lines(ACTIVITY.c.counterpart_id == member_id)
