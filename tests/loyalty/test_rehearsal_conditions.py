"""A dry run equals the real cost whatever conditions, limits, waits and campaigns staff choose."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.identity import service as identity
from app.identity.types import MemberRow
from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.loyalty import service
from app.loyalty.models import LoyaltyAward
from app.loyalty.queries import context
from app.loyalty.types import Act, Campaign, Cap, Compare, Condition, Rule, Window, actions
from app.loyalty.types.actions import AttributeKind
from tests.conftest import NOON
from tests.factories.commerce import an_order
from tests.factories.identity import a_member
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign, a_rule
from tests.loyalty.test_rules_rehearsal import rehearse, with_rules

THREAD, REPLY = "thread.published", "reply.published"
STRETCH = timedelta(days=70)
_stretches = count()

TESTS = {
    AttributeKind.FLAG: (Compare.IS,),
    AttributeKind.NUMBER: (Compare.AT_LEAST, Compare.AT_MOST),
    AttributeKind.CHOICE: (Compare.ANY_OF, Compare.NONE_OF),
}
VALUES: dict[str, tuple[Any, ...]] = {
    "tags": ("soup", "Winter", "leek"),
    "roles": ("mentor", "koc"),
    "tier": ("taster", "regular"),
    "vip_type": ("regulars",),
    "kind": ("plain", "question"),
    "board": (1, 2),
    "topic": (1, 2),
    "template": ("before", "dip"),
}
CAPS = (
    (),
    (Cap(Window.DAY, 12), Cap(Window.WEEK, times=5)),
    (Cap(Window.MONTH, 40),),
    (Cap(Window.EVER, times=3), Cap(Window.DAY, times=1)),
)


def conditions_for(action: str) -> st.SearchStrategy[Condition]:
    """Return conditions as the editor offers them: every attribute, every test that fits it."""
    found = [*actions.attributes_of(action), *context.attributes()]
    return st.sampled_from(
        [
            Condition(each.key, test, value)
            for each in found
            for test in TESTS[each.kind]
            for value in _values(each.key, each.kind)
        ]
    )


def _values(key: str, kind: AttributeKind) -> Sequence[Any]:
    if kind is AttributeKind.FLAG:
        return (True, False)
    if kind is AttributeKind.NUMBER:
        return (2, 20)
    return [(each,) for each in VALUES[key]] + [VALUES[key]]


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    found = []
    for number in range(draw(st.integers(1, 4))):
        action = draw(st.sampled_from((THREAD, REPLY)))
        found.append(
            a_rule(
                f"new.{number}",
                draw(st.integers(1, 9)),
                action=action,
                growth=0,
                slot=draw(st.sampled_from(("", "shared"))),
                conditions=tuple(
                    draw(
                        st.lists(
                            conditions_for(action), max_size=2, unique_by=lambda c: c.attribute
                        )
                    )
                ),
                caps=draw(st.sampled_from(CAPS)),
                pair_cap=draw(
                    st.sampled_from((None, Cap(Window.DAY, 9), Cap(Window.EVER, times=2)))
                ),
                cooldown_minutes=draw(st.sampled_from((0, 90))),
                settle_hours=draw(st.sampled_from((0, 30))),
                is_lifted=draw(st.booleans()),
            )
        )
    return found


an_act = st.fixed_dictionaries(
    {
        "member": st.integers(0, 2),
        "action": st.sampled_from((THREAD, REPLY)),
        "hours": st.integers(0, 200),
        "other": st.integers(0, 1),
        "length": st.sampled_from((1, 2, 19, 20, 30)),
        "photos": st.integers(0, 3),
        "tags": st.sampled_from(((), ("soup",), ("winter", "leek"), ("tea",))),
        "board": st.sampled_from((1, 2, 3)),
        "kind": st.sampled_from(("plain", "question", "recipe")),
        "topic": st.sampled_from(((), (1,))),
        "template": st.sampled_from(("", "before", "dip")),
        "own_thread": st.booleans(),
    }
)


def _hours(act: dict[str, Any]) -> int:
    return int(act["hours"])


def people(app: Flask) -> list[int]:
    """Return a mentor, a verified buyer and somebody who is nothing yet."""
    found = [a_member(f"z{n}", email=None, password=None).id for n in range(3)]
    identity.grant_role(None, found[0], Role.MENTOR)
    an_order(found[1], number=f"O{ids.next_id()}", lines=((None, 1, 1_00),))
    return found


def acts_of(drawn: Sequence[dict[str, Any]], who: Sequence[int]) -> list[Act]:
    found = []
    for each in drawn:
        about = {name: each[name] for name in ("length", "tags", "board", "topic")}
        if each["action"] == THREAD:
            about |= {
                "photos": each["photos"],
                "has_photo": each["photos"] > 0,
                "has_video": each["photos"] == 3,
                "kind": each["kind"],
                "from_template": bool(each["template"]),
                "template": each["template"],
            }
        else:
            about["own_thread"] = each["own_thread"]
        member = each["member"]
        other = who[(member + 1 + each["other"]) % len(who)] if each["action"] == REPLY else None
        at = clock.now() + timedelta(hours=each["hours"])
        found.append(
            Act(who[member], each["action"], Ref("thing", ids.next_id()), at, about, other)
        )
    return found


def a_lift(drawn: Sequence[Condition], budget: int) -> Campaign:
    return a_campaign(
        f"c{ids.next_id()}",
        actions=(THREAD, REPLY),
        budget=budget,
        conditions=tuple(drawn),
        bonus=1,
        ends_at=clock.now() + timedelta(hours=120),
    )


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # finding is quick, making small is not
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_the_dry_run_of_anything_the_editor_offers_equals_the_real_cost(
    app: Flask, staff: MemberRow, data: st.DataObject
) -> None:
    drawn = data.draw(st.lists(an_act, min_size=5, max_size=30))
    drawn.sort(key=_hours)
    new = data.draw(rules())
    asked = data.draw(
        st.lists(conditions_for(REPLY), max_size=1).filter(
            lambda some: all(each.attribute != "own_thread" for each in some)
        )
    )
    with clock.frozen(NOON + next(_stretches) * STRETCH):
        first, second = people(app), people(app)
        clock.tick(timedelta(days=20))
        lift = a_lift(asked, data.draw(st.sampled_from((7, 60, 10_000))))
        off = [a_rule(f"new.{n}", action=REPLY, is_on=False) for n in range(4)]
        old = [a_rule(REPLY, 2, growth=0), a_rule(THREAD, 5, growth=0)]
        use_rules(*old, a_rule("thread.with_photo", action=THREAD, is_on=False), *off)
        real = service.reward_many(acts_of(drawn, first))
        today = clock.business_date()
        outlook = rehearse(with_rules(*off, *new, campaigns=[lift]), today, today + STRETCH / 2)
        use_rules(*off, *new, campaigns=[lift])
        again = service.reward_many(acts_of(drawn, second))
        bonus = db.session.scalar(
            sa.select(sa.func.sum(LoyaltyAward.bonus_points)).where(
                LoyaltyAward.member_id.in_(second), LoyaltyAward.campaign == lift.key
            )
        )
        db.session.rollback()

    assert outlook.total.given == sum(award.points for award in real)
    assert outlook.total.points == sum(award.points for award in again)
    assert outlook.capped == sum(award.capped for award in again)
    lifted = outlook.by_campaign.get(lift.key)
    assert (lifted.points if lifted else 0) == (bonus or 0)
    assert outlook.unknown == {}
    assert outlook.as_today == {}
