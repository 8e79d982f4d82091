"""The mall of the small community: something to redeem, an order that is on its way, a wish."""

from app.identity.types import MemberRow
from app.integrations import service as integrations
from app.kernel import clock
from app.rewards import service
from app.rewards.queries import money
from app.rewards.service import stepping
from app.rewards.types import State, Told, VariantDraft
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
    return {"reward": "apron", "redemption": done.code, **_money(fan, team)}


def _money(fan: MemberRow, team: MemberRow) -> dict[str, str]:
    """Let money wait for the team: a payment that fits nothing, a debt, a wish for a refund."""
    earn(fan.id, 300)
    paid = [mall.buy(fan.id, "knife", seen_points=50, seen_minor=990).code for _each in range(3)]
    for code in paid:
        service.mark_paid(code, actor_id=team.id)
    for code in paid[1:]:
        stepping.advance(code, State.PACKED, actor_id=team.id)
    service.cancel(fan.id, paid[0])
    service.ask_refund(fan.id, paid[1])
    service.take_payment(
        Told(
            delivery_id="tour-1", body_digest="0" * 64, order_code="ABC", minor=1_290,
            currency="CNY", paid_at=clock.now(), reference="4200001234",
        )
    )  # fmt: skip
    integrations.turn_payments_on(actor_id=team.id)
    return {
        "kept_payment": str(money.kept_payments().items[0].id),
        "money_back": str(money.money_back().items[0].id),
        "asked_refund": paid[1],
        "refundable": paid[2],
    }
