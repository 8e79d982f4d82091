"""What is refused; nothing was taken."""

from app.kernel.errors import ConflictError, DomainError, InvalidError
from app.kernel.i18n import lazy_gettext as _l


class DrawRefusedError(DomainError):
    """A try can't be played."""

    code = "draw_refused"
    http_status = 409
    default_message = _l("This can't be played right now. Nothing was taken.")


class DrawClosedError(DrawRefusedError):
    """The draw is not open, or has paused."""

    code = "draw_closed"
    default_message = _l("This draw isn't open right now. Nothing was taken.")


class OutOfHoursError(DrawRefusedError):
    """It is open at other hours of the day."""

    code = "draw_out_of_hours"
    default_message = _l("The draw is open at other hours of the day. Nothing was taken.")


class NotForYouError(DrawRefusedError):
    """The member does not belong to the audience."""

    code = "draw_not_for_you"
    http_status = 403
    default_message = _l("This draw is for some members only. Nothing was taken.")


class InsiderError(DrawRefusedError):
    """Who can change draws can't win in them."""

    code = "draw_insider"
    http_status = 403
    default_message = _l("Whoever sets draws up can't play in them.")


class LimitReachedError(DrawRefusedError):
    """No try is left today, or at all."""

    code = "draw_limit"
    default_message = _l("That was your last try for now. Nothing was taken.")


class PriceChangedError(DrawRefusedError):
    """The try would cost what was not shown."""

    code = "draw_price_changed"
    default_message = _l("Your free try is used. Look at the price, then play again if you like.")


class NotReadyError(InvalidError):
    """A draw lacks something and can't be opened."""

    code = "draw_not_ready"
    default_message = _l("Some points of the checklist are still open.")


class SecondPersonError(ConflictError):
    """Whoever changed a draw last can't open it."""

    code = "draw_second_person"
    default_message = _l("You changed this draw last. Somebody else has to open it.")
