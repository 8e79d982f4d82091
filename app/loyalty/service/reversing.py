"""Points follow their cause: it goes, and they go; it comes back, and so do they.

Nothing is added up from events. For every source there is what it should have (its awards, as long
as neither it nor its cause is undone) and what the ledger says it has; only the difference moves.
So twice is once, and any order of taking back and giving back ends where it should.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed_by_all, db, insert, use_case
from app.kernel.types import Ref
from app.ledger import queries as ledger_queries
from app.ledger import service as ledger
from app.ledger.queries import SourceLeft
from app.ledger.types import NEVER, Claw, Command, Earn, Fund, Part, first_day
from app.loyalty import policy
from app.loyalty.models import LoyaltyAward
from app.loyalty.queries import books, checks, context
from app.loyalty.queries.awards import UNDONE, hangs_on, is_gone
from app.loyalty.service import after, bonuses
from app.loyalty.service.after import Turned
from app.loyalty.types import Act, Outcome

SCOPE = "loyalty.settle"
GRACE = timedelta(days=7)
"""So long live points that come back after their last day."""

CONTENT, SUSPICION = "content", "suspicion"
TAKEN_BACK, GIVEN_BACK = "loyalty.taken_back", "loyalty.given_back"

AWARD = cast("sa.Table", LoyaltyAward.__table__)


@dataclass(frozen=True, slots=True)
class Settled:
    """What moved.

    Attributes:
        points: taken back (negative) or given (positive), by member.
    """

    points: dict[int, int]

    @property
    def total(self) -> int:
        """Return all of it."""
        return sum(self.points.values())


@use_case
def take_back(*causes: Ref, on_account: str = CONTENT, reason: str = TAKEN_BACK) -> Settled:
    """Take back what things earned: content that went away, an order that was returned.

    All that hangs on a cause goes with it: a thread's own points and those of its likes. Points
    that are spent become a debt. Twice is once.

    Args:
        causes: content, or single sources.
        on_account: who says so; each gives back only what it took.
        reason: what the statement calls it.
    """
    return _turn(causes, on_account, is_undone=True, reason=reason)


@use_case
def give_back(*causes: Ref, on_account: str = CONTENT) -> Settled:
    """Undo :func:`take_back`: what comes back gets its points back. Twice is once.

    What also hangs on something else that is still gone, or is gone on another account, stays away.
    """
    return _turn(causes, on_account, is_undone=False)


@use_case
def pay_waiting(member_id: int) -> Settled:
    """Pay what a member earned while he was frozen, and what was given back meanwhile.

    What was taken back meanwhile is not paid. Twice is once. Call it after the freeze has ended:
    while it lasts, nothing moves.
    """
    ledger.lock_wallets([member_id])
    turned = sa.exists().where(UNDONE.c.is_undone.is_(sa.false()), hangs_on(AWARD))
    waits = sa.or_(AWARD.c.outcome == Outcome.FROZEN, turned)
    return _settle(_awards(sa.and_(AWARD.c.member_id == member_id, waits)))


def is_taken(cause: Ref, on_account: str) -> bool:
    """Return whether something is taken back on an account. One statement."""
    query = sa.select(UNDONE.c.is_undone).where(
        UNDONE.c.kind == cause.kind,
        UNDONE.c.ref_id == cause.id,
        UNDONE.c.on_account == on_account,
    )
    return bool(db.session.scalar(query))


def _turn(
    causes: Collection[Ref], on_account: str, *, is_undone: bool, reason: str = TAKEN_BACK
) -> Settled:
    wanted = sorted(set(causes), key=lambda ref: (ref.kind, ref.id))
    if not wanted:
        return Settled({})
    among = sa.or_(*(_hangs_on(kind, ids) for kind, ids in _by_kind(wanted)))
    is_worth = sa.or_(AWARD.c.points > 0, AWARD.c.growth > 0)
    rows = db.session.execute(
        sa.select(AWARD.c.member_id, AWARD.c.action, AWARD.c.awarded_on, is_worth.label("is_worth"))
        .where(among)
        .distinct()
    ).all()
    if not rows:
        return Settled({})
    members = sorted({row.member_id for row in rows if row.is_worth})
    if members:
        ledger.lock_wallets(members)  # the mutex of all that follows
    _mark(wanted, on_account, is_undone=is_undone)
    settled = _settle(_awards(among), reason) if members else Settled({})
    after.turned([Turned(row.member_id, row.action, row.awarded_on) for row in rows])
    return settled


def _by_kind(refs: Sequence[Ref]) -> Iterator[tuple[str, list[int]]]:
    kinds: dict[str, list[int]] = defaultdict(list)
    for ref in refs:
        kinds[ref.kind].append(ref.id)
    yield from kinds.items()


def _hangs_on(kind: str, ref_ids: list[int]) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.and_(AWARD.c.cause_kind == kind, AWARD.c.cause_id.in_(ref_ids)),
        sa.and_(AWARD.c.source_kind == kind, AWARD.c.source_id.in_(ref_ids)),
    )


def _mark(refs: Sequence[Ref], on_account: str, *, is_undone: bool) -> None:
    statement = insert(UNDONE)
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["kind", "ref_id", "on_account"],
            set_={
                "is_undone": statement.excluded.is_undone,
                "revision": UNDONE.c.revision + 1,
                "changed_at": statement.excluded.changed_at,
            },
            where=UNDONE.c.is_undone != statement.excluded.is_undone,
        ),
        [
            {
                "kind": ref.kind,
                "ref_id": ref.id,
                "on_account": on_account,
                "is_undone": is_undone,
                "revision": 1,
                "changed_at": clock.now(),
            }
            for ref in refs
        ],
    )


def _awards(where: sa.ColumnElement[bool]) -> Sequence[Any]:
    """Return awards worth something, each with whether it or its cause is undone.

    All awards of a source come together: what the ledger says of it is shared out among them.
    """
    meant = sa.select(AWARD.c.source_kind, AWARD.c.source_id).where(where)
    return db.session.execute(
        sa.select(*AWARD.c, is_gone(AWARD).label("is_gone"))
        .where(
            sa.tuple_(AWARD.c.source_kind, AWARD.c.source_id).in_(meant),
            sa.or_(AWARD.c.points > 0, AWARD.c.growth > 0),
        )
        .order_by(AWARD.c.id)
    ).all()


def _settle(awards: Sequence[Any], taken: str = TAKEN_BACK) -> Settled:
    """Post what is between what sources should have and what they have. Wallets are locked.

    Args:
        awards: of whole sources.
        taken: what the statement calls points that go.
    """
    if not awards:
        return Settled({})
    facts = context.of_members({row.member_id for row in awards}, (policy.FROZEN,))
    family = _family_of(awards)
    owned: dict[tuple[Ref, int], list[Any]] = defaultdict(list)
    for row in awards:
        owner = family.get(row.member_id, row.member_id)
        owned[Ref(row.source_kind, row.source_id), owner].append(row)
    standing = bonuses.follow(awards)
    left = _left(list(owned), family)
    lapsed = _lapsed(owned, family)
    commands: list[Command] = []
    moved: dict[int, int] = defaultdict(int)
    for (source, owner), rows in owned.items():
        has = left.get((source, owner), SourceLeft(0, 0, 0))
        is_frozen = bool(facts.get(rows[0].member_id, {}).get(policy.FROZEN))
        kept = lapsed.get((source, owner), 0)
        for command, points in _differences(source, rows, has, standing, kept, is_frozen=is_frozen):
            if isinstance(command, Claw):
                command = replace(command, reason=taken)  # noqa: PLW2901 - the same, by its name
            commands.append(command)
            moved[rows[0].member_id] += points
    ledger.post_many(sorted(commands, key=lambda each: isinstance(each, Earn)))
    return Settled({member_id: points for member_id, points in moved.items() if points})


def _family_of(awards: Sequence[Any]) -> Mapping[int, int]:
    """Return who merged members are now; only where a source concerns two: a like earns both."""
    members: dict[Ref, set[int]] = defaultdict(set)
    for row in awards:
        members[Ref(row.source_kind, row.source_id)].add(row.member_id)
    is_shared = any(len(each) > 1 for each in members.values())
    return checks.family_of_all() if is_shared else {}


def _left(
    owned: Collection[tuple[Ref, int]], family: Mapping[int, int]
) -> dict[tuple[Ref, int], SourceLeft]:
    """Return what sources have left, for each of their owners."""
    owners: dict[Ref, list[int]] = defaultdict(list)
    for source, owner in owned:
        owners[source].append(owner)
    found: dict[tuple[Ref, int], SourceLeft] = {}
    for kind, ref_ids in _by_kind(list(owners)):
        for ref_id, wallets in ledger_queries.left_by_member(kind, ref_ids).items():
            source = Ref(kind, ref_id)
            for member_id, left in wallets.items():
                # A source of one member alone is his, whoever he was when it was posted.
                owner = family.get(member_id, member_id)
                owner = owners[source][0] if len(owners[source]) == 1 else owner
                known = found.get((source, owner), SourceLeft(0, 0, 0))
                found[source, owner] = SourceLeft(
                    known.points + left.points,
                    known.growth + left.growth,
                    max(known.last_txn_id, left.last_txn_id),
                )
    return found


def _last_day(row: Any, given_on: date) -> date:
    rule = books.get(row.rule_version).rules.get(row.rule)
    return rule.expiry.last_day(given_on) if rule else NEVER


def _is_over(row: Any) -> bool:
    return _last_day(row, row.awarded_on) < clock.business_date()


def _lapsed(
    owned: Mapping[tuple[Ref, int], Sequence[Any]], family: Mapping[int, int]
) -> dict[tuple[Ref, int], int]:
    """Return what of sources that are gone has lapsed meanwhile, for each of their owners.

    Nothing is asked where no award's last day is over.
    """
    over = {
        place: rows
        for place, rows in owned.items()
        if any(row.is_gone and _is_over(row) for row in rows)
    }
    owners: dict[Ref, list[int]] = defaultdict(list)
    for source, owner in owned:
        owners[source].append(owner)
    found: dict[tuple[Ref, int], int] = defaultdict(int)
    for kind, ref_ids in _by_kind(list({source for source, _owner in over})):
        lapsed = ledger_queries.lapsed_by_member(kind, ref_ids, clock.business_date())
        for ref_id, wallets in lapsed.items():
            source = Ref(kind, ref_id)
            for member_id, points in wallets.items():
                is_alone = len(owners[source]) == 1
                owner = owners[source][0] if is_alone else family.get(member_id, member_id)
                found[source, owner] += points
    return found


def _differences(
    source: Ref,
    rows: Sequence[Any],
    has: SourceLeft,
    standing: Mapping[int, bonuses.Standing],
    lapsed: int,
    *,
    is_frozen: bool,
) -> Iterator[tuple[Command, int]]:
    """Yield what brings one source from what it has to what it should have, award by award.

    What has lapsed is not taken a second time.
    """
    points, growth = has.points, has.growth
    for row in rows:
        worth, most = bonuses.worth(row, standing)
        has_points, has_growth = min(points, most), min(growth, row.growth)
        points, growth = points - has_points, growth - has_growth
        if row.is_gone:
            stays = min(has_points, lapsed) if lapsed and _is_over(row) else 0
            lapsed, has_points = lapsed - stays, has_points - stays
            if has_points or has_growth:
                yield _claw(source, row, has, has_points, has_growth), -has_points
            continue
        missing, missing_growth = max(0, worth - has_points), row.growth - has_growth
        if (missing or missing_growth) and not is_frozen:
            yield _earn(source, row, has, missing, missing_growth), missing


def _claw(source: Ref, row: Any, has: SourceLeft, points: int, growth: int) -> Claw:
    return Claw(
        member_id=row.member_id,
        fund=Fund(row.fund),
        points=points,
        growth=growth,
        reason=TAKEN_BACK,
        scope=SCOPE,
        key=f"{row.id}:{has.last_txn_id}:back",
        source=source,
        rule_version=row.rule_version,
    )


def _earn(source: Ref, row: Any, has: SourceLeft, points: int, growth: int) -> Earn:
    rule = books.get(row.rule_version).rules.get(row.rule)
    now = clock.now()
    today = clock.business_date(now)
    waits = None
    if rule is not None:
        act = Act(row.member_id, row.action, source, row.awarded_at)
        waits = policy.spendable_from(rule, act)
    # What comes back lives as long as it would have, lest removing and restoring made it young.
    last = _last_day(row, row.awarded_on if has.last_txn_id else today)
    part = Part(
        reason=row.reason if row.outcome == Outcome.FROZEN else GIVEN_BACK,
        points=points,
        growth=growth,
        fund=Fund(row.fund),
        matures_at=waits if waits and waits > now else None,
        expires_on=max(
            last if last >= today else today + GRACE, first_day(waits) if waits else today
        ),
    )
    return Earn(
        member_id=row.member_id,
        parts=(part,),
        scope=SCOPE,
        key=f"{row.id}:{has.last_txn_id}:again",
        source=source,
        rule_version=row.rule_version,
    )
