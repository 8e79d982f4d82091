"""What can be done with notices: tell, read, write the letters, forget."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.identity import service as identity
from app.identity.types import Letter
from app.kernel import clock, ids, jobs
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.notify import queries
from app.notify.models import NoticeRow, NoticeWish
from app.notify.queries import NOTICE, WISH
from app.notify.types import Link, MailState, Notice, Params, Said, Tell, find_kind, kind_of

__all__ = [
    "choose_letters",
    "forget_member",
    "mail_due",
    "prune",
    "read",
    "read_all",
    "tell",
    "tell_many",
]

KEEP_READ = timedelta(days=90)
KEEP = timedelta(days=400)
MAIL_BATCH, PRUNE_BATCH = 100, 2_000


# --- telling -------------------------------------------------------------------------------------


def tell(
    member_id: int,
    kind: str,
    *,
    key: str,
    params: Params | None = None,
    link: Link | None = None,
    also_by_mail: bool = False,
) -> bool:
    """Tell a member something, in the caller's transaction; return whether it is new.

    Args:
        member_id: whom.
        kind: a registered kind.
        key: what makes it this notice; the same member, kind and key are told once.
        params: ids, whole numbers, enums and days (ISO).
        link: where it leads.
        also_by_mail: a letter goes with it if he wants such letters.

    Raises:
        LookupError: nobody has registered the kind.
        ValueError: a free text among the params.
    """
    return tell_many([Tell(member_id, kind, key, params or {}, link, also_by_mail)]) == 1


@use_case
def tell_many(tells: Sequence[Tell]) -> int:
    """Tell many at once; return how many of these were new. One statement.

    Raises:
        LookupError: nobody has registered one of the kinds.
    """
    if not tells:
        return 0
    now = clock.now()
    # In the order of the key: two who tell the same people wait for each other, never in a ring.
    ordered = sorted(tells, key=lambda each: (each.member_id, each.kind, each.key))
    rows = [_row(each, now) for each in ordered]
    new = changed_by_all(insert(NOTICE).on_conflict_do_nothing(), rows)
    if new and any(row["mail"] is MailState.WAITING for row in rows):
        jobs.nudge("notify.mail")
    return new


def _row(told: Tell, now: Any) -> dict[str, Any]:
    kind = kind_of(told.kind)
    by_mail = told.also_by_mail and kind.has_mail
    return {
        "id": ids.next_id(),
        "member_id": told.member_id,
        "kind": told.kind,
        "key": told.key,
        "params": dict(told.params),
        "endpoint": told.link.endpoint if told.link else None,
        "link": dict(told.link.values) if told.link else {},
        "told_at": now,
        "read_at": None,
        "mail": MailState.WAITING if by_mail else MailState.NONE,
    }


# --- reading -------------------------------------------------------------------------------------


@use_case
def read(member_id: int, notice_id: int) -> Link | None:
    """Note that a member has read a notice; return where it leads.

    Raises:
        NotFoundError: it is not his, or is gone.
    """
    row = db.session.execute(
        sa.select(NOTICE).where(NOTICE.c.id == notice_id, NOTICE.c.member_id == member_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError(_l("This notice is gone."))
    if row.read_at is None:
        changed(_reading(NOTICE.c.id == notice_id))
    return queries.notice_from(row).link


@use_case
def read_all(member_id: int, up_to: int) -> int:
    """Note that a member has read everything up to a notice; return how many that was.

    What has come since the page was shown stays unread.
    """
    return changed(_reading(sa.and_(NOTICE.c.member_id == member_id, NOTICE.c.id <= up_to)))


def _reading(which: sa.ColumnElement[bool]) -> sa.Update:
    return sa.update(NoticeRow).where(which, NOTICE.c.read_at.is_(None)).values(read_at=clock.now())


@use_case
def choose_letters(member_id: int, choices: Mapping[str, bool]) -> None:
    """Keep of which kinds a member wants letters.

    Args:
        member_id: whose wish.
        choices: by kind; kinds that nobody has registered are left out.
    """
    rows = [
        {"member_id": member_id, "kind": kind, "by_mail": wanted, "changed_at": clock.now()}
        for kind, wanted in sorted(choices.items())
        if find_kind(kind) is not None
    ]
    statement = insert(WISH)
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["member_id", "kind"],
            set_={name: statement.excluded[name] for name in ("by_mail", "changed_at")},
        ),
        rows,
    )


# --- letters -------------------------------------------------------------------------------------


@use_case
def mail_due(limit: int = MAIL_BATCH) -> int:
    """Write the letters that go with notices; return how many notices were settled.

    A letter and the note that it is written stand or fall together, so a killed worker neither
    loses one nor writes it twice. Figures are those of now; what has come to nothing, was read
    already or is not wanted is skipped.
    """
    waiting = (
        sa.select(NOTICE)
        .where(NOTICE.c.mail == MailState.WAITING)
        .order_by(NOTICE.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # two workers share the work; SQLite has one writer
    )
    rows = [queries.notice_from(row) for row in db.session.execute(waiting)]
    if not rows:
        return 0
    stopped = queries.stopped({row.member_id for row in rows})
    wanted = [n for n in rows if not n.is_read and (n.member_id, n.kind) not in stopped]
    letters = {n.id: _letter(n) for n in queries.fresh(wanted)}
    sent = identity.write_unasked("notice", {i: each for i, each in letters.items() if each})
    _settle(sent, MailState.WRITTEN)
    _settle({row.id for row in rows} - sent, MailState.SKIPPED)
    return len(rows)


def _letter(notice: Notice) -> Letter | None:
    kind = find_kind(notice.kind)
    if kind is None or kind.words(notice.params).is_moot:
        return None

    def say() -> Said:
        return kind.words(notice.params)  # in the language in which the letter is printed

    return Letter(notice.member_id, {"say": say})


def _settle(notice_ids: Collection[int], state: MailState) -> None:
    if notice_ids:
        changed(sa.update(NoticeRow).where(NOTICE.c.id.in_(sorted(notice_ids))).values(mail=state))


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
    return changed(sa.delete(NoticeRow).where(NOTICE.c.id.in_(oldest.scalar_subquery())))


@use_case
def forget_member(member_id: int) -> int:
    """Delete everything that a member was told and what he wished; return how many notices."""
    changed(sa.delete(NoticeWish).where(WISH.c.member_id == member_id))
    return changed(sa.delete(NoticeRow).where(NOTICE.c.member_id == member_id))
