"""Rules, facts and moments for tests of the engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.identity.models import Member
from app.kernel import clock
from app.kernel.db import db, use_case
from app.ledger.types import Fund
from app.loyalty import policy
from app.loyalty.queries import context
from app.loyalty.types import Campaign, Cap, Rule, Window

MEMBER = cast("sa.Table", Member.__table__)
NAMES = {"zh_Hans_CN": "规则", "en": "Rule"}
ICY = "Icy"


def a_rule(key: str = "reply.published", points: int = 10, **more: Any) -> Rule:
    """Return a rule for an act: its own key is the act's, unless said otherwise."""
    action = more.pop("action", key)
    growth = more.pop("growth", points)
    return Rule(key, action, points, growth, Fund.CONTENT, **more)


def a_campaign(key: str = "week", action: str = "reply.published", **more: Any) -> Campaign:
    """Return a campaign that runs now and doubles an act, out of a thousand points."""
    start = more.pop("starts_at", clock.now())
    return Campaign(
        key,
        more.pop("names", NAMES),
        more.pop("actions", (action,)),
        more.pop("multiplier", 2000),
        more.pop("bonus", 0),
        start,
        more.pop("ends_at", start + timedelta(days=7)),
        more.pop("budget", 1000),
        **more,
    )


def daily(points: int | None = None, times: int | None = None) -> tuple[Cap, ...]:
    """Return the limit of a day."""
    return (Cap(Window.DAY, points, times),)


@contextmanager
def freezing() -> Iterator[None]:
    """Know who is frozen: whoever is called ``Icy``, as the fraud desk knows it."""
    other = MEMBER.alias("icy")
    kept = context._known.get(policy.FROZEN)
    context.register(
        policy.FROZEN,
        lambda member_id: sa.exists().where(other.c.id == member_id, other.c.display_name == ICY),
        read=bool,
    )
    try:
        yield
    finally:
        context._known.pop(policy.FROZEN)
        if kept is not None:
            context._known[policy.FROZEN] = kept
        context._statement.cache_clear()


@use_case
def call(member_id: int, name: str) -> None:
    """Call a member something else."""
    db.session.execute(sa.update(MEMBER).where(MEMBER.c.id == member_id).values(display_name=name))
