"""Tell members in time which of their points are about to expire."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import use_case
from app.ledger import queries as ledger
from app.ledger.queries import Lapse
from app.loyalty.policy.expiry import STAGES, stage_of
from app.notify import service as notify
from app.notify.types import Link, Tell

KIND = "loyalty.expiring"
PAGE = 500
Key = tuple[date, int]


@use_case
def tell_expiring(after: Key | None = None, limit: int = PAGE) -> tuple[int, Key | None]:
    """Tell a page of members what of theirs will expire within 30, 7 and 1 days.

    A member is told once for each last day and stage, however often this runs: it may be killed at
    any instant and begun again from the top. Members who can't sign in are left out.

    Args:
        after: where the page before ended.
        limit: members and days a page.

    Returns:
        How many were told something new, and where the next page begins; None at the end.
    """
    today = clock.business_date()
    page = ledger.lapsing(today + timedelta(days=max(STAGES)), after=after, limit=limit)
    readers = identity.who_can_sign_in({lapse.member_id for lapse in page}) if page else set()
    told = notify.tell_many(list(_tells(page, readers, today)))
    return told, page[-1].key if len(page) == limit else None


def _tells(page: list[Lapse], readers: set[int], today: date) -> Iterator[Tell]:
    for lapse in page:
        stage = stage_of(lapse.on, today)
        if stage is None or lapse.member_id not in readers:
            continue
        day = lapse.on.isoformat()
        yield Tell(
            lapse.member_id,
            KIND,
            f"{day}:{stage}",
            {"on": day, "points": lapse.points},
            Link("ledger.wallet"),
            also_by_mail=True,
        )
