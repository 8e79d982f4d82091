"""Tell members, in the caller's transaction: once each thing, together what is about one thing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.kernel import clock, ids, jobs
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.notify.models import NoticeAct, NoticeRow
from app.notify.queries import ACT, NOTICE, WISH
from app.notify.types import Link, Params, Tell, kind_of, unwelcome

OPEN = (NOTICE.c.read_at.is_(None), NOTICE.c.subject.is_not(None))


def tell(
    member_id: int,
    kind: str,
    *,
    key: str,
    params: Params | None = None,
    link: Link | None = None,
    also_by_mail: bool = False,
    actor_id: int | None = None,
    subject: str | None = None,
    about: str | None = None,
) -> bool:
    """Tell a member something, in the caller's transaction; return whether it is new.

    Nothing is told of what he did himself, and of whom he does not want to hear.

    Args:
        member_id: whom.
        kind: a registered kind.
        key: what makes it this notice; the same member, kind and key are told once.
        params: ids, whole numbers, enums and days (ISO).
        link: where it leads.
        also_by_mail: a letter goes with it if he wants such letters.
        actor_id: who did it.
        subject: what it is about; see :class:`Tell`.
        about: on whose page it counts as read.

    Raises:
        LookupError: nobody has registered the kind.
        ValueError: a free text among the params.
    """
    told = Tell(member_id, kind, key, params or {}, link, also_by_mail, actor_id, subject, about)
    return tell_many([told]) == 1


# The row that is changed, by its bare name: where an INSERT meets a row, SQLAlchemy correlates
# nothing and would ask about any notice at all.
THIS = sa.literal_column("notice.id", NOTICE.c.id.type)


@use_case
def tell_many(tells: Sequence[Tell]) -> int:
    """Tell many at once; return how many of these were new.

    One statement for all that stand by themselves, two for each that gathers.

    Raises:
        LookupError: nobody has registered one of the kinds.
    """
    others = list(welcome(tells))
    if not others:
        return 0
    now = clock.now()
    # In the order of the key: two who tell the same people wait for each other, never in a ring.
    ordered = sorted(others, key=lambda each: (each.member_id, each.kind, each.subject or each.key))
    rows = [row_of(each, now) for each in ordered if each.subject is None]
    new = changed_by_all(_standing(), rows)
    new += sum(_gather(each, now) for each in ordered if each.subject is not None)
    if new and any(_is_pressing(each) for each in ordered):
        jobs.nudge("notify.mail")
    return new


def welcome(tells: Sequence[Tell]) -> Iterable[Tell]:
    """Leave out what somebody did himself, and what he does not want to hear of."""
    others = [each for each in tells if each.is_own or each.actor_id != each.member_id]
    pairs = {(each.member_id, each.actor_id) for each in others if each.actor_id is not None}
    refused = unwelcome(pairs)
    return (each for each in others if (each.member_id, each.actor_id) not in refused)


def _is_pressing(told: Tell) -> bool:
    kind = kind_of(told.kind)
    return told.also_by_mail and kind.has_mail and kind.is_urgent


def _standing() -> sa.Insert:
    """Return the INSERT of a notice that stands by itself; one that was taken back comes again."""
    wanted = _is_wanted(
        sa.bindparam("of_member", type_=WISH.c.member_id.type),
        sa.bindparam("of_kind", type_=WISH.c.kind.type),
        sa.bindparam("is_essential", type_=sa.Boolean()),
    )
    statement = insert(NOTICE).values(is_shown=wanted)
    return statement.on_conflict_do_update(
        index_elements=["member_id", "kind", "key"],
        set_={"people": 1},
        where=sa.and_(NOTICE.c.people == 0, NOTICE.c.subject.is_(None)),
    )


def _is_wanted(member: Any, kind: Any, always: Any) -> sa.ColumnElement[bool]:
    """Return whether a member wants to see a kind on the page, as a part of the INSERT."""
    wish = sa.select(WISH.c.by_web).where(WISH.c.member_id == member, WISH.c.kind == kind)
    return sa.or_(always, sa.func.coalesce(wish.scalar_subquery(), sa.true()))


def row_of(told: Tell, now: datetime) -> dict[str, Any]:
    """Return the row of a new notice, with what the INSERT asks about wishes."""
    kind, notice_id = kind_of(told.kind), ids.next_id()
    return {
        "id": notice_id,
        "member_id": told.member_id,
        "kind": told.kind,
        "key": told.key if told.subject is None else f"{told.subject}:{notice_id}",
        "params": dict(told.params),
        "endpoint": told.link.endpoint if told.link else None,
        "link": dict(told.link.values) if told.link else {},
        "told_at": now,
        "read_at": None,
        "subject": told.subject,
        "actor_id": told.actor_id,
        "people": 1,
        "things": 1,
        "about": told.about or told.subject,
        "place": notice_id,
        "by_mail": told.also_by_mail and kind.has_mail,
        "dispatched_at": None,
        "of_member": told.member_id,
        "of_kind": told.kind,
        "is_essential": kind.is_essential,
    }


# --- gathering -----------------------------------------------------------------------------------


def _gather(told: Tell, now: datetime) -> bool:
    """Let an act join the open notice about its thing, or open one; return whether it is new.

    Two statements. The act's unique key decides between two who tell the same at once.
    """
    notice_id = db.session.scalar(_joining(told, now))
    if notice_id is None:
        _bring_back(told)
        return False
    act = {"id": ids.next_id(), "notice_id": notice_id, **_name(told), "actor_id": told.actor_id}
    changed(sa.insert(NoticeAct).values(act))
    return True


def _joining(told: Tell, now: datetime) -> sa.Executable:
    row = row_of(told, now)
    always = sa.true() if row.pop("is_essential") else sa.false()
    wanted = _is_wanted(row.pop("of_member"), row.pop("of_kind"), always)
    values = [sa.literal(value, NOTICE.c[name].type).label(name) for name, value in row.items()]
    known = sa.exists().where(*(ACT.c[name] == value for name, value in _name(told).items()))
    source = sa.select(*values, wanted.label("is_shown")).where(~known)
    statement = insert(NOTICE).from_select([*row, "is_shown"], source)
    new = statement.excluded
    back = NOTICE.c.people == 0  # all took it back: it begins anew with this one
    return statement.on_conflict_do_update(
        index_elements=["member_id", "kind", "subject"],
        index_where=sa.and_(*OPEN),
        set_={
            "told_at": new.told_at,
            "place": new.place,
            "actor_id": new.actor_id,
            "people": NOTICE.c.people + _one_unless_known(told.actor_id),
            "things": NOTICE.c.things + 1,
            "endpoint": sa.case((back, new.endpoint), else_=NOTICE.c.endpoint),
            "link": sa.case((back, new.link), else_=NOTICE.c.link),
        },
    ).returning(NOTICE.c.id)


def _name(told: Tell) -> dict[str, Any]:
    return {"member_id": told.member_id, "kind": told.kind, "key": told.key}


def _one_unless_known(actor_id: int | None, but: int = 0) -> sa.ColumnElement[int]:
    """Return 0 where another standing act of a notice is by the same person, else 1."""
    same = sa.exists(
        sa.select(sa.literal(1))
        .select_from(ACT)
        .where(
            ACT.c.notice_id == THIS,
            ACT.c.actor_id == actor_id,
            ACT.c.withdrawn_at.is_(None),
            ACT.c.id != but,
        )
    )
    return sa.case((same, 0), else_=1)


def _bring_back(told: Tell) -> None:
    """Count an act again that had been taken back; nobody is told of it a second time."""
    row = db.session.execute(
        sa.update(NoticeAct)
        .where(*(ACT.c[n] == v for n, v in _name(told).items()), ACT.c.withdrawn_at.is_not(None))
        .values(withdrawn_at=None)
        .returning(ACT.c.id, ACT.c.notice_id)
    ).one_or_none()
    if row is not None:
        changed(
            sa.update(NoticeRow)
            .where(NOTICE.c.id == row.notice_id)
            .values(
                people=NOTICE.c.people + _one_unless_known(told.actor_id, row.id),
                things=NOTICE.c.things + 1,
                actor_id=told.actor_id,
            )
        )


@use_case
def settle(standing: Sequence[tuple[Tell, bool]]) -> int:
    """Bring what gathers to how things stand now; return how much changed.

    One statement where everything is told already, however many.

    Args:
        standing: what there is to tell, with whether it stands (True) or was taken back.
    """
    if not standing:
        return 0
    known = known_acts([told for told, _stands in standing])
    tells = [told for told, stands in standing if stands and known.get(name_of(told), True)]
    gone = [told for told, stands in standing if not stands and known.get(name_of(told)) is False]
    for told in gone:
        withdraw(told.member_id, told.kind, told.key)
    back = sum(known.get(name_of(told)) is True for told in tells)
    return tell_many(tells) + len(gone) + back


def name_of(told: Tell) -> tuple[int, str, str]:
    """Return under which name an act is told once: member, kind, key."""
    return told.member_id, told.kind, told.key


def known_acts(tells: Sequence[Tell]) -> dict[tuple[int, str, str], bool]:
    """Return which of these acts were told before, with whether they are taken back."""
    rows = db.session.execute(
        sa.select(ACT.c.member_id, ACT.c.kind, ACT.c.key, ACT.c.withdrawn_at).where(
            ACT.c.member_id.in_(sorted({told.member_id for told in tells})),
            ACT.c.kind.in_(sorted({told.kind for told in tells})),
            ACT.c.key.in_(sorted({told.key for told in tells})),
        )
    )
    return {(row.member_id, row.kind, row.key): row.withdrawn_at is not None for row in rows}


@use_case
def withdraw(member_id: int, kind: str, key: str) -> bool:
    """Take back what a member was told (a like undone, a reply removed); return whether it stood.

    What gathers counts one person less and stays; a notice of which nothing is left is not shown.
    Telling the same again brings it back. One or two statements.
    """
    row = db.session.execute(
        sa.update(NoticeAct)
        .where(
            ACT.c.member_id == member_id, ACT.c.kind == kind, ACT.c.key == key,
            ACT.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
        .returning(ACT.c.id, ACT.c.notice_id, ACT.c.actor_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        return _withdraw_standing(member_id, kind, key)
    last = (
        sa.select(ACT.c.actor_id)
        .where(ACT.c.notice_id == NOTICE.c.id, ACT.c.withdrawn_at.is_(None))
        .order_by(ACT.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    changed(
        sa.update(NoticeRow)
        .where(NOTICE.c.id == row.notice_id)
        .values(
            people=NOTICE.c.people - _one_unless_known(row.actor_id, row.id),
            things=NOTICE.c.things - 1,
            actor_id=sa.func.coalesce(last, NOTICE.c.actor_id),
        )
    )
    return True


def _withdraw_standing(member_id: int, kind: str, key: str) -> bool:
    statement = sa.update(NoticeRow).where(
        NOTICE.c.member_id == member_id, NOTICE.c.kind == kind, NOTICE.c.key == key,
        NOTICE.c.subject.is_(None), NOTICE.c.people > 0,
    )  # fmt: skip
    return changed(statement.values(people=0)) == 1
