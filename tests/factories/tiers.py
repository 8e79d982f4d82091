"""Growth, ladders and settled tiers for tests."""

from datetime import timedelta

from app.kernel import clock, ids
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Claw, Earn, Fund, Part
from app.loyalty.queries.ladders import ladders
from app.loyalty.service import ladders as ladder_service
from app.loyalty.service import tiers as service
from app.loyalty.types.tiers import Ladder, Measure, Perks, Tier

ONE, TWO = Tier("taster", "一", "One", 0), Tier("regular", "二", "Two", 100, Perks(1200, 2))


def grow(member_id: int, growth: int) -> Ref:
    """Let a member grow by something that is no reward, as an order does."""
    source = Ref("order", ids.next_id())
    part = Part("order.paid", growth=growth, fund=Fund.ORDER)
    ledger.post(
        Earn(member_id=member_id, parts=(part,), scope="test", key=str(source), source=source)
    )
    return source


def take_back(member_id: int, source: Ref, growth: int) -> None:
    ledger.post(
        Claw(
            member_id=member_id, growth=growth, fund=Fund.ORDER, reason="order.refunded",
            scope="test.claw", key=f"{source}:{ids.next_id()}", source=source,
        )
    )  # fmt: skip


def settle() -> None:
    while service.settle_due():
        pass


def publish(*steps: Tier, measure: Measure = Measure.GROWTH_EVER, actor_id: int) -> Ladder:
    draft_id = ladder_service.begin_draft(ladders()[-1].number, actor_id=actor_id)
    ladder_service.save_draft(
        draft_id, Ladder(measure, 12, 60, 30, steps), seen=1, actor_id=actor_id
    )
    made = ladder_service.publish_draft(draft_id, seen=2, actor_id=actor_id)
    clock.tick(timedelta(minutes=10))
    return made
