"""What an item may be. Pure: each refusal names the field."""

from app.kernel.goods import Thing
from app.kernel.i18n import lazy_gettext as _l
from app.rewards.types import CatalogueError, Delivery, Drop, ItemDraft

MAX_POINTS = 10_000_000
MAX_MINOR = 100_000_000
MAX_STOCK = 1_000_000
MAX_PAY_HOURS = 720


def check_draft(draft: ItemDraft) -> None:
    """See whether an item can be like that.

    Raises:
        CatalogueError: it can't; ``field`` names the part.
    """
    for check in (_prices, _deposit, _delivery, _times, _drop, _variants):
        check(draft)


def _prices(draft: ItemDraft) -> None:
    if not 0 <= draft.price_points <= MAX_POINTS:
        raise CatalogueError(_l("Points are a whole number from 0 to 10,000,000."), "price_points")
    if not 0 <= draft.price_minor <= MAX_MINOR:
        raise CatalogueError(_l("Write the money part as an amount from 0 on."), "price_minor")
    if not draft.price_points + draft.price_minor:
        raise CatalogueError(_l("It has to cost something."), "price_points")
    if draft.limit_each < 0 or any(n < 0 for n in draft.tier_limits.values()):
        raise CatalogueError(_l("A limit is a whole number; 0 means none."), "limit_each")
    if draft.price_minor and not 1 <= draft.pay_hours <= MAX_PAY_HOURS:
        raise CatalogueError(_l("Give between 1 and 720 hours to pay."), "pay_hours")


def _deposit(draft: ItemDraft) -> None:
    if not draft.deposit_points:
        return
    if not 0 < draft.deposit_points < draft.price_points:
        raise CatalogueError(
            _l("A deposit is less than the price, and more than nothing."), "deposit_points"
        )
    if draft.price_minor:
        raise CatalogueError(
            _l("What is sold ahead has no money part: the rest is paid in points."),
            "deposit_points",
        )
    if draft.rest_from is None or draft.rest_until is None or draft.rest_from >= draft.rest_until:
        raise CatalogueError(_l("Say from when until when the rest is due."), "rest_from")


def _delivery(draft: ItemDraft) -> None:
    if draft.delivery is Delivery.POST:
        if draft.goods:
            raise CatalogueError(_l("A parcel hands over nothing else."), "goods")
        return
    try:
        thing = Thing.parse(draft.goods)
    except ValueError:
        raise CatalogueError(_l("Choose what is handed over."), "goods") from None
    if thing.kind == "item":
        raise CatalogueError(_l("Choose what is handed over."), "goods")


def _times(draft: ItemDraft) -> None:
    if draft.opens_at and draft.closes_at and draft.opens_at >= draft.closes_at:
        raise CatalogueError(_l("It has to end after it begins."), "closes_at")


def _drop(draft: ItemDraft) -> None:
    if draft.drop is not Drop.NONE and draft.opens_at is None:
        raise CatalogueError(_l("A drop needs a start."), "opens_at")
    if draft.drop is not Drop.LOTS:
        return
    if draft.draws_at is None or (draft.opens_at and draft.draws_at <= draft.opens_at):
        raise CatalogueError(_l("Say when lots are drawn: after the start."), "draws_at")
    if draft.price_minor or draft.deposit_points or draft.delivery is not Delivery.POST:
        raise CatalogueError(_l("Lots are for parcels that are paid with points alone."), "drop")


def _variants(draft: ItemDraft) -> None:
    codes = [each.code for each in draft.variants]
    if not codes:
        raise CatalogueError(_l("Write at least one kind with its stock."), "variants")
    if len(codes) != len(set(codes)) or not all(codes):
        raise CatalogueError(_l("Every kind needs a code of its own."), "variants")
    for each in draft.variants:
        if not 0 <= each.initial <= MAX_STOCK or not 0 <= each.low_at <= MAX_STOCK:
            raise CatalogueError(_l("A stock is a whole number from 0 on."), "variants")
