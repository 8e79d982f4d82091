"""Draws on the site of browser tests: open, scratched, over, out of a list, and a draft."""

from app.draws import service
from app.draws.types import Game, PaidBy
from app.identity.types import MemberRow
from tests.factories.draws import LISTED, LOSING, TABLE, a_draft, a_draw


def some_draws(fan: MemberRow, team: MemberRow) -> dict[str, str]:
    """Make them; return what stands in addresses."""
    a_draw(team, "grid", TABLE, guaranteed_after=5, guaranteed_code="small")
    a_draw(team, "scratch", TABLE, game=Game.SCRATCH)
    a_draw(team, "over", LOSING)
    a_draw(team, "listed", LISTED, game=Game.ENTRIES)
    service.save(a_draft("sketch"), actor_id=team.id)
    service.save_prizes("sketch", TABLE, actor_id=team.id)
    codes = {
        slug: service.play(
            fan.id, slug, client_seed="mine", shown=PaidBy.FREE, request_key=f"{slug:0>20}"
        ).code
        for slug in ("grid", "over")
    }
    service.close("over", actor_id=team.id)
    return {"play": codes["grid"], "over_play": codes["over"]}
