"""What members did for others: for closeness. One statement a measure."""

from collections.abc import Collection
from typing import Any, cast

import sqlalchemy as sa

from app.community.models import ExternalPost
from app.community.queries.tables import REPLY, REPLY_LIKE, THREAD, visible
from app.kernel import clock
from app.kernel.db import db
from app.loyalty.types.tiers import Window

EXTERNAL = cast("sa.Table", ExternalPost.__table__)


def accepted_posts(members: Collection[int] | None, window: Window) -> dict[int, int]:
    """Return how many threads members wrote that everybody can see."""
    return _counted(THREAD.c.author_id, members, *_within(THREAD, window), *visible(THREAD.c))


def help_given(members: Collection[int] | None, window: Window) -> dict[int, int]:
    """Return how many of members' replies somebody else liked."""
    liked = sa.exists().where(
        REPLY_LIKE.c.reply_id == REPLY.c.id,
        REPLY_LIKE.c.member_id != REPLY.c.author_id,
        REPLY_LIKE.c.undone_at.is_(None),
    )
    return _counted(REPLY.c.author_id, members, *_within(REPLY, window), *visible(REPLY.c), liked)


def verified_exposure(members: Collection[int] | None, window: Window) -> dict[int, int]:
    """Return how many posts on other platforms the team has recorded or measured."""
    seen_by_team = sa.or_(
        EXTERNAL.c.added_by != EXTERNAL.c.member_id, EXTERNAL.c.measured_at.is_not(None)
    )
    days = EXTERNAL.c.posted_on.between(window.first, window.last)
    return _counted(EXTERNAL.c.member_id, members, days, seen_by_team)


def _within(table: Any, window: Window) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.c.created_at >= clock.day_start(window.first),
        table.c.created_at < clock.day_end(window.last),
    )


def _counted(
    member_id: Any, members: Collection[int] | None, *conditions: sa.ColumnElement[bool]
) -> dict[int, int]:
    statement = (
        sa.select(member_id.label("member_id"), sa.func.count().label("amount"))
        .where(*conditions)
        .group_by(member_id)
    )
    if members is not None:
        statement = statement.where(member_id.in_(sorted(members)))
    return {row.member_id: int(row.amount) for row in db.session.execute(statement)}
