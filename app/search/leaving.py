"""What somebody looked for goes with him."""

from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Gone
from app.search.queries.tables import RECENT


def register() -> None:
    """Say what goes with a member."""
    leaving.register("search", gone=(Gone(RECENT.c.member_id, _l("Searches")),))
