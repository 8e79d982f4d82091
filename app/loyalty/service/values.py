"""Say what points are worth."""

from datetime import date

import sqlalchemy as sa

from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.policy.values import MOST_MINOR_PER_100
from app.loyalty.queries.values import VALUE


@use_case
def set_point_value(
    from_on: date, minor_per_100: int, *, currency: str, actor_id: int | None
) -> None:
    """Let points be worth something from a business day on; noted in the audit.

    Reports value each day's points at the value of that day, so a day that is over keeps its own:
    only the very first value may begin in the past. Said again for the same day, the last word
    holds.

    Args:
        from_on: first business day of the value.
        minor_per_100: minor units for a hundred points.
        currency: of the money.
        actor_id: who says so.

    Raises:
        InvalidError: the day is over, or the value is none.
    """
    if not 0 < minor_per_100 <= MOST_MINOR_PER_100:
        raise InvalidError(_l("A hundred points are worth more than nothing and at most 10,000."))
    is_first = db.session.scalar(sa.select(sa.func.count()).select_from(VALUE)) == 0
    if from_on < clock.business_date() and not is_first:
        raise InvalidError(_l("That day is over. Choose today or a later one."))
    statement = insert(VALUE).values(
        id=ids.next_id(),
        from_on=from_on,
        minor_per_100=minor_per_100,
        currency=currency,
        set_by=actor_id,
        set_at=clock.now(),
    )
    names = ("minor_per_100", "currency", "set_by", "set_at")
    changed(
        statement.on_conflict_do_update(
            index_elements=["from_on"], set_={name: statement.excluded[name] for name in names}
        )
    )
    audit.note(
        actor_id, "points.value_set", from_on=from_on, minor_per_100=minor_per_100,
        currency=currency,
    )  # fmt: skip
