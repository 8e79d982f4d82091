"""Closeness: the published formula, and who may be served better than whom. Pure.

Each measure brings ``weight`` points when its amount reaches one step, and as many again for each
doubling after that: weight × log2(1 + amount / step), rounded to the nearest whole; above the cap
nothing is added. So a start counts most, and nobody runs away.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_tag
from app.loyalty.types.closeness import Axis, Ingredient, Score, Violation, VipType
from app.loyalty.types.tiers import PERK_NAMES, Ladder, Problem

WINDOW_MONTHS = 12

INGREDIENTS = (
    Ingredient(
        "net_spend", Axis.SPEND, _l("Net spend"),
        _l("What you paid and kept: less refunds, once the return window is over."),
        60, 100_00, 100_000_00,
    ),
    Ingredient(
        "accepted_posts", Axis.ADVOCACY, _l("Posts"),
        _l("Posts that everybody can see. Removed ones do not count."),
        30, 1, 100,
    ),
    Ingredient(
        "help_given", Axis.ADVOCACY, _l("Help"),
        _l("Replies that somebody else liked."),
        20, 1, 200,
    ),
    Ingredient(
        "verified_exposure", Axis.ADVOCACY, _l("Posts elsewhere"),
        _l("Posts on other platforms that our team has checked."),
        40, 1, 50,
    ),
    Ingredient(
        "attendance", Axis.ADVOCACY, _l("Attendance"),
        _l("Gatherings you came to."),
        30, 1, 24,
    ),
)  # fmt: skip

MAX_POINTS = 10_000
MAX_MINUTES = 30 * 24 * 60
MAX_RETURN_DAYS, MAX_PACK_HOURS = 365, 30 * 24
MAX_PRIORITY = 99
MAX_MULTIPLIER = 10_000
KEY = re.compile(r"^[a-z][a-z0-9_]{0,23}$")


def points_of(ingredient: Ingredient, amount: int) -> int:
    """Return what an amount of one measure brings, in whole points of closeness."""
    counted = min(max(amount, 0), ingredient.cap)
    return round(ingredient.weight * math.log2(1 + counted / ingredient.step))


def score_of(amounts: Mapping[str, int]) -> Score:
    """Return how close a member is by what was counted of him."""
    axes: dict[Axis, int] = defaultdict(int)
    for ingredient in INGREDIENTS:
        axes[ingredient.axis] += points_of(ingredient, amounts.get(ingredient.measure, 0))
    return Score(axes[Axis.SPEND], axes[Axis.ADVOCACY], dict(amounts))


def type_of(score: Score, types: Sequence[VipType]) -> VipType | None:
    """Return the VIP type of a score: of those it reaches the one that is served first."""
    reached = [each for each in types if each.takes(score)]
    return min(reached, key=lambda each: (each.priority, each.key), default=None)


STARTERS = (
    VipType("hearth", "灶边人", "By the stove", 0, 120, 360, 1, 30, concierge=True,
            return_days=30, pack_hours=24),
    VipType("table", "老桌友", "At our table", 0, 0, 200, 2, 120, return_days=15, pack_hours=48),
    VipType("often", "常来客", "Often here", 0, 0, 60, 3, 480, return_days=10, pack_hours=72),
)  # fmt: skip
"""What a house may begin with: service that rises with closeness, the same prices for everybody."""


# --- nobody closer is worse off ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standard:
    """One promise that is compared; ``sign`` −1 where less is better."""

    name: str
    get: Callable[[Any], int]
    sign: int = 1

    def is_worse(self, mine: int, other: int) -> bool:
        """Return whether one figure is worse than the other."""
        return self.sign * mine < self.sign * other


NO_PROMISE = 2**31
"""Longer than any time that is promised."""

STANDARDS = (
    Standard("multiplier", lambda each: each.multiplier_permille),
    Standard("price", lambda each: each.price_permille, -1),
    Standard("first_reply", lambda each: each.first_reply_minutes, -1),
    Standard("concierge", lambda each: int(each.concierge)),
    Standard("return_days", lambda each: each.return_days),
    Standard("packing", lambda each: each.pack_hours or NO_PROMISE, -1),
)
STANDARD_LABELS = {
    "multiplier": _l("Points multiplier"),
    "price": _l("Price"),
    "first_reply": _l("First reply"),
    "concierge": _l("Concierge"),
    "return_days": _l("Days to return"),
    "packing": _l("Packing time"),
    "tier_multiplier": _l("Points multiplier of the tier"),
    "rule_points": _l("Points of a rule"),
    "rule_waiting": _l("How long points of a rule wait"),
    "campaign_multiplier": _l("Multiplier of a campaign"),
    "campaign_bonus": _l("Extra points of a campaign"),
    "item_open": _l("May redeem it"),
    "item_price": _l("Price in the mall"),
    "item_limit": _l("How many of it"),
}


def violations_of(types: Sequence[VipType]) -> list[Violation]:
    """Return where a type that is served first promises less than one that is served later.

    Whoever reaches what somebody else reaches is served by the same type or an earlier one, so it
    is enough that promises never get worse from the last type to the first. An explanation on
    either side is told along.
    """
    found = []
    ordered = sorted(types, key=lambda each: (-each.priority, each.key))
    for later, earlier in combinations(ordered, 2):
        for standard in STANDARDS:
            mine, other = standard.get(earlier), standard.get(later)
            if standard.is_worse(mine, other):
                found.append(
                    Violation(
                        standard.name, earlier.key, later.key, mine, other,
                        earlier.explanation or later.explanation,
                    )
                )  # fmt: skip
    return found


def ladder_violations(ladder: Ladder) -> list[Violation]:
    """Return where a higher tier brings less than the best of those below it."""
    found = []
    for name in PERK_NAMES:
        best = ladder.base
        for tier in ladder.tiers[1:]:
            mine, other = int(getattr(tier.perks, name)), int(getattr(best.perks, name))
            if mine < other:
                found.append(Violation(name, tier.key, best.key, mine, other))
            else:
                best = tier
    return found


@dataclass(frozen=True, slots=True)
class Served:
    """How close somebody is and what he gets by one standard."""

    member_id: int
    spend: int
    advocacy: int
    gets: int


def crossings(served: Sequence[Served], sign: int) -> list[tuple[Served, Served]]:
    """Return pairs in which somebody closer gets worse, one pair for each two different figures.

    Closer is who has at least as much on both axes, and more on one. One pass from the most spend
    down; for each figure the one with the most advocacy so far is remembered.
    """
    found: dict[tuple[int, int], tuple[Served, Served]] = {}
    closest: dict[int, Served] = {}
    ordered = sorted(served, key=lambda each: (-each.spend, -each.advocacy, each.member_id))
    for each in ordered:
        for gets, closer in closest.items():
            worse = sign * gets < sign * each.gets and closer.advocacy >= each.advocacy
            if worse and (closer.spend, closer.advocacy) != (each.spend, each.advocacy):
                found.setdefault((gets, each.gets), (closer, each))
        best = closest.get(each.gets)
        if best is None or each.advocacy > best.advocacy:
            closest[each.gets] = each
    return [found[pair] for pair in sorted(found)]


# --- what a type must be -------------------------------------------------------------------------


def problems_of(draft: VipType, others: Sequence[VipType]) -> list[Problem]:
    """Return what is wrong with a type beside the others; not what its promises break."""
    return [*_shape(draft), *_service(draft), *_beside(draft, others)]


def _shape(draft: VipType) -> Iterator[Problem]:
    if not KEY.match(draft.key):
        yield Problem(None, _l("A key is made of small letters, figures and _."))
    if not draft.name_zh.strip() or not draft.name_en.strip():
        yield Problem(None, _l("Name it in both languages."))
    minima = (draft.min_spend, draft.min_advocacy, draft.min_total)
    if not all(0 <= least <= MAX_POINTS for least in minima):
        yield Problem(None, _l("Minima take from 0 to %(most)s points.", most=MAX_POINTS))
    if not 1 <= draft.priority <= MAX_PRIORITY:
        yield Problem(None, _l("A priority is a number from 1 to %(most)s.", most=MAX_PRIORITY))
    if not 1 <= draft.first_reply_minutes <= MAX_MINUTES:
        yield Problem(None, _l("A first reply takes from 1 minute to 30 days."))
    if not 1000 <= draft.multiplier_permille <= MAX_MULTIPLIER:  # noqa: PLR2004 - thousandths
        yield Problem(None, _l("A multiplier is from 1 to 10."))
    if not 1 <= draft.price_permille <= 1000:  # noqa: PLR2004 - thousandths
        yield Problem(None, _l("A price is from 0.1 to 100 percent of the full one."))


def _service(draft: VipType) -> Iterator[Problem]:
    if not (0 <= draft.return_days <= MAX_RETURN_DAYS and 0 <= draft.pack_hours <= MAX_PACK_HOURS):
        yield Problem(None, _l("Returns take up to a year, packing up to 30 days."))


def _beside(draft: VipType, others: Sequence[VipType]) -> Iterator[Problem]:
    for other in others:
        if other.priority == draft.priority:
            yield Problem(
                None,
                _l("%(name)s has this priority. Two types can't be served first.",
                   name=other.name(locale_tag())),
            )  # fmt: skip
        elif _never_reached(draft, other):
            yield Problem(
                None,
                _l("Nobody would stand here: whoever reaches it is served by %(name)s first.",
                   name=other.name(locale_tag())),
            )  # fmt: skip
        elif _never_reached(other, draft):
            yield Problem(
                None,
                _l("Nobody would stand in %(name)s any more: this one takes them all first.",
                   name=other.name(locale_tag())),
            )  # fmt: skip


def _never_reached(later: VipType, earlier: VipType) -> bool:
    return (
        earlier.priority < later.priority
        and earlier.min_spend <= later.min_spend
        and earlier.min_advocacy <= later.min_advocacy
        and earlier.min_total <= max(later.min_total, later.min_spend + later.min_advocacy)
    )
