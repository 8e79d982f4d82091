"""What loyalty refuses."""

from app.kernel.errors import ConflictError
from app.kernel.i18n import lazy_gettext as _l


class StaleBookError(ConflictError):
    """Another version of the rules was published meanwhile."""

    code = "stale_book"
    default_message = _l("Somebody published other rules meanwhile. Look at them and try again.")
