"""Posts of members on other platforms."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa

from app.community.models import ExternalPost
from app.community.types import METRICS, PLATFORM_LABELS, Platform
from app.kernel.db import db
from app.kernel.types import Page

EXTERNAL = cast("sa.Table", ExternalPost.__table__)
PAGE, ON_PROFILE = 20, 5


@dataclass(frozen=True, slots=True)
class External:
    """A post on another platform.

    Attributes:
        metrics: name -> figure, in their fixed order; unknown ones are left out.
        by_team: the team recorded it.
    """

    id: int
    member_id: int
    platform: Platform
    url: str
    title: str
    posted_on: date
    metrics: tuple[tuple[str, int], ...]
    measured_at: datetime | None
    is_public: bool
    by_team: bool

    @property
    def platform_name(self) -> str:
        """Return what people call the platform."""
        return str(PLATFORM_LABELS[self.platform])

    @property
    def figures(self) -> list[tuple[str, int]]:
        """Return the figures with their names."""
        return [(str(METRICS[name]), figure) for name, figure in self.metrics]


def elsewhere_of(
    member_id: int, *, only_public: bool = False, after: str | None = None, limit: int = PAGE
) -> Page[External]:
    """Return a member's posts on other platforms, the newest day first. One statement."""
    statement = (
        sa.select(EXTERNAL)
        .where(EXTERNAL.c.member_id == member_id, *_older_than(after))
        .order_by(EXTERNAL.c.posted_on.desc(), EXTERNAL.c.id.desc())
        .limit(limit + 1)
    )
    if only_public:
        statement = statement.where(EXTERNAL.c.is_public.is_(True))
    found = [external_from(row) for row in db.session.execute(statement)]
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], f"{last.posted_on.isoformat()}_{last.id}" if last else None)


def _older_than(after: str | None) -> list[sa.ColumnElement[bool]]:
    day, _line, number = (after or "").partition("_")
    if not (number.isascii() and number.isdecimal() and len(number) < 20):  # noqa: PLR2004 - fits 64 bits
        return []
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return []
    older = sa.and_(EXTERNAL.c.posted_on == on, EXTERNAL.c.id < int(number))
    return [sa.or_(EXTERNAL.c.posted_on < on, older)]


def find_elsewhere(post_id: int, member_id: int) -> External | None:
    """Return one of a member's posts on other platforms, or None. One statement."""
    row = db.session.execute(
        sa.select(EXTERNAL).where(EXTERNAL.c.id == post_id, EXTERNAL.c.member_id == member_id)
    ).one_or_none()
    return external_from(row) if row else None


def owner_of_link(digest: str) -> int | None:
    """Return who recorded a link, or None. One statement."""
    return db.session.scalar(sa.select(EXTERNAL.c.member_id).where(EXTERNAL.c.url_digest == digest))


def elsewhere_count(member_id: int) -> int:
    """Return how many posts on other platforms a member has recorded. One statement."""
    return int(
        db.session.scalar(sa.select(sa.func.count()).where(EXTERNAL.c.member_id == member_id)) or 0
    )


def external_from(row: Any) -> External:
    """Return a row of the table as a value."""
    known = tuple((name, int(row.metrics[name])) for name in METRICS if name in row.metrics)
    return External(
        row.id,
        row.member_id,
        row.platform,
        row.url,
        row.title,
        row.posted_on,
        known,
        row.measured_at,
        row.is_public,
        by_team=row.added_by != row.member_id,
    )
