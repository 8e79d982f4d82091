"""How a member leaves the brand world: card and follows go, columns keep their issues."""

from app.brand.queries.tables import FOLLOW, PERSON
from app.identity import service as members
from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Gone, Wish


def register() -> None:
    """Say what goes with a member."""
    leaving.register(
        "brand",
        gone=(
            Gone(FOLLOW.c.member_id, _l("Columns you follow")),
            Gone(PERSON.c.member_id, _l("Your card of the team"), frozenset({"changed_by"})),
        ),
        close=_close,
    )


def _close(wish: Wish) -> None:
    """Take the mark of the team from his name."""
    members.show_job(wish.member_id, "", "")
