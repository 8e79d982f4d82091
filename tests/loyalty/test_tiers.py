"""Members' tiers as they are kept: lifted at once, settled by a sweep, replayed by a verifier."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.identity import service as identity
from app.identity.models import Member
from app.identity.types import MemberRow, MergeCause
from app.kernel import audience, clock, ids, verify
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.facts import FactRow
from app.kernel.types import Ref
from app.loyalty import service as loyalty
from app.loyalty.queries import context, counted, tier_pages, tiers
from app.loyalty.queries.ladders import current_ladder, dry_run, find_draft, ladders
from app.loyalty.service import ladders as ladder_service
from app.loyalty.service import tier_grants
from app.loyalty.service import tiers as service
from app.loyalty.types.tiers import (
    ChangeKind,
    DraftChangedError,
    GrantOverError,
    Ladder,
    LadderError,
    Measure,
    NoSuchDraftError,
    Perks,
    Tier,
)
from tests.conftest import NOON
from tests.factories.identity import a_member
from tests.factories.tiers import ONE, TWO, grow, publish, settle, take_back


def key_of(member: MemberRow) -> str:
    db.session.rollback()
    return tiers.tiers_of([member.id])[member.id].key


def kinds(member: MemberRow) -> list[ChangeKind]:
    db.session.rollback()
    return [line.kind for line in reversed(tier_pages.history(member.id).items)]


def sound() -> bool:
    db.session.rollback()
    return verify.run(("loyalty.tiers",))[0].drifts == ()


Counting = Callable[[], AbstractContextManager[list[str]]]


def test_everybody_begins_in_the_base_tier(alice: MemberRow) -> None:
    assert tiers.perks_of([alice.id]) == {alice.id: Perks()}
    assert tiers.perks_of([]) == {}
    assert key_of(alice) == "taster"
    assert audience.includes("tier:taster", alice.id)
    assert not audience.includes("tier:chef", alice.id)


def test_an_audience_is_the_same_for_one_and_for_many(alice: MemberRow, bob: MemberRow) -> None:
    grow(alice.id, 600)
    settle()
    for name in ("tier:regular", "tier:taster", "tier:none", "vip:gold", "super_member:"):
        at_once = set(
            db.session.scalars(sa.select(Member.id).where(audience.condition(name, Member.id)))  # type: ignore[arg-type]
        )
        db.session.rollback()
        assert at_once == {m.id for m in (alice, bob) if audience.includes(name, m.id)}, name
    assert ("tier:regular", "常客") in audience.choices()


def test_growth_by_an_order_lifts_with_the_next_sweep(alice: MemberRow, bob: MemberRow) -> None:
    grow(alice.id, 2000)
    grow(bob.id, 499)
    settle()
    assert (key_of(alice), key_of(bob)) == ("gourmet", "taster")
    assert kinds(alice) == [ChangeKind.UPGRADED]
    assert tiers.perks_of([alice.id])[alice.id].makeup_cards == 2
    assert service.settle_due() == 0
    fact = db.session.scalars(sa.select(FactRow).where(FactRow.name == "tier.changed")).one()
    assert (fact.concerns_id, '"to_key":"gourmet"' in fact.payload) == (alice.id, True)
    assert sound()


def test_a_refund_brings_grace_then_one_tier_down(alice: MemberRow) -> None:
    source = grow(alice.id, 2500)
    settle()
    take_back(alice.id, source, 2500)
    settle()
    assert key_of(alice) == "gourmet"
    clock.tick(timedelta(days=59))
    settle()
    assert key_of(alice) == "gourmet"
    clock.tick(timedelta(days=3))
    settle()
    assert key_of(alice) == "regular"
    assert kinds(alice) == [ChangeKind.UPGRADED, ChangeKind.TAKEN_BACK, ChangeKind.LOWERED]
    assert sound()


def test_a_year_without_enough_ends_after_warning_and_grace(alice: MemberRow) -> None:
    grow(alice.id, 600)
    settle()
    for _month in range(15):
        clock.tick(timedelta(days=30))
        settle()
    assert kinds(alice) == [
        ChangeKind.UPGRADED, ChangeKind.WARNED, ChangeKind.GRACE, ChangeKind.LOWERED,
    ]  # fmt: skip
    names = list(db.session.scalars(sa.select(FactRow.name).order_by(FactRow.id)))
    assert [name for name in names if name.startswith("tier.")] == [
        "tier.changed", "tier.at_risk", "tier.at_risk", "tier.changed",
    ]  # fmt: skip
    assert sound()


def test_what_the_quick_look_finds_is_lifted_in_its_own_transaction(alice: MemberRow) -> None:
    grow(alice.id, 480)
    assert tiers.rising([alice.id]) == []
    grow(alice.id, 20)
    assert tiers.rising([alice.id]) == [alice.id]
    assert service.catch_up([alice.id]) == 1
    assert tiers.rising([alice.id]) == []
    assert key_of(alice) == "regular"


def test_an_act_that_reaches_a_tier_lifts_in_its_own_transaction(alice: MemberRow) -> None:
    grow(alice.id, 495)
    loyalty.reward(alice.id, "reply.published", source=Ref("reply", 1))
    assert key_of(alice) == "taster"
    loyalty.reward(alice.id, "thread.published", source=Ref("thread", 2))
    assert key_of(alice) == "regular"
    assert context.of_members([alice.id])[alice.id]["tier"] == "regular"
    assert sound()


def test_the_tiers_multiplier_lifts_what_rules_give_and_no_growth(
    alice: MemberRow, staff: MemberRow
) -> None:
    publish(ONE, TWO, actor_id=staff.id)
    grow(alice.id, 200)
    settle()
    assert context.of_members([alice.id])[alice.id]["tier_permille"] == 1200
    award = loyalty.reward(alice.id, "thread.published", source=Ref("thread", 1))
    assert (award.points, award.growth) == (12, 10)


def test_an_act_far_from_a_tier_costs_nothing_more(
    alice: MemberRow, bob: MemberRow, count_statements: Counting
) -> None:
    grow(alice.id, 1)
    grow(bob.id, 6000)
    settle()
    costs = []
    for member in (alice, bob):
        with count_statements() as seen:
            loyalty.reward(member.id, "reply.published", source=Ref("reply", member.id))
        costs.append(len(seen))
    assert costs[0] - costs[1] <= 1  # alice is within a thousand of her next tier: one look


def test_sql_knows_tier_and_multiplier(alice: MemberRow, bob: MemberRow) -> None:
    grow(alice.id, 600)
    settle()
    rows = db.session.execute(
        sa.select(
            Member.id, tiers.tier_expression(Member.id), tiers.multiplier_expression(Member.id),
            tiers.growth_left(Member.id),
        ).where(Member.id.in_([alice.id, bob.id])).order_by(Member.id)
    ).all()  # fmt: skip
    assert [tuple(row)[1:3] for row in rows] == [("regular", 1000), ("taster", 1000)]


def test_a_published_ladder_lifts_everybody_it_can_and_lowers_nobody(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    grow(alice.id, 2100)
    grow(bob.id, 150)
    settle()
    draft = Ladder(Measure.GROWTH_EVER, 12, 60, 30, (ONE, TWO))
    told = dry_run(draft)
    assert {tier.key: (now, then) for tier, now, then in told.places} == {
        "taster": (2, 1), "regular": (0, 2),
    }  # fmt: skip
    assert {(move.person.id, move.to_tier.key) for move in told.moves} == {
        (alice.id, "regular"), (bob.id, "regular"),
    }  # fmt: skip
    publish(ONE, TWO, actor_id=staff.id)
    settle()
    assert (key_of(alice), key_of(bob)) == ("regular", "regular")
    assert kinds(alice) == [ChangeKind.UPGRADED, ChangeKind.LADDER]
    assert tiers.perks_of([bob.id])[bob.id] == TWO.perks
    assert sound()


def test_a_ladder_holds_only_when_its_moment_has_come(staff: MemberRow, alice: MemberRow) -> None:
    draft_id = ladder_service.begin_draft(1, actor_id=staff.id)
    ladder_service.save_draft(
        draft_id, Ladder(Measure.GROWTH_EVER, 12, 60, 30, (ONE, TWO)), seen=1, actor_id=staff.id
    )
    made = ladder_service.publish_draft(draft_id, seen=2, actor_id=staff.id)
    assert current_ladder().number == 1
    clock.tick(timedelta(minutes=10))
    assert current_ladder() == made
    actions = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions[-3:] == ["tier_draft.made", "tier_draft.saved", "tier_ladder.published"]
    assert find_draft(draft_id) is None
    with pytest.raises(NoSuchDraftError):
        ladder_service.save_draft(draft_id, made, seen=2, actor_id=staff.id)


def test_an_unsound_draft_is_kept_but_not_published(staff: MemberRow) -> None:
    draft_id = ladder_service.begin_draft(1, actor_id=staff.id)
    falling = Ladder(Measure.GROWTH_EVER, 12, 60, 30, (ONE, Tier("two", "二", "Two", 0)))
    ladder_service.save_draft(draft_id, falling, seen=1, actor_id=staff.id)
    with force_locale("en"), pytest.raises(LadderError, match="must rise"):
        ladder_service.publish_draft(draft_id, seen=2, actor_id=staff.id)
    assert ladders()[-1].number == 1
    with pytest.raises(DraftChangedError):
        ladder_service.save_draft(draft_id, falling, seen=1, actor_id=staff.id)


def test_a_published_version_is_never_changed(staff: MemberRow) -> None:
    publish(ONE, TWO, actor_id=staff.id)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text("UPDATE tier_ladder SET grace_days = 0"))
    db.session.rollback()


def test_net_spend_can_drive_the_tiers(
    alice: MemberRow, staff: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend = {alice.id: 150_00}
    monkeypatch.setitem(counted._readers, "net_spend", lambda _members, _window: spend)
    publish(ONE, Tier("regular", "二", "Two", 100_00), measure=Measure.NET_SPEND, actor_id=staff.id)
    assert service.read_spend() == 1
    assert service.read_spend() == 0
    assert key_of(alice) == "regular"
    spend.clear()
    clock.tick(timedelta(days=300))
    assert service.read_spend() == 1
    clock.tick(timedelta(days=100))
    settle()
    assert kinds(alice) == [ChangeKind.UPGRADED, ChangeKind.WARNED, ChangeKind.GRACE]
    assert sound()


def test_staff_give_a_tier_for_a_time_and_can_take_it_back(
    alice: MemberRow, staff: MemberRow
) -> None:
    more: dict[str, Any] = {
        "until_on": date(2026, 9, 10),
        "reason": "Helped at the fair",
        "actor_id": staff.id,
    }
    grant = tier_grants.grant_tier(alice.id, "gourmet", request_key="k" * 20, **more)
    assert tier_grants.grant_tier(alice.id, "gourmet", request_key="k" * 20, **more) == grant
    assert key_of(alice) == "gourmet"
    grow(alice.id, 6000)
    settle()
    assert key_of(alice) == "chef"
    assert tier_grants.undo_grant(grant, actor_id=staff.id) == alice.id
    with pytest.raises(GrantOverError):
        tier_grants.undo_grant(grant, actor_id=staff.id)
    tier_grants.grant_tier(alice.id, "chef", request_key="j" * 20, **more)
    clock.tick(timedelta(days=12))
    assert tier_grants.end_grants() == 1
    assert tier_grants.end_grants() == 0
    assert kinds(alice) == [
        ChangeKind.GRANTED, ChangeKind.UPGRADED, ChangeKind.GRANT_UNDONE, ChangeKind.GRANTED,
        ChangeKind.GRANT_ENDED,
    ]  # fmt: skip
    assert key_of(alice) == "chef"
    assert sound()


def test_a_merge_brings_growth_and_given_tiers(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    grow(alice.id, 300)
    grow(bob.id, 300)
    tier_grants.grant_tier(
        bob.id, "gourmet", until_on=date(2027, 1, 1), reason="x", request_key="k" * 20,
        actor_id=staff.id,
    )  # fmt: skip
    settle()
    identity.merge_members(bob.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    settle()
    assert key_of(alice) == "gourmet"
    assert tier_pages.my_tier(alice.id).earned.key == "regular"
    assert sound()


def test_a_changed_row_is_found(alice: MemberRow) -> None:
    grow(alice.id, 600)
    settle()
    db.session.execute(sa.text("UPDATE member_tier SET tier_key = 'chef', valid_until = NULL"))
    db.session.commit()
    drifts = verify.run(("loyalty.tiers",))[0].drifts
    assert len(drifts) == 2
    assert "stands in regular until None" in drifts[0]


@given(
    st.lists(
        st.tuples(st.sampled_from(["grow", "claw", "wait", "settle"]), st.integers(1, 900)),
        max_size=14,
    )
)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_happens_replay_equals_what_is_stored(
    app: Flask, acts: list[tuple[str, int]]
) -> None:
    member = a_member(f"m{ids.next_id()}")
    sources: list[tuple[Ref, int]] = []
    with clock.frozen(NOON):
        for act, number in acts:
            if act == "grow":
                sources.append((grow(member.id, number), number))
            elif act == "claw" and sources:
                source, growth = sources.pop()
                take_back(member.id, source, growth)
            elif act == "wait":
                clock.tick(timedelta(days=number // 3, minutes=7))
            else:
                settle()
        settle()
        assert sound()
