"""Draws in words and macro-shaped values."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from app.draws.policy import playing as policy
from app.draws.settings import currency
from app.draws.types import (
    Card,
    DrawRow,
    Epoch,
    EpochState,
    Game,
    Line,
    Member,
    PaidBy,
    PauseCause,
    Prize,
    Shown,
    State,
)
from app.draws.words import GAMES, PAUSES, STATES, in_language
from app.kernel import clock
from app.kernel.i18n import gettext as _
from app.kernel.i18n import moment, money, ngettext, number, sentences
from app.kernel.types import Person

__all__ = ["in_language"]

CELLS = 8
ICONS = {"points": "coin", "coupon": "ticket", "ticket": "ticket", "badge": "award"}
GAME_ICONS = {
    Game.GRID: "layout-grid",
    Game.SCRATCH: "ticket",
    Game.FLOOR: "message",
    Game.ENTRIES: "list-details",
}


def name_of(thing: DrawRow | Prize) -> str:
    """Return the name of a draw or prize in the reader's language."""
    return in_language(thing.name_zh, thing.name_en)


def masked(person: Person) -> str:
    """Return a name of which only the first sign is told."""
    return f"{person.name[:1]}**"


def icon_of(prize: Prize) -> str:
    """Return what stands for a prize."""
    if prize.thing is None:
        return "mood-smile"
    return ICONS.get(prize.thing.kind, "gift")


def percent(ppm: int) -> str:
    """Return a chance in per cent, with as many places as it needs."""
    text = f"{ppm / 10_000:.4f}".rstrip("0").rstrip(".")
    return f"{text}%"


def card(each: Card) -> dict[str, Any]:
    """Return a draw as a list shows it."""
    draw = each.draw
    best = [name_of(prize) for prize in each.prizes if not prize.is_nothing][:3]
    return {
        "href": url_for("draws.page", slug=draw.slug),
        "icon": GAME_ICONS[draw.game],
        "name": name_of(draw),
        "game": GAMES[draw.game],
        "state": STATES[draw.state],
        "is_open": draw.state is State.OPEN,
        "prizes": " · ".join(best),
        "until": draw.ends_at,
        "cost": cost(draw),
        "verify": url_for("draws.verify", slug=draw.slug),
    }


def cost(draw: DrawRow) -> str:
    """Return in a few words what taking part costs."""
    if not draw.is_played:
        return _("Free")
    words = []
    if draw.free_per_day:
        words.append(
            ngettext("%(num)s free try a day", "%(num)s free tries a day", draw.free_per_day)
        )
    if draw.cost_points:
        words.append(_("%(points)s points a try", points=number(draw.cost_points)))
    return " · ".join(words) or _("With tickets")


def page_values(page: Shown) -> dict[str, Any]:
    """Return what the page of a draw prints beside its rows."""
    draw = page.draw
    return {
        "name": name_of(draw),
        "prizes": prize_rows(draw, page.prizes),
        "cells": cells(page.prizes),
        "legal": legal(draw),
        "conditions": in_language(draw.conditions_zh, draw.conditions_en),
        "way": way(draw, page.member) if page.member else None,
        "standstill": standstill(draw),
        "winners": [line_row(draw, line, page.prizes) for line in page.winners],
        "record": [line_row(draw, line, page.prizes) for line in page.record],
        "epochs": [epoch_row(draw, epoch) for epoch in page.epochs],
        "guarantee": guarantee(draw, page.prizes, page.member),
        "scratch": draw.game is Game.SCRATCH,
    }


def cells(prizes: Sequence[Prize]) -> list[dict[str, Any] | None]:
    """Return the nine cells of the grid in reading order; None is the button in the middle.

    Fewer than eight prizes stand in it more than once.
    """
    ring = [
        {
            "code": prize.code,
            "name": name_of(prize),
            "icon": icon_of(prize),
            "is_headline": prize.is_headline,
        }
        for prize in (prizes[n % len(prizes)] for n in range(CELLS))
    ]
    return [*ring[:4], None, *ring[4:]]


def prize_rows(draw: DrawRow, prizes: Sequence[Prize]) -> list[dict[str, Any]]:
    """Return the table that stands on the page before anybody plays."""
    names = {prize.code: name_of(prize) for prize in prizes}
    return [
        {
            "icon": icon_of(prize),
            "name": name_of(prize),
            "value": money(prize.value_minor, currency()) if prize.value_minor else "",
            "chance": _chance(draw, prize),
            "quantity": _("no limit") if prize.stock is None else number(prize.stock),
            "left": None if prize.stock is None else number(prize.left or 0),
            "is_gone": prize.left == 0,
            "fallback": names.get(prize.fallback, ""),
            "is_headline": prize.is_headline,
        }
        for prize in prizes
    ]


def _chance(draw: DrawRow, prize: Prize) -> str:
    if draw.is_played:
        return percent(prize.odds_ppm)
    if draw.game is Game.ENTRIES:
        return _("one of all entrants")
    if prize.floors == "~":
        return _("drawn among all floors")
    if prize.floors.startswith("/"):
        return _("every %(num)s floors", num=prize.floors[1:])
    if prize.floors.startswith("*"):
        return _("floors ending in %(digits)s", digits=prize.floors[1:])
    return _("floors %(list)s", list=prize.floors.replace(",", ", "))


