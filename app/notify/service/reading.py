"""Noting what a member has read; forgetting what is old."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.notify import queries
from app.notify.models import (
    NoticeAct,
    NoticeDelivery,
    NoticeHabit,
    NoticeRow,
    NoticeWish,
    PushSubscription,
)
from app.notify.queries import ACT, DELIVERY, HABIT, NOTICE, PUSH, WISH
from app.notify.types import Link
from app.notify.types import kinds as kinds_of

KEEP_READ = timedelta(days=90)
KEEP = timedelta(days=400)
PRUNE_BATCH = 2_000


@use_case
def read(member_id: int, notice_id: int) -> Link | None:
    """Note that a member has read a notice; return where it leads.

    Raises:
        NotFoundError: it is not his, or is gone.
    """
    row = db.session.execute(
        sa.select(NOTICE.c.read_at, NOTICE.c.endpoint, NOTICE.c.link).where(
            NOTICE.c.id == notice_id, NOTICE.c.member_id == member_id
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError(_l("This notice is gone."))
    if row.read_at is None:
        changed(_reading(NOTICE.c.id == notice_id))
    return queries.link_from(row)


@use_case
def read_all(
    member_id: int,
    up_to: int,
    *,
    kinds: Collection[str] | None = None,
    at: datetime | None = None,
) -> int:
    """Note that a member has read everything up to a place of the list; return how many that was.

    What has come since the page was shown stays unread, and so does what others joined since.

    Args:
        member_id: who.
        up_to: the place of the newest that he was shown.
        kinds: only of these.
        at: the moment by which :func:`unread` finds these again; None: now.
    """
    which = sa.and_(NOTICE.c.member_id == member_id, NOTICE.c.place <= up_to)
    if kinds is not None:
        which = sa.and_(which, NOTICE.c.kind.in_(sorted(kinds)))
    return changed(_reading(which, at))


@use_case
def unread(member_id: int, at: datetime) -> int:
    """Undo a :func:`read_all` of that very moment; return how many are unread again.

    What has gathered anew since stays in its new row.
    """
    anew = NOTICE.alias("anew")
    is_open = sa.exists().where(
        anew.c.member_id == NOTICE.c.member_id,
        anew.c.kind == NOTICE.c.kind,
        anew.c.subject == NOTICE.c.subject,
        anew.c.read_at.is_(None),
    )
    again = sa.update(NoticeRow).where(
        NOTICE.c.member_id == member_id, NOTICE.c.read_at == at, ~is_open
    )
    return changed(again.values(read_at=None))


@use_case
def read_about(member_id: int, subjects: list[str]) -> int:
    """Note that a member has seen the things themselves (``thread:12``); return how many notices.

    For the beacon of a page that shows what notices are about, and for a notice of several things
    the page that shows all of them. One statement.
    """
    alone = sa.select(ACT.c.notice_id).where(
        ACT.c.member_id == member_id,
        ACT.c.kind.in_([kind.key for kind in kinds_of()]),  # the index knows member, kind, key
        ACT.c.key.in_(subjects),
    )
    seen = sa.or_(
        NOTICE.c.about.in_(subjects), sa.and_(NOTICE.c.things == 1, NOTICE.c.id.in_(alone))
    )
    return changed(_reading(sa.and_(NOTICE.c.member_id == member_id, seen)))


def _reading(which: sa.ColumnElement[bool], at: datetime | None = None) -> sa.Update:
    unread_ = sa.update(NoticeRow).where(which, NOTICE.c.read_at.is_(None))
    return unread_.values(read_at=at or clock.now())


# --- forgetting ----------------------------------------------------------------------------------


@use_case
def prune(limit: int = PRUNE_BATCH) -> int:
    """Forget what was read three months ago and everything older than 400 days; return how many."""
    now = clock.now()
    old = sa.or_(
        NOTICE.c.told_at < now - KEEP,
        sa.and_(NOTICE.c.told_at < now - KEEP_READ, NOTICE.c.read_at < now - KEEP_READ),
    )
    oldest = sa.select(NOTICE.c.id).where(old).order_by(NOTICE.c.told_at).limit(limit)
    gone = list(db.session.scalars(oldest))
    if not gone:
        return 0
    changed(sa.delete(NoticeAct).where(ACT.c.notice_id.in_(gone)))
    changed(sa.delete(NoticeDelivery).where(DELIVERY.c.notice_id.in_(gone)))
    return changed(sa.delete(NoticeRow).where(NOTICE.c.id.in_(gone)))


@use_case
def forget_member(member_id: int) -> int:
    """Delete what a member was told, wished and subscribed to; return how many notices.

    What others were told of him stays: his name is read from his profile, which is erased too.
    """
    his = sa.select(NOTICE.c.id).where(NOTICE.c.member_id == member_id).scalar_subquery()
    changed(sa.delete(NoticeWish).where(WISH.c.member_id == member_id))
    changed(sa.delete(NoticeHabit).where(HABIT.c.member_id == member_id))
    changed(sa.delete(PushSubscription).where(PUSH.c.member_id == member_id))
    changed(sa.delete(NoticeAct).where(ACT.c.notice_id.in_(his)))
    changed(sa.delete(NoticeDelivery).where(DELIVERY.c.notice_id.in_(his)))
    return changed(sa.delete(NoticeRow).where(NOTICE.c.member_id == member_id))
