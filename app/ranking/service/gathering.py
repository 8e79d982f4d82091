"""From facts to lines: whatever facts speak of is read anew and put beside what is known.

A sweep reads the facts since its last time, a few seconds of them twice: ids of one moment can be
committed out of order, and what is read twice changes nothing. A line that stands no more is void
with its next run, two seconds later at most; so is what hangs on a post that was hidden.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from app.checkin.events import DayCheckedIn
from app.commerce import events as shop
from app.community import events as community
from app.kernel import clock, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import (
    are_pairs_of,
    changed,
    changed_by_all,
    db,
    insert,
    is_one_of,
    use_case,
)
from app.kernel.facts import FactRow
from app.ranking.policy.periods import BEGINNING, NEVER
from app.ranking.queries import sources
from app.ranking.queries.sources import Touched, Values
from app.ranking.queries.tables import ACTIVITY, CURSOR, DIRTY, FLAG
from app.ranking.types import Act

SETTLED = timedelta(seconds=5)  # when a fact is this old, those with smaller ids are committed
BATCH = 500
KEPT = (
    "act", "source_id", "member_id", "counterpart_id", "subject_kind", "subject_id", "thread_id",
    "board_id", "at", "on_date", "quality", "is_original", "is_buyer",
)  # fmt: skip

Mark = tuple[int, date]
"""A member and a day on which something about him changed."""

Told = dict[str, Any]
Touch = Callable[[Touched, Told, int], object]


def _thread(touched: Touched, told: Told, _actor: int) -> None:
    touched.threads.add(told["thread_id"])


def _whole(touched: Touched, told: Told, _actor: int) -> None:
    touched.whole_threads.add(told["thread_id"])


def _reply(touched: Touched, told: Told, _actor: int) -> None:
    touched.replies.add(told["reply_id"])


def _reply_and_answer(touched: Touched, told: Told, _actor: int) -> None:
    touched.replies.add(told["reply_id"])
    touched.threads.add(told["thread_id"])


def _thread_like(touched: Touched, told: Told, actor: int) -> None:
    touched.thread_likes.add((told["thread_id"], actor))


def _reply_like(touched: Touched, told: Told, actor: int) -> None:
    touched.reply_likes.add((told["reply_id"], actor))


def _order(touched: Touched, told: Told, _actor: int) -> None:
    touched.orders.add(told["order_id"])


def _check_in(touched: Touched, told: Told, _actor: int) -> None:
    touched.check_ins.add(told["check_in_id"])


HEARD: dict[str, Touch] = {
    **dict.fromkeys(
        (
            community.ThreadPublished.name,
            community.ThreadFeatured.name,
            community.ThreadUnfeatured.name,
            community.AnswerAccepted.name,
            community.AnswerTakenBack.name,
        ),
        _thread,
    ),
    **dict.fromkeys(
        (
            community.ThreadEdited.name,
            community.ThreadRemoved.name,
            community.ThreadBroughtBack.name,
            community.ThreadHidden.name,
            community.ThreadRestored.name,
        ),
        _whole,
    ),
    community.ReplyPublished.name: _reply,
    **dict.fromkeys(
        (
            community.ReplyRemoved.name,
            community.ReplyBroughtBack.name,
            community.ReplyHidden.name,
            community.ReplyRestored.name,
        ),
        _reply_and_answer,
    ),
    **dict.fromkeys((community.ThreadLiked.name, community.ThreadUnliked.name), _thread_like),
    **dict.fromkeys((community.ReplyLiked.name, community.ReplyUnliked.name), _reply_like),
    **dict.fromkeys(
        (
            shop.OrderPaid.name,
            shop.OrderCorrected.name,
            shop.OrderRefunded.name,
            shop.RefundChanged.name,
            shop.RefundCancelled.name,
            shop.OrderCancelled.name,
            shop.OrderWithdrawn.name,
            shop.OrderRevived.name,
        ),
        _order,
    ),
    DayCheckedIn.name: _check_in,
}
"""Which facts are heard, and what each says may have changed."""


@use_case
def gather(limit: int = BATCH) -> int:
    """Turn the facts since the last time into lines; return how many facts were new."""
    cursor = lock("gather")
    facts = db.session.execute(
        sa.select(FactRow.id, FactRow.name, FactRow.actor_id, FactRow.payload)
        .where(FactRow.name.in_(list(HEARD)), FactRow.id > cursor.fact_id)
        .order_by(FactRow.id)
        .limit(limit)
    ).all()
    if not facts:
        return 0
    touched = Touched()
    edited = set()
    for fact in facts:
        told = json.loads(fact.payload)
        HEARD[fact.name](touched, told, fact.actor_id or 0)
        if fact.name == community.ThreadEdited.name:
            edited.add(told["thread_id"])
    take_in(touched)
    _look_again_at(edited)
    last = facts[-1].id
    move("gather", min(last, settled_id()), max(last, cursor.top_id))
    return sum(fact.id > cursor.top_id for fact in facts)


def settled_id() -> int:
    """Return the largest id that no open transaction can go below any more."""
    millis = clock.milliseconds() - int(SETTLED.total_seconds() * 1000)
    return (millis - ids.EPOCH_MILLISECONDS) << ids.SEQUENCE_BITS


def lock(name: str) -> Any:
    """Return the row of a cursor, locked until the transaction ends; made if it is not there."""
    changed(insert(CURSOR).values(name=name).on_conflict_do_nothing())
    return db.session.execute(
        sa.select(CURSOR).where(CURSOR.c.name == name).with_for_update()
    ).one()


def lock_all() -> bool:
    """Lock whoever reads facts and whoever scores, in their order; return whether they ever did.

    One statement.
    """
    rows = db.session.execute(sa.select(CURSOR.c.name).order_by(CURSOR.c.name).with_for_update())
    return bool(rows.all())


def move(name: str, fact_id: int, top_id: int) -> None:
    """Note up to which fact a cursor has come."""
    higher = sa.case((CURSOR.c.fact_id < fact_id, fact_id), else_=CURSOR.c.fact_id)
    changed(
        sa.update(CURSOR).where(CURSOR.c.name == name).values(fact_id=higher, top_id=top_id)
    )  # fmt: skip


# --- lines ---------------------------------------------------------------------------------------


def take_in(touched: Touched) -> int:
    """Bring the lines of everything touched up to what is true now; return how many changed.

    In the caller's transaction.
    """
    standing = {(each["act"], each["source_id"]): each for each in sources.lines(touched)}
    known = {(row.act, row.source_id): row for row in _known(touched, standing.values())}
    new = [line for key, line in standing.items() if key not in known]
    marks = add_lines(new)
    updates = []
    for key, row in known.items():
        now = standing.get(key)
        if not _differs(row, now):
            continue
        marks.add((row.member_id, row.on_date))
        if now is not None:
            marks.add((now["member_id"], now["on_date"]))
        updates.append(_as_row(row, now))
    _write(updates)
    mark(marks)
    return len(new) + len(updates)


def add_lines(new: Sequence[Values]) -> set[Mark]:
    """Write new lines; return the members and days they count for. Two statements."""
    flagged = _flagged(new)
    values, subject = itemgetter(*KEPT[1:]), itemgetter("subject_kind", "subject_id")
    insert_rows(
        ACTIVITY,
        [
            (line_id, line["act"].value, *values(line), subject(line) in flagged, False)
            for line_id, line in zip(ids.next_ids(len(new)), new, strict=True)
        ],
        ("id", *KEPT, "is_flagged", "is_void"),
    )
    return set(map(itemgetter("member_id", "on_date"), new))


def _known(touched: Touched, lines: Iterable[Values]) -> Sequence[Any]:
    """Return the stored lines of everything touched, and of everything that stands."""
    one = touched.posts | touched.replies | touched.orders | touched.check_ins
    one |= {line["source_id"] for line in lines}
    asked: list[sa.ColumnElement[bool]] = []
    if one:
        asked.append(is_one_of(ACTIVITY.c.source_id, sorted(one)))
    if touched.whole_threads:
        asked.append(is_one_of(ACTIVITY.c.thread_id, sorted(touched.whole_threads)))
    if touched.replies:
        of_them = is_one_of(ACTIVITY.c.subject_id, sorted(touched.replies))
        asked.append(sa.and_(ACTIVITY.c.subject_kind == "reply", of_them))
    for kind, pairs in (("thread", touched.thread_likes), ("reply", touched.reply_likes)):
        if pairs:
            asked.append(
                sa.and_(
                    ACTIVITY.c.subject_kind == kind,
                    ACTIVITY.c.act == Act.LIKED,
                    are_pairs_of(ACTIVITY.c.subject_id, ACTIVITY.c.counterpart_id, pairs),
                )
            )
    if not asked:
        return []
    found = db.session.execute(sa.select(ACTIVITY).where(sa.or_(*asked))).all()
    return _really_touched(found, touched)


def _really_touched(rows: Sequence[Any], touched: Touched) -> list[Any]:
    """Leave out lines that share a thread's id with what was asked for, but are another matter."""
    return [row for row in rows if row.act is not Act.LIKED or _is_asked(row, touched)]


