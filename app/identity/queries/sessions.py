"""Sessions: the one behind a request, and the list of a member's devices."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.identity.models import Member, MemberRole, MemberSession
from app.identity.types import MemberState
from app.kernel import figures
from app.kernel.db import db


@cache  # every page of a member begins with it: put together once, when all domains have moved in
def _session_statement() -> sa.Select[Any]:
    session, member = MemberSession.__table__.c, Member.__table__.c
    role = MemberRole.__table__
    return (
        sa.select(
            session.id.label("session_id"),
            session.csrf,
            session.created_at,
            session.seen_at,
            member.id,
            member.yid,
            member.display_name,
            member.state,
            member.locale,
            member.theme,
            member.avatar_sha,
            member.frame,
            role.c.role,
            *figures.columns(member.id),
        )
        .select_from(MemberSession.__table__)
        .join(Member.__table__, member.id == session.member_id)
        .outerjoin(role, role.c.member_id == member.id)
        .where(
            session.digest == sa.bindparam("digest"),
            session.revoked_at.is_(None),
            session.auth_version == member.auth_version,
            member.state.in_([MemberState.ACTIVE, MemberState.MUTED]),
        )
    )


def session_rows(digest: str) -> list[Any]:
    """Return session, member, roles and figures behind a cookie, a row a role; empty if dead.

    Dead are sessions that were ended, of members who left, and of members whose ``auth_version``
    has gone up since. One statement.
    """
    return list(db.session.execute(_session_statement(), {"digest": digest}))


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A signed-in device. ``browser`` and ``system`` are empty where unknown."""

    id: int
    browser: str
    system: str
    signed_in_at: datetime
    seen_at: datetime


def devices_of(member_id: int, *, since: datetime) -> list[DeviceLine]:
    """Return a member's living sessions begun after ``since``, the last used first."""
    rows = db.session.execute(
        sa.select(
            MemberSession.id,
            MemberSession.browser,
            MemberSession.system,
            MemberSession.created_at,
            MemberSession.seen_at,
        )
        .join(Member, Member.id == MemberSession.member_id)
        .where(
            MemberSession.member_id == member_id,
            MemberSession.revoked_at.is_(None),
            MemberSession.auth_version == Member.auth_version,
            MemberSession.created_at > since,
        )
        .order_by(MemberSession.seen_at.desc(), MemberSession.id.desc())
    )
    return [DeviceLine(*row) for row in rows]


def is_known_device(member_id: int, browser: str, system: str) -> bool:
    """Return whether a member has signed in on such a device before, or never on any."""
    known = db.session.execute(
        sa.select(MemberSession.browser, MemberSession.system)
        .where(MemberSession.member_id == member_id)
        .distinct()
    ).all()
    return not known or (browser, system) in {(row.browser, row.system) for row in known}
