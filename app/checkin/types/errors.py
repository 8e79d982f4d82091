"""What is refused, and what to do about it."""

from app.kernel.errors import DomainError
from app.kernel.i18n import lazy_gettext as _l


class CheckInError(DomainError):
    """Something about check-in can't be done."""

    code = "checkin_refused"
    http_status = 422


class NoCardError(CheckInError):
    """No make-up card is left."""

    code = "no_make_up_card"
    default_message = _l("You have no make-up card left. Get one and this day is saved.")


class DayOutOfReachError(CheckInError):
    """The day is not one that a card can reach."""

    code = "day_out_of_reach"
    default_message = _l("This day can't be made up: it is too far back, or not missed at all.")


class NotForSaleError(CheckInError):
    """Nobody can buy it now."""

    code = "not_for_sale"
    default_message = _l("This isn't for sale right now.")


class StockFullError(CheckInError):
    """He has as many as one can hold."""

    code = "stock_full"
    default_message = _l("You hold as many shields as one can. Use one first.")


class PriceChangedError(CheckInError):
    """The price is not the one that was shown."""

    code = "price_changed"
    default_message = _l("The price has changed. Look again before you buy.")


class OutOfStockError(CheckInError):
    """More would be taken than there is."""

    code = "out_of_stock"
    default_message = _l("That many are not there.")


class GrantRefusedError(CheckInError):
    """A day can't be granted, or its grant can't be undone."""

    code = "grant_refused"
