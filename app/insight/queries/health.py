"""The health of the community: seven statements, whatever the period."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from app.checkin.events import DayCheckedIn
from app.community import events
from app.community.queries import health as community
from app.community.queries.health import Span
from app.identity import queries as identity
from app.identity.models import Member
from app.insight.types import FIRST_DAYS, REGULAR_DAYS, Figures, Funnel, Health, Period
from app.kernel import ids
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.facts import FactRow
from app.kernel.permissions import STAFF_ROLES

FACT = cast("sa.Table", FactRow.__table__)
AUDIT = cast("sa.Table", AuditEntry.__table__)
MEMBER = cast("sa.Table", Member.__table__)
WRITING = (events.ThreadPublished.name, events.ReplyPublished.name)
TRACES = (
    *WRITING,
    events.ThreadLiked.name,
    events.ReplyLiked.name,
    events.MemberFollowed.name,
    DayCheckedIn.name,
)
"""What somebody does who is there: writing, liking, following, checking in."""

TEAM_ACTS = ("topic.planned", "thread.featured")
"""What the team does to get people to write, beside writing itself."""


def health(days: int) -> Health:
    """Return the last days that are over, and as many before them. Seven statements."""
    period = Period.of(days)
    periods = [period, period.before]
    spans = [each.span for each in periods]
    team = identity.members_with(STAFF_ROLES)
    views = community.views_by_day(period.before.first, period.end)
    stocks, since = community.stocks(spans)
    answers = community.answers(spans)
    newcomers = community.newcomers(spans, FIRST_DAYS, team)
    posts = community.posts_of(spans, team)
    funnels, acts = _people(periods, REGULAR_DAYS[days], team)
    now, before = (
        Figures(
            each,
            [day for day in views if each.first <= day.on < each.end],
            stocks[n],
            answers[n],
            newcomers[n],
            funnels[n],
            posts[n],
            acts[n],
            is_told_apart=since is not None and since <= each.first,
        )
        for n, each in enumerate(periods)
    )
    return Health(now, before, since)


def _people(
    periods: Sequence[Period], regular_days: int, team: Collection[int]
) -> tuple[list[Funnel], list[int]]:
    """Return who was there, and what the team did. One statement.

    Facts keep the member they were written with; they are read through his merge.
    """
    who = sa.func.coalesce(MEMBER.c.merged_into_id, MEMBER.c.id)
    number = sa.case(
        *(
            (sa.and_(FACT.c.on_date >= each.first, FACT.c.on_date < each.end), n)
            for n, each in enumerate(periods)
        ),
        else_=-1,
    )
    written_on = sa.case((FACT.c.name.in_(WRITING), FACT.c.on_date))
    each = (
        sa.select(
            number.label("span"),
            who.label("who"),
            sa.func.count(sa.distinct(written_on)).label("days"),
        )
        .join(MEMBER, MEMBER.c.id == FACT.c.actor_id)
        .where(
            FACT.c.name.in_(TRACES),
            FACT.c.on_date >= min(p.first for p in periods),
            FACT.c.on_date < max(p.end for p in periods),
            who.not_in(sorted(team)),
        )
        .group_by(number, who)
        .subquery("each_member")
    )
    people = sa.select(
        sa.literal(1).label("what"),
        each.c.span,
        sa.func.count().label("here"),
        sa.func.sum(sa.case((each.c.days > 0, 1), else_=0)).label("writers"),
        sa.func.sum(sa.case((each.c.days >= regular_days, 1), else_=0)).label("regulars"),
    ).group_by(each.c.span)
    acts = [
        sa.select(
            sa.literal(0), sa.literal(n), sa.func.count(), sa.literal(0), sa.literal(0)
        ).where(AUDIT.c.action.in_(TEAM_ACTS), *_within(period.span))
        for n, period in enumerate(periods)
    ]
    rows = db.session.execute(sa.union_all(people, *acts)).all()
    funnels = {r.span: Funnel(r.here, int(r.writers), int(r.regulars)) for r in rows if r.what}
    done = {row.span: row.here for row in rows if not row.what}
    numbers = range(len(periods))
    return [funnels.get(n, Funnel()) for n in numbers], [done.get(n, 0) for n in numbers]


def _within(span: Span) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the condition on the moment; no id is below its time, so the walk begins there."""
    return (
        AUDIT.c.id >= _id_at(span.start),
        AUDIT.c.at >= span.start,
        AUDIT.c.at < span.end,
    )


def _id_at(moment: datetime) -> int:
    return max(0, (moment - ids.EPOCH) // ids.MILLISECOND) << ids.SEQUENCE_BITS
