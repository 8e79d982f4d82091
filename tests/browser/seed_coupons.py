"""Coupons for the browser: a pool from a file, coupons of a fan, a job with bad lines."""

from app.coupons import queries, service
from app.coupons.types import JobKind, PoolDraft, Worth, WorthKind
from app.identity.types import MemberRow
from app.kernel import goods


def some_coupons(fan: MemberRow, team: MemberRow) -> dict[str, str]:
    """Make a pool, fill it by a file and give a fan two coupons; he looks at one of them."""
    draft = PoolDraft(
        name_zh="满 99 减 20 锅底券", name_en="20 off hot pot bases", low_at=5, days=30,
        worth=Worth(WorthKind.MONEY, 20_00, "CNY"), min_minor=99_00, channel="tmall",
        use_url="https://shop.example/coupon", terms_zh="一单一张。", terms_en="One an order.",
    )  # fmt: skip
    pool = service.make_pool(team.id, draft)
    raw = b"code\nPOT-A1\nPOT-A2\nPOT-A3\nx\n"
    job = service.begin_file(team.id, JobKind.ADD, raw, "tmall-codes.csv", pool)
    while service.work_some():
        pass
    for number in (1, 2):
        giving = goods.Giving(member_id=fan.id, ref=pool, key=f"seed:{number}")
        service.give(giving)
    coupon = queries.usable_coupons(fan.id).items[0].code
    service.show(fan.id, coupon)
    return {"coupon": coupon, "coupon_pool": pool, "coupon_job": job.code}
