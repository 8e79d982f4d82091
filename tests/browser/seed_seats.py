"""An event for the browser: a fan has a ticket, another one is over."""

from datetime import UTC, datetime

from app.identity.types import MemberRow
from app.kernel.goods import Giving
from app.seats import queries, service
from app.seats.types import OccasionDraft


def an_event(fan: MemberRow, team: MemberRow) -> dict[str, str]:
    """Make an event with a guest."""
    draft = OccasionDraft(
        name_zh="火锅之夜 · 成都站", name_en="Hot pot night, Chengdu", place_zh="成都 胡椒巷 12 号",
        place_en="12 Pepper Lane, Chengdu", starts_at=datetime(2030, 5, 1, 11, 30, tzinfo=UTC),
        seats=24, about_zh="带上好胃口。", about_en="Come hungry.",
    )  # fmt: skip
    code = service.write_occasion(team.id, draft)
    service.give(Giving(member_id=fan.id, ref=code, key="seed:seat", count=2))
    return {"occasion": code, "seat": queries.tickets_of(fan.id).items[0].code}
