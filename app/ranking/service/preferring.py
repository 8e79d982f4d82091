"""How members want to stand on boards: under their name, another one, or not at all."""

from collections import Counter

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, db, insert, use_case
from app.kernel.i18n import gettext as _
from app.ranking.queries.tables import ACTIVITY, PERIOD, PREFERENCE, SCORE
from app.ranking.service.gathering import lock, mark_where
from app.ranking.service.scoring import count_buckets
from app.ranking.types import FieldError, PeriodState, Preference

MAX_ALIAS = 24
UNSETTLED = (PeriodState.OPEN, PeriodState.FROZEN)


@use_case
def prefer(member_id: int, wish: Preference) -> None:
    """Keep how a member wants to stand on boards. Hiding works at once.

    Raises:
        FieldError: the other name is too long.
    """
    alias = " ".join(wish.alias.split())
    if len(alias) > MAX_ALIAS:
        raise FieldError("alias", _("At most %(num)s characters.", num=MAX_ALIAS))
    row = {"is_hidden": wish.is_hidden, "alias": alias, "changed_at": clock.now()}
    changed(
        insert(PREFERENCE)
        .values(member_id=member_id, **row)
        .on_conflict_do_update(index_elements=["member_id"], set_=row)
    )
    if wish.is_hidden:
        take_off(member_id)
    else:
        mark_where(ACTIVITY.c.member_id == member_id)


def take_off(member_id: int) -> None:
    """Take a member off every board that is not settled, in the caller's transaction."""
    lock("score")
    standing = (
        SCORE.c.member_id == member_id,
        SCORE.c.is_shown.is_(True),
        SCORE.c.period_id.in_(sa.select(PERIOD.c.id).where(PERIOD.c.state.in_(UNSETTLED))),
    )
    rows = db.session.execute(
        sa.update(SCORE)
        .where(*standing)
        .values(is_shown=False)
        .returning(SCORE.c.period_id, SCORE.c.score)
    ).all()
    for row in rows:
        count_buckets(row.period_id, Counter({row.score: -1}))
