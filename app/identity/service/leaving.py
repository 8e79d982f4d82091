"""A member leaves: he asks, may think it over, and then everything that names him is deleted."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.identity import queries
from app.identity.events import MemberLeft
from app.identity.models import (
    Member,
    MemberLeaving,
    MemberMerge,
    MergeMove,
)
from app.identity.service import credentials
from app.identity.types import LeaveRefusal, MemberState
from app.kernel import audit, clock, facts, jobs, leaving, mail, profiles
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import ConflictError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Wish
from app.kernel.permissions import STAFF_ROLES
from app.kernel.types import Ref

GRACE = timedelta(days=14)
SWEEP = "identity.leave"
AT_ONCE = 20
FORGOTTEN_FOR = timedelta(days=120)  # late rows of a left member are looked for so long
REFUSALS = {
    LeaveRefusal.STAFF: _l("Hand your rights back first: an administrator takes the role away."),
    LeaveRefusal.CLOSED: _l("This account is closed already."),
    LeaveRefusal.ASKED: _l("The closing has been asked for already."),
}


def ask_to_leave(member_id: int, password: str, *, keeps_posts: bool) -> None:
    """Ask for the closing of one's own account; for 14 days it can be taken back.

    Args:
        member_id: who.
        password: his, typed once more.
        keeps_posts: what he wrote stays, under "Former member".

    Raises:
        FieldError: it is not his password.
        TooManyError: too many wrong ones.
        ConflictError: he is of the team, or has asked already.
    """
    credentials.confirm_password(member_id, password, "current")
    ask_for(member_id, keeps_posts=keeps_posts)


@use_case
def ask_for(member_id: int, *, keeps_posts: bool, actor_id: int | None = None) -> None:
    """Ask for the closing of an account; ``actor_id``: who of the team asks for him.

    Raises:
        ConflictError: he is of the team, has asked already, or is gone.
    """
    member = queries.get_member(member_id)
    if member.state is MemberState.CLOSED:
        raise ConflictError(REFUSALS[LeaveRefusal.CLOSED])
    if set(member.roles) & STAFF_ROLES:
        raise ConflictError(REFUSALS[LeaveRefusal.STAFF])
    now = clock.now()
    asked = insert(MemberLeaving).values(
        member_id=member_id,
        asked_at=now,
        due_at=now + GRACE,
        keeps_posts=keeps_posts,
        asked_by=actor_id,
    )
    if not changed(asked.on_conflict_do_nothing()):
        raise ConflictError(REFUSALS[LeaveRefusal.ASKED])
    if actor_id is not None:
        audit.note(actor_id, "member.closing_asked", Ref("member", member_id), keeps=keeps_posts)
    _write(member_id, "leaving", day=clock.business_date(now + GRACE))


@use_case
def stay(member_id: int, *, actor_id: int | None = None) -> bool:
    """Keep an account that was to be closed; return whether it was."""
    kept = changed(
        sa.delete(MemberLeaving).where(
            MemberLeaving.member_id == member_id, MemberLeaving.left_at.is_(None)
        )
    )
    if kept and actor_id is not None:
        audit.note(actor_id, "member.closing_stopped", Ref("member", member_id))
    return kept == 1


def close_due() -> int:
    """Close the accounts whose time has come, piece by piece; return how many pieces were done.

    Posts go first, some at a time. The rest is one transaction: all of it, or nothing.
    """
    done = 0
    for leave in queries.due_leaves(AT_ONCE):
        db.session.rollback()
        wish = Wish(leave.member_id, leave.keeps_posts)
        more = True
        while more and not jobs.stopping():
            more = leaving.prepare(wish)
            done += 1
        if not more:
            _close(wish, leave.asked_by)
    return done


@use_case
def _close(wish: Wish, asked_by: int | None) -> None:
    me, now = wish.member_id, clock.now()
    # Only one worker gets past here, and nobody who has changed his mind meanwhile.
    mine = MemberLeaving.member_id == me, MemberLeaving.left_at.is_(None)
    if not changed(sa.update(MemberLeaving).where(*mine).values(left_at=now)):
        return
    _write(me, "left")
    family = queries.family_of(me)
    for each in family:
        leaving.close(Wish(each, wish.keeps_posts))
    merges = sa.select(MemberMerge.id).where(
        sa.or_(MemberMerge.source_id.in_(family), MemberMerge.target_id.in_(family))
    )
    changed(sa.delete(MergeMove).where(MergeMove.merge_id.in_(merges)))
    changed(
        sa.update(Member)
        .where(Member.id == me)
        .values(
            state=MemberState.CLOSED,
            display_name="",
            bio="",
            locale=None,
            theme="auto",
            avatar_id=None,
            avatar_sha=None,
            frame="",
            marks="",
            auth_version=Member.auth_version + 1,
            version=Member.version + 1,
            do_not_contact_at=now,
        )
    )
    profiles.changed([me])
    facts.publish(MemberLeft(me, wish.keeps_posts), actor_id=me, subject=Ref("member", me))
    audit.note(asked_by, "member.closed", Ref("member", me), keeps=wish.keeps_posts)


def forget_left() -> int:
    """Delete what came late to members who have left; return how many rows that were.

    A like on a post that stayed, points that became available after the closing: for 120 days
    somebody looks after them, member by member.
    """
    since, after, deleted = clock.now() - FORGOTTEN_FOR, 0, 0
    while members := queries.left_since(since, after, AT_ONCE):
        db.session.rollback()
        for member_id in members:
            deleted += _forget(member_id)
        after = members[-1]
        if jobs.stopping():
            break
    return deleted


@use_case
def _forget(member_id: int) -> int:
    return sum(leaving.forget(each) for each in queries.family_of(member_id))


def _write(member_id: int, template: str, **context: Any) -> None:
    account = queries.get_account(member_id)
    for line in queries.contacts_of(member_id):
        mail.write(line.contact, template, locale=account.locale, name=account.name, **context)
