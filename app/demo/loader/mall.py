"""Fit out the mall of the demo, and let some members redeem. Made at the end of its year, once."""

from dataclasses import replace
from typing import Any

from app.demo.accounts import HOUSE
from app.demo.content.mall import REWARDS, SHELVES, Reward
from app.demo.loader import frames
from app.demo.loader.roll import Roll
from app.demo.loader.state import Shelf
from app.kernel import labels
from app.kernel.db import use_case
from app.kernel.errors import DomainError
from app.ledger import queries as ledger
from app.rewards import queries, service
from app.rewards.types import (
    Address,
    Basket,
    Category,
    Delivery,
    ItemDraft,
    NoSuchItemError,
    VariantDraft,
)

CURRENCY = "CNY"
BUYERS, MOST_EACH = 14, 2
HOME = Address("锅友", "000 0000 0000", "四川省 成都市 锦江区", "示例路 1 号", "610000")


@use_case
def set_up(roll: Roll, shelf: Shelf) -> None:
    """Fill the shelves; members with points redeem, two of them wish."""
    try:
        queries.item_page(REWARDS[0].slug, None)
    except NoSuchItemError:
        pass
    else:
        return
    for place, (slug, zh, en) in enumerate(SHELVES):
        service.save_category(Category(0, slug, zh, en, place), actor_id=None)
    products = {name: int(code) for code, name in labels.choices("product")}
    others = list(shelf.photos.values())
    for turn, reward in enumerate(REWARDS):
        photo = shelf.photos.get(reward.picture) or (others[turn % len(others)] if others else None)
        draft = _draft(reward, photo if reward.picture else None)
        product_id = products.get(reward.same_as or reward.zh)
        service.save_item(replace(draft, product_id=product_id), actor_id=None)
    _redeem(roll)


def _draft(reward: Reward, photo_id: int | None) -> ItemDraft:
    extra: dict[str, Any] = dict(reward.extra)
    if look := extra.pop("frame", ""):
        extra["goods"] = str(frames.thing(look))
    kinds = [
        VariantDraft(code=code, label_zh=zh, label_en=en, initial=pieces, low_at=10)
        for code, zh, en, pieces in reward.kinds
    ] or [VariantDraft(code="one", is_endless=True)]
    return ItemDraft(
        slug=reward.slug,
        category=reward.shelf,
        name_zh=reward.zh,
        name_en=reward.en,
        description_zh=reward.about_zh,
        description_en=reward.about_en,
        price_points=reward.points,
        currency=CURRENCY,
        worth_minor=reward.worth_minor or None,
        delivery=Delivery.GOODS if "goods" in extra else Delivery.POST,
        photo_ids=[photo_id] if photo_id else [],
        variants=kinds,
        **extra,
    )


def _redeem(roll: Roll) -> None:
    """Let members who have the points take something."""
    people = [member for name, member in roll.members.items() if name != HOUSE][:BUYERS]
    held = ledger.balances(people)
    for turn, member_id in enumerate(people):
        left, taken = held[member_id].available, 0
        for reward in REWARDS[turn % 3 :: 3]:
            if reward.points > left // 2 or taken >= MOST_EACH or len(reward.kinds) > 1:
                continue
            extra: dict[str, Any] = dict(reward.extra)
            basket = Basket(
                slug=reward.slug,
                seen_points=reward.points,
                seen_minor=extra.get("price_minor", 0),
                request_key=f"demo-{turn:04d}-{reward.slug}"[:64],
                address=None if {"goods", "frame"} & extra.keys() else HOME,
            )
            try:
                service.buy(member_id, basket)
            except DomainError:
                continue  # frozen, or his address has gone: the demo goes on without him
            left, taken = left - reward.points, taken + 1
        if turn in {0, 1}:
            service.wish(member_id, "club-apron", wants=True)
