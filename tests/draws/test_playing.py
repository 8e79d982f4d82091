"""A try: what it takes, what it brings, what refuses it; nothing is taken for nothing."""

from datetime import timedelta

import pytest
from flask import Flask

from app.draws import queries, service
from app.draws.types import (
    DrawClosedError,
    Game,
    InsiderError,
    LimitReachedError,
    NotForYouError,
    OutOfHoursError,
    PaidBy,
    PriceChangedError,
    PrizeDraft,
    Rules,
    State,
)
from app.identity.types import MemberRow
from app.kernel import clock, goods
from app.kernel.goods import Giving, Thing
from app.kernel.i18n import in_locale
from app.ledger import queries as ledger
from app.ledger.types import InsufficientPointsError
from app.rewards.types import Delivery, VariantDraft
from tests.factories import mall
from tests.factories.draws import LOSING, SURE, a_draw, drifts, given, plays
from tests.ledger.book import earn

ONE_DAY = timedelta(days=1)


def points(member: MemberRow) -> int:
    return ledger.balance(member.id).available


def test_the_first_try_is_free_and_the_next_one_costs(alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING)
    earn(alice.id, 50)
    assert plays(alice, key="1", shown=PaidBy.FREE).points == 0
    assert plays(alice, key="2").points == 20
    assert points(alice) == 30
    assert drifts() == []


def test_a_form_sent_twice_is_one_try(alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING, free_per_day=0)
    earn(alice.id, 50)
    first, second = plays(alice, key="1"), plays(alice, key="1")
    assert (first.code, first.is_new, second.is_new) == (second.code, True, False)
    assert points(alice) == 30
    assert queries.get("autumn").play_count == 1


def test_a_prize_is_handed_over_with_the_try_and_the_draw_pauses_without_it(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=SURE)
    won = plays(alice)
    assert (won.prize, won.is_win) == ("pot", True)
    assert points(alice) == 500
    assert queries.get("autumn").state is State.PAUSED
    with in_locale("en"), pytest.raises(DrawClosedError, match="paused"):
        plays(bob)
    assert drifts() == []


def test_after_it_goes_on_a_gone_prize_falls_back_and_the_odds_stay(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=SURE)
    plays(alice)
    service.resume("autumn", actor_id=staff.id)
    lost = plays(bob)
    assert (lost.prize, lost.is_win) == ("thanks", False)
    play = queries.result("autumn", lost.code).play
    prizes = {prize.id: prize.code for prize in queries.prizes_of(play.draw_id)}
    assert (prizes[play.rolled_id], prizes[play.awarded_id]) == ("pot", "thanks")
    assert play.reason == "sold_out"
    assert queries.get("autumn").state is State.OPEN
    assert given() == {"pot": 1, "thanks": 1}
    assert drifts() == []


def test_without_points_nothing_happens(alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING, free_per_day=0)
    earn(alice.id, 19)
    with pytest.raises(InsufficientPointsError):
        plays(alice)
    assert points(alice) == 19
    assert queries.get("autumn").play_count == 0
    assert drifts() == []


def test_a_try_never_costs_more_than_was_shown(alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING)
    earn(alice.id, 50)
    plays(alice, key="1", shown=PaidBy.FREE)
    with pytest.raises(PriceChangedError):
        plays(alice, key="2", shown=PaidBy.FREE)
    assert points(alice) == 50


def test_limits_hold_by_day_and_by_person(alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING, cost_points=0, free_per_day=5, per_day=2, per_person=3)
    plays(alice, key="1")
    plays(alice, key="2")
    with pytest.raises(LimitReachedError):
        plays(alice, key="3")
    with clock.frozen(clock.now() + ONE_DAY):
        plays(alice, key="4")
        with pytest.raises(LimitReachedError):
            plays(alice, key="5")
    assert drifts() == []


def test_without_a_price_the_free_tries_are_all_there_are(
    alice: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=LOSING, cost_points=0)
    plays(alice, key="1")
    with in_locale("en"), pytest.raises(LimitReachedError, match="no free try"):
        plays(alice, key="2")


def test_it_is_open_in_its_period_and_its_hours_only(alice: MemberRow, staff: MemberRow) -> None:
    now = clock.now()
    a_draw(
        staff, prizes=LOSING, starts_at=now + ONE_DAY, ends_at=now + 2 * ONE_DAY,
        day_from=20 * 60, day_until=2 * 60,
    )  # fmt: skip
    with in_locale("en"), pytest.raises(DrawClosedError, match="not begun"):
        plays(alice)
    with clock.frozen(now + ONE_DAY), pytest.raises(OutOfHoursError):
        plays(alice)
    with clock.frozen(now + ONE_DAY + timedelta(hours=9)):
        assert plays(alice).is_new
    with (
        clock.frozen(now + 2 * ONE_DAY),
        in_locale("en"),
        pytest.raises(DrawClosedError, match="over"),
    ):
        plays(alice, key="2")


