"""A member loses the right to write for a while, and gets it back. Why and how long: moderation."""

import sqlalchemy as sa

from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel.db import changed, use_case


@use_case
def mute(member_id: int) -> bool:
    """Let an active member read but not write; return whether he could write before."""
    return _turn(member_id, MemberState.ACTIVE, MemberState.MUTED)


@use_case
def unmute(member_id: int) -> bool:
    """Let a muted member write again; return whether he was muted."""
    return _turn(member_id, MemberState.MUTED, MemberState.ACTIVE)


def lock(member_id: int) -> None:
    """Hold a member's row until the transaction ends: mutes of one member come one by one."""
    changed(sa.update(Member).where(Member.id == member_id).values(version=Member.version))


def _turn(member_id: int, before: MemberState, after: MemberState) -> bool:
    lock(member_id)
    who = Member.id == member_id, Member.state == before
    return bool(changed(sa.update(Member).where(*who).values(state=after)))
