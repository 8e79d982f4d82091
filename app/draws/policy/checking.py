"""The checklist before a draw opens, and what it is going to cost. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from app.draws.policy import floors
from app.draws.types import MAX_PPM, DrawRow, Finding, Game, Outlook, Prize, Rules
from app.kernel.goods import Thing
from app.kernel.i18n import lazy_gettext as _l

Handing = Callable[[Thing], bool | None]
"""Whether a thing can be handed over without end; None: nobody can hand it over at all."""

GRID_MOST = 8


def outlook(prizes: Sequence[Prize]) -> Outlook:
    """Return what the odds cost."""
    return Outlook(
        odds_sum=sum(prize.odds_ppm for prize in prizes),
        per_play_ppm=sum(prize.odds_ppm * prize.value_minor for prize in prizes),
        points_per_play_ppm=sum(prize.odds_ppm * prize.points for prize in prizes),
        most_minor=sum(prize.value_minor * (prize.stock or 0) for prize in prizes),
    )


def findings(
    draw: DrawRow, prizes: Sequence[Prize], rules: Rules, handing: Handing, now: datetime
) -> tuple[Finding, ...]:
    """Return the checklist, in the order in which one sets a draw up."""
    return (
        *_about_texts(draw),
        *_about_time(draw, now),
        *_about_tries(draw),
        *_about_prizes(prizes, rules, handing),
        *(_about_odds(draw, prizes, handing) if draw.is_played else _about_lists(draw, prizes)),
    )


def _about_texts(draw: DrawRow) -> Iterator[Finding]:
    has_names = bool(draw.name_zh and draw.name_en)
    yield Finding("names", _l("A name in both languages"), not has_names)
    has_organiser = bool(draw.organiser and draw.contact)
    yield Finding("organiser", _l("Who holds it, and how to reach them"), not has_organiser)
    has_words = bool(draw.conditions_zh and draw.conditions_en and draw.rules_zh and draw.rules_en)
    yield Finding("words", _l("Conditions and rules in both languages"), not has_words)


def _about_time(draw: DrawRow, now: datetime) -> Iterator[Finding]:
    is_short = not draw.starts_at < draw.ends_at or draw.ends_at <= now
    yield Finding("period", _l("A period that ends after today"), is_short)


def _about_tries(draw: DrawRow) -> Iterator[Finding]:
    if not draw.is_played:
        return
    is_bound = bool(draw.per_day or draw.per_person)
    yield Finding("limits", _l("A limit of tries per day or per person"), not is_bound)


def _about_prizes(prizes: Sequence[Prize], rules: Rules, handing: Handing) -> Iterator[Finding]:
    yield Finding("prizes", _l("At least one prize"), all(p.is_nothing for p in prizes))
    too_dear = [prize for prize in prizes if prize.value_minor > rules.max_prize_minor]
    yield Finding("value", _l("No prize above the highest allowed value"), bool(too_dear))
    no_value = [prize for prize in prizes if not prize.is_nothing and not prize.value_minor]
    yield Finding("worth", _l("The value of every prize is written down"), bool(no_value))
    empty = [prize for prize in prizes if prize.stock is not None and prize.stock < 1]
    yield Finding("stock", _l("No prize without stock"), bool(empty))
    lost = [p for p in prizes if p.thing is not None and handing(p.thing) is None]
    yield Finding("goods", _l("Everything can be handed over"), bool(lost))


def _about_odds(draw: DrawRow, prizes: Sequence[Prize], handing: Handing) -> Iterator[Finding]:
    is_off = sum(prize.odds_ppm for prize in prizes) != MAX_PPM
    is_off = is_off or any(prize.odds_ppm < 0 for prize in prizes)
    yield Finding("odds", _l("The chances add up to exactly 1,000,000"), is_off)
    by_code = {prize.code: prize for prize in prizes}
    loose = [p for p in prizes if not _ends_well(p, by_code, handing)]
    yield Finding(
        "fallback", _l("Every prize that can run out has another that stands in"), bool(loose)
    )
    is_vague = draw.guaranteed_after > 0 and (
        draw.guaranteed_code not in by_code or by_code[draw.guaranteed_code].is_nothing
    )
    yield Finding("guarantee", _l("The guaranteed prize is one of the table"), is_vague)
    if draw.game is Game.GRID:
        yield Finding(
            "cells", _l("At most eight prizes around the button"), len(prizes) > GRID_MOST
        )


def _ends_well(prize: Prize, by_code: Mapping[str, Prize], handing: Handing) -> bool:
    """Return whether a chain of fallbacks ends in a prize that never runs out."""
    seen: set[str] = set()
    while prize.code not in seen:
        seen.add(prize.code)
        if prize.stock is None and (prize.thing is None or handing(prize.thing)):
            return True
        if prize.fallback not in by_code:
            return False
        prize = by_code[prize.fallback]
    return False


def _about_lists(draw: DrawRow, prizes: Sequence[Prize]) -> Iterator[Finding]:
    bottomless = [prize for prize in prizes if prize.stock is None or prize.is_nothing]
    yield Finding("counted", _l("How many there are of every prize"), bool(bottomless))
    yield Finding("wins", _l("How often one person can win"), draw.wins_per_person < 1)
    most_points = sum(prize.points * (prize.stock or 0) for prize in prizes)
    is_dear = (
        draw.budget_minor is not None and outlook(prizes).most_minor > draw.budget_minor
    ) or (draw.budget_points is not None and most_points > draw.budget_points)
    yield Finding("budget", _l("The budget reaches for all prizes"), is_dear)
    if draw.game is Game.FLOOR:
        yield Finding("thread", _l("The post whose floors count"), draw.thread_id is None)
        vague = [prize for prize in prizes if not floors.is_pattern(prize.floors)]
        yield Finding("floors", _l("Which floors win each prize"), bool(vague))
