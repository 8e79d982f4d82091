"""Reads of closeness: scores, VIP types, and whether the promise holds."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock, listings
from app.kernel.db import db
from app.kernel.i18n import locale_tag
from app.kernel.listings import Listing
from app.kernel.types import Person
from app.loyalty.models.closeness import ClosenessScore, VipTypeRow
from app.loyalty.models.tiers import MemberTier
from app.loyalty.policy.closeness import (
    INGREDIENTS,
    NO_PROMISE,
    STANDARDS,
    WINDOW_MONTHS,
    Served,
    crossings,
    ladder_violations,
    points_of,
    score_of,
    type_of,
    violations_of,
)
from app.loyalty.policy.offers import worse
from app.loyalty.policy.tiers import months_before
from app.loyalty.queries import counted, offers
from app.loyalty.queries.ladders import current_ladder
from app.loyalty.types.closeness import Axis, Ingredient, Score, Stored, Violation, VipType
from app.loyalty.types.tiers import Ladder, Window

SCORE = cast("sa.Table", ClosenessScore.__table__)
TYPE = cast("sa.Table", VipTypeRow.__table__)
TIER = cast("sa.Table", MemberTier.__table__)
PLAIN = tuple(column.name for column in TYPE.columns if column.name not in {"id", "updated_at"})


@dataclass(frozen=True, slots=True)
class Line:
    """One ingredient of a member's closeness.

    Attributes:
        amount: what was counted.
        points: what it brings.
        is_counted: somebody answers for its measure.
    """

    ingredient: Ingredient
    amount: int
    points: int
    is_counted: bool


@dataclass(frozen=True, slots=True)
class MyCloseness:
    """A member's closeness with everything it is made of.

    Attributes:
        vip: his VIP type, or None.
        next_vip: the next one that is served earlier, or None.
    """

    score: Score
    lines: tuple[Line, ...]
    vip: VipType | None
    next_vip: VipType | None
    computed_on: date | None

    def axis_lines(self, axis: Axis) -> list[Line]:
        """Return the ingredients of one axis."""
        return [line for line in self.lines if line.ingredient.axis is axis]


def _named() -> sa.Select[Any]:
    name = TYPE.c.name_zh if locale_tag().startswith("zh") else TYPE.c.name_en
    return listings.rows(TYPE.c.key, name, order=(TYPE.c.priority, TYPE.c.key))


AUDIENCES = Listing(_named, lambda row: (f"vip:{row.ref}", row.name))
"""VIP types as audiences, first served first."""


def types() -> tuple[VipType, ...]:
    """Return all VIP types, first served first. One statement."""
    rows = db.session.execute(sa.select(TYPE).order_by(TYPE.c.priority, TYPE.c.key))
    return tuple(type_from(row) for row in rows)


def find_type(key: str) -> VipType | None:
    """Return a VIP type, or None. One statement."""
    return next((each for each in types() if each.key == key), None)


def type_from(row: Any) -> VipType:
    """Return the VIP type that a row keeps."""
    return VipType(**{name: getattr(row, name) for name in PLAIN})


def vip_types_of(member_ids: Collection[int]) -> dict[int, VipType | None]:
    """Return the VIP types of members. One statement, none for nobody."""
    if not member_ids:
        return {}
    rows = db.session.execute(
        sa.select(SCORE.c.member_id, *TYPE.c)
        .join(TYPE, TYPE.c.key == SCORE.c.vip_key)
        .where(SCORE.c.member_id.in_(list(member_ids)))
    )
    known = {row.member_id: type_from(row) for row in rows}
    return {member_id: known.get(member_id) for member_id in member_ids}


def vip_expression(member_id: Any) -> sa.ColumnElement[str]:
    """Return the key of a member's VIP type as a scalar of SQL, for conditions of rules."""
    score = SCORE.alias()
    mine = sa.select(score.c.vip_key).where(score.c.member_id == member_id).scalar_subquery()
    return sa.func.coalesce(mine, "")


def stored(member_id: int) -> Stored | None:
    """Return a member's closeness as last computed, or None. One statement."""
    row = db.session.execute(sa.select(SCORE).where(SCORE.c.member_id == member_id)).one_or_none()
    return None if row is None else stored_from(row)


def stored_from(row: Any) -> Stored:
    """Return the closeness that a row keeps."""
    score = Score(row.spend, row.advocacy, row.amounts)
    return Stored(row.member_id, score, row.vip_key, row.computed_on)


def my_closeness(member_id: int) -> MyCloseness:
    """Return a member's closeness with its ingredients. Two statements."""
    known, found = types(), stored(member_id)
    score = found.score if found else Score(0, 0)
    vip = next((each for each in known if found and each.key == found.vip_key), None)
    ahead = [each for each in known if vip is None or each.priority < vip.priority]
    return MyCloseness(
        score,
        tuple(
            Line(
                each,
                score.amounts.get(each.measure, 0),
                points_of(each, score.amounts.get(each.measure, 0)),
                counted.is_counted(each.measure),
            )
            for each in INGREDIENTS
        ),
        vip,
        ahead[-1] if ahead else None,
        found.computed_on if found else None,
    )


def scoring_window(today: date | None = None) -> Window:
    """Return the days that count."""
    last = today or clock.business_date()
    return Window(months_before(last, WINDOW_MONTHS), last)


def read_amounts(window: Window) -> dict[int, dict[str, int]]:
    """Return what every measure says of everybody. One statement a measure."""
    found: dict[int, dict[str, int]] = {}
    for ingredient in INGREDIENTS:
        said = counted.read(ingredient.measure, None, window)
        for member_id, amount in said.items():
            found.setdefault(member_id, {})[ingredient.measure] = amount
    return found


