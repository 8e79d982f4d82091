"""What is refused, and what to do about it. Nothing is taken by any of these."""

from app.kernel.errors import ConflictError, DomainError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l


class NoSuchItemError(NotFoundError):
    """There is no such item for this viewer."""

    code = "no_such_item"
    default_message = _l("This isn't in the mall. It may have been taken off the shelf.")


class NoSuchOrderError(NotFoundError):
    """There is no such order for this viewer."""

    code = "no_such_redemption"


class SoldOutError(ConflictError):
    """Fewer are left than were asked for."""

    code = "sold_out"
    default_message = _l("Just sold out. Your points are untouched.")


class TooFewLeftError(SoldOutError):
    """Some are left, but not as many as were asked for."""

    code = "too_few_left"
    default_message = _l("Fewer are left than you asked for. Your points are untouched.")


class PriceChangedError(ConflictError):
    """The price is not the one that was shown."""

    code = "price_changed"
    default_message = _l("The price has changed since you looked. Nothing was taken: look again.")


class NotYetError(ConflictError):
    """The sale has not begun."""

    code = "not_yet"
    default_message = _l("This hasn't started yet. Nothing was taken.")


class OverError(ConflictError):
    """The sale is over, or the item is off the shelf."""

    code = "sale_over"
    default_message = _l("This is no longer on offer. Nothing was taken.")


class NotForYouError(DomainError):
    """The item is for others: a tier, an audience, or whoever unlocked it."""

    code = "not_for_you"
    http_status = 403
    default_message = _l("This one is kept for others for now. Nothing was taken.")


class LimitReachedError(ConflictError):
    """He has as many as one may have."""

    code = "limit_reached"
    default_message = _l("You have as many of these as one may have. Nothing was taken.")


class UnknownVariantError(InvalidError):
    """The variant is not one of the item's."""

    code = "unknown_variant"
    default_message = _l("Choose one of the kinds on offer.")


class AddressNeededError(InvalidError):
    """A parcel needs an address."""

    code = "address_needed"
    default_message = _l("Tell us where to send it.")


class TooLateError(ConflictError):
    """The order has gone too far for that."""

    code = "order_too_far"
    default_message = _l("This order has gone too far for that. Write to us and we'll help.")


class WaitsForMoneyError(ConflictError):
    """The order waits for its money."""

    code = "order_waits_for_money"
    default_message = _l("This order still waits for its money: mark it as paid instead.")


class NoSuchMoneyError(NotFoundError):
    """There is no such payment, or no such money to give back."""

    code = "no_such_money"


class PaymentConflictError(ConflictError):
    """The number of a message about a payment came before, with another body."""

    code = "delivery_conflict"
    default_message = _l("This delivery number was used before, with another body.")


class AskedBeforeError(ConflictError):
    """A refund was asked for and answered before."""

    code = "refund_asked_before"
    default_message = _l("We have answered this already. Write to us if something has changed.")


class NotDueError(ConflictError):
    """The rest of a pre-order can't be paid yet."""

    code = "not_due"
    default_message = _l("The rest isn't due yet. We'll tell you when it is.")


class EntryClosedError(ConflictError):
    """Entries are not taken now."""

    code = "entries_closed"
    default_message = _l("Entries are closed. Nothing was taken.")


class InvalidEntryError(InvalidError):
    """An entry without the price that was shown."""

    code = "invalid_entry"
    default_message = _l("Reload the page and send again.")


class CatalogueError(DomainError):
    """The catalogue can't be changed that way.

    Attributes:
        field: name of the form's field, or empty.
    """

    code = "mall_catalogue"
    http_status = 422

    def __init__(self, message: object | None = None, field: str = "") -> None:
        self.field = field
        super().__init__(message)


class StockError(CatalogueError):
    """A stock would go below zero."""

    code = "mall_stock"
    default_message = _l("That many are not there.")


class ItemChangedError(CatalogueError):
    """Somebody else saved the item meanwhile."""

    code = "item_changed"
    http_status = 409
    default_message = _l("Somebody else saved this meanwhile.")
