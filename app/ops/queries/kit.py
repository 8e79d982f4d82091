"""What the pages of the weekly kit show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.community.queries import mining as community
from app.community.queries.topics import TopicView, topics_between
from app.identity import queries as identity
from app.identity.models import Member
from app.kernel.db import db
from app.kernel.permissions import STAFF_ROLES
from app.kernel.types import Person
from app.loyalty.queries import calendar
from app.ops.policy.gaps import Check, checked
from app.ops.queries.tables import DRAFT, ITEM, ROW, TEXT
from app.ops.starter import ROWS, TEXTS
from app.ops.types import DAYS, WEEK, Item, ItemDraft, KeptDraft, Row, Text, TopicDraft

MEMBER = cast("sa.Table", Member.__table__)
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week with what stands on it."""

    on: date
    opening: Sequence[TopicView]
    closing: Sequence[TopicView]
    entries: Sequence[calendar.Entry]
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the kit."""

    week_on: date
    days: Sequence[Day]
    checks: Sequence[Check]
    topics: Sequence[TopicView]
    picks: community.Picks
    items: Sequence[Item]

    @property
    def gaps(self) -> int:
        """Return how many lines of the checklist nobody has planned."""
        return sum(check.is_gap for check in self.checks)


def week_page(week_on: date) -> Week:
    """Return a week with its checklist. Five statements."""
    last = week_on + timedelta(days=DAYS - 1)
    topics = topics_between(week_on, last)
    entries = calendar.entries_between(week_on, last)
    picks = community.picks_between(week_on, last)
    items = items_of(week_on)
    days = [
        Day(
            on,
            [each for each in topics if each.first_on == on],
            [each for each in topics if each.last_on == on],
            [each for each in entries if on in {each.first_on, each.last_on}],
            [each for each in items if each.draft.on == on],
        )
        for on in (week_on + timedelta(days=n) for n in range(DAYS))
    ]
    checks = checked(rows(), items, len(topics), len(picks.picked), picks.waiting)
    return Week(week_on, days, checks, topics, picks, items)


def items_of(week_on: date) -> list[Item]:
    """Return the work of a week, by day. One statement."""
    found = db.session.execute(_items().where(ITEM.c.week_on == week_on))
    return [_item(row) for row in found]


def find_item(item_id: int) -> Item | None:
    """Return a piece of work, or None. One statement."""
    if not 0 < item_id <= LARGEST:
        return None
    row = db.session.execute(_items().where(ITEM.c.id == item_id)).one_or_none()
    return _item(row) if row else None


def _items() -> sa.Select[Any]:
    return (
        sa.select(ITEM, *identity.person_columns())
        .select_from(ITEM.outerjoin(MEMBER, MEMBER.c.id == ITEM.c.assignee_id))
        .order_by(ITEM.c.on_day, ITEM.c.id)
    )


def _item(row: Any) -> Item:
    draft = ItemDraft(
        row.on_day, row.kind, row.title, row.text, row.note, row.assignee_id, row.link
    )
    person = identity.person_from(row) if row.assignee_id is not None else None
    return Item(row.id, draft, person, row.done_at)


def has_work_before(week_on: date) -> bool:
    """Return whether the week before has work that may be copied. One statement."""
    some = sa.select(ITEM.c.id).where(ITEM.c.week_on == week_on - WEEK).limit(1)
    return db.session.scalar(some) is not None


def team() -> list[Person]:
    """Return who may be asked to do something, by name. Two statements."""
    found = identity.people(sorted(identity.members_with(STAFF_ROLES)))
    return sorted(found.values(), key=lambda each: (each.name.casefold(), each.id))


# --- checklist and library -----------------------------------------------------------------------


def rows() -> list[Row]:
    """Return the checklist; the starter while the team has none of its own. One statement."""
    found = db.session.execute(sa.select(ROW).order_by(ROW.c.position, ROW.c.key)).all()
    return [Row(**row._mapping) for row in found] or list(ROWS)  # noqa: SLF001 - public


def texts() -> list[Text]:
    """Return the library; the starter while the team has none of its own. One statement."""
    found = db.session.execute(sa.select(TEXT).order_by(TEXT.c.position, TEXT.c.key)).all()
    return [Text(**row._mapping) for row in found] or list(TEXTS)  # noqa: SLF001 - public


# --- drafts of topics ----------------------------------------------------------------------------


def drafts() -> list[KeptDraft]:
    """Return the topics that are being prepared, by week. One statement."""
    found = db.session.execute(sa.select(DRAFT).order_by(DRAFT.c.week_on, DRAFT.c.id).limit(50))
    return [_draft(row) for row in found]


def find_draft(draft_id: int) -> KeptDraft | None:
    """Return a draft, or None. One statement."""
    if not 0 < draft_id <= LARGEST:
        return None
    row = db.session.execute(sa.select(DRAFT).where(DRAFT.c.id == draft_id)).one_or_none()
    return _draft(row) if row else None


def _draft(row: Any) -> KeptDraft:
    names = (
        "name_zh", "name_en", "slug", "week_on", "board_slug", "purpose_zh", "purpose_en",
        "question_zh", "question_en",
    )  # fmt: skip
    return KeptDraft(row.id, TopicDraft(**{n: getattr(row, n) for n in names}), row.idea_id)