def _is_asked(row: Any, touched: Touched) -> bool:
    if row.thread_id in touched.whole_threads:
        return True
    pair = (row.subject_id, row.counterpart_id)
    if row.subject_kind == "reply":
        return row.subject_id in touched.replies or pair in touched.reply_likes
    return pair in touched.thread_likes


def _differs(row: Any, line: Values | None) -> bool:
    if line is None:
        return not row.is_void
    return row.is_void or any(getattr(row, name) != line[name] for name in KEPT)


def _as_row(row: Any, line: Values | None) -> dict[str, Any]:
    """Return what a stored line becomes; one that stands no more keeps what it said."""
    values = line or {name: getattr(row, name) for name in KEPT}
    return {
        "row_id": row.id,
        "void": line is None,
        **{f"new_{name}": values[name] for name in KEPT},
    }


def _write(updates: Sequence[dict[str, Any]]) -> None:
    if not updates:
        return
    given = {name: sa.bindparam(f"new_{name}", type_=ACTIVITY.c[name].type) for name in KEPT}
    db.session.connection().execute(
        sa.update(ACTIVITY)
        .where(ACTIVITY.c.id == sa.bindparam("row_id"))
        .values(**given, is_void=sa.bindparam("void", type_=sa.Boolean())),
        updates,
    )


