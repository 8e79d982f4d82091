"""Badges that other domains hand over: once for each key, and back again."""

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, db, use_case
from app.kernel.goods import Given, Giving, GoodsGoneError, UnknownGoodsError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref
from app.loyalty.queries import badges as queries
from app.loyalty.queries.badges import BADGE, GIVING
from app.loyalty.service import badges
from app.loyalty.types.badges import BadgeKind, BadgeState, Cause


@use_case
def give(giving: Giving) -> Given:
    """Give a badge that staff give by hand.

    Raises:
        UnknownGoodsError: there is no such badge, or it is one that is earned.
        GoodsGoneError: it is not given out any more, or the member has it already.
    """
    badge = queries.find_badge(giving.ref)
    if badge is None or badge.draft.kind is BadgeKind.AUTOMATIC:
        raise UnknownGoodsError(f"badge:{giving.ref}")
    where = Ref("badge", badge.id)
    known = db.session.scalar(sa.select(GIVING.c.badge_id).where(GIVING.c.key == giving.key))
    if known is not None:
        return Given(is_new=False, where=where)
    if badge.state is not BadgeState.ACTIVE or giving.count != 1:  # nobody has a badge twice
        raise GoodsGoneError
    if not badges.give(badge, [giving.member_id], cause=Cause.RULE):
        raise GoodsGoneError(_l("You have this badge already. Nothing was taken from you."))
    row = {
        "key": giving.key, "badge_id": badge.id, "member_id": giving.member_id,
        "at": clock.now(), "is_back": False,
    }  # fmt: skip
    db.session.execute(sa.insert(GIVING), [row])
    return Given(is_new=True, where=where)


@use_case
def take_back(key: str) -> bool:
    """Take a badge back; return whether it was, or had been, here to take."""
    row = db.session.execute(
        sa.select(GIVING.c.member_id, GIVING.c.is_back, BADGE.c.key.label("badge"))
        .join(BADGE, BADGE.c.id == GIVING.c.badge_id)
        .where(GIVING.c.key == key)
    ).one_or_none()
    badge = queries.find_badge(row.badge) if row else None
    if row is None or badge is None:
        return False
    if changed(
        sa.update(GIVING).where(GIVING.c.key == key, ~GIVING.c.is_back).values(is_back=True)
    ):
        badges.take(badge, [row.member_id], cause=Cause.RULE)
    return True
