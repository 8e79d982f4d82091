"""For whom an item is: audiences and unlock rules, asked of the kernel's registry."""

from collections.abc import Collection

import sqlalchemy as sa

from app.kernel import audience, i18n
from app.kernel.db import BigInt, db
from app.kernel.i18n import gettext as _
from app.loyalty.queries import ladders
from app.rewards.models import ITEM, VARIANT

EVERYBODY = "all"
SEEN_BY_OTHERS = ("tier", "super_member")
"""Shelves that others see, closed: they show what a tier brings. Other audiences are private."""


def holds(told: str, member_id: int | None) -> sa.ColumnElement[bool]:
    """Return whether somebody belongs to an audience, as a part of a statement.

    Closed by default: an audience that nobody answers for holds for nobody, and guests belong to
    everybody only.
    """
    if told in {"", EVERYBODY}:
        return sa.true()
    if member_id is None:
        return sa.false()
    try:
        return audience.condition(told, sa.literal(member_id, BigInt))
    except audience.UnknownAudienceError:
        return sa.false()


def is_shown_to_others(told: str) -> bool:
    """Return whether an audience's items are seen, closed, by whoever does not belong to it."""
    return told.partition(":")[0] in SEEN_BY_OTHERS


def names_of(audiences: Collection[str]) -> dict[str, str]:
    """Return what closed shelves are called, for others. One statement, none for no tiers."""
    tag = i18n.locale_tag()
    names = {told: str(_("Super-members")) for told in audiences if told.startswith("super_member")}
    if any(told.startswith("tier:") for told in audiences):
        names |= {f"tier:{tier.key}": tier.name(tag) for tier in ladders.current_ladder().tiers}
    return {told: names.get(told, str(_("some members"))) for told in audiences}


def left_of(item_id: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    """Return how many pieces of an item are left, as a part of a statement; NULL: endless."""
    endless = sa.func.max(sa.case((VARIANT.c.is_endless, 1), else_=0))
    total = sa.func.coalesce(sa.func.sum(VARIANT.c.stock), 0)
    return (
        sa.select(sa.case((endless == 1, None), else_=total))
        .where(VARIANT.c.item_id == item_id, ~VARIANT.c.is_retired)
        .scalar_subquery()
    )


def known_rules() -> tuple[set[str], set[str]]:
    """Return the audiences and the unlock rules of all items on the shelf. One statement."""
    rows = db.session.execute(
        sa.select(ITEM.c.audience, ITEM.c.unlock).where(ITEM.c.is_shown).distinct()
    ).all()
    return {row.audience for row in rows}, {row.unlock for row in rows}


def among(
    column: sa.Column[str], rules: Collection[str], member_id: int | None
) -> sa.ColumnElement[bool]:
    """Return whether the rule that stands in a column holds for a member."""
    plain = column.in_(["", EVERYBODY])
    return sa.or_(
        plain,
        *(
            sa.and_(column == rule, holds(rule, member_id))
            for rule in sorted(rules)
            if rule not in {"", EVERYBODY}
        ),
    )
