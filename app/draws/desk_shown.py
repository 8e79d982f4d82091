"""Draws as the team reads them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import url_for

from app.draws.policy import checking
from app.draws.queries import Figures, PlayLine
from app.draws.settings import currency
from app.draws.shown import epoch_row, icon_of, legal, name_of, percent, prize_rows
from app.draws.types import DrawRow, Finding, Game, Prize, Rules, State, Win
from app.draws.words import GAMES, HANDED, PAID, PAUSES, STATES, WHY
from app.kernel import facts
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import moment, money, number

__all__ = ["epoch_row", "icon_of", "name_of"]

FACTS = {
    "checkin.checked_in": _l("Checked in"),
    "thread.published": _l("Published a post"),
    "reply.published": _l("Replied"),
    "order.paid": _l("Ordered"),
}
DONE = {
    "close": _l("Closed. Its seeds are public"),
    "cancel": _l("Called off. Tries are being paid back"),
    "drop": _l("Thrown away"),
}


def draw_row(draw: DrawRow) -> dict[str, Any]:
    """Return a draw as a row of the list."""
    return {
        "href": url_for("draws_staff.setup", slug=draw.slug),
        "cells": [
            name_of(draw),
            GAMES[draw.game],
            STATES[draw.state],
            moment(draw.starts_at),
            moment(draw.ends_at),
            number(draw.play_count or draw.entry_count),
        ],
    }


def rules_values(rules: Rules) -> dict[str, Any]:
    """Return the rules as their form holds them."""
    return {
        "max_prize": Decimal(rules.max_prize_minor) / 100,
        "epoch_plays": rules.epoch_plays,
        "needs_two": rules.needs_two,
    }


def rules_facts(rules: Rules) -> list[tuple[str, str]]:
    """Return what holds for all draws."""
    return [
        (_("Highest value of one prize"), money(rules.max_prize_minor, currency())),
        (_("Tries under one seed"), number(rules.epoch_plays)),
        (_("Two people"), _("required") if rules.needs_two else _("not required")),
    ]


def version_row(version: Sequence[Any]) -> dict[str, Any]:
    """Return a version of the rules as a row."""
    num, most, plays, needs_two, at, person = version
    return {
        "cells": [
            number(num), moment(at), person.name if person else "–", money(most, currency()),
            number(plays), _("required") if needs_two else _("not required"),
        ]
    }  # fmt: skip


def setup_values(
    draw: DrawRow, prizes: Sequence[Prize], checklist: Sequence[Finding]
) -> dict[str, Any]:
    """Return what the setup of a draft shows."""
    outlook = checking.outlook(prizes)
    return {
        "draw": draw,
        "name": name_of(draw),
        "game": GAMES[draw.game],
        "checklist": checklist,
        "is_ready": not any(finding.is_open for finding in checklist),
        "prizes": [prize_row(draw, prize) for prize in prizes],
        "table": prize_rows(draw, prizes),
        "legal": legal(draw),
        "cost": cost_facts(draw, prizes),
        "odds_sum": number(outlook.odds_sum),
    }


def cost_facts(draw: DrawRow, prizes: Sequence[Prize]) -> list[tuple[str, str]]:
    """Return what a draw is going to cost, per try and over its period."""
    outlook = checking.outlook(prizes)
    found = []
    if draw.is_played:
        found = [
            (_("Chances together"), percent(outlook.odds_sum)),
            (
                _("Expected value of a try"),
                money(round(outlook.per_play_ppm / 1_000_000), currency()),
            ),
            (
                _("Expected points of a try"),
                f"{outlook.points_per_play_ppm / 1_000_000:.2f}",
            ),
            (_("A thousand tries"), money(round(outlook.per_play_ppm / 1_000), currency())),
        ]
    found.append((_("Value of all stock"), money(outlook.most_minor, currency())))
    if draw.budget_minor is not None:
        found.append((_("Budget in money"), money(draw.budget_minor, currency())))
    if draw.budget_points is not None:
        found.append((_("Budget in points"), number(draw.budget_points)))
    return found


def prize_row(draw: DrawRow, prize: Prize) -> dict[str, Any]:
    """Return a prize of a draft as a row."""
    return {
        "href": url_for("draws_staff.prize", slug=draw.slug, code=prize.code),
        "cells": [
            name_of(prize),
            prize.code,
            str(prize.thing or "–"),
            number(prize.odds_ppm) if draw.is_played else prize.floors or "–",
            "∞" if prize.stock is None else number(prize.stock),
            money(prize.value_minor, currency()),
            prize.fallback or "–",
        ],
    }


def run_values(draw: DrawRow, prizes: Sequence[Prize], figures: Figures) -> dict[str, Any]:
    """Return what a draw that was opened shows."""
    return {
        "draw": draw,
        "name": name_of(draw),
        "game": GAMES[draw.game],
        "state": STATES[draw.state],
        "why": PAUSES[draw.paused_because] if draw.paused_because else "",
        "is_open": draw.state is State.OPEN,
        "is_paused": draw.state is State.PAUSED,
        "is_list": not draw.is_played,
        "is_entries": draw.game is Game.ENTRIES,
        "kpis": kpis(draw, figures),
        "prizes": stock_rows(draw, prizes),
        "legal": [
            *legal(draw),
            (_("Odds"), draw.odds_sha256 or ""),
            *([(_("List"), draw.entries_sha256)] if draw.entries_sha256 else []),
        ],
        "cost": cost_facts(draw, prizes),
    }


def kpis(draw: DrawRow, figures: Figures) -> list[dict[str, Any]]:
    """Return the live counters."""
    values = [
        (_("Tries"), number(figures.plays)),
        (_("Players"), number(figures.players)),
        (_("Points spent"), number(figures.points)),
        (_("Prizes won"), number(figures.wins)),
        (_("Given away"), money(draw.spent_minor, currency())),
    ]
    if draw.state is State.CANCELLED:
        values.append((_("Paid back"), number(figures.refunded)))
    return [{"label": label, "value": value} for label, value in values]


def stock_rows(draw: DrawRow, prizes: Sequence[Prize]) -> list[dict[str, Any]]:
    """Return what is left of the prizes; floors stand where a played draw has chances."""
    return [
        {
            "cells": [
                name_of(prize),
                number(prize.given),
                "∞" if prize.stock is None else number(prize.stock),
                "∞" if prize.left is None else number(prize.left),
                percent(prize.odds_ppm) if draw.is_played else prize.floors or "–",
            ]
        }
        for prize in prizes
    ]


def play_row(draw: DrawRow, line: PlayLine) -> dict[str, Any]:
    """Return a try as the audit shows it."""
    paid = number(line.points) if line.points else PAID[line.paid_by]
    return {
        "href": url_for("draws.verify", slug=draw.slug, play=line.code),
        "cells": [
            f"{line.epoch} / {line.nonce}", line.person.name, moment(line.at), paid,
            number(line.roll), line.rolled, line.awarded, WHY[line.reason],
        ],
    }  # fmt: skip


def win_row(win: Win, prizes: Sequence[Prize]) -> dict[str, Any]:
    """Return a winner of a list as a row."""
    names = {prize.id: name_of(prize) for prize in prizes}
    return {
        "cells": [
            number(win.place), win.person.name if win.person else "", names[win.prize_id],
            HANDED[win.state],
        ]
    }  # fmt: skip


def facts_to_choose() -> list[tuple[str, object]]:
    """Return what a list can be made of: known acts first, then whatever else is published."""
    known = {kind.name for kind in facts.Fact.__subclasses__()}
    return [(name, label) for name, label in FACTS.items() if name in known]


def question(act: str, draw: DrawRow) -> tuple[str, str, str]:
    """Return (title, text, label) of the question before an end."""
    name = name_of(draw)
    if act == "close":
        return (
            _("Close %(draw)s?", draw=name),
            _("Nobody can play any more, and its seeds become public. This can't be undone."),
            _("Close it"),
        )
    if act == "cancel":
        return (
            _("Call %(draw)s off?", draw=name),
            _("Tries that brought nothing are paid back; prizes that were won stay with winners."),
            _("Call it off"),
        )
    return (
        _("Throw %(draw)s away?", draw=name),
        _("The draft and its prizes go. Nobody has seen it."),
        _("Throw it away"),
    )
