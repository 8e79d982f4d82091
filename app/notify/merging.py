"""How notices follow when two members become one."""

from app.kernel import merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Moved
from app.notify.queries import NOTICE, WISH


def register() -> None:
    """Notices follow; where the target has told his own wish about a kind, that one holds."""
    merging.register(
        "notify", moves=(Moved(NOTICE.c.member_id, _l("notices")), Moved(WISH.c.member_id))
    )
