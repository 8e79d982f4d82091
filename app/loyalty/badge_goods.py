"""Badges as goods of the mall, of draws and leaderboards; and as what unlocks a shelf."""

from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa

from app.kernel import audience, goods, i18n
from app.kernel.db import db, in_use_case
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.queries import badges
from app.loyalty.queries.badges import BADGE, HELD
from app.loyalty.service import badge_giving
from app.loyalty.types.badges import Badge, BadgeKind


def register() -> None:
    """Answer for badges, and for audiences like ``badge:first-pot``."""
    goods.register(
        goods.Kind(
            "badge", _l("Badge"), choices=_choices, give=badge_giving.give,
            take_back=badge_giving.take_back,
        )
    )  # fmt: skip
    audience.register("badge", _has_badge, where=_who_has_badge, choices=_audiences)


def _choices() -> Sequence[tuple[str, object]]:
    return [(key, name) for key, name, is_earned in _named() if not is_earned]


def _named() -> list[tuple[str, str, bool]]:
    is_zh = i18n.locale_tag().startswith("zh")
    return [
        (
            each.draft.key,
            each.draft.name_zh if is_zh else each.draft.name_en,
            each.draft.kind is BadgeKind.AUTOMATIC,
        )
        for each in _all_badges()
    ]


def _all_badges() -> Sequence[Badge]:
    """Return every badge; a form that offers badges and audiences of them reads them once."""
    session = db.session()
    transaction, known = session.info.get("badges", (None, ()))
    if transaction is not None and transaction is session.get_transaction() and not in_use_case():
        return cast("Sequence[Badge]", known)
    found = badges.all_badges()
    session.info["badges"] = (session.get_transaction(), found)
    return found


def _has_badge(key: str, member_id: int) -> bool:
    return bool(db.session.scalar(sa.select(_who_has_badge(key, sa.literal(member_id)))))


def _who_has_badge(key: str, member_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    badge = sa.select(BADGE.c.id).where(BADGE.c.key == key).scalar_subquery()
    return sa.exists().where(
        HELD.c.member_id == member_id, HELD.c.badge_id == badge, HELD.c.is_held
    )


def _audiences() -> list[tuple[str, object]]:
    return [(f"badge:{key}", _l("Badge: %(name)s", name=name)) for key, name, _earned in _named()]
