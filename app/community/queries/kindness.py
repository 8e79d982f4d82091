"""How kindly a member is met, and meets those who are new: two figures of his profile."""

from dataclasses import dataclass
from statistics import median_low

import sqlalchemy as sa

from app.community.queries.elsewhere import EXTERNAL, ON_PROFILE, External, external_from
from app.community.queries.health import SECOND, first_answers
from app.community.queries.tables import REPLY, THREAD, WELCOME, visible
from app.kernel.db import BigInt, db

LOOKED_AT = 10
"""Of somebody's latest posts: the figure tells how it is, and costs the same for everybody."""
ENOUGH = 3
"""Answered posts below which the figure would be chance."""
REPLIES = 200
"""Of somebody's latest replies, to see whose first posts are among what he answered."""


@dataclass(frozen=True, slots=True)
class Kindness:
    """How soon a member's posts are answered, and how many newcomers he answered.

    Attributes:
        first_reaction: seconds from his latest posts to their first like, reply or reaction by
            somebody else: the middle one of those that have one (of an even number the shorter).
            None below three.
        welcomed: first posts of others among what he replied to lately.
    """

    first_reaction: int | None
    welcomed: int


def beside_profile(member_id: int) -> tuple[Kindness, list[External]]:
    """Return both figures of a member, and his latest posts elsewhere that he shows.

    One statement, over his latest posts and replies only; the posts elsewhere hang on the row of
    the second figure.
    """
    lately = (
        sa.select(THREAD.c.id)
        .where(THREAD.c.author_id == member_id, THREAD.c.old_floor.is_(None), *visible(THREAD.c))
        .order_by(THREAD.c.created_at.desc(), THREAD.c.id.desc())
        .limit(LOOKED_AT)
    )
    firsts = first_answers(THREAD.c.id.in_(sa.select(lately.subquery().c.id)))
    waits = sa.select(
        (firsts.c.at - THREAD.c.born_ms // SECOND).label("figure"), sa.literal(0).label("is_count")
    ).join(THREAD, THREAD.c.id == firsts.c.thread_id)
    figures = sa.union_all(waits, _welcomed(member_id)).subquery("figures")
    shown = (
        sa.select(EXTERNAL)
        .where(EXTERNAL.c.member_id == member_id, EXTERNAL.c.is_public.is_(True))
        .order_by(EXTERNAL.c.posted_on.desc(), EXTERNAL.c.id.desc())
        .limit(ON_PROFILE)
        .subquery("shown")
    )
    rows = db.session.execute(
        sa.select(figures.c.figure, figures.c.is_count, *shown.c)
        .outerjoin_from(figures, shown, figures.c.is_count == 1)
        .order_by(shown.c.posted_on.desc(), shown.c.id.desc())
    ).all()
    found = sorted(max(0, int(row.figure)) for row in rows if not row.is_count)
    welcomed = next(int(row.figure) for row in rows if row.is_count)
    kind = Kindness(median_low(found) if len(found) >= ENOUGH else None, welcomed)
    return kind, [external_from(row) for row in rows if row.id is not None]


def _welcomed(member_id: int) -> sa.Select[int, int]:
    """Return the statement that counts first posts of others that a member replied to."""
    replies = (
        sa.select(REPLY.c.thread_id)
        .where(REPLY.c.author_id == member_id, *visible(REPLY.c))
        .order_by(REPLY.c.created_at.desc())
        .limit(REPLIES)
        .subquery("replies")
    )
    return (
        sa.select(
            sa.cast(sa.func.count(sa.distinct(THREAD.c.id)), BigInt).label("figure"), sa.literal(1)
        )
        .select_from(replies)
        .join(THREAD, THREAD.c.id == replies.c.thread_id)
        .join(
            WELCOME,
            sa.and_(WELCOME.c.member_id == THREAD.c.author_id, WELCOME.c.thread_id == THREAD.c.id),
        )
        .where(THREAD.c.author_id != member_id, *visible(THREAD.c))
    )
