"""What the mall gives to some tiers and VIP types only: for the audit of closeness."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.i18n import locale_code
from app.loyalty.queries.offers import TIER, VIP, Groups, Offer
from app.rewards.models import ITEM
from app.rewards.queries.rights import EVERYBODY

NO_LIMIT = 2**31
_KINDS = {TIER: "tier", VIP: "vip"}


def offers(groups: Groups) -> Iterator[Offer]:
    """Yield prices, limits and access of what is not the same for everybody. One statement.

    The same thing at several prices for several tiers is compared with itself, where the part in
    money is the same.
    """
    rows = db.session.execute(
        sa.select(
            ITEM.c.slug, ITEM.c.name_zh, ITEM.c.name_en, ITEM.c.price_points, ITEM.c.price_minor,
            ITEM.c.currency, ITEM.c.goods, ITEM.c.product_id, ITEM.c.limit_each,
            ITEM.c.tier_limits, ITEM.c.audience,
        )
        .where(ITEM.c.is_shown, ITEM.c.unlock == "")
        .order_by(ITEM.c.id)
    ).all()  # fmt: skip
    alike: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        thing = row.goods or row.product_id or row.slug
        alike[thing, row.price_minor, row.currency].append(row)
    for items in alike.values():
        for attribute, keys in groups.items():
            if any(row.audience.startswith(f"{_KINDS[attribute]}:") for row in items):
                yield from _by_audience(items, _KINDS[attribute], keys)
    for row in rows:
        if row.tier_limits:
            limits = tuple((key, _limit(row, key)) for key in groups[TIER])
            yield Offer("item_limit", _name(row), limits)


def _by_audience(items: Sequence[Any], kind: str, keys: Sequence[str]) -> Iterator[Offer]:
    thing = " + ".join(dict.fromkeys(_name(row) for row in items))
    prices = {
        key: [
            row.price_points for row in items
            if row.audience in {"", EVERYBODY, f"{kind}:{key}"}
        ]
        for key in keys
    }  # fmt: skip
    yield Offer("item_open", thing, tuple((key, int(bool(prices[key]))) for key in keys))
    yield Offer(
        "item_price", thing, tuple((key, min(prices[key], default=None)) for key in keys), -1
    )


def _limit(row: Any, tier: str) -> int:
    return int(row.tier_limits.get(tier, row.limit_each)) or NO_LIMIT


def _name(row: Any) -> str:
    return str(row.name_zh if locale_code().startswith("zh") else row.name_en)