def _flagged(lines: Sequence[Values]) -> set[tuple[str, int]]:
    """Return which subjects of new lines lie flagged. One statement, none for no lines."""
    subjects = sorted({line["subject_id"] for line in lines})
    if not subjects:
        return set()
    rows = db.session.execute(
        sa.select(FLAG.c.kind, FLAG.c.subject_id).where(is_one_of(FLAG.c.subject_id, subjects))
    )
    return {(row.kind, row.subject_id) for row in rows}


def look_again_at_lines(condition: sa.ColumnElement[bool]) -> None:
    """Bring stored lines up to what is true now, in the caller's transaction, some at a time."""
    after = 0
    while True:
        rows = db.session.execute(
            sa.select(ACTIVITY)
            .where(condition, ACTIVITY.c.id > after)
            .order_by(ACTIVITY.c.id)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        take_in(sources.touched_by(rows))
        after = rows[-1].id


# --- who is to be scored anew --------------------------------------------------------------------


def mark(marks: Collection[Mark]) -> None:
    """Note members whose lines of these days changed, in ascending order. One statement."""
    days: dict[int, tuple[date, date]] = {}
    for member_id, day in marks:
        first, last = days.get(member_id, (day, day))
        days[member_id] = (min(first, day), max(last, day))
    statement = insert(DIRTY)
    new = statement.excluded
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={
                "first_on": sa.case(
                    (new.first_on < DIRTY.c.first_on, new.first_on), else_=DIRTY.c.first_on
                ),
                "last_on": sa.case(
                    (new.last_on > DIRTY.c.last_on, new.last_on), else_=DIRTY.c.last_on
                ),
            },
        ),
        [
            {"member_id": member_id, "first_on": first, "last_on": last}
            for member_id, (first, last) in sorted(days.items())
        ],
    )


def mark_ever(*member_ids: int) -> None:
    """Note members to be scored anew in every period, whether they have lines or not."""
    mark({(member_id, day) for member_id in member_ids for day in (BEGINNING, NEVER)})


def mark_where(condition: sa.ColumnElement[bool]) -> None:
    """Note everybody who has lines of a condition. Two statements."""
    rows = db.session.execute(
        sa.select(
            ACTIVITY.c.member_id,
            sa.func.min(ACTIVITY.c.on_date).label("first_on"),
            sa.func.max(ACTIVITY.c.on_date).label("last_on"),
        )
        .where(condition)
        .group_by(ACTIVITY.c.member_id)
    ).all()
    mark({(row.member_id, day) for row in rows for day in (row.first_on, row.last_on)})


def _look_again_at(thread_ids: Collection[int]) -> None:
    """Score those anew who have lines of posts that were edited: their topics may be others."""
    if thread_ids:
        mark_where(ACTIVITY.c.thread_id.in_(sorted(thread_ids)))
