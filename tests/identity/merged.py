"""Two members who have a row in every table that names one, and dumps of everything."""

from typing import Any

import sqlalchemy as sa

from app.identity.models import Member
from app.identity.types import MemberRow
from app.kernel import clock, merging, verify
from app.kernel.db import db, use_case
from tests.factories.identity import a_member
from tests.factories.referrals import comes_by
from tests.identity.furnishing.loyal import (
    furnish_check_ins,
    furnish_points,
    furnish_quests,
    furnish_savers,
    furnish_standing,
)
from tests.identity.furnishing.prizes import (
    furnish_coupons,
    furnish_draws,
    furnish_mall,
    furnish_rankings,
    furnish_seats,
)
from tests.identity.furnishing.rounds import furnish_circles
from tests.identity.furnishing.talk import (
    furnish_brand_and_rights,
    furnish_conversations,
    furnish_lived_elsewhere,
    furnish_posts,
    furnish_reports,
)
from tests.identity.furnishing.trade import furnish_frames, furnish_identity_rows, furnish_orders
from tests.ledger.book import TABLES as LEDGER
from tests.ledger.book import buckets, lots

KEPT = {"audit_entry", "fact", "fact_delivery", "member_merge", "merge_move", "limit_window"}
KEPT |= {"outbound_message"}  # the letter that tells of the parting
KEPT |= {"checkin_movement"}  # append-only: what goes over comes back by further movements
KEPT |= {"super_step"}  # append-only: a merge and a parting are steps too
KEPT |= {"ranking_dirty"}  # work of the next sweep: both are scored anew
KEPT |= {"sweep_run", "alembic_version", *(table.name for table in LEDGER)}


def dump() -> dict[str, list[Any]]:
    """Return every row of every table but the ledger's, the audit's, facts and the merge's own."""
    db.session.rollback()
    return {
        table.name: sorted(
            (tuple(map(repr, row)) for row in db.session.execute(sa.select(table))), key=str
        )
        for table in db.metadata.sorted_tables
        if table.name not in KEPT
    }


def differences(before: dict[str, list[Any]]) -> dict[str, Any]:
    """Return the tables that differ now, with what was lost and what came."""
    now = dump()
    return {
        name: (
            sorted(set(before[name]) - set(now[name])),
            sorted(set(now[name]) - set(before[name])),
        )
        for name in before
        if before[name] != now[name]
    }


@use_case
def forget_sign_out(target_id: int) -> None:
    """Undo the one thing that parting changes by intention: the target is signed out once."""
    db.session.execute(
        sa.update(Member).where(Member.id == target_id).values(auth_version=Member.auth_version - 1)
    )


def purses(*members: int) -> list[Any]:
    """Return lots and buckets of members, as the ledger's part of a comparison."""
    return [(lots(member), buckets(member)) for member in members]


def drifts() -> list[str]:
    """Run every verifier of the house; return what drifts."""
    db.session.rollback()
    return [drift for report in verify.run() for drift in report.drifts]


def missing_rows(member_id: int) -> list[str]:
    """Return the columns that follow in a merge and in which a member does not stand."""
    return sorted(
        f"{move.column.table.name}.{move.column.name}"
        for domain in merging.domains()
        for move in domain.moves
        if not db.session.scalar(
            sa.select(sa.func.count())
            .select_from(move.column.table)
            .where(move.column == member_id)
        )
    )


def furnish(*, source: MemberRow | None = None) -> tuple[MemberRow, MemberRow, MemberRow]:
    """Return (source, target, somebody else), all with a past."""
    source = source or a_member("sue", phone="13800138001", joined_at=clock.now())
    target, other = a_member("tom", password=None), a_member("olga")
    furnish_posts(source, target, other)
    furnish_circles(source, target, other)
    furnish_check_ins(source, target)
    furnish_savers(source, target, other)
    furnish_draws(source, target, other)
    furnish_orders(source, target, other)
    furnish_points(source, target)
    furnish_identity_rows(source, target, other)
    furnish_brand_and_rights(source, target, other)
    furnish_rankings(source, target, other)
    furnish_standing(source, other)
    furnish_quests(source, other)
    furnish_coupons(source, target, other)
    furnish_seats(source, target, other)
    comes_by(source, other)
    furnish_lived_elsewhere(source)
    furnish_reports(source, target, other)
    furnish_conversations(source, target, other)
    furnish_frames(source, target)
    furnish_mall(source, other)
    return source, target, other
