"""Automatic badges: at once after an act, and by a sweep that goes through all members.

The sweep is how a new badge reaches those who earned it long ago. It goes by stretches of member
ids; each stretch is one transaction that also notes how far it came, so it can be killed at any
instant and goes on where it stopped.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, db, use_case
from app.loyalty.queries import badge_values
from app.loyalty.queries import badges as queries
from app.loyalty.queries.badges import BADGE, HELD, MEMBER
from app.loyalty.service import badges
from app.loyalty.types import Act, Award
from app.loyalty.types.badges import Badge, BadgeKind, BadgeState, Cause, Criterion, Standard

STRETCH = 2_000
GIVEN_AT_ONCE = 500
STREAK_DAYS = "streak_days"


def note_acts(acts: Sequence[Act], _awards: Sequence[Award]) -> None:
    """Give the badges that these acts reached, in their transaction.

    One statement where no badge asks for them, or everybody has it; one more that counts.
    """
    streaks: dict[int, int] = {}
    for act in acts:
        length = act.about.get(STREAK_DAYS)
        if isinstance(length, int):
            streaks[act.member_id] = max(length, streaks.get(act.member_id, 0))
    weigh({act.member_id for act in acts}, {act.action for act in acts}, streaks=streaks)


def weigh(
    member_ids: Collection[int],
    actions: Collection[str],
    *,
    streaks: dict[int, int] | None = None,
) -> None:
    """Give members the automatic badges that they have reached, in the current transaction.

    Args:
        member_ids: who may have reached something.
        actions: what has happened: only badges that these may reach are looked at.
        streaks: days in a row by member, as the acts told them.
    """
    wanted = queries.wanted_by(actions, member_ids)
    open_ = [
        (badge, badge.draft.criterion, set(member_ids) - out)
        for badge, out in wanted
        if badge.draft.criterion is not None and set(member_ids) - out
    ]
    counted = [told for _badge, told, _who in open_ if told.standard is not Standard.STREAK]
    asked = sorted(set[int]().union(*(who for _badge, _told, who in open_)))
    found: badge_values.Values = (
        badge_values.values(counted, MEMBER.c.id.in_(asked)) if counted else {}
    )
    for badge, told, who in open_:
        values = streaks or {} if told.standard is Standard.STREAK else found[told]
        enough, _rest = badge_values.reached(told, values, who)
        badges.give(badge, enough, cause=Cause.RULE)


# --- the sweep -----------------------------------------------------------------------------------


@use_case
def begin_sweeps() -> int:
    """Begin to look at all members again for every automatic badge; return how many badges."""
    return changed(
        sa.update(BADGE)
        .where(
            BADGE.c.state == BadgeState.ACTIVE,
            BADGE.c.kind == BadgeKind.AUTOMATIC,
            BADGE.c.swept_to.is_(None),
        )
        .values(swept_to=0, swept_members=0)
    )


@use_case
def sweep_some(limit: int = STRETCH) -> int:
    """Look at the next stretch of members for the oldest badge that waits; return how many.

    Set-wise: one statement measures the stretch. Two workers never take the same stretch: the
    badge's row is locked, and passed over where another holds it.
    """
    row = db.session.execute(
        sa.select(BADGE)
        .where(BADGE.c.swept_to.is_not(None))
        .order_by(BADGE.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return 0
    badge = queries.badge_from(row)
    stretch = list(
        db.session.scalars(
            sa.select(MEMBER.c.id)
            .where(MEMBER.c.id > row.swept_to, queries.eligible())
            .order_by(MEMBER.c.id)
            .limit(limit)
        )
    )
    told = badge.draft.criterion
    is_active = badge.state is BadgeState.ACTIVE
    if stretch and told is not None and is_active and badge_values.is_measurable(told):
        _settle(badge, told, stretch)
    is_over = len(stretch) < limit
    changed(
        sa.update(BADGE)
        .where(BADGE.c.id == badge.id)
        .values(
            swept_to=None if is_over else stretch[-1],
            swept_members=row.swept_members + len(stretch),
            swept_at=clock.now() if is_over else row.swept_at,
        )
    )
    return max(1, len(stretch))


def _settle(badge: Badge, told: Criterion, stretch: Sequence[int]) -> None:
    """Give a badge to those of a stretch who have enough; take it from who has not any more."""
    between = sa.and_(MEMBER.c.id >= stretch[0], MEMBER.c.id <= stretch[-1], queries.eligible())
    values = badge_values.values([told], between)[told]
    held = sa.select(HELD.c.member_id).where(
        HELD.c.badge_id == badge.id, HELD.c.member_id.between(stretch[0], stretch[-1])
    )
    closed = set(db.session.scalars(held.where(sa.or_(HELD.c.is_held, HELD.c.is_barred))))
    enough, _rest = badge_values.reached(told, values, set(stretch) - closed)
    for start in range(0, len(enough), GIVEN_AT_ONCE):
        badges.give(badge, enough[start : start + GIVEN_AT_ONCE], cause=Cause.RULE)
    if badge.draft.auto_revoke:
        mine = set(db.session.scalars(held.where(HELD.c.is_held)))
        _kept, lost = badge_values.reached(told, values, mine & set(stretch))
        badges.take(badge, lost, cause=Cause.RULE)
