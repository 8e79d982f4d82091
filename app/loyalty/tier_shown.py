"""Tiers, super-membership and closeness in words and macro-shaped values."""

from collections.abc import Sequence
from typing import Any

from app.kernel import i18n
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.loyalty.policy.tiers import PERK_LABELS, perk_names
from app.loyalty.queries.tier_pages import ChangeLine, MyTier
from app.loyalty.types.closeness import VipType
from app.loyalty.types.supers import SuperState
from app.loyalty.types.tiers import ChangeKind, Ladder, Measure, Perks, Tier

HOUR, DAY = 60, 24 * 60

ICONS = {
    ChangeKind.UPGRADED: "stairs-up",
    ChangeKind.RENEWED: "refresh",
    ChangeKind.WARNED: "alert-triangle",
    ChangeKind.GRACE: "hourglass",
    ChangeKind.TAKEN_BACK: "hourglass",
    ChangeKind.LOWERED: "arrow-down-right",
    ChangeKind.LADDER: "list-details",
    ChangeKind.GRANTED: "gift",
    ChangeKind.GRANT_ENDED: "clock",
    ChangeKind.GRANT_UNDONE: "arrow-back-up",
}


def name_of(tier: Tier | VipType) -> str:
    """Return the name of a tier or VIP type in the request's language."""
    return tier.name(i18n.locale_tag())


def amount(ladder: Ladder, value: int, currency: str) -> str:
    """Return a figure of a ladder's measure, with its word: "500 growth points"."""
    if ladder.measure is Measure.NET_SPEND:
        return i18n.money(value, currency)
    return ngettext(
        "%(figure)s growth point", "%(figure)s growth points", value, figure=i18n.number(value)
    )


def figure(ladder: Ladder, value: int, currency: str) -> str:
    """Return a figure of a ladder's measure without its word, where a heading says it."""
    if ladder.measure is Measure.NET_SPEND:
        return i18n.money(value, currency)
    return i18n.number(value)


def minima(vip: VipType) -> str:
    """Return what a VIP type takes, leaving out what it does not ask for."""
    asked = [
        _("%(num)s from spend", num=vip.min_spend) if vip.min_spend else "",
        _("%(num)s from advocacy", num=vip.min_advocacy) if vip.min_advocacy else "",
        _("%(num)s together", num=vip.min_total) if vip.min_total else "",
    ]
    return " · ".join(each for each in asked if each) or _("For everybody")


def times(permille: int) -> str:
    """Return a multiplier as people say it: "×1.5"."""
    text = f"{permille / 1000:.3f}".rstrip("0").rstrip(".")
    return f"×{text}"


def within(minutes: int) -> str:
    """Return a time to reply in the largest unit that fits."""
    if minutes % DAY == 0:
        return ngettext("%(num)s day", "%(num)s days", minutes // DAY)
    if minutes % HOUR == 0:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // HOUR)
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)


def perk_rows(tiers: Sequence[Tier]) -> list[dict[str, Any]]:
    """Return the perks of tiers, one row a perk, as the table prints them."""
    return [
        {
            "label": PERK_LABELS[name],
            "cells": [perk(name, tier.perks) for tier in tiers],
        }
        for name in perk_names()
    ]


def perk(name: str, perks: Perks) -> str:
    """Return one perk as the table prints it."""
    value = getattr(perks, name)
    if name == "multiplier_permille":
        return times(value)
    if name == "lounge":
        return _("Yes") if value else "–"
    return i18n.number(value) if value else "–"


def what_counts(ladder: Ladder) -> str:
    """Return in a sentence what the present ladder counts."""
    if ladder.measure is Measure.GROWTH_EVER:
        return _("All growth points that you ever gained count. Spending points takes none away.")
    if ladder.measure is Measure.GROWTH_WINDOW:
        return ngettext(
            "Growth points that you gained in the last month count. Spending points takes none "
            "away.",
            "Growth points that you gained in the last %(num)s months count. Spending points "
            "takes none away.",
            ladder.window_months,
        )
    return ngettext(
        "What you paid and kept in the last month counts, once the return window is over.",
        "What you paid and kept in the last %(num)s months counts, once the return window is over.",
        ladder.window_months,
    )


