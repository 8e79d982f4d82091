"""Sessions: begin, note, end. The cookie's id is random and stored only as a digest."""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa

from app.identity.models import Member, MemberSession
from app.identity.types import Device, SignedIn
from app.kernel import clock, ids
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError

TOKEN_BYTES = 32
KEEP_ENDED = timedelta(days=90)  # three times the longest life


def token_digest(token: str) -> str:
    """Return what is stored of a cookie's id (256 random bits need no salt)."""
    return hashlib.sha256(token.encode()).hexdigest()


@use_case
def begin_session(member_id: int, auth_version: int, device: Device | None = None) -> SignedIn:
    """Open a session under a fresh id.

    Args:
        member_id: who.
        auth_version: the one under which he proved himself; if it has gone up since (his
            password changed meanwhile), the session is dead from birth.
        device: what he signs in on.
    """
    token, csrf = secrets.token_urlsafe(TOKEN_BYTES), secrets.token_hex(20)
    session_id, now, device = ids.next_id(), clock.now(), device or Device()
    db.session.execute(
        sa.insert(MemberSession),
        [
            {
                "id": session_id,
                "member_id": member_id,
                "digest": token_digest(token),
                "csrf": csrf,
                "auth_version": auth_version,
                "browser": device.browser,
                "system": device.system,
                "device_digest": device.device_digest,
                "net_digest": device.net_digest,
                "created_at": now,
                "seen_at": now,
            }
        ],
    )
    return SignedIn(member_id, session_id, token, csrf)


def auth_version_of(member_id: int) -> int:
    """Return the version under which a member's sessions live now.

    Raises:
        NotFoundError: there is no such member.
    """
    version = db.session.scalar(sa.select(Member.auth_version).where(Member.id == member_id))
    if version is None:
        raise NotFoundError
    return version


@use_case
def note_seen(session_id: int) -> None:
    """Note that a session was used just now."""
    changed(
        sa.update(MemberSession).where(MemberSession.id == session_id).values(seen_at=clock.now())
    )


@use_case
def sign_out(session_id: int) -> None:
    """End one session."""
    _revoke(MemberSession.id == session_id)


@use_case
def revoke_session(member_id: int, session_id: int) -> bool:
    """End one of a member's own sessions; False if it is not his or has ended already."""
    return _revoke(MemberSession.id == session_id, MemberSession.member_id == member_id) == 1


@use_case
def sign_out_everywhere(member_id: int) -> int:
    """End every session of a member, also one being opened this instant; return how many."""
    changed(
        sa.update(Member).where(Member.id == member_id).values(auth_version=Member.auth_version + 1)
    )
    return _revoke(MemberSession.member_id == member_id)


def _revoke(*conditions: sa.ColumnElement[bool]) -> int:
    return changed(
        sa.update(MemberSession)
        .where(MemberSession.revoked_at.is_(None), *conditions)
        .values(revoked_at=clock.now())
    )


@use_case
def prune_sessions() -> int:
    """Delete sessions that ended or grew too old a while ago; return how many.

    A while, so that a device that comes back is still known.
    """
    forgotten = clock.now() - KEEP_ENDED
    return changed(sa.delete(MemberSession).where(MemberSession.created_at < forgotten))
