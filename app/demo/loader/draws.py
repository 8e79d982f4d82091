"""Lucky draws at the end of the demo's year: two are open, one is over and revealed."""

from datetime import datetime, timedelta

from app.demo.accounts import ACCOUNTS, HOUSE
from app.demo.content import draws as content
from app.demo.loader import frames
from app.demo.loader.roll import Roll
from app.draws import queries, service
from app.draws.types import Draft, Game, PaidBy, PrizeDraft
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import use_case
from app.kernel.permissions import Permission, roles_with

BEGAN, LASTS = timedelta(days=3), timedelta(days=25)
PLAYERS = 14


def set_up(roll: Roll, ends_at: datetime) -> None:
    """Make what is not there yet, whole or not at all."""
    if queries.find(content.GRID[0]) is None:
        _make(roll, ends_at)


@use_case
def _make(roll: Roll, ends_at: datetime) -> None:
    staff_id = roll.members[HOUSE]
    team = identity.members_with(roles_with(Permission.DRAWS_EDIT))
    known = [roll.members[n] for n in sorted(roll.members) if n == 0 or n >= len(ACCOUNTS)]
    fans = [member_id for member_id in known if member_id not in team]
    with clock.frozen(ends_at - 2 * BEGAN):
        _draw(content.OVER, Game.GRID, content.OVER_PRIZES, staff_id, BEGAN)
        _play(fans[:PLAYERS], content.OVER[0], 1)
    with clock.frozen(ends_at - BEGAN):
        service.close(content.OVER[0], actor_id=staff_id)
        _grid(staff_id)
        _draw(content.SCRATCH, Game.SCRATCH, content.SCRATCH_PRIZES, staff_id, LASTS)
        _play(fans[:PLAYERS], content.GRID[0], 2)
    with clock.frozen(ends_at - timedelta(hours=2)):
        _play(fans[1:PLAYERS], content.GRID[0], 3)
        _play(fans[1:5], content.SCRATCH[0], 4)
        service.reveal_ended()


def _grid(staff_id: int) -> None:
    slug, rest = content.GRID[0], content.GRID_REST
    draw_id = service.save(_draft(content.GRID, Game.GRID, LASTS), actor_id=staff_id)
    look, odds = content.GRID_FRAME
    frame = content.frame(frames.thing(look), odds)
    prizes = (*content.GRID_PRIZES, frame, content.again(draw_id, rest[0]), content.thanks(rest[1]))
    service.save_prizes(slug, prizes, actor_id=staff_id)
    service.open_draw(slug, actor_id=staff_id)


def _draw(
    names: tuple[str, str, str],
    game: Game,
    prizes: tuple[PrizeDraft, ...],
    staff_id: int,
    lasts: timedelta,
) -> None:
    service.save(_draft(names, game, lasts), actor_id=staff_id)
    service.save_prizes(names[0], prizes, actor_id=staff_id)
    service.open_draw(names[0], actor_id=staff_id)


def _draft(names: tuple[str, str, str], game: Game, lasts: timedelta) -> Draft:
    slug, zh, en = names
    now = clock.now()
    return Draft(
        slug, game, zh, en, now, now + lasts,
        cost_points=20, free_per_day=1, per_day=10,
        guaranteed_after=9 if slug == content.GRID[0] else 0,
        guaranteed_code="p66" if slug == content.GRID[0] else "",
        organiser=content.ORGANISER, contact=content.CONTACT,
        conditions_zh=content.CONDITIONS[0], conditions_en=content.CONDITIONS[1],
        rules_zh=content.RULES[0], rules_en=content.RULES[1],
    )  # fmt: skip


def _play(members: list[int], slug: str, round_: int) -> None:
    """Let everybody take his free try of the day."""
    for number, member_id in enumerate(members):
        seed = f"demo{round_}x{number}"
        service.play(
            member_id, slug, client_seed=seed, shown=PaidBy.FREE, request_key=f"{seed:0>20}"
        )
