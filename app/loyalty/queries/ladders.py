"""Reads of ladders: published versions, drafts, and what publishing one would do."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Person
from app.ledger import queries as ledger
from app.loyalty.models.tiers import MemberTier, TierDraft, TierLadder
from app.loyalty.policy.standing import surviving_rank, window_start
from app.loyalty.policy.tiers import BUILT_IN, months_before, problems_of
from app.loyalty.queries import counted
from app.loyalty.types.tiers import Ladder, LadderDraft, Measure, Tier, Window

LADDER = cast("sa.Table", TierLadder.__table__)
DRAFT = cast("sa.Table", TierDraft.__table__)
STANDING = cast("sa.Table", MemberTier.__table__)
SHOWN_MOVES = 50
HERE = (MemberState.ACTIVE, MemberState.MUTED)


@dataclass(frozen=True, slots=True)
class Published:
    """A published version, for the list of staff."""

    ladder: Ladder
    published_at: datetime | None
    by: Person | None


def ladders() -> tuple[Ladder, ...]:
    """Return every published ladder, oldest first, the built-in one before all. One statement."""
    rows = db.session.execute(sa.select(LADDER).order_by(LADDER.c.number))
    return (BUILT_IN, *(ladder_from(row, row.number, row.effective_at) for row in rows))


def current_ladder(at: datetime | None = None) -> Ladder:
    """Return the ladder that drives the tiers. One statement."""
    moment = at or clock.now()
    row = db.session.execute(
        sa.select(LADDER)
        .where(LADDER.c.effective_at <= moment)
        .order_by(LADDER.c.number.desc())
        .limit(1)
    ).one_or_none()
    return BUILT_IN if row is None else ladder_from(row, row.number, row.effective_at)


def effective(ladders_: tuple[Ladder, ...], at: datetime | None = None) -> Ladder:
    """Return which of these ladders drives the tiers at a moment. No statement."""
    moment = at or clock.now()
    return [ladder for ladder in ladders_ if ladder.effective_at <= moment][-1]


def ladder_from(row: Any, number: int = 0, effective_at: datetime | None = None) -> Ladder:
    """Return the ladder that a row keeps."""
    return Ladder(
        Measure(row.measure),
        row.window_months,
        row.grace_days,
        row.warn_days,
        tuple(Tier.of(plain) for plain in row.tiers),
        number,
        effective_at or BUILT_IN.effective_at,
    )


def published() -> list[Published]:
    """Return all published versions with who published them, newest first. Two statements."""
    rows = db.session.execute(sa.select(LADDER).order_by(LADDER.c.number.desc())).all()
    people = identity.people({row.published_by for row in rows if row.published_by})
    found = [
        Published(
            ladder_from(row, row.number, row.effective_at),
            row.published_at,
            people.get(row.published_by),
        )
        for row in rows
    ]
    return [*found, Published(BUILT_IN, None, None)]


def find_published(number: int) -> Ladder | None:
    """Return a published version, or None. One statement."""
    return next((ladder for ladder in ladders() if ladder.number == number), None)


def drafts() -> list[LadderDraft]:
    """Return the drafts that were not published, last changed first. One statement."""
    rows = db.session.execute(
        sa.select(DRAFT)
        .where(DRAFT.c.published_number.is_(None))
        .order_by(DRAFT.c.updated_at.desc(), DRAFT.c.id.desc())
        .limit(SHOWN_MOVES)
    )
    return [draft_from(row) for row in rows]


def find_draft(draft_id: int) -> LadderDraft | None:
    """Return a draft that was not published, or None. One statement."""
    row = db.session.execute(
        sa.select(DRAFT).where(DRAFT.c.id == draft_id, DRAFT.c.published_number.is_(None))
    ).one_or_none()
    return None if row is None else draft_from(row)


def draft_from(row: Any) -> LadderDraft:
    """Return the draft that a row keeps, with what is wrong with it."""
    ladder = ladder_from(row)
    return LadderDraft(row.id, ladder, row.version, row.updated_at, problems_of(ladder))


# --- who stands where ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """One tier with its members."""

    tier: Tier
    members: int


def distribution(ladder: Ladder) -> list[Place]:
    """Return how many members stand in each tier, lowest first. Two statements.

    Who has no row of his own stands in the base tier.
    """
    counts = Counter(
        {
            row.tier_key: int(row.members)
            for row in db.session.execute(
                sa.select(STANDING.c.tier_key, sa.func.count().label("members"))
                .join(Member, Member.id == STANDING.c.member_id)
                .where(Member.state.in_(HERE))
                .group_by(STANDING.c.tier_key)
            )
        }
    )
    everybody = (
        db.session.scalar(
            sa.select(sa.func.count()).select_from(Member).where(Member.state.in_(HERE))
        )
        or 0
    )
    above = sum(counts[tier.key] for tier in ladder.tiers[1:])
    return [
        Place(tier, counts[tier.key] if rank else everybody - above)
        for rank, tier in enumerate(ladder.tiers)
    ]


@dataclass(frozen=True, slots=True)
class Move:
    """A member who would move."""

    person: Person
    from_tier: Tier
    to_tier: Tier
    value: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """What publishing a draft would do.

    Attributes:
        places: (tier, members now of that key, members then).
        moving: how many would move; ``moves`` shows the first of them.
        at_risk: how many keep a tier whose threshold they no longer reach; it holds to its end.
    """

    places: tuple[tuple[Tier, int, int], ...]
    moving: int
    moves: tuple[Move, ...]
    at_risk: int
    members: int


def dry_run(draft: Ladder) -> DryRun:
    """Return what would happen if this draft were published now. Six statements over everybody."""
    now = clock.now()
    present = current_ladder(now)
    here = _standing_now(present)
    values = _values(draft, now)
    before, after, at_risk = Counter[str](), Counter[str](), 0
    moves: list[tuple[int, str, str, int]] = []
    for member_id, key in here.items():
        value = values.get(member_id, 0)
        kept, target = surviving_rank(present, draft, key), draft.rank_for(value)
        new = draft.tiers[max(kept, target)]
        before[key] += 1
        after[new.key] += 1
        at_risk += target < kept
        if new.key != key:
            moves.append((member_id, key, new.key, value))
    moves.sort(key=lambda move: (-move[3], move[0]))
    people = identity.people([move[0] for move in moves[:SHOWN_MOVES]])
    return DryRun(
        tuple((tier, before[tier.key], after[tier.key]) for tier in draft.tiers),
        len(moves),
        tuple(
            Move(people[member_id], present.tier(old), draft.tier(new), value)
            for member_id, old, new, value in moves[:SHOWN_MOVES]
            if member_id in people
        ),
        at_risk,
        len(here),
    )


def _standing_now(present: Ladder) -> dict[int, str]:
    """Return the earned tier of everybody who is here. One statement."""
    rows = db.session.execute(
        sa.select(Member.id, STANDING.c.earned_key)
        .outerjoin(STANDING, STANDING.c.member_id == Member.id)
        .where(Member.state.in_(HERE))
        .order_by(Member.id)
    )
    base = present.base.key
    return {row.id: row.earned_key or base for row in rows}


def _values(ladder: Ladder, now: datetime) -> dict[int, int]:
    """Return what a ladder's measure says of everybody. At most three statements."""
    if ladder.measure is Measure.NET_SPEND:
        return counted.read(counted.NET_SPEND, None, spend_window(ladder, now))
    wallets = ledger.growth_wallets()
    growth = {
        row.member_id: int(row.growth)
        for row in db.session.execute(sa.select(wallets.c.member_id, wallets.c.growth))
    }
    if ladder.measure is Measure.GROWTH_EVER:
        return growth
    before = ledger.growth_before(window_start(ladder, now))
    return {
        member_id: max(0, all_ - before.get(member_id, 0)) for member_id, all_ in growth.items()
    }


def spend_window(ladder: Ladder, at: datetime) -> Window:
    """Return the days whose net spend counts on a ladder."""
    today = clock.business_date(at)
    return Window(months_before(today, ladder.window_months), today)
