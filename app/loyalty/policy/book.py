"""The rules that a new house begins with: version 1. Later versions are data."""

from types import MappingProxyType

from app.ledger.types import Fund
from app.loyalty.types import Cap, Compare, Condition, Rule, RuleBook, Window
from app.loyalty.types.referrals import BROUGHT, JOINED_IN

THREAD = "thread.published"
PHOTO_THREAD = "thread.with_photo"
ORDER = "order.paid"
CHECK_IN = "checkin.daily"
MILESTONE = "checkin.milestone"
MADE_UP = "checkin.made_up"
HEALED = "checkin.healed"
GRANTED = "checkin.granted"
MISSION = "mission.done"
CAMP = "camp.graduated"
AMOUNT = "points"
"""What acts call the amount that they bring along."""


def book_of(version: int, *rules: Rule, minor_per_point: int = 100) -> RuleBook:
    """Return a book of these rules, without campaigns."""
    named = MappingProxyType({rule.key: rule for rule in rules})
    return RuleBook(version, named, minor_per_point)


def _daily(points: int) -> tuple[Cap, ...]:
    return (Cap(Window.DAY, points=points),)


ALWAYS = (
    Rule(MISSION, MISSION, 0, 0, Fund.PRIZE, amount_on=AMOUNT, is_lifted=False),
    Rule(CAMP, CAMP, 0, 0, Fund.PRIZE, amount_on=AMOUNT, is_lifted=False),
    Rule(MADE_UP, MADE_UP, 0, 0, Fund.CHECKIN, amount_on=AMOUNT, is_lifted=False),
    Rule(HEALED, MADE_UP, 0, 0, Fund.CHECKIN, step_on="milestones", steps_of=MILESTONE),
    Rule(GRANTED, GRANTED, 0, 0, Fund.CHECKIN, amount_on=AMOUNT, is_lifted=False),
)
"""Rules for what is promised elsewhere: a book that says nothing of one has it as it stands here.

Missions, camps, made-up and granted days were paid before rules knew them; no house is left
without.
"""

V1 = book_of(
    1,
    *ALWAYS,
    Rule(THREAD, THREAD, 10, 10, Fund.CONTENT, slot="thread", caps=_daily(50)),
    Rule(
        PHOTO_THREAD, THREAD, 20, 20, Fund.CONTENT, slot="thread", caps=_daily(100),
        conditions=(Condition("has_photo", Compare.IS, value=True),),
    ),
    Rule("reply.published", "reply.published", 2, 2, Fund.CONTENT, caps=_daily(20)),
    Rule("like.received", "like.received", 1, 1, Fund.CONTENT, caps=_daily(20)),
    Rule(CHECK_IN, CHECK_IN, 10, 10, Fund.CHECKIN),
    Rule(
        MILESTONE, CHECK_IN, 0, 0, Fund.CHECKIN, step_on="milestones",
        steps=MappingProxyType({7: 30, 14: 60, 30: 150, 100: 600}),
    ),
    Rule(
        BROUGHT, BROUGHT, 100, 0, Fund.GIFT, settle_hours=24,
        caps=(
            Cap(Window.DAY, times=5), Cap(Window.MONTH, times=30), Cap(Window.EVER, times=200),
        ),
    ),
    Rule(JOINED_IN, JOINED_IN, 50, 0, Fund.GIFT, settle_hours=24),
)  # fmt: skip
"""One point per full 1.00 of an order, and what the community's acts earn."""
