"""Tell members in time which of their points are about to expire: one notice a day and distance."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.ledger import queries as ledger
from app.loyalty.models import LoyaltyLapseTold
from app.loyalty.policy.expiry import STAGES, stage_of
from app.notify import service as notify
from app.notify.types import Link, Tell

KIND = "loyalty.expiring"
PAGE = 500
Key = tuple[date, int]
Place = tuple[int, int]
"""Member and stage."""

TOLD = cast("sa.Table", LoyaltyLapseTold.__table__)


@use_case
def note_expiring(after: Key | None = None, limit: int = PAGE) -> Key | None:
    """Note a page of what members are to be told of: last days within 30, 7 and 1 days.

    Each last day is noted once for each of the three, however often this runs: it may be killed at
    any instant and begun again from the top. Members who can't sign in are left out.

    Args:
        after: where the page before ended.
        limit: members and days a page.

    Returns:
        Where the next page begins; None at the end.
    """
    today = clock.business_date()
    if after is None:
        changed(sa.delete(TOLD).where(TOLD.c.last_on < today))
    page = ledger.lapsing(today + timedelta(days=max(STAGES)), after=after, limit=limit)
    readers = identity.who_can_sign_in({lapse.member_id for lapse in page}) if page else set()
    rows = [
        {"member_id": lapse.member_id, "stage": stage, "last_on": lapse.on, "told_on": None}
        for lapse in page
        if lapse.member_id in readers and (stage := stage_of(lapse.on, today)) is not None
    ]
    changed_by_all(insert(TOLD).on_conflict_do_nothing(), rows)
    return page[-1].key if len(page) == limit else None


@use_case
def tell_expiring(after: int = 0, limit: int = PAGE) -> tuple[int, int | None]:
    """Tell a page of members what was noted for them, put together to one notice for a distance.

    Who was told at a distance today already hears of what came later on the next day.

    Args:
        after: the last member of the page before.
        limit: members a page.

    Returns:
        How many notices went out, and where the next page begins; None at the end.
    """
    today = clock.business_date()
    earlier = TOLD.alias("earlier")
    is_heard = sa.exists().where(
        earlier.c.member_id == TOLD.c.member_id,
        earlier.c.stage == TOLD.c.stage,
        earlier.c.told_on == today,
    )
    waits = sa.and_(TOLD.c.told_on.is_(None), TOLD.c.last_on >= today, sa.not_(is_heard))
    members = db.session.scalars(
        sa.select(TOLD.c.member_id)
        .where(waits, TOLD.c.member_id > after)
        .distinct()
        .order_by(TOLD.c.member_id)
        .limit(limit)
    ).all()
    if not members:
        return 0, None
    rows = db.session.execute(sa.select(TOLD).where(waits, TOLD.c.member_id.in_(members))).all()
    days: dict[Place, list[date]] = defaultdict(list)
    for row in rows:
        if stage_of(row.last_on, today) == row.stage:  # else a nearer one has taken its place
            days[row.member_id, row.stage].append(row.last_on)
    left = ledger.points_lapsing(members, {row.last_on for row in rows})
    told = notify.tell_many(list(_tells(days, left, today)))
    _remember(rows, today)
    return told, members[-1] if len(members) == limit else None


def _tells(
    days: Mapping[Place, Sequence[date]], left: Mapping[tuple[int, date], int], today: date
) -> Iterator[Tell]:
    for (member_id, stage), some in sorted(days.items()):
        points = {day: left[member_id, day] for day in some if (member_id, day) in left}
        if not points:  # used meanwhile
            continue
        first, last = min(points).isoformat(), max(points).isoformat()
        params: dict[str, Any] = {"on": first, "points": sum(points.values())}
        if last != first:
            params["until"] = last
        yield Tell(
            member_id,
            KIND,
            f"{stage}:{today.isoformat()}",
            params,
            Link("ledger.wallet"),
            also_by_mail=True,
        )


def _remember(rows: Sequence[Any], today: date) -> None:
    statement = sa.update(TOLD).where(
        TOLD.c.member_id == sa.bindparam("whose"),
        TOLD.c.stage == sa.bindparam("at"),
        TOLD.c.last_on == sa.bindparam("day"),
    )
    db.session.connection().execute(
        statement.values(told_on=today),
        [{"whose": row.member_id, "at": row.stage, "day": row.last_on} for row in rows],
    )
