"""Referrals in words: what is offered, how far a guest is, how invitations spread."""

from typing import Any

from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import listed, ngettext, number, percent
from app.ledger.types import Fund
from app.loyalty.queries import books
from app.loyalty.types import actions
from app.loyalty.types.actions import Action, Attribute, AttributeKind
from app.loyalty.types.referrals import (
    BROUGHT,
    JOINED_IN,
    Guest,
    ReferralRules,
    ReferralState,
    Spread,
    TopInviter,
)

WAYS: dict[str, object] = {
    "thread.published": _l("posts a first thread"),
    "reply.published": _l("writes a first reply"),
    "checkin.daily": _l("checks in for the first time"),
    "order.paid": _l("buys something for the first time"),
}


def register() -> None:
    """Name the two acts that rules pay for."""
    by = Attribute("by", _l("How he joined in"), AttributeKind.CHOICE, lambda: list(WAYS.items()))
    actions.register(
        Action(
            BROUGHT, _l("A friend you invited joined in"), "user-plus", Fund.GIFT, (by,),
            has_other=True, is_one_sided=False,
        ),
        Action(
            JOINED_IN, _l("Welcome gift of a friend"), "gift", Fund.GIFT, (by,),
            has_other=True, is_one_sided=False,
        ),
    )  # fmt: skip


def offer(rules: ReferralRules) -> dict[str, Any]:
    """Return what an invitation gives to both, and for what."""
    return {
        "mine": _points_of(BROUGHT),
        "theirs": _points_of(JOINED_IN),
        "ways": listed((WAYS[action] for action in rules.actions), any_of=True),
        "days": rules.within_days,
    }


def _points_of(action: str) -> int:
    return max((rule.points for rule in books.shown().rules_of(action)), default=0)


def guest_line(guest: Guest) -> dict[str, Any]:
    """Return a guest as the list prints him: how far he is, and what he brought."""
    text, kind = _stage(guest)
    return {"guest": guest, "state": text, "kind": kind, "points": guest.points or 0}


def _stage(guest: Guest) -> tuple[str, str]:
    if guest.state is ReferralState.JOINED:
        return _("Signed up"), "info"
    if guest.state is ReferralState.VOID:
        return _("Doesn't count"), ""
    if guest.is_undone:
        return _("Taken back"), ""
    if guest.is_waiting:
        return _("Being looked at"), "warn"
    return _("Joined in"), "ok"


def steps(spread: Spread) -> list[dict[str, Any]]:
    """Return the way from a link to joining in, for the funnel."""
    counts = [
        (_("Invitation accepted"), spread.taps),
        (_("Signed up"), spread.came),
        (_("Joined in"), spread.joined_in),
    ]
    first = max(1, *(count for _label, count in counts))
    shown: list[dict[str, Any]] = []
    before: int | None = None
    for label, count in counts:
        rate = percent(count / before) if before else None
        shown.append(
            {
                "label": label,
                "value": number(count),
                "percent": round(100 * count / first, 1),
                "rate": rate,
                "low": False,
            }
        )
        before = count
    return shown


def figures(spread: Spread) -> list[dict[str, Any]]:
    """Return the figures on top: k, i, c, and what wants a look."""
    return [
        _figure(_("k-factor"), f"{spread.k_factor:.3f}"),
        _figure(_("Accepted for each member (i)"), f"{spread.per_member:.3f}"),
        _figure(_("Of these signed up (c)"), percent(spread.conversion)),
        _figure(_("Members with a link"), number(spread.links)),
        _figure(_("Look alike"), number(spread.flagged)),
    ]


def _figure(label: str, value: str) -> dict[str, Any]:
    return {
        "label": label,
        "value": value,
        "delta": None,
        "spark": None,
        "href": None,
        "good": None,
    }


def top_row(top: TopInviter) -> dict[str, Any]:
    """Return an inviter as the table prints him."""
    alike = ngettext("%(num)s looks alike", "%(num)s look alike", top.alike) if top.alike else "–"
    return {
        "person": top.person,
        "cells": [number(top.came), number(top.joined_in), number(top.points), alike],
    }
