"""Ladders: the built-in one, and what a ladder must be. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.types.tiers import (
    PERK_NAMES,
    Ladder,
    Measure,
    Perks,
    Problem,
    Tier,
)

MAX_TIERS = 12
MAX_THRESHOLD = 1_000_000_000_000
MAX_MONTHS = 60
MAX_DAYS = 365
MAX_PERK = {
    "multiplier_permille": 10_000,
    "makeup_cards": 31,
    "mall_level": 100,
    "service_priority": 100,
}
MAX_NAME = 24
KEY = re.compile(r"^[a-z][a-z0-9_]{0,23}$")
MONTHS_A_YEAR = 12
LAST_DAY = 28  # every month has it

BUILT_IN = Ladder(
    measure=Measure.GROWTH_WINDOW,
    window_months=12,
    grace_days=60,
    warn_days=30,
    number=1,
    tiers=(
        Tier("taster", "尝鲜客", "Taster", 0),
        Tier("regular", "常客", "Regular", 500, Perks(1000, 1, 1, 1)),
        Tier("gourmet", "老饕", "Gourmet", 2000, Perks(1000, 2, 2, 2)),
        Tier("chef", "掌勺人", "Head chef", 6000, Perks(1000, 3, 3, 3, lounge=True)),
    ),
)
"""The ladder of a new house; it holds until staff publish another one. It multiplies nothing."""

PERK_LABELS = {
    "multiplier_permille": _l("Points multiplier"),
    "makeup_cards": _l("Free make-up cards a month"),
    "mall_level": _l("Mall level"),
    "service_priority": _l("Service priority"),
    "lounge": _l("Lounge"),
}


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, the last of its month where there is none."""
    return months_after(day, -months)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, the last of its month where there is none."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    first = date(day.year + years, month + 1, 1)
    last = (first.replace(day=LAST_DAY) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def problems_of(ladder: Ladder) -> list[Problem]:
    """Return everything that keeps a ladder from being published; nothing when it is sound."""
    return [*_whole(ladder), *_each(ladder), *_rising(ladder)]


def _whole(ladder: Ladder) -> Iterator[Problem]:
    if not ladder.tiers:
        yield Problem(None, _l("A ladder needs at least its base tier."))
    elif ladder.base.threshold != 0:
        yield Problem(0, _l("The base tier is missing: the first tier begins at 0."))
    if len(ladder.tiers) > MAX_TIERS:
        yield Problem(None, _l("At most %(most)s tiers.", most=MAX_TIERS))
    if ladder.measure is not Measure.GROWTH_EVER and not 1 <= ladder.window_months <= MAX_MONTHS:
        yield Problem(None, _l("Write a window from 1 to %(most)s months.", most=MAX_MONTHS))
    if not 0 <= ladder.grace_days <= MAX_DAYS or not 0 <= ladder.warn_days <= MAX_DAYS:
        yield Problem(None, _l("Grace and warning take from 0 to %(most)s days.", most=MAX_DAYS))
    keys = [tier.key for tier in ladder.tiers]
    if len(set(keys)) < len(keys):
        yield Problem(None, _l("Two tiers have the same key."))


def _each(ladder: Ladder) -> Iterator[Problem]:
    for place, tier in enumerate(ladder.tiers):
        if not KEY.match(tier.key):
            yield Problem(place, _l("A key is made of small letters, figures and _."))
        if not tier.name_zh.strip() or not tier.name_en.strip():
            yield Problem(place, _l("Name the tier in both languages."))
        if max(len(tier.name_zh), len(tier.name_en)) > MAX_NAME:
            yield Problem(place, _l("A name has at most %(most)s characters.", most=MAX_NAME))
        if not 0 <= tier.threshold <= MAX_THRESHOLD:
            yield Problem(place, _l("A threshold is a whole number, 0 or more."))
        for name, most in MAX_PERK.items():
            if not 0 <= getattr(tier.perks, name) <= most:
                yield Problem(
                    place,
                    _l("%(perk)s: from 0 to %(most)s.", perk=PERK_LABELS[name], most=most),
                )


def _rising(ladder: Ladder) -> Iterator[Problem]:
    """Each tier takes more than the one below, and gives at least as much."""
    for place, (below, tier) in enumerate(zip(ladder.tiers, ladder.tiers[1:], strict=False), 1):
        if tier.threshold <= below.threshold:
            yield Problem(
                place, _l("Thresholds must rise: this one is not above the tier before it.")
            )
        for name in tier.perks.worse_than(below.perks):
            yield Problem(
                place,
                _l("%(perk)s falls below the tier before it.", perk=PERK_LABELS[name]),
            )


def perk_names() -> tuple[str, ...]:
    """Return the perks in the order in which they are shown."""
    return PERK_NAMES
