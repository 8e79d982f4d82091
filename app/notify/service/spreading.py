"""Tell one thing to very many: set by set, a few statements however many there are."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.notify.models import NoticeAct, NoticeRow
from app.notify.queries import ACT, NOTICE, WISH
from app.notify.service import telling
from app.notify.types import Link, Tell

MOST_THINGS = 100  # who reads nothing is told of no more than "99+" says


@use_case
def spread(tells: Sequence[Tell], gathered: Link | None = None) -> int:
    """Tell many members of one act, each in the row that gathers; return how many were new.

    At most eight statements, however many. Said again it changes nothing; what was taken back
    comes again quietly. A row in which a hundred things wait unread takes no more.

    Args:
        tells: one a member at most, each with its actor and subject.
        gathered: where the notice leads as soon as it holds more than one thing; None: where
            the first one leads.
    """
    welcome = sorted(telling.welcome(tells), key=lambda each: each.member_id)
    if not welcome:
        return 0
    known = telling.known_acts(welcome)
    back = [each for each in welcome if known.get(telling.name_of(each))]
    new = [each for each in welcome if telling.name_of(each) not in known]
    return _bring_back(back) + _open_or_join(new, gathered)


def _open_or_join(tells: Sequence[Tell], gathered: Link | None) -> int:
    if not tells:
        return 0
    now = clock.now()
    rows = [telling.row_of(each, now) for each in tells]
    found = db.session.execute(_statement(gathered), rows)
    notices = {row.member_id: row.id for row in found}
    acts = [
        {
            "id": ids.next_id(), "notice_id": notices[each.member_id], "member_id": each.member_id,
            "kind": each.kind, "key": each.key, "actor_id": each.actor_id, "is_spread": True,
        }
        for each in tells if each.member_id in notices
    ]  # fmt: skip
    changed_by_all(sa.insert(NoticeAct), acts)
    # The rows are locked by now: whatever another worker has let join is seen here, and only here.
    _count_anew(notices.values())
    return len(acts)


def _statement(gathered: Link | None) -> sa.Executable:
    """Return the INSERT that opens notices or joins those that are open."""
    wish = sa.select(WISH.c.by_web).where(
        WISH.c.member_id == sa.bindparam("of_member", type_=WISH.c.member_id.type),
        WISH.c.kind == sa.bindparam("of_kind", type_=WISH.c.kind.type),
    )
    always = sa.bindparam("is_essential", type_=sa.Boolean())
    wanted = sa.or_(always, sa.func.coalesce(wish.scalar_subquery(), sa.true()))
    statement = insert(NOTICE).values(is_shown=wanted)
    new = statement.excluded
    back = NOTICE.c.people == 0  # all of it was taken back: it begins anew with this one
    several: dict[str, sa.ColumnElement[Any]] = {
        "endpoint": NOTICE.c.endpoint,
        "link": NOTICE.c.link,
    }
    if gathered is not None:
        several = {
            "endpoint": sa.literal(gathered.endpoint, NOTICE.c.endpoint.type),
            "link": sa.literal(dict(gathered.values), NOTICE.c.link.type),
        }
    return statement.on_conflict_do_update(
        index_elements=["member_id", "kind", "subject"],
        index_where=sa.and_(*telling.OPEN),
        set_={
            "told_at": new.told_at,
            "place": new.place,
            "actor_id": new.actor_id,
            "things": NOTICE.c.things + 1,
            "params": sa.case((back, new.params), else_=NOTICE.c.params),
            **{name: sa.case((back, new[name]), else_=several[name]) for name in several},
        },
        where=NOTICE.c.things < MOST_THINGS,
    ).returning(NOTICE.c.id, NOTICE.c.member_id)


def _bring_back(tells: Sequence[Tell]) -> int:
    if not tells:
        return 0
    rows = db.session.execute(
        sa.update(NoticeAct)
        .where(
            ACT.c.member_id.in_([each.member_id for each in tells]),
            ACT.c.kind.in_({each.kind for each in tells}),
            ACT.c.key.in_({each.key for each in tells}),
            ACT.c.withdrawn_at.is_not(None),
        )
        .values(withdrawn_at=None)
        .returning(ACT.c.notice_id)
    ).all()
    _lock({row.notice_id for row in rows})
    _count_anew({row.notice_id for row in rows})
    return len(rows)


@use_case
def take_back(kinds: Collection[str], key: str, limit: int = 500) -> int:
    """Take back what was spread under a key; return from how many. Run it until it returns 0.

    Five statements, one where nothing is left.
    """
    some = (
        sa.select(ACT.c.id, ACT.c.notice_id)
        .where(
            ACT.c.key == key, ACT.c.is_spread, ACT.c.withdrawn_at.is_(None),
            ACT.c.kind.in_(sorted(kinds)),
        )
        .limit(limit)
    )  # fmt: skip
    rows = db.session.execute(some).all()
    if not rows:
        return 0
    mine = sa.update(NoticeAct).where(ACT.c.id.in_([row.id for row in rows]))
    changed(mine.values(withdrawn_at=clock.now()))
    _lock({row.notice_id for row in rows})
    _count_anew({row.notice_id for row in rows})
    return len(rows)


def _lock(notice_ids: Collection[int]) -> None:
    """Wait for whoever lets others join: a count that waits by itself would not see them."""
    in_order = sa.select(NOTICE.c.id).where(NOTICE.c.id.in_(sorted(notice_ids)))
    db.session.execute(in_order.order_by(NOTICE.c.member_id, NOTICE.c.id).with_for_update())


def _count_anew(notice_ids: Collection[int]) -> None:
    """Bring figures and the last person of notices to what their acts say. One statement."""
    standing: Any = sa.and_(ACT.c.notice_id == NOTICE.c.id, ACT.c.withdrawn_at.is_(None))
    last = sa.select(ACT.c.actor_id).where(standing).order_by(ACT.c.id.desc()).limit(1)
    people = sa.select(sa.func.count(ACT.c.actor_id.distinct())).where(standing)
    things = sa.select(sa.func.count()).select_from(ACT).where(standing)
    changed(
        sa.update(NoticeRow)
        .where(NOTICE.c.id.in_(sorted(notice_ids)))
        .values(
            people=people.scalar_subquery(),
            things=things.scalar_subquery(),
            actor_id=sa.func.coalesce(last.scalar_subquery(), NOTICE.c.actor_id),
        )
    )
