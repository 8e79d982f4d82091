"""Draws ready to be played, for every domain's tests."""

from datetime import timedelta
from typing import Any

from app.draws import queries, service
from app.draws.types import Draft, Game, PaidBy, Played, PrizeDraft, Rules
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.goods import Thing

THANKS = PrizeDraft("thanks", "谢谢参与", "Thank you", odds_ppm=600_000)
SMALL = PrizeDraft(
    "small", "10 积分", "10 points", Thing("points", "10"), value_minor=10, odds_ppm=399_000
)
POT = PrizeDraft(
    "pot", "铜锅", "Copper pot", Thing("points", "500"),
    value_minor=50_000, stock=1, odds_ppm=1_000, fallback="thanks", is_headline=True,
)  # fmt: skip
TABLE = (POT, SMALL, THANKS)
SURE = (
    PrizeDraft(
        "pot", "铜锅", "Copper pot", Thing("points", "500"),
        value_minor=50_000, stock=1, odds_ppm=1_000_000, fallback="thanks", is_headline=True,
    ),
    PrizeDraft("thanks", "谢谢参与", "Thank you", odds_ppm=0),
)  # fmt: skip
LOSING = (
    PrizeDraft("small", "10 积分", "10 points", Thing("points", "10"), value_minor=10),
    PrizeDraft("thanks", "谢谢参与", "Thank you", odds_ppm=1_000_000),
)
LISTED = (
    PrizeDraft("first", "铜锅", "Copper pot", Thing("points", "500"), value_minor=50_000, stock=1),
    PrizeDraft("second", "底料", "Broth", Thing("points", "50"), value_minor=2_000, stock=2),
)


def a_draft(slug: str = "autumn", game: Game = Game.GRID, **more: Any) -> Draft:
    """A draft that lacks nothing but prizes; open for a week from now."""
    now = clock.now()
    values: dict[str, Any] = {
        "name_zh": "秋日抽奖", "name_en": "Autumn draw",
        "starts_at": now, "ends_at": now + timedelta(days=7),
        "cost_points": 20, "free_per_day": 1, "per_day": 100,
        "organiser": "百家宴", "contact": "hello@pot.example",
        "conditions_zh": "会员均可参加。", "conditions_en": "Every member may take part.",
        "rules_zh": "每天一次免费。", "rules_en": "One free try a day.",
    }  # fmt: skip
    return Draft(slug, game, **{**values, **more})


def a_draw(
    staff: MemberRow,
    slug: str = "autumn",
    prizes: tuple[PrizeDraft, ...] = TABLE,
    *,
    rules: Rules | None = None,
    **more: Any,
) -> int:
    """Make and open a draw; return its id."""
    if rules is not None:
        service.set_rules(rules, actor_id=staff.id)
    draw_id = service.save(a_draft(slug, **more), actor_id=staff.id)
    service.save_prizes(slug, prizes, actor_id=staff.id)
    service.open_draw(slug, actor_id=staff.id)
    return draw_id


def plays(member: MemberRow, slug: str = "autumn", key: str = "k", **more: Any) -> Played:
    """Play a try; by default one that may cost points."""
    values = {"client_seed": "mine", "shown": PaidBy.POINTS, **more}
    return service.play(member.id, slug, request_key=f"{key:0>20}", **values)


def given(slug: str = "autumn") -> dict[str, int]:
    """Return how often each prize was given."""
    return {prize.code: prize.given for prize in queries.prizes_of(queries.get(slug).id)}


def drifts() -> list[str]:
    """Prove every draw; return what differs."""
    return list(queries.unproven())
