"""The mall of the small community: something to redeem, an order that is on its way, a wish."""

from app.identity.types import MemberRow
from app.rewards import service
from app.rewards.types import VariantDraft
from tests.factories import mall
from tests.ledger.book import earn


def a_mall(fan: MemberRow, team: MemberRow, photo_id: int) -> dict[str, str]:
    """Put things into the mall, let a fan redeem and wish; return examples of addresses."""
    mall.a_shelf()
    kinds = [
        VariantDraft(code="red", label_zh="砖红", label_en="Brick red", initial=12, low_at=5),
        VariantDraft(code="oat", label_zh="燕麦", label_en="Oat", initial=0),
    ]
    apron = mall.a_draft(
        "apron", points=300, name_zh="锅友围裙", name_en="Club apron", variants=kinds,
        photo_ids=[photo_id], worth_minor=12_900,
        description_zh="厚帆布，两个口袋。", description_en="Heavy canvas, two pockets.",
    )  # fmt: skip
    service.save_item(apron, actor_id=team.id)
    service.save_item(
        mall.a_draft("pot", points=9_000, name_zh="铸铁锅", name_en="Cast-iron pot"),
        actor_id=team.id,
    )
    service.save_item(
        mall.a_draft("bowl", points=120, name_zh="蘸料碗", name_en="Dip bowl"), actor_id=team.id
    )
    service.save_item(
        mall.a_draft("knife", points=50, price_minor=990, name_zh="菜刀", name_en="Kitchen knife"),
        actor_id=team.id,
    )
    service.save_item(
        mall.a_draft("tea", points=8, name_zh="一盏茶", name_en="A cup of tea"), actor_id=team.id
    )
    earn(fan.id, 900)
    done = mall.buy(fan.id, "bowl", seen_points=120)
    mall.buy(fan.id, "knife", seen_points=50, seen_minor=990)
    service.wish(fan.id, "pot", wants=True)
    return {"reward": "apron", "redemption": done.code}