def how_long(mine: MyTier, currency: str) -> tuple[str, str]:
    """Return how long a tier holds: (kind of notice, sentence)."""
    if mine.valid_until is None:
        return "info", _("The first tier is yours for good.")
    missing = amount(mine.ladder, mine.missing_to_keep, currency)
    if mine.grace_until is not None:
        return "warn", _(
            "Your tier is in grace until %(day)s. Gain %(missing)s more by then and it stays; "
            "otherwise you go one tier down.",
            day=i18n.day(mine.grace_until),
            missing=missing,
        )
    if mine.missing_to_keep:
        return "info", _(
            "Yours until %(day)s. %(missing)s more by then keep it for another year.",
            day=i18n.day(mine.valid_until),
            missing=missing,
        )
    return "ok", _(
        "Yours until %(day)s, and you have enough already to keep it for another year.",
        day=i18n.day(mine.valid_until),
    )


def told(line: ChangeLine, currency: str) -> dict[str, Any]:
    """Return one line of a tier history: what happened, and why."""
    title, text = _told(line, currency)
    return {"title": title, "text": text, "at": line.at, "icon": ICONS[line.kind]}


def _told(line: ChangeLine, currency: str) -> tuple[str, str]:
    tier, former = name_of(line.to_tier), name_of(line.from_tier)
    until = i18n.day(line.valid_until) if line.valid_until else ""
    grace = i18n.day(line.grace_until) if line.grace_until else ""
    value = _value(line, currency)
    words = {
        ChangeKind.UPGRADED: lambda: (
            _("Up to %(tier)s", tier=tier),
            _("With %(value)s. It holds until %(day)s.", value=value, day=until),
        ),
        ChangeKind.RENEWED: lambda: (
            _("%(tier)s for another year", tier=tier),
            _("With %(value)s. It holds until %(day)s.", value=value, day=until),
        ),
        ChangeKind.WARNED: lambda: (
            _("%(tier)s ends soon", tier=tier),
            _("On %(day)s only %(value)s will count.", value=value, day=until),
        ),
        ChangeKind.GRACE: lambda: (
            _("Grace for %(tier)s", tier=tier),
            _("The year ended with %(value)s. It stays until %(day)s.", value=value, day=grace),
        ),
        ChangeKind.TAKEN_BACK: lambda: (
            _("Grace for %(tier)s", tier=tier),
            _("Something was taken back: %(value)s are left. It stays until %(day)s.",
              value=value, day=grace),
        ),
        ChangeKind.LOWERED: lambda: (
            _("Now %(tier)s", tier=tier),
            _("The grace of %(former)s ended with %(value)s.", former=former, value=value),
        ),
        ChangeKind.LADDER: lambda: (
            _("%(tier)s by new rules", tier=tier),
            _("The tiers changed; you were in %(former)s.", former=former),
        ),
        ChangeKind.GRANTED: lambda: (
            _("Given by our team"), _("You stand in %(tier)s.", tier=tier),
        ),
        ChangeKind.GRANT_ENDED: lambda: (
            _("What our team gave has ended"), _("You stand in %(tier)s.", tier=tier),
        ),
        ChangeKind.GRANT_UNDONE: lambda: (
            _("Our team took it back"), _("You stand in %(tier)s.", tier=tier),
        ),
    }  # fmt: skip
    return words[line.kind]()


def _value(line: ChangeLine, currency: str) -> str:
    if line.measure is Measure.NET_SPEND:
        return i18n.money(line.value, currency)
    return ngettext(
        "%(figure)s growth point",
        "%(figure)s growth points",
        line.value,
        figure=i18n.number(line.value),
    )


def state_name(state: SuperState) -> str:
    """Return a state of super-membership in words."""
    names = {
        SuperState.INVITED: _("Invited"),
        SuperState.ACCEPTED: _("Super-member"),
        SuperState.DECLINED: _("Declined"),
        SuperState.REVIEW: _("Under review"),
        SuperState.LAPSED: _("Lapsed"),
        SuperState.ENDED: _("Ended by our team"),
    }
    return names[state]
