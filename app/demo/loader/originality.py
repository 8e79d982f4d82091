"""What the demo's desk of originality has to judge: a claim, and three posts that are not new."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.community import service as community
from app.community.queries import THREAD, THREAD_PHOTO, visible
from app.community.types import SeedThread
from app.demo.accounts import HOUSE
from app.demo.content.originality import BLOG, COPIED
from app.demo.loader.roll import Roll
from app.kernel import clock
from app.kernel.db import db, use_case
from app.originality import queries, service
from app.originality.types import Kind, NewClaim

LAST = timedelta(hours=7)  # before the year's end
OLD = timedelta(days=60)


@use_case
def set_up(roll: Roll, ends_at: datetime) -> None:
    """Take the year's posts for history, enter a claim, let two members post what was there."""
    service.take_over(ends_at)
    if queries.claim_list().items:
        return
    on = clock.business_date(ends_at - timedelta(days=90))
    label, url, text = BLOG
    service.add_claim(roll.members[HOUSE], NewClaim(Kind.TEXT, label, url, on, text=text))
    # An older picture where there is one: the newest stands beside it on the home page.
    is_old = THREAD.c.created_at <= ends_at - OLD
    known = db.session.execute(
        sa.select(THREAD.c.id, THREAD.c.author_id, THREAD_PHOTO.c.media_id)
        .join(THREAD_PHOTO, THREAD_PHOTO.c.thread_id == THREAD.c.id)
        .where(THREAD_PHOTO.c.position == 0, *visible(THREAD.c))
        .order_by(is_old.desc(), THREAD.c.id.desc())
        .limit(1)
    ).one_or_none()
    others = [each for each in sorted(roll.members) if each > HOUSE][-2:]
    if known is None or not others:
        return
    photos = ((known.media_id,), ())
    community.seed_threads(
        [
            SeedThread(roll.members[number], "pot", title, body, ends_at - LAST, photo)
            for number, (title, body), photo in zip(others, COPIED, photos, strict=False)
        ]
    )
