"""Plan a week, tick it off, keep checklist and library."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import STAFF_ROLES
from app.kernel.types import Ref
from app.ops.queries import kit as queries
from app.ops.queries.tables import ITEM, PLAN, ROW, TEXT
from app.ops.starter import ROWS, TEXTS
from app.ops.types import (
    DAYS,
    MOST_ITEMS,
    WEEK,
    ItemDraft,
    PlanError,
    Row,
    Text,
    WeekFullError,
    week_of,
)

KEPT_PLANS = timedelta(days=30)


@use_case
def add_item(draft: ItemDraft, *, actor_id: int, week_on: date | None = None) -> int:
    """Plan a piece of work; return its id.

    Args:
        draft: what.
        actor_id: who plans it.
        week_on: its week, where that is not the week of its day.

    Raises:
        PlanError: the week is full, or who shall do it is not of the team.
    """
    item_ids = _add([draft], week_on or week_of(draft.on), actor_id)
    audit.note(actor_id, "kit.item_added", Ref("kit_item", item_ids[0]), kind=draft.kind)
    return item_ids[0]


@use_case
def plan_week(
    week_on: date, drafts: Sequence[ItemDraft], *, request_key: str, actor_id: int
) -> int:
    """Plan several pieces of work of a week at once; return how many.

    The same form sent twice plans once: the second submit returns what the first one planned.

    Raises:
        PlanError: the week is full, or who shall do it is not of the team.
    """
    row = {"week_on": week_on, "items": len(drafts), "created_at": clock.now()}
    statement = insert(PLAN).values(request_key=request_key, **row)
    if not changed(statement.on_conflict_do_nothing()):
        kept = sa.select(PLAN.c["items"]).where(PLAN.c.request_key == request_key)
        return int(db.session.scalars(kept).one())
    changed(sa.delete(PLAN).where(PLAN.c.created_at < clock.now() - KEPT_PLANS))
    if drafts:
        _add(drafts, week_on, actor_id)
    audit.note(actor_id, "kit.week_planned", week=week_on.isoformat(), items=len(drafts))
    return len(drafts)


def _add(drafts: Sequence[ItemDraft], week_on: date, actor_id: int) -> list[int]:
    _check_people({draft.assignee_id for draft in drafts if draft.assignee_id})
    _check_room(week_on, len(drafts))
    now = clock.now()
    rows = [
        {
            "id": ids.next_id(), "week_on": week_on, "created_by": actor_id, "created_at": now,
            **_values(draft),
        }
        for draft in drafts
    ]  # fmt: skip
    db.session.execute(sa.insert(ITEM), rows)
    return [row["id"] for row in rows]


def _check_people(member_ids: Collection[int]) -> None:
    if member_ids and not set(member_ids) <= identity.members_with(STAFF_ROLES):
        raise PlanError(_("Choose somebody of the team."))


def _check_room(week_on: date, more: int) -> None:
    """Refuse what no team can do. Two at once may pass together by a few lines: no harm in that."""
    count = sa.select(sa.func.count()).select_from(ITEM).where(ITEM.c.week_on == week_on)
    if (db.session.scalar(count) or 0) + more > MOST_ITEMS:
        raise WeekFullError


def _values(draft: ItemDraft) -> dict[str, Any]:
    return {
        "on_day": draft.on,
        "kind": draft.kind,
        "title": draft.title,
        "text": draft.text,
        "note": draft.note,
        "link": draft.link,
        "assignee_id": draft.assignee_id,
    }


@use_case
def change_item(item_id: int, draft: ItemDraft, *, actor_id: int) -> None:
    """Change a piece of work; it moves to the week of its day.

    Raises:
        NotFoundError: there is none.
        PlanError: who shall do it is not of the team.
    """
    _check_people({draft.assignee_id} if draft.assignee_id else ())
    values = {**_values(draft), "week_on": week_of(draft.on), "copied_from": None}
    values.pop("link")
    if not changed(sa.update(ITEM).where(ITEM.c.id == item_id).values(**values)):
        raise NotFoundError
    audit.note(actor_id, "kit.item_changed", Ref("kit_item", item_id))


@use_case
def tick(item_id: int, *, is_done: bool, actor_id: int) -> bool:
    """Mark a piece of work as done, or not; return whether that was new."""
    before = ITEM.c.done_at.is_(None) if is_done else ITEM.c.done_at.is_not(None)
    values = {
        "done_at": clock.now() if is_done else None,
        "done_by": actor_id if is_done else None,
    }
    if not changed(sa.update(ITEM).where(ITEM.c.id == item_id, before).values(**values)):
        return False
    audit.note(actor_id, "kit.done" if is_done else "kit.undone", Ref("kit_item", item_id))
    return True


@use_case
def remove_item(item_id: int, *, actor_id: int) -> bool:
    """Take a piece of work off the plan; return whether it was there."""
    if not changed(sa.delete(ITEM).where(ITEM.c.id == item_id)):
        return False
    audit.note(actor_id, "kit.item_removed", Ref("kit_item", item_id))
    return True


@use_case
def copy_last_week(week_on: date, *, actor_id: int) -> int:
    """Repeat the work of the week before, undone, on the same weekdays; return how much was new.

    What was copied already is not copied again. Links lead to last week's posts and stay behind.
    """
    before = queries.items_of(week_on - WEEK)
    now = clock.now()
    _check_room(week_on, len(before))
    rows = [
        {
            "id": ids.next_id(), "week_on": week_on, "copied_from": item.id,
            "created_by": actor_id, "created_at": now, **_values(item.draft), "link": "",
            "on_day": _weekday(week_on, item.draft.on),
        }
        for item in before
    ]  # fmt: skip
    if not rows:
        return 0
    statement = insert(ITEM).values(rows)
    copied = changed(statement.on_conflict_do_nothing(index_elements=["week_on", "copied_from"]))
    if copied:
        audit.note(actor_id, "kit.week_copied", week=week_on.isoformat(), items=copied)
    return copied


def _weekday(week_on: date, former: date) -> date:
    """Return the day that repeats one of the week before, inside the week."""
    return week_on + timedelta(days=min((former - week_on + WEEK).days, DAYS - 1))


# --- checklist and library -----------------------------------------------------------------------


def _furnish_rows() -> None:
    """Make the starter the team's own, before the first change. One statement."""
    if db.session.scalar(sa.select(ROW.c.key).limit(1)) is None:
        rows = [{name: getattr(row, name) for name in row.__slots__} for row in ROWS]
        changed(insert(ROW).values(rows).on_conflict_do_nothing())