def legal(draw: DrawRow) -> list[tuple[str, str]]:
    """Return what the rules on prize promotions want on the page before the draw."""
    period = _("%(since)s to %(until)s", since=moment(draw.starts_at), until=moment(draw.ends_at))
    facts = [(_("Time of the draw"), period)]
    if draw.day_from != draw.day_until:
        facts.append((_("Daily"), f"{_hour(draw.day_from)} – {_hour(draw.day_until)}"))
    facts += [(_("Costs"), cost(draw))]
    limits = _limits(draw)
    if limits:
        facts.append((_("Limits"), limits))
    facts += [(_("Organiser"), draw.organiser), (_("Contact"), draw.contact)]
    if draw.beacon:
        facts.append((_("Public figure"), draw.beacon))
    return facts


def _hour(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _limits(draw: DrawRow) -> str:
    words = []
    if draw.is_played and draw.per_day:
        words.append(ngettext("%(num)s try a day", "%(num)s tries a day", draw.per_day))
    if draw.is_played and draw.per_person:
        words.append(
            ngettext("%(num)s try per person", "%(num)s tries per person", draw.per_person)
        )
    if not draw.is_played:
        words.append(
            ngettext("%(num)s prize per person", "%(num)s prizes per person", draw.wins_per_person)
        )
    return " · ".join(words)


def way(draw: DrawRow, member: Member) -> dict[str, Any]:
    """Return how a member plays his next try: what it costs, how many are left."""
    pays = policy.pays_with(draw, member)
    left = policy.tries_left(draw, member)
    is_short = pays is PaidBy.POINTS and member.points < draw.cost_points
    return {
        "can": pays is not None and left != 0 and not is_short,
        "is_short": is_short and left != 0,
        "missing": number(max(0, draw.cost_points - member.points)),
        "button": _button(draw, pays),
        "notes": _notes(draw, member, left),
    }


def _button(draw: DrawRow, pays: PaidBy | None) -> str:
    if pays is PaidBy.FREE:
        return _("Free")
    if pays is PaidBy.TICKET:
        return _("1 ticket")
    return _("%(points)s points", points=number(draw.cost_points)) if pays else ""


def _notes(draw: DrawRow, member: Member, left: int | None) -> list[str]:
    free, notes = policy.free_left(draw, member), []
    if left is not None:
        notes.append(ngettext("%(num)s try left", "%(num)s tries left", left))
    if free:
        notes.append(ngettext("%(num)s of them free today", "%(num)s of them free today", free))
    if member.tickets:
        notes.append(ngettext("%(num)s ticket", "%(num)s tickets", member.tickets))
    notes.append(_("You have %(points)s points", points=number(member.points)))
    return notes


def standstill(draw: DrawRow) -> str:
    """Return why nobody can play now; empty if one can."""
    now = clock.now()
    if draw.state is State.PAUSED:
        return str(PAUSES[draw.paused_because or PauseCause.STAFF])
    if draw.state is State.CANCELLED:
        return _("The draw was called off. Tries that brought nothing are paid back.")
    if draw.state is State.CLOSED or now >= draw.ends_at:
        return _("This draw is over.")
    if now < draw.starts_at:
        return _("It begins on %(at)s.", at=moment(draw.starts_at))
    if not policy.is_in_hours(draw, now):
        return _(
            "It is open from %(since)s to %(until)s every day.",
            since=_hour(draw.day_from), until=_hour(draw.day_until),
        )  # fmt: skip
    return ""


def guarantee(draw: DrawRow, prizes: Sequence[Prize], member: Member | None) -> str:
    """Return what is guaranteed, and how far the member is; empty for nothing."""
    prize = next((p for p in prizes if p.code == draw.guaranteed_code), None)
    if not draw.guaranteed_after or prize is None:
        return ""
    told = ngettext(
        "After %(num)s try in a row without a prize the next one brings: %(prize)s.",
        "After %(num)s tries in a row without a prize the next one brings: %(prize)s.",
        draw.guaranteed_after,
        prize=name_of(prize),
    )
    if member is None or not member.losses:
        return told
    return sentences([told, _("You stand at %(num)s.", num=number(member.losses))])


def line_row(draw: DrawRow, line: Line, prizes: Sequence[Prize]) -> dict[str, Any]:
    """Return a try as a line: a winner with his name masked, or one's own."""
    prize = next(prize for prize in prizes if prize.code == line.prize)
    return {
        "who": masked(line.person) if line.person else "",
        "prize": name_of(prize),
        "icon": icon_of(prize),
        "is_win": line.is_win,
        "at": line.at,
        "href": (
            url_for("draws.result", slug=draw.slug, code=line.code)
            if line.person is None
            else url_for("draws.verify", slug=draw.slug, play=line.code)
        ),
    }


def epoch_row(draw: DrawRow, epoch: Epoch) -> dict[str, Any]:
    """Return a seed as a line."""
    states = {
        EpochState.NEXT: _("next"),
        EpochState.CURRENT: _("in use"),
        EpochState.ENDED: _("revealed") if epoch.seed_hex else _("over"),
    }
    return {
        "number": epoch.number,
        "state": states[epoch.state],
        "commitment": epoch.commitment,
        "seed": epoch.seed_hex,
        "count": number(epoch.next_nonce),
        "is_current": epoch.state is EpochState.CURRENT,
        "record": url_for("draws.record", slug=draw.slug, number=epoch.number),
    }
