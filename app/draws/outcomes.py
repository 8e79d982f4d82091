"""What draws brought, in words and macro-shaped values: results, winners of lists, proofs."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from app.draws.policy import fairness
from app.draws.queries import Result
from app.draws.shown import cells, icon_of, masked, name_of
from app.draws.types import (
    MAX_PPM,
    DrawRow,
    Game,
    PaidBy,
    Prize,
    Reason,
    Shown,
    State,
    Win,
)
from app.draws.words import HANDED, WHY
from app.kernel.i18n import gettext as _
from app.kernel.i18n import number, sentences
from app.kernel.refs import link

# --- a result ------------------------------------------------------------------------------------


def result_values(found: Result) -> dict[str, Any]:
    """Return what the page of a result prints."""
    play, draw = found.play, found.draw
    rolled, awarded = found.prize(play.rolled_id), found.prize(play.awarded_id)
    is_win = not awarded.is_nothing
    return {
        "draw": draw,
        "name": name_of(draw),
        "is_win": is_win,
        "prize": name_of(awarded),
        "icon": icon_of(awarded),
        "title": _("You won: %(prize)s", prize=name_of(awarded)) if is_win else _("Not this time"),
        "text": _told(found, is_win=is_win),
        "why": _why(found, rolled),
        "cells": cells(found.prizes),
        "code": awarded.code,
        "scratch": draw.game is Game.SCRATCH,
        "where": link(play.where),
        "verify": url_for("draws.verify", slug=draw.slug, play=play.code),
        "at": play.at,
        "refunded": play.refunded_at,
        "again": draw.state is State.OPEN,
    }


def _why(found: Result, rolled: Prize) -> str:
    """Return why a prize was given that was not rolled; empty where it was."""
    play = found.play
    if play.reason is Reason.ROLLED:
        return ""
    if play.reason is not Reason.GUARANTEED and rolled.is_nothing:
        # Nothing stands in for a thank you: it was the guaranteed prize that was gone.
        promised = next(p for p in found.prizes if p.code == found.draw.guaranteed_code)
        return _(
            "Guaranteed was %(prize)s, but it was gone: you got what stands in for it.",
            prize=name_of(promised),
        )
    return _("Rolled was %(rolled)s: %(why)s.", rolled=name_of(rolled), why=WHY[play.reason])


def _told(found: Result, *, is_win: bool) -> str:
    play = found.play
    if play.paid_by is PaidBy.FREE:
        paid = _("This try was free.")
    elif play.paid_by is PaidBy.TICKET:
        paid = _("You used a ticket.")
    else:
        paid = _("%(points)s points were spent; your statement tells.", points=number(play.points))
    words = [_("It is yours already."), paid] if is_win else [paid]
    if not is_win and found.draw.free_per_day:
        words.append(_("Tomorrow there is a free try again."))
    return sentences(words)


# --- lists ---------------------------------------------------------------------------------------


def list_block(page: Shown, wins: Sequence[Win], floors: int) -> dict[str, Any]:
    """Return what a draw out of a list shows instead of a button."""
    draw = page.draw
    names = {prize.id: name_of(prize) for prize in page.prizes}
    return {
        "is_floor": draw.game is Game.FLOOR,
        "href": link_to_thread(draw),
        "floors": number(floors),
        "frozen": draw.entries_sha256,
        "count": number(draw.entry_count),
        "entries_url": (url_for("draws.entries", slug=draw.slug) if draw.entries_sha256 else None),
        "is_drawn": draw.settled_at is not None and draw.state is State.CLOSED,
        "wins": [
            {
                "place": number(win.place),
                "who": masked(win.person) if win.person else "",
                "prize": names[win.prize_id],
                "state": HANDED[win.state],
            }
            for win in wins
        ],
    }


def link_to_thread(draw: DrawRow) -> str | None:
    """Return where the post of a floor draw stands."""
    if draw.thread_id is None:
        return None
    return url_for("refs.go", kind="thread", ref_id=draw.thread_id)


# --- proofs --------------------------------------------------------------------------------------


def proof(found: Result) -> dict[str, Any]:
    """Return the inputs of a try, for the reader's browser and for anybody's own tools."""
    play, epoch = found.play, found.epoch
    reached, ends = 0, []
    for prize in found.prizes:
        reached += prize.odds_ppm
        ends.append(f"{prize.code}:{reached}")
    return {
        "code": play.code,
        "seed": epoch.seed_hex,
        "commitment": epoch.commitment,
        "epoch": epoch.number,
        "nonce": play.nonce,
        "client_seed": play.client_seed,
        "message": fairness.message_of(epoch.number, play.nonce, play.client_seed),
        "roll": play.roll,
        "rolled": found.prize(play.rolled_id).code,
        "awarded": found.prize(play.awarded_id).code,
        "why": WHY[play.reason],
        "losses": play.losses_before,
        "player": found.player,
        "ends": " ".join(ends),
        "at": play.at,
        "whole": MAX_PPM,
    }