def test_a_draw_is_for_its_audience_and_never_for_insiders(
    alice: MemberRow, operator: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=LOSING, audience="tier:gold")
    with pytest.raises(NotForYouError):
        plays(alice)
    with pytest.raises(InsiderError):
        plays(operator)


def test_after_closing_nobody_plays_and_seeds_are_out(alice: MemberRow, staff: MemberRow) -> None:
    draw_id = a_draw(staff, prizes=LOSING)
    plays(alice)
    assert service.close("autumn", actor_id=staff.id)
    assert not service.close("autumn", actor_id=staff.id)
    with pytest.raises(DrawClosedError):
        plays(alice, key="2")
    assert all(epoch.seed_hex for epoch in queries.epochs_of(draw_id))
    assert drifts() == []


def test_a_period_that_is_over_closes_by_itself(alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING)
    assert service.close_due() == 0
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert (service.close_due(), service.close_due()) == (1, 0)
    assert queries.get("autumn").state is State.CLOSED


# --- guarantee, budget, tickets ------------------------------------------------------------------


def test_after_so_many_tries_without_a_prize_the_next_one_wins(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_draw(
        staff, prizes=LOSING, free_per_day=9,
        guaranteed_after=2, guaranteed_code="small",
    )  # fmt: skip
    plays(bob, key="b")
    got = [plays(alice, key=str(n)).prize for n in range(6)]
    assert got == ["thanks", "thanks", "small"] * 2
    assert drifts() == []


def test_beyond_the_budget_the_fallback_stands_in_and_the_draw_pauses(
    alice: MemberRow, staff: MemberRow
) -> None:
    dear = PrizeDraft(
        "dear", "底料", "Broth", Thing("points", "5"), value_minor=100, stock=9,
        odds_ppm=1_000_000, fallback="thanks",
    )  # fmt: skip
    prizes = (dear, PrizeDraft("thanks", "谢谢参与", "Thank you"))
    a_draw(staff, prizes=prizes, budget_minor=150, free_per_day=9)
    assert [plays(alice, key=str(n)).prize for n in range(2)] == ["dear", "thanks"]
    draw = queries.get("autumn")
    assert (draw.state, draw.paused_because, draw.spent_minor) == (State.PAUSED, "budget", 100)
    assert drifts() == []


def test_a_ticket_is_a_free_try_given_once(alice: MemberRow, staff: MemberRow) -> None:
    draw_id = a_draw(staff, prizes=LOSING, free_per_day=0)
    gift = Giving(member_id=alice.id, ref=str(draw_id), key="test:1", count=2)
    assert goods.give("ticket", gift).is_new
    assert not goods.give("ticket", gift).is_new
    assert [plays(alice, key=str(n), shown=PaidBy.TICKET).points for n in range(2)] == [0, 0]
    assert not goods.take_back("ticket", "test:1")
    with pytest.raises(PriceChangedError):
        plays(alice, key="9", shown=PaidBy.TICKET)
    assert drifts() == []


def test_an_unused_ticket_can_be_taken_back(alice: MemberRow, staff: MemberRow) -> None:
    draw_id = a_draw(staff, prizes=LOSING, free_per_day=0)
    goods.give("ticket", Giving(member_id=alice.id, ref=str(draw_id), key="test:1"))
    assert goods.take_back("ticket", "test:1")
    assert not goods.take_back("ticket", "test:1")
    with pytest.raises(PriceChangedError):
        plays(alice, shown=PaidBy.TICKET)


def test_bought_tickets_that_nobody_used_are_paid_back_when_the_draw_is_over(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    draw_id = a_draw(staff, prizes=LOSING, free_per_day=0)
    kinds = [VariantDraft(code="one", is_endless=True)]
    mall.an_item("try", delivery=Delivery.GOODS, goods=f"ticket:{draw_id}", variants=kinds)
    for member in (alice, bob):
        earn(member.id, 100)
        mall.buy(member.id, "try", address=None)
    present = Giving(member_id=alice.id, ref=str(draw_id), key="test:1")
    goods.give("ticket", present)
    plays(bob, shown=PaidBy.TICKET)
    assert service.pay_back_unused() == 0
    service.close("autumn", actor_id=staff.id)
    assert service.pay_back_unused() == 1
    assert service.pay_back_unused() == 0
    assert [ledger.balance(each.id).available for each in (alice, bob)] == [100, 0]
    assert sorted(mall.states()) == ["done", "refunded"]
    assert drifts() == []


def test_of_several_bought_tickets_the_unused_ones_are_paid_back_exactly(
    alice: MemberRow, staff: MemberRow
) -> None:
    draw_id = a_draw(staff, prizes=LOSING, free_per_day=0)
    kinds = [VariantDraft(code="one", initial=5)]
    mall.an_item("try", delivery=Delivery.GOODS, goods=f"ticket:{draw_id}", variants=kinds)
    earn(alice.id, 300)
    mall.buy(alice.id, "try", address=None, count=3, seen_points=300)
    plays(alice, shown=PaidBy.TICKET)
    assert service.pay_back_unused() == 0
    service.close("autumn", actor_id=staff.id)
    assert service.pay_back_unused() == 1
    assert service.pay_back_unused() == 0
    assert (ledger.balance(alice.id).available, mall.stock_of("try")) == (200, 4)
    assert mall.states() == ["done"]
    assert drifts() == []


def test_tickets_of_a_draw_that_is_called_off_wait_until_its_tries_are_undone(
    alice: MemberRow, staff: MemberRow
) -> None:
    draw_id = a_draw(staff, prizes=LOSING, free_per_day=0)
    kinds = [VariantDraft(code="one", is_endless=True)]
    mall.an_item("try", delivery=Delivery.GOODS, goods=f"ticket:{draw_id}", variants=kinds)
    earn(alice.id, 300)
    mall.buy(alice.id, "try", address=None, count=3, seen_points=300)
    plays(alice, shown=PaidBy.TICKET)
    service.cancel("autumn", actor_id=staff.id)
    service.pay_back_unused()
    while service.refund_some():
        pass
    service.pay_back_unused()
    assert ledger.balance(alice.id).available == 300
    assert mall.states() == ["refunded"]
    assert drifts() == []


# --- seeds ---------------------------------------------------------------------------------------


def test_a_new_day_begins_a_new_seed_and_the_old_one_comes_out(
    alice: MemberRow, staff: MemberRow
) -> None:
    draw_id = a_draw(staff, prizes=LOSING)
    committed = {epoch.number: epoch.commitment for epoch in queries.epochs_of(draw_id)}
    plays(alice)
    assert service.reveal_ended() == 0
    with clock.frozen(clock.now() + ONE_DAY):
        plays(alice, key="2")
        assert service.reveal_ended() == 1
    epochs = {epoch.number: epoch for epoch in queries.epochs_of(draw_id)}
    assert {number: epochs[number].commitment for number in committed} == committed
    assert [bool(epochs[n].seed_hex) for n in (1, 2, 3)] == [True, False, False]
    assert [epochs[n].next_nonce for n in (1, 2, 3)] == [1, 1, 0]
    assert drifts() == []


def test_a_seed_is_used_so_many_times_only(alice: MemberRow, staff: MemberRow) -> None:
    draw_id = a_draw(staff, prizes=LOSING, free_per_day=9, rules=Rules(epoch_plays=2))
    for n in range(5):
        plays(alice, key=str(n))
    counted = [epoch.next_nonce for epoch in queries.epochs_of(draw_id)]
    assert counted == [0, 1, 2, 2]
    assert drifts() == []


# --- calling off ---------------------------------------------------------------------------------


def test_calling_off_pays_back_what_brought_nothing_once(
    app: Flask, alice: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=LOSING, free_per_day=1)
    earn(alice.id, 100)
    for n in range(4):
        plays(alice, key=str(n))
    assert points(alice) == 40
    service.cancel("autumn", actor_id=staff.id)
    assert service.refund_some() == 3
    assert service.refund_some() == 0
    assert points(alice) == 100
    assert queries.get("autumn").settled_at is not None
    assert drifts() == []


def test_calling_off_takes_no_prize_back(alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=SURE, free_per_day=0)
    earn(alice.id, 20)
    plays(alice)
    service.cancel("autumn", actor_id=staff.id)
    while service.refund_some():
        pass
    assert points(alice) == 500


def test_games_of_lists_are_not_played(alice: MemberRow, staff: MemberRow) -> None:
    prize = PrizeDraft("a", "锅", "Pot", Thing("points", "5"), value_minor=5, stock=1)
    a_draw(staff, prizes=(prize,), game=Game.ENTRIES)
    with pytest.raises(DrawClosedError):
        plays(alice)
