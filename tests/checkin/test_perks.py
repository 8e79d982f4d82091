"""Tiers bring make-up cards once a month; the longest streak is a figure that badges ask for."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.checkin import queries, service
from app.checkin.models import CheckInMovement
from app.checkin.types import Cause
from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import clock, jobs, verify
from app.kernel.db import db
from app.loyalty.queries import badges as badge_queries
from app.loyalty.queries import tiers
from app.loyalty.service import badge_earning, badges
from app.loyalty.types.badges import BadgeDraft, BadgeKind, Criterion, Standard
from app.loyalty.types.tiers import Perks
from tests.factories.identity import Browser, a_member
from tests.factories.tiers import ONE, TWO, grow, publish, settle

OCTOBER = timedelta(days=30)


def sweep() -> int:
    return jobs.run("checkin.perks").handled


def cards(member: MemberRow) -> int:
    held = queries.hero(member.id).standing.cards
    db.session.rollback()
    return held


def given(member: MemberRow) -> list[int]:
    rows = db.session.scalars(
        sa.select(CheckInMovement.amount)
        .where(CheckInMovement.member_id == member.id, CheckInMovement.cause == Cause.PERK)
        .order_by(CheckInMovement.id)
    ).all()
    db.session.rollback()
    return list(rows)


def lift(member: MemberRow, growth: int) -> None:
    grow(member.id, growth)
    clock.tick(timedelta(minutes=10))
    settle()


def test_cards_come_once_a_month_and_the_difference_to_who_rises(
    alice: MemberRow, bob: MemberRow
) -> None:
    lift(alice, 600)
    assert sweep() == 1
    assert sweep() == 0
    assert (given(alice), given(bob)) == ([1], [])

    lift(alice, 1_500)
    assert sweep() == 1
    assert given(alice) == [1, 1]

    clock.tick(OCTOBER)
    assert sweep() == 1
    assert sweep() == 0
    assert (given(alice), cards(alice)) == ([1, 1, 2], 4)
    assert tiers.perks_of([alice.id])[alice.id].makeup_cards == 2
    db.session.rollback()
    assert verify.run(("checkin.stocks",))[0].drifts == ()


def test_a_ladder_whose_base_brings_cards_gives_them_to_everybody(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    publish(replace(ONE, perks=Perks(1000, 1)), TWO, actor_id=staff.id)
    lift(alice, 200)
    assert sweep() == 3
    assert (given(alice), given(bob), given(staff)) == ([2], [1], [1])
    assert sweep() == 0


def test_whoever_is_merged_within_the_month_gets_no_more_than_his_tier_brings(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    lift(alice, 600)
    lift(bob, 600)
    assert sweep() == 2
    identity.merge_members(alice.id, bob.id, cause=MergeCause.STAFF, actor_id=staff.id)
    settle()
    sweep()
    assert (cards(alice), cards(bob)) == (0, 2)
    assert sum(given(bob)) + sum(given(alice)) == 2
    assert verify.run(("checkin.stocks",))[0].drifts == ()


def test_two_workers_give_no_card_twice(app: Flask) -> None:
    members = [a_member(f"guest{n}") for n in range(4)]
    for each in members:
        grow(each.id, 600)
    clock.tick(timedelta(minutes=10))
    settle()
    gate = threading.Barrier(3)

    def work() -> None:
        with app.app_context():
            gate.wait()
            while service.give_perks():
                pass

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [given(each) for each in members] == [[1]] * 4


def test_the_page_says_what_the_tier_brings(alice: MemberRow, alice_client: Browser) -> None:
    page = alice_client.get("/checkin").get_data(as_text=True)
    assert "a month with your tier" not in page
    lift(alice, 2_100)
    page = alice_client.get("/checkin").get_data(as_text=True)
    assert "2 cards a month with your tier" in page
    sweep()
    assert "From your tier" in alice_client.get("/checkin/savers").get_data(as_text=True)


# --- the longest streak --------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "has_it"), [(2, False), (3, True)])
def test_a_new_badge_for_a_streak_reaches_who_kept_it_long_ago(
    alice: MemberRow, staff: MemberRow, days: int, *, has_it: bool
) -> None:
    for _ in range(days):
        service.check_in(alice.id)
        clock.tick(timedelta(days=1))
    clock.tick(timedelta(days=9))
    draft = BadgeDraft(
        "steady", "常来", "Steady", "", "", "flame", 1, BadgeKind.AUTOMATIC,
        Criterion(Standard.STREAK, 3),
    )  # fmt: skip
    badges.save_badge(draft, actor_id=staff.id, is_new=True)
    badges.set_badge_active("steady", is_active=True, actor_id=staff.id)
    while badge_earning.sweep_some():
        pass
    held = [row.badge.draft.key for row in badge_queries.badges_of(alice.id) if row.is_held]
    assert held == (["steady"] if has_it else [])
    assert clock.business_date() > date(2026, 9, 1)
