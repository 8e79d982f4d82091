"""What a member did, what it got him, and why it got no more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Page, Ref
from app.ledger import queries as ledger
from app.loyalty import policy
from app.loyalty.models import LoyaltyUndone
from app.loyalty.queries import books
from app.loyalty.queries.awards import AWARD
from app.loyalty.types import Act, Outcome, Rule

UNDONE = cast("sa.Table", LoyaltyUndone.__table__)
ROWS_AN_ACT = 3  # more than most acts have
CLEAR = (Outcome.GIVEN, Outcome.NO_RULE)


@dataclass(frozen=True, slots=True)
class Share:
    """What one rule said to an act.

    Attributes:
        rule: as it was; None where nothing pays for such an act.
        spendable_from: the moment from which its points can be spent; None: at once.
        is_paid_late: it waited for the team, and was paid after that.
    """

    rule: Rule | None
    version: int
    points: int
    growth: int
    bonus_points: int
    campaign: str
    multiplier_permille: int
    outcome: Outcome
    detail: str
    spendable_from: datetime | None
    txn_id: int | None
    is_paid_late: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """An act of a member in his list.

    Attributes:
        is_gone: what it hangs on is gone, and so are its points.
    """

    action: str
    source: Ref
    at: datetime
    shares: tuple[Share, ...]
    is_gone: bool

    @property
    def points(self) -> int:
        """Return the points in all."""
        return sum(share.points for share in self.shares)

    @property
    def txn_id(self) -> int | None:
        """Return the ledger's transaction, if there was something to post."""
        return next((share.txn_id for share in self.shares if share.txn_id), None)


def acts_of(
    member_id: int, *, not_in_full: bool = False, after: str | None = None, limit: int = 20
) -> Page[Deed]:
    """Return a page of a member's acts, the newest first. Two statements.

    One more for each kind of thing of which something waited for the team.

    Args:
        member_id: whose; also what he did before he became one with another member.
        not_in_full: only what a limit, a condition or the team held back.
        after: ``next_key`` of the page before; anything else starts at the top.
        limit: acts a page.
    """
    family = identity.family_of(member_id)
    own, cause = UNDONE.alias("own"), UNDONE.alias("of_cause")
    gone = sa.or_(
        sa.func.coalesce(own.c.is_undone, sa.false()),
        sa.func.coalesce(cause.c.is_undone, sa.false()),
    )
    is_own = sa.and_(own.c.kind == AWARD.c.source_kind, own.c.ref_id == AWARD.c.source_id)
    is_cause = sa.and_(cause.c.kind == AWARD.c.cause_kind, cause.c.ref_id == AWARD.c.cause_id)
    query = (
        sa.select(*AWARD.c, gone.label("is_gone"))
        .select_from(AWARD.outerjoin(own, is_own).outerjoin(cause, is_cause))
        .where(AWARD.c.member_id.in_(family))
        .order_by(AWARD.c.awarded_on.desc(), AWARD.c.id.desc())
        .limit(limit * ROWS_AN_ACT + 1)
    )
    if not_in_full:
        query = query.where(AWARD.c.outcome.not_in(CLEAR), _is_felt())
    if (place := _place(after)) is not None:
        query = query.where(sa.tuple_(AWARD.c.awarded_on, AWARD.c.id) < sa.tuple_(*place))
    rows = db.session.execute(query).all()
    groups = list(_grouped(rows))
    is_cut = len(rows) > limit * ROWS_AN_ACT
    if is_cut and len(groups) > 1:
        groups.pop()
    more = is_cut or len(groups) > limit
    groups = groups[:limit]
    paid = _paid_late([row for group in groups for row in group])
    last = groups[-1][-1] if groups else None
    next_key = f"{last.awarded_on.isoformat()}.{last.id}" if more and last else None
    return Page([_deed(group, paid) for group in groups], next_key)


