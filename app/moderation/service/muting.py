"""Members who may read but not write for some days, and are told why and until when."""

from datetime import timedelta

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity import service as members
from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, use_case
from app.kernel.permissions import STAFF_ROLES
from app.kernel.types import Ref
from app.moderation.events import MemberMuted, MemberUnmuted
from app.moderation.queries import MUTE
from app.moderation.types import MUTE_DAYS, HideReason, OwnCaseError, StaffMuteError, kinds

BATCH = 200


@use_case
def mute(
    actor_id: int, member_id: int, days: int, reason: HideReason, *, case_id: int | None = None
) -> None:
    """Take a member's right to write for some days. Mutes overlap: the last end counts.

    Args:
        actor_id: who mutes.
        member_id: whom.
        days: 1, 7 or 30.
        reason: he reads it.
        case_id: the case that led to it.

    Raises:
        OwnCaseError: it is oneself.
        StaffMuteError: he is on the team.
        ValueError: not one of the lengths.
    """
    if days not in MUTE_DAYS:
        raise ValueError(days)
    if actor_id == member_id:
        raise OwnCaseError
    if identity.get_member(member_id).roles & STAFF_ROLES:
        raise StaffMuteError
    now = clock.now()
    until = now + timedelta(days=days)
    row = {
        "id": ids.next_id(),
        "member_id": member_id,
        "case_id": case_id,
        "reason": reason,
        "muted_by": actor_id,
        "muted_at": now,
        "until": until,
        "lifted_at": None,
    }
    members.mute(member_id)  # first: the member's row is the mutex of his mutes
    db.session.execute(sa.insert(MUTE), [row])
    ref = Ref("member", member_id)
    audit.note(actor_id, "member.muted", ref, days=days, reason=reason.value)
    facts.publish(
        MemberMuted(member_id, days, reason.value),
        actor_id=actor_id, subject=ref, concerns_id=member_id,
    )  # fmt: skip
    kinds.tell(member_id, "muted", mute_id=row["id"], reason=reason.value, until=until)


@use_case
def unmute(actor_id: int, member_id: int) -> bool:
    """Let a member write again at once; return whether he was muted.

    Raises:
        OwnCaseError: it is oneself.
    """
    if actor_id == member_id:
        raise OwnCaseError
    running = MUTE.c.member_id == member_id, MUTE.c.lifted_at.is_(None)
    changed(sa.update(MUTE).where(*running).values(lifted_at=clock.now()))
    was_muted = members.unmute(member_id)
    if was_muted:
        audit.note(actor_id, "member.unmuted", Ref("member", member_id))
        _tell_free(member_id, actor_id)
    return was_muted


def end(mute_id: int, member_id: int, actor_id: int | None) -> bool:
    """End one mute; return whether the member may write now. Inside a use case."""
    members.lock(member_id)
    this = MUTE.c.id == mute_id, MUTE.c.lifted_at.is_(None)
    if not changed(sa.update(MUTE).where(*this).values(lifted_at=clock.now())):
        return False
    others = sa.exists().where(MUTE.c.member_id == member_id, MUTE.c.lifted_at.is_(None))
    if db.session.scalar(sa.select(others)) or not members.unmute(member_id):
        return False
    _tell_free(member_id, actor_id)
    return True


def _tell_free(member_id: int, actor_id: int | None) -> None:
    facts.publish(
        MemberUnmuted(member_id, actor_id is not None),
        actor_id=actor_id, subject=Ref("member", member_id), concerns_id=member_id,
    )  # fmt: skip
    kinds.tell(member_id, "unmuted")


def lift_over() -> int:
    """End every mute whose time is over; return how many. Each in a transaction of its own."""
    over = sa.select(MUTE.c.id, MUTE.c.member_id).where(
        MUTE.c.lifted_at.is_(None), MUTE.c.until <= clock.now()
    )
    rows = db.session.execute(over.order_by(MUTE.c.until).limit(BATCH)).all()
    db.session.rollback()
    for row in rows:
        _end_alone(row.id, row.member_id)
    return len(rows)


@use_case
def _end_alone(mute_id: int, member_id: int) -> None:
    end(mute_id, member_id, None)
