"""Event seats for every domain's tests."""

from datetime import timedelta
from typing import Any

from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.goods import Given, Giving
from app.kernel.goods import give as hand_over
from app.rewards.types import Delivery, VariantDraft
from app.seats import queries, service
from app.seats.types import OccasionDraft, Ticket
from tests.factories import mall


def a_draft(**more: Any) -> OccasionDraft:
    """Return what staff say about an evening a week from now."""
    values: dict[str, Any] = {
        "name_zh": "火锅之夜", "name_en": "Hot pot night", "place_zh": "成都 胡椒巷 12 号",
        "place_en": "12 Pepper Lane, Chengdu", "starts_at": clock.now() + timedelta(days=7),
        "seats": 10,
    }  # fmt: skip
    return OccasionDraft(**{**values, **more})


def an_occasion(staff: MemberRow, **more: Any) -> str:
    """Make an occasion; return its code."""
    return service.write_occasion(staff.id, a_draft(**more))


def in_the_mall(code: str, slug: str = "night", **more: Any) -> int:
    """Put an occasion's seats on the shelf, 100 points each."""
    kinds = [VariantDraft(code="seat", is_endless=True)]
    values: dict[str, Any] = {
        "delivery": Delivery.GOODS, "goods": f"seat:{code}", "variants": kinds, **more,
    }  # fmt: skip
    return mall.an_item(slug, **values)


def buy(member: MemberRow, slug: str = "night", count: int = 1) -> Any:
    """Redeem seats."""
    return mall.buy(member.id, slug, address=None, count=count, seen_points=100 * count)


def win(member: MemberRow, code: str, key: str = "draw:1") -> Given:
    """Give a member a seat as a draw would."""
    return hand_over("seat", Giving(member_id=member.id, ref=code, key=key))


def own(member: MemberRow) -> Ticket:
    """Return a member's one ticket, wherever it stands."""
    coming = queries.tickets_of(member.id).items
    (found,) = [*coming, *queries.tickets_of(member.id, past=True).items]
    return found


def nothing_drifts() -> None:
    """Check that seats, orders and points add up."""
    names = ("seats.taken", "rewards.stocks", "rewards.orders", "rewards.steps", "ledger")
    assert [drift for report in verify.run(names) for drift in report.drifts] == []