def _furnish_texts() -> None:
    if db.session.scalar(sa.select(TEXT.c.key).limit(1)) is None:
        rows = [{name: getattr(text, name) for name in text.__slots__} for text in TEXTS]
        changed(insert(TEXT).values(rows).on_conflict_do_nothing())


@use_case
def save_row(row: Row, *, actor_id: int) -> None:
    """Write a line of the checklist, new or known."""
    _furnish_rows()
    values = {name: getattr(row, name) for name in row.__slots__}
    statement = insert(ROW).values(**values)
    changed(statement.on_conflict_do_update(index_elements=["key"], set_=values))
    audit.note(actor_id, "kit.row_saved", key=row.key)


@use_case
def save_text(text: Text, *, actor_id: int) -> None:
    """Write a text of the library, new or known."""
    _furnish_texts()
    values = {name: getattr(text, name) for name in text.__slots__}
    statement = insert(TEXT).values(**values)
    changed(statement.on_conflict_do_update(index_elements=["key"], set_=values))
    audit.note(actor_id, "kit.text_saved", key=text.key)


@use_case
def remove_text(key: str, *, actor_id: int) -> bool:
    """Take a text out of the library; return whether it was there. The last one stays.

    Raises:
        PlanError: it is the last one.
    """
    _furnish_texts()
    others = sa.select(TEXT.c.key).where(TEXT.c.key != key).limit(1)
    if db.session.scalar(others) is None:
        raise PlanError(_("One text stays in the library: change it instead."))
    if not changed(sa.delete(TEXT).where(TEXT.c.key == key)):
        return False
    audit.note(actor_id, "kit.text_removed", key=key)
    return True
