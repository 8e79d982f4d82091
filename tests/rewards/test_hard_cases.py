"""Prizes that are gone, lots of people who left, drops that change: nothing twice, nothing lost."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.draws import service as draws
from app.draws.types import EntrySource, Game, PaidBy, PrizeDraft
from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause, SeedMember
from app.kernel import clock
from app.kernel.db import db
from app.kernel.goods import Thing
from app.ledger import queries as balances
from app.ledger import service as ledger
from app.rewards import service
from app.rewards.models import ENTRY, ORDER
from app.rewards.service import lots
from app.rewards.types import CatalogueError, Delivery, Drop, Entry, VariantDraft
from tests.conftest import NOON
from tests.factories import mall
from tests.factories.draws import LOSING, a_draw, plays
from tests.factories.identity import a_member
from tests.ledger import book as ledger_book
from tests.ledger.book import earn

DAY = timedelta(days=1)


def has(member: MemberRow) -> tuple[int, int]:
    """Return what a member can spend, and what is set aside."""
    found = balances.balance(member.id)
    return found.available, found.held


def a_drop(slug: str = "mug", **more: Any) -> int:
    given = {"opens_at": NOON, "draws_at": NOON + DAY, "stock": 2, "limit_each": 1, **more}
    return mall.an_item(slug, drop=Drop.LOTS, **given)


def enters(member: MemberRow, slug: str = "mug") -> None:
    earn(member.id, 100)
    service.enter(member.id, slug, None, seen_points=100)


def settle() -> None:
    with clock.frozen(NOON + DAY):
        while service.draw_due():
            pass


def parcels(*wanted: tuple[str, int, str]) -> tuple[PrizeDraft, ...]:
    """Return parcel prizes: (item, stock in the mall, fallback); the first one is always rolled."""
    return (
        *(
            PrizeDraft(
                slug, slug, slug.title(),
                Thing("item", str(mall.variant_id(mall.an_item(slug, stock=stock)))),
                value_minor=10, stock=5, odds_ppm=0 if number else 1_000_000, fallback=fallback,
            )
            for number, (slug, stock, fallback) in enumerate(wanted)
        ),
        PrizeDraft("thanks", "谢谢", "Thanks", odds_ppm=0),
    )  # fmt: skip


def test_a_parcel_prize_that_is_gone_leaves_no_order(alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=parcels(("mug", 0, "thanks")))
    assert not plays(alice).is_win
    assert mall.states() == []


def test_the_fallback_of_a_parcel_that_is_gone_is_the_one_that_comes(
    alice: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=parcels(("pot", 0, "cup"), ("cup", 9, "thanks")))
    assert plays(alice).prize == "cup"
    assert mall.stock_of("cup") == 8
    assert db.session.scalars(sa.select(ORDER.c.name_en)).all() == ["Cup"]


def test_a_listed_parcel_that_is_gone_leaves_no_order(alice: MemberRow, staff: MemberRow) -> None:
    variant = mall.variant_id(mall.an_item(stock=0))
    prize = PrizeDraft("mug", "杯", "Mug", Thing("item", str(variant)), value_minor=10, stock=1)
    a_draw(staff, prizes=(prize,), game=Game.ENTRIES)
    draws.freeze("autumn", draws.Source(EntrySource.AUDIENCE), actor_id=staff.id)
    draws.close("autumn", actor_id=staff.id)
    assert draws.draw_list("autumn", actor_id=staff.id) == 1
    draws.hand_over_some()
    assert mall.states() == []


def test_a_ticket_of_a_draw_that_is_called_off_is_whole_again(
    alice: MemberRow, staff: MemberRow
) -> None:
    draw_id = a_draw(staff, prizes=LOSING, free_per_day=0)
    earn(alice.id, 100)
    mall.an_item("ticket", delivery=Delivery.GOODS, goods=f"ticket:{draw_id}")
    order = mall.buy(alice.id, "ticket", address=None)
    plays(alice, shown=PaidBy.TICKET)
    draws.cancel("autumn", actor_id=staff.id)
    while draws.refund_some():
        pass
    service.refund(order.code, actor_id=staff.id)
    assert has(alice) == (100, 0)


def test_one_winner_who_can_not_pay_holds_nobody_up(alice: MemberRow, bob: MemberRow) -> None:
    a_drop("mug")
    a_drop("cup")
    enters(alice, "mug")
    enters(bob, "cup")
    ledger.freeze(alice.id)
    settle()
    assert has(bob) == (0, 0)
    assert len(mall.states()) == 1


def test_a_kind_that_is_given_up_pays_its_tickets_back(alice: MemberRow, bob: MemberRow) -> None:
    a_drop("mug")
    a_drop("cup")
    enters(alice, "mug")
    enters(bob, "cup")
    kinds = [VariantDraft(code="one", is_retired=True), VariantDraft(code="two", initial=3)]
    same: dict[str, Any] = {
        "drop": Drop.LOTS,
        "opens_at": NOON,
        "draws_at": NOON + DAY,
        "limit_each": 1,
    }
    service.save_item(mall.a_draft("mug", variants=kinds, **same), actor_id=None, version=1)
    settle()
    assert (has(alice), has(bob)) == ((100, 0), (0, 0))


def test_points_that_came_back_by_themselves_stop_nobody_from_leaving(alice: MemberRow) -> None:
    a_drop()
    enters(alice)
    with clock.frozen(NOON + 10 * DAY):
        ledger.release_expired_holds()
        service.withdraw_all_of(alice.id)
    assert has(alice) == (100, 0)


@pytest.mark.parametrize(
    "changed", [{}, {"drop": Drop.LOTS, "opens_at": NOON, "draws_at": NOON + 20 * DAY}]
)
def test_a_drop_stays_as_it_is_while_there_are_tickets(
    alice: MemberRow, changed: dict[str, Any]
) -> None:
    a_drop()
    enters(alice)
    with pytest.raises(CatalogueError):
        service.save_item(mall.a_draft("mug", **changed), actor_id=None, version=1)
    assert service.withdraw(alice.id, "mug")


def test_one_person_wins_once_however_many_of_his_accounts_had_entered(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    """Both are merged before the draw; the piece that was his second goes to somebody else."""
    carol = a_member("carol")
    a_drop()
    for each in (alice, bob, carol):
        enters(each)
    identity.merge_members(bob.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    settle()
    owners = db.session.scalars(sa.select(ORDER.c.member_id)).all()
    assert sorted(owners) == sorted([alice.id, carol.id])
    assert has(alice) == (100, 0)
    assert has(carol) == (0, 0)
    assert mall.stock_of() == 0


def test_a_key_chosen_alike_in_two_accounts_follows_in_a_merge(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    earn(alice.id, 300)
    earn(bob.id, 100)
    mall.an_item()
    basket = mall.a_basket(request_key="the-very-same-key-0001")
    his, hers = service.buy(bob.id, basket), service.buy(alice.id, basket)
    assert his.code != hers.code
    merged = identity.merge_members(bob.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    owners = db.session.scalars(sa.select(ORDER.c.member_id)).all()
    assert set(owners) == {alice.id}
    again = service.buy(alice.id, basket)
    assert (again.code, again.is_new) == (hers.code, False)
    identity.unmerge_members(merged.id, actor_id=staff.id)
    assert set(db.session.scalars(sa.select(ORDER.c.member_id))) == {alice.id, bob.id}


def test_points_that_lapse_while_lots_are_awaited_come_back_to_who_did_not_win(
    alice: MemberRow, bob: MemberRow
) -> None:
    a_drop(stock=1)
    for each in (alice, bob):
        ledger_book.earn(each.id, 100, expires_on=clock.business_date(NOON))
        service.enter(each.id, "mug", None, seen_points=100)
    settle()
    assert sorted([has(alice), has(bob)]) == [(0, 0), (100, 0)]
    with clock.frozen(NOON + 40 * DAY):
        ledger.expire_due()
        assert [has(alice), has(bob)] == [(0, 0), (0, 0)]


@pytest.mark.parametrize(
    "many", [3, pytest.param(40_000, marks=pytest.mark.long, id="more than a driver binds")]
)
def test_lots_are_drawn_among_any_number(app: Flask, many: int) -> None:
    """The entrants are seeded row by row: what is tried is the drawing of very many."""
    kinds = [VariantDraft(code="one", is_endless=True)]
    item_id = mall.an_item(drop=Drop.LOTS, opens_at=NOON, draws_at=NOON + DAY, variants=kinds)
    people = identity.seed_members([SeedMember(f"fan{n}", clock.now()) for n in range(many)])
    rows = [
        {
            "id": each.id, "code": f"{n:016d}", "item_id": item_id, "member_id": each.id,
            "variant_id": mall.variant_id(item_id), "state": Entry.WAITING, "points": 0,
            "at": clock.now(), "turn": 1,
        }
        for n, each in enumerate(people)
    ]  # fmt: skip
    db.session.execute(sa.insert(ENTRY), rows)
    db.session.commit()
    with clock.frozen(NOON + DAY):
        assert lots._draw(item_id)
    won = sa.select(sa.func.count()).select_from(ENTRY).where(ENTRY.c.state == Entry.WON)
    assert db.session.scalar(won) == many


@pytest.mark.race
@pytest.mark.parametrize("act", ["withdraw", "enter"])
def test_lots_are_drawn_before_or_after_an_entry_never_within(
    app: Flask, alice: MemberRow, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite writes one after the other")
    item_id = a_drop()
    earn(alice.id, 100)
    if act == "withdraw":
        service.enter(alice.id, "mug", None, seen_points=100)
    place = "_end" if act == "withdraw" else "_write"
    real, drawing = getattr(lots, place), list[threading.Thread]()

    def draw() -> None:
        with app.app_context():
            lots._draw(item_id)
            db.session.remove()

    def meanwhile(*given: Any) -> None:
        drawing.append(threading.Thread(target=draw))
        drawing[0].start()
        drawing[0].join(1)
        real(*given)

    monkeypatch.setattr(lots, place, meanwhile)
    db.session.rollback()
    if act == "withdraw":
        service.withdraw(alice.id, "mug")
    else:
        service.enter(alice.id, "mug", None, seen_points=100)
    monkeypatch.setattr(lots, place, real)
    drawing[0].join()
    settle()
    waiting = db.session.scalar(sa.select(sa.func.count()).where(ENTRY.c.hold_id.is_not(None)))
    assert waiting is not None
    if act == "withdraw":
        assert (has(alice), mall.states()) == ((100, 0), [])
    else:
        assert has(alice) == (100, 0) or mall.states()
