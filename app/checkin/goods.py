"""What check-in hands over for others: make-up cards. And who has checked in often enough."""

import hashlib
from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa

from app.checkin import service
from app.checkin.models import CheckInStreak
from app.checkin.types import Item
from app.kernel import audience, goods
from app.kernel.db import db
from app.kernel.goods import Given, Giving, UnknownGoodsError
from app.kernel.i18n import lazy_gettext as _l

STREAK = cast("sa.Table", CheckInStreak.__table__)
ONE = "1"
MILESTONES = (7, 14, 30, 60, 100, 200, 365)
MAX_KEY = 64


def register() -> None:
    """Answer for make-up cards, and for audiences like ``checkins:30``."""
    goods.register(
        goods.Kind(
            "makeup_card", _l("Make-up card"), choices=_choices, give=_give, take_back=_take_back
        )
    )
    audience.register("checkins", _has_checked_in, where=_who_checked_in, choices=_audiences)


def _choices() -> Sequence[tuple[str, object]]:
    return [(ONE, _l("Make-up card"))]


def _give(giving: Giving) -> Given:
    if giving.ref != ONE:
        raise UnknownGoodsError(f"makeup_card:{giving.ref}")
    is_new = service.give(
        giving.member_id, Item.CARD, giving.count, key=_key(giving.key), source=giving.source
    )
    return Given(is_new)


def _take_back(key: str) -> bool:
    return service.take_back(_key(key))


def _key(key: str) -> str:
    named = f"goods:{key}"
    return named if len(named) <= MAX_KEY else hashlib.sha256(named.encode()).hexdigest()


def _days(argument: str) -> int:
    """Return how many days an audience asks; more than anybody has where it asks nonsense."""
    return int(argument) if argument.isdecimal() and len(argument) < 6 else 2**31 - 1  # noqa: PLR2004 - a number of days


def _has_checked_in(argument: str, member_id: int) -> bool:
    return bool(db.session.scalar(sa.select(_who_checked_in(argument, sa.literal(member_id)))))


def _who_checked_in(argument: str, member_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        STREAK.c.member_id == member_id, STREAK.c.total_days >= _days(argument)
    )


def _audiences() -> list[tuple[str, object]]:
    return [
        (f"checkins:{days}", _l("Checked in on %(days)s days", days=days)) for days in MILESTONES
    ]