def _is_felt() -> sa.ColumnElement[bool]:
    """A bonus that an act did not fit holds nothing back where another rule paid for the act."""
    other = AWARD.alias("other")
    paid = sa.exists().where(
        other.c.source_kind == AWARD.c.source_kind,
        other.c.source_id == AWARD.c.source_id,
        other.c.action == AWARD.c.action,
        other.c.outcome != Outcome.UNFIT,
    )
    return sa.or_(AWARD.c.outcome != Outcome.UNFIT, sa.not_(paid))


def _place(after: str | None) -> tuple[sa.BindParameter[Any], ...] | None:
    day, _, number = (after or "").partition(".")
    if not number.isascii() or not number.isdecimal() or int(number) >= 2**63:
        return None
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return None
    return sa.literal(on, AWARD.c.awarded_on.type), sa.literal(int(number), AWARD.c.id.type)


def _grouped(rows: Sequence[Any]) -> Iterator[list[Any]]:
    group: list[Any] = []
    for row in rows:
        if group and (row.action, row.source_kind, row.source_id) != (
            group[0].action, group[0].source_kind, group[0].source_id,
        ):  # fmt: skip
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _paid_late(rows: Sequence[Any]) -> Mapping[Ref, int]:
    """Return what things that waited for the team have by now. One statement for each kind."""
    kinds: dict[str, set[int]] = {}
    for row in rows:
        if row.outcome == Outcome.FROZEN:
            kinds.setdefault(row.source_kind, set()).add(row.source_id)
    return {
        Ref(kind, source_id): left.points
        for kind, source_ids in kinds.items()
        for source_id, left in ledger.left_of_sources(kind, source_ids).items()
    }


def _deed(group: Sequence[Any], paid: Mapping[Ref, int]) -> Deed:
    row = group[0]
    source = Ref(row.source_kind, row.source_id)
    is_gone = any(each.is_gone for each in group)
    is_late = paid.get(source, 0) > 0
    shares = tuple(share_of(each, is_paid_late=is_late, is_gone=is_gone) for each in group)
    ordered = tuple(sorted(shares, key=lambda share: (-share.points, -share.growth)))
    return Deed(row.action, source, row.awarded_at, ordered, is_gone)


def share_of(row: Any, *, is_paid_late: bool = False, is_gone: bool = False) -> Share:
    """Return what a row of awards says; what was taken back is not on its way."""
    rule = books.get(row.rule_version).rules.get(row.rule) if row.rule else None
    waits = None
    if rule is not None and row.points and not is_gone and row.outcome != Outcome.FROZEN:
        source = Ref(row.source_kind, row.source_id)
        act = Act(row.member_id, row.action, source, row.awarded_at)
        waits = policy.spendable_from(rule, act)
    return Share(
        rule,
        row.rule_version,
        row.points,
        row.growth,
        row.bonus_points,
        row.campaign,
        row.multiplier_permille,
        Outcome(row.outcome),
        row.detail,
        waits if waits and waits > clock.now() else None,
        row.txn_id,
        is_paid_late and row.outcome == Outcome.FROZEN,
    )


def shares_of(member_id: int, source: Ref) -> list[Share]:
    """Return what rules said to everything a thing earned a member. Two statements."""
    family = identity.family_of(member_id)
    rows = db.session.execute(
        sa.select(AWARD)
        .where(
            AWARD.c.source_kind == source.kind,
            AWARD.c.source_id == source.id,
            AWARD.c.member_id.in_(family),
        )
        .order_by(AWARD.c.id)
    ).all()
    return [share_of(row) for row in rows]


@dataclass(frozen=True, slots=True)
class OrderRate:
    """What an order earns, frozen with its first award.

    Attributes:
        version: of the rules.
        permille: against the rule, in thousandths: channel, tier and campaign.
        extra: points that came out of the campaign's budget.
    """

    version: int
    permille: int
    campaign: str
    extra: int


_rates: list[Callable[[int], OrderRate | None]] = []


def explain_orders(rate: Callable[[int], OrderRate | None]) -> None:
    """Answer for what orders earn. Called from a manifest."""
    if rate not in _rates:
        _rates.append(rate)


def order_rate(source: Ref) -> OrderRate | None:
    """Return what an order earns; None for anything else. One statement at most."""
    return _rates[0](source.id) if _rates and source.kind == "order" else None
