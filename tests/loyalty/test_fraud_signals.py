"""What the fraud desk looks for: each signal with its evidence, and what is none."""

from datetime import timedelta

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from app.identity import service as identity
from app.identity.types import Device, MemberRow
from app.kernel import clock, ids
from app.kernel.types import Ref
from app.ledger import service as ledger_service
from app.ledger.types import Spend
from app.loyalty import service as loyalty
from app.loyalty.policy import fraud as policy
from app.loyalty.queries.fraud_signals import (
    bursts,
    checkin_swarms,
    like_rings,
    referrals,
    shared_places,
    spending,
)
from app.loyalty.types import Act
from app.loyalty.types.fraud import FraudRules, Signal, SignalKind
from tests.factories.identity import a_member
from tests.factories.referrals import a_guest_of, comes_by

RULES = FraudRules()


def _likes(giver: MemberRow, taker: MemberRow, times: int) -> None:
    loyalty.reward_many(
        [
            Act(taker.id, "like.received", Ref("like", ids.next_id()), clock.now(),
                other_id=giver.id)
            for _ in range(times)
        ]
    )  # fmt: skip


def _kinds(signals: list[Signal]) -> dict[int, SignalKind]:
    return {signal.member_id: signal.kind for signal in signals}


# --- rings ---------------------------------------------------------------------------------------


def test_a_ring_is_found_by_what_stays_inside_it(app: Flask, alice: MemberRow) -> None:
    one, two, three = (a_member(f"ring{n}") for n in range(3))
    for giver, taker in ((one, two), (two, three), (three, one), (two, one)):
        _likes(giver, taker, 8)
    _likes(one, alice, 3)

    found = like_rings(RULES)

    assert set(_kinds(found)) == {one.id, two.id, three.id}
    assert found[0].evidence == {
        "members": 3, "inside": 32, "given": 35, "share": 91, "days": 7,
    }  # fmt: skip
    assert {signal.member_id: signal.points for signal in found}[one.id] == 16


def test_friends_who_like_the_rest_of_the_world_as_well_are_no_ring(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    _likes(alice, bob, 12)
    _likes(bob, alice, 12)
    others = [a_member(f"other{n}") for n in range(4)]
    for other in others:
        _likes(alice, other, 5)
        _likes(bob, other, 5)
    assert like_rings(RULES) == []


def test_likes_of_last_month_are_of_no_concern(alice: MemberRow, bob: MemberRow) -> None:
    _likes(alice, bob, 20)
    _likes(bob, alice, 20)
    assert len(like_rings(RULES)) == 2
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert like_rings(RULES) == []


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=24))
def test_rings_are_the_groups_in_which_everybody_reaches_everybody(
    edges: set[tuple[int, int]],
) -> None:
    reach = {n: {n} for n in range(8)}
    for _ in range(8):
        for a, b in edges:
            for n in range(8):
                if a in reach[n]:
                    reach[n] |= reach[b]
    groups = {frozenset(m for m in reach[n] if n in reach[m]) for n in range(8)}
    expected = {group for group in groups if 2 <= len(group) <= 5}

    found = policy.rings(dict.fromkeys(edges, 3), least=2, largest=5)

    assert set(found) == expected


def test_a_chain_of_ten_thousand_does_not_exhaust_the_stack() -> None:
    chain = {(n, n + 1): 2 for n in range(10_000)}
    assert policy.rings({**chain, (1, 0): 2}, least=2, largest=12) == [frozenset({0, 1})]


# --- the other signals ---------------------------------------------------------------------------


def _signed_in(member: MemberRow, device: str, network: str = "n") -> None:
    identity.begin_session(member.id, 1, Device("Chrome", "Android", device, network))


def _earns(member: MemberRow) -> None:
    loyalty.reward(member.id, "thread.published", source=Ref("thread", ids.next_id()))


def test_members_who_earn_on_one_device_are_told_by_counts_alone(app: Flask) -> None:
    people = [a_member(f"tablet{n}") for n in range(4)]
    for person in people:
        _signed_in(person, "d" * 64)
    assert shared_places(RULES) == []  # a tablet at the counter: nobody gains anything
    for person in people[:3]:
        _earns(person)

    found = shared_places(RULES)

    assert _kinds(found) == dict.fromkeys([p.id for p in people[:3]], SignalKind.SHARED_DEVICE)
    assert found[0].evidence == {"members": 4, "earning": 3, "days": 90}
    assert (found[0].points, "d" * 64 in str(found)) == (10, False)


def test_a_burst_stands_out_against_what_is_usual(app: Flask, alice: MemberRow) -> None:
    calm = [a_member(f"calm{n}") for n in range(3)]
    for minute in range(4):
        with clock.frozen(clock.now() + timedelta(minutes=minute)):
            for person in calm:
                _earns(person)
    loyalty.reward_many(
        [
            Act(alice.id, "reply.published", Ref("reply", n), clock.now() + timedelta(seconds=n))
            for n in range(1, 21)
        ]
    )

    (found,) = bursts(RULES)

    assert found.member_id == alice.id
    assert found.evidence == {"peak": 20, "own": 20, "usual": 1, "days": 7}
    with clock.frozen(clock.now() + timedelta(minutes=9)):
        strict = FraudRules(burst_factor=30)
        assert bursts(strict) == []


def test_check_ins_in_one_second_matter_only_from_one_place(app: Flask) -> None:
    crowd = [a_member(f"crowd{n}") for n in range(12)]
    for number, person in enumerate(crowd):
        _signed_in(person, f"{number:064}", "x" * 64 if number < 5 else f"{number:064}")
        loyalty.reward(person.id, "checkin.daily", source=Ref("checkin", number + 1))

    found = checkin_swarms(RULES)

    assert _kinds(found) == dict.fromkeys([p.id for p in crowd[:5]], SignalKind.CHECKIN_SWARM)
    assert found[0].evidence == {"members": 5, "times": 1, "days": 7}


def test_guests_who_look_like_their_inviter_or_each_other(app: Flask, alice: MemberRow) -> None:
    _signed_in(alice, "a" * 64)
    twin = a_member("twin")
    _signed_in(twin, "a" * 64)
    comes_by(alice, twin)
    assert _kinds(referrals(RULES)) == dict.fromkeys([alice.id, twin.id], SignalKind.SELF_REFERRAL)
    host = a_member("host")
    guests = [a_guest_of(host, f"guest{n}") for n in range(3)]
    for guest in guests:
        _signed_in(guest, "g" * 64)
    kinds = _kinds(referrals(RULES))
    assert {who for who, kind in kinds.items() if kind is SignalKind.REFERRAL_RING} == {
        host.id, *(guest.id for guest in guests),
    }  # fmt: skip


def test_fast_redemptions_are_counted_from_the_ledger(alice: MemberRow, bob: MemberRow) -> None:
    for member, times in ((alice, 5), (bob, 4)):
        for _ in range(60):
            _earns_much(member)
        for n in range(times):
            ledger_service.post(
                Spend(member_id=member.id, points=100, reason="mall.reward", scope="t",
                      key=f"{member.id}:{n}")
            )  # fmt: skip

    (found,) = spending(RULES)

    assert (found.member_id, found.evidence) == (alice.id, {"times": 5, "points": 500})
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert spending(RULES) == []


def _earns_much(member: MemberRow) -> None:
    loyalty.reward(member.id, "checkin.daily", source=Ref("checkin", ids.next_id()))