def type_counts() -> dict[str | None, int]:
    """Return how many members stand in each VIP type. One statement."""
    rows = db.session.execute(
        sa.select(SCORE.c.vip_key, sa.func.count().label("members")).group_by(SCORE.c.vip_key)
    )
    return {row.vip_key: int(row.members) for row in rows}


# --- the audit -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two members of whom the closer one gets worse.

    Attributes:
        explanation: what staff, or the rules of tiers, say to it; empty: nothing.
    """

    standard: str
    closer: Person
    other: Person
    closer_score: Score
    other_score: Score
    closer_gets: int
    other_gets: int
    explanation: str
    is_by_tier: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """Whether anybody closer gets something worse.

    Attributes:
        offered: how many things were compared that are not the same for all groups: rules,
            campaigns, items of the mall.
        offer_violations: where one of them is worse for a closer tier or type.
    """

    types: tuple[VipType, ...]
    ladder: Ladder
    members: int
    type_violations: tuple[Violation, ...]
    ladder_violations: tuple[Violation, ...]
    crossings: tuple[Crossing, ...]
    offered: int
    offer_violations: tuple[Violation, ...]

    @property
    def unexplained(self) -> int:
        """Return how many findings nobody has explained."""
        told = [*self.type_violations, *self.ladder_violations, *self.offer_violations]
        open_ = [each for each in told if not each.explanation]
        return len(open_) + sum(
            1 for each in self.crossings if not each.explanation and not each.is_by_tier
        )


def audit() -> Audit:
    """Compare everybody's promises with how close they are, and what is really given.

    Four statements over all scores, and one for each domain that gives something to some only.
    """
    known, ladder = types(), current_ladder()
    given = offers.offers(offers.groups_of(ladder, known))
    by_key = {each.key: each for each in known}
    rows = db.session.execute(
        sa.select(SCORE, TIER.c.multiplier_permille)
        .outerjoin(TIER, TIER.c.member_id == SCORE.c.member_id)
        .order_by(SCORE.c.member_id)
    ).all()
    pairs = [*_by_type(rows, by_key), *_by_tier(rows)]
    people = identity.people({m for _n, a, b, _t in pairs for m in (a.member_id, b.member_id)})
    keys = {row.member_id: row.vip_key for row in rows}
    return Audit(
        known,
        ladder,
        len(rows),
        tuple(violations_of(known)),
        tuple(ladder_violations(ladder)),
        tuple(
            Crossing(
                name,
                people[closer.member_id],
                people[other.member_id],
                Score(closer.spend, closer.advocacy),
                Score(other.spend, other.advocacy),
                closer.gets,
                other.gets,
                _explanation(by_key, keys[closer.member_id], keys[other.member_id]),
                is_by_tier,
            )
            for name, closer, other, is_by_tier in pairs
            if closer.member_id in people and other.member_id in people
        ),
        len(given),
        tuple(worse(given)),
    )


def _by_type(rows: Any, by_key: dict[str, VipType]) -> Iterator[tuple[str, Served, Served, bool]]:
    for standard in STANDARDS:
        served = [
            Served(
                row.member_id, row.spend, row.advocacy,
                _promised(standard.name, standard.get, by_key.get(row.vip_key or "")),
            )
            for row in rows
        ]  # fmt: skip
        for closer, other in crossings(served, standard.sign):
            yield standard.name, closer, other, False


def _by_tier(rows: Any) -> Iterator[tuple[str, Served, Served, bool]]:
    served = [
        Served(row.member_id, row.spend, row.advocacy, row.multiplier_permille or 1000)
        for row in rows
    ]
    for closer, other in crossings(served, 1):
        yield "tier_multiplier", closer, other, True


def _promised(name: str, get: Any, vip: VipType | None) -> int:
    if vip is not None:
        return int(get(vip))
    no_time = {"first_reply": NO_PROMISE, "packing": NO_PROMISE}
    return {"multiplier": 1000, "price": 1000, **no_time}.get(name, 0)


def _explanation(by_key: dict[str, VipType], closer: str | None, other: str | None) -> str:
    told = [by_key[key].explanation for key in (closer, other) if key in by_key]
    return next((text for text in told if text), "")


# --- verification --------------------------------------------------------------------------------


def drifting_scores() -> Iterator[str]:
    """Compute every score and VIP type anew from its ingredients; yield one sentence per drift."""
    known = types()
    rows = db.session.execute(sa.select(SCORE).order_by(SCORE.c.member_id))
    for row in rows:
        score = score_of(row.amounts)
        if (score.spend, score.advocacy, score.total) != (row.spend, row.advocacy, row.total):
            yield (
                f"member {row.member_id} has closeness {row.spend} + {row.advocacy}, "
                f"his ingredients make {score.spend} + {score.advocacy}"
            )
        vip = type_of(Score(row.spend, row.advocacy), known)
        if (vip.key if vip else None) != row.vip_key:
            yield f"member {row.member_id} stands in VIP type {row.vip_key}, not where he belongs"


def broken_promises() -> Iterator[str]:
    """Yield one sentence for every promise that is worse for somebody closer, unexplained."""
    found = audit()
    for each in (*found.type_violations, *found.ladder_violations):
        if not each.explanation:
            yield (
                f"{each.closer} is closer than {each.other} and gets a worse {each.standard}: "
                f"{each.closer_gets}, not {each.other_gets}"
            )
    for crossing in found.crossings:
        if not crossing.explanation and not crossing.is_by_tier:
            yield (
                f"member {crossing.closer.id} is closer than member {crossing.other.id} and gets a "
                f"worse {crossing.standard}: {crossing.closer_gets}, not {crossing.other_gets}"
            )
