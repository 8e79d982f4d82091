"""Coupon pools of the demo: what a hot pot brand gives away."""

from app.coupons.types import PoolDraft, Worth, WorthKind

SHOP = "https://shop.example/coupons"
MONEY = Worth(WorthKind.MONEY, 20_00, "CNY")
PERCENT = Worth(WorthKind.PERCENT, currency="CNY", percent=15)
SHIPPING = Worth(WorthKind.SHIPPING, currency="CNY")
GIFT = Worth(WorthKind.TEXT, currency="CNY", text_zh="送蘸料一碟", text_en="A dip on us")

# Prose stays as it was written.
# fmt: off

POOLS: tuple[tuple[PoolDraft, str, int], ...] = (
    (PoolDraft(
        name_zh="满 99 减 20 锅底券", name_en="20 off hot pot bases", worth=MONEY, min_minor=99_00,
        place_zh="天猫旗舰店", place_en="Tmall flagship store", use_url=SHOP, days=30, low_at=20,
        terms_zh="一单用一张，不与其他优惠同用。\n退款后不退券。",
        terms_en="One an order, not together with other offers.\nIt does not come back after a refund.",
    ), "TM-", 60),
    (PoolDraft(
        name_zh="新口味尝鲜八五折", name_en="15% off the new flavours", worth=PERCENT,
        place_zh="品牌小程序", place_en="Our mini-program", use_url=SHOP, days=14, low_at=10,
    ), "NEW", 40),
    (PoolDraft(
        name_zh="顺丰包邮券", name_en="Free shipping", worth=SHIPPING, min_minor=49_00,
        place_zh="京东旗舰店", place_en="JD flagship store", days=7, low_at=10,
    ), "SHIP", 12),
    (PoolDraft(
        name_zh="到店送蘸料", name_en="A dip with your next pot", worth=GIFT,
        place_zh="全国门店", place_en="All our restaurants", days=60, low_at=5,
    ), "DIP", 30),
)
"""A pool, what its codes begin with, how many there are."""
# fmt: on

REASON = "谢谢你带新锅友认路"
