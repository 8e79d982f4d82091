"""Events at the end of the demo's year: one to come with seats sold, one that was well visited."""

from datetime import datetime, time, timedelta

from app.demo.accounts import ACCOUNTS, HOUSE
from app.demo.content.seats import EVENINGS, HOUR, MINUTE, PICTURE, SHELF, SLUG, Evening
from app.demo.loader.roll import Roll
from app.demo.loader.state import Shelf
from app.kernel import clock
from app.kernel.db import use_case
from app.kernel.errors import DomainError
from app.kernel.goods import Giving
from app.rewards import service as mall
from app.rewards.types import Basket, Delivery, ItemDraft, VariantDraft
from app.seats import queries, service
from app.seats.types import KIND, OccasionDraft

TOLD_AHEAD = timedelta(days=9)
LATE = timedelta(minutes=10)


@use_case
def set_up(roll: Roll, shelf: Shelf, ends_at: datetime) -> None:
    """Make the events that are not there yet, sell seats, and let guests in."""
    if queries.occasions().items:
        return
    house_id = roll.members[HOUSE]
    fans = [roll.members[n] for n in sorted(roll.members) if n == 0 or n >= len(ACCOUNTS)]
    for number, evening in enumerate(EVENINGS):
        starts_at = _start(evening, ends_at)
        with clock.frozen(min(ends_at, starts_at - TOLD_AHEAD)):
            code = service.write_occasion(house_id, _draft(evening, starts_at))
        if evening.points:
            _sell(code, evening, fans, shelf)
        else:
            _present(code, number, fans[: evening.guests], starts_at, house_id)


def _start(evening: Evening, ends_at: datetime) -> datetime:
    day = clock.business_date(ends_at) + timedelta(days=evening.days)
    return datetime.combine(day, time(HOUR, MINUTE), tzinfo=clock.zone())


def _draft(evening: Evening, starts_at: datetime) -> OccasionDraft:
    return OccasionDraft(
        name_zh=evening.zh, name_en=evening.en, place_zh=evening.place_zh,
        place_en=evening.place_en, about_zh=evening.about_zh, about_en=evening.about_en,
        starts_at=starts_at, seats=evening.seats,
    )  # fmt: skip


def _sell(code: str, evening: Evening, fans: list[int], shelf: Shelf) -> None:
    """Put seats into the mall; the fan gets one in any case, others who can pay for it."""
    photo = shelf.photos.get(PICTURE)
    mall.save_item(
        ItemDraft(
            slug=SLUG, category=SHELF, name_zh=evening.zh, name_en=evening.en,
            description_zh=evening.about_zh, description_en=evening.about_en,
            price_points=evening.points, currency="CNY", delivery=Delivery.GOODS,
            goods=f"{KIND}:{code}", limit_each=2, photo_ids=[photo] if photo else [],
            variants=[VariantDraft(code="one", is_endless=True)],
        ),
        actor_id=None,
    )  # fmt: skip
    for place, member_id in enumerate(fans[: evening.guests]):
        basket = Basket(slug=SLUG, seen_points=evening.points, request_key=f"demo-seat-{place:04d}")
        try:
            mall.buy(member_id, basket)
        except DomainError:
            if not place:
                service.give(Giving(member_id=member_id, ref=code, key="demo:seat"))


def _present(code: str, number: int, guests: list[int], starts_at: datetime, house_id: int) -> None:
    """Give seats away, and let in everybody but the last one, who did not come."""
    with clock.frozen(starts_at - TOLD_AHEAD):
        for place, member_id in enumerate(guests):
            key = f"demo:seat:{number}:{place}"
            service.give(Giving(member_id=member_id, ref=code, key=key))
    (occasion,) = (each for each in queries.occasions().items if each.code == code)
    for place, guest in enumerate(queries.guests(occasion.id).items[: max(1, len(guests) - 1)]):
        with clock.frozen(starts_at + place * LATE / len(guests)):
            service.check_in(house_id, guest.ticket.code)
