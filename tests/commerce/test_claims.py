"""Link an order: exactly its buyer can, guessing is counted, nothing is told of others' orders."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import service
from app.commerce.models import Order, OrderClaim
from app.commerce.queries.keys import tail_digest
from app.commerce.service import Claim
from app.commerce.types import (
    ChannelRow,
    ClaimOutcome,
    ClaimRefusal,
    ClaimRefusedError,
    ClaimState,
)
from app.identity import queries as identities
from app.identity import service as identity
from app.identity.models import IdentityConflict, MemberIdentity, MemberMerge
from app.identity.types import MemberRow, MemberState, SeedMember
from app.kernel import clock, limits
from app.kernel.db import db, use_case
from app.kernel.errors import DomainError, NotFoundError, TooManyError
from app.ledger import queries as ledger
from tests.factories.commerce import a_channel, an_order
from tests.factories.identity import Browser, a_member
from tests.factories.photos import a_file, a_picture
from tests.identity.merged import drifts

Counting = Callable[[], AbstractContextManager[list[str]]]
TAIL, PAID = "8001", 128_50


@use_case
def with_tail(number: str, channel: ChannelRow, tail: str = TAIL) -> None:
    db.session.execute(
        sa.update(Order)
        .where(Order.external_id == number)
        .values(tail_digest=tail_digest(channel.id, number, tail))
    )


@pytest.fixture
def shop(app: Flask) -> ChannelRow:
    """A channel with one order of a silent buyer, of 128.50, telephone …8001."""
    channel = a_channel(window=0)
    for number in ("A-1", "A-2"):
        an_order(number=number, channel=channel, buyer="b-1", lines=((None, 1, PAID),))
    with_tail("A-1", channel)
    return channel


def a_claim(shop: ChannelRow, number: str = "A-1", **other: Any) -> Claim:
    """Return a claim of an order whose figures fit, unless ``other`` says otherwise."""
    return Claim(**{"channel_id": shop.id, "external_id": number, "paid_minor": PAID,
                    "tail": TAIL, **other})  # fmt: skip


def claim(member: MemberRow, told: Claim, address: str = "10.0.0.1") -> Any:
    return service.claim_order(member.id, told, address=address)


def claims() -> list[tuple[ClaimState, str]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(OrderClaim).order_by(OrderClaim.id)).all()
    return [(row.state, row.external_id) for row in rows]


def owner_of(number: str) -> int:
    db.session.rollback()
    return db.session.scalars(sa.select(Order.member_id).where(Order.external_id == number)).one()


def test_who_knows_the_figures_gets_the_order_and_everything_of_its_buyer(
    shop: ChannelRow, alice: MemberRow
) -> None:
    done = claim(alice, a_claim(shop))
    assert (done.outcome, done.figures) == (ClaimOutcome.MATCHED, {"orders": 2, "points": 256})
    assert {owner_of("A-1"), owner_of("A-2")} == {alice.id}
    assert ledger.balance(alice.id).available + ledger.balance(alice.id).pending == 256
    assert claims() == [(ClaimState.MATCHED, "A-1")]
    assert claim(alice, a_claim(shop)).outcome is ClaimOutcome.OWN
    assert drifts() == []


@pytest.mark.parametrize(
    "wrong",
    [{"paid_minor": PAID + 1}, {"tail": "8002"}, {"external_id": "A-9"}, {"external_id": "A-2"}],
)
def test_whatever_is_wrong_the_answer_and_the_work_are_the_same(
    shop: ChannelRow, alice: MemberRow, wrong: dict[str, Any], count_statements: Counting
) -> None:
    told = a_claim(shop, **wrong)
    before = owner_of("A-1")
    with count_statements() as seen, pytest.raises(ClaimRefusedError) as refused:
        claim(alice, told)
    assert str(refused.value) == str(ClaimRefusedError())
    done = [statement.split()[0] for statement in seen]
    assert done == ["INSERT", "INSERT", "SELECT", "INSERT", "SELECT"]
    assert claims() == []
    assert owner_of("A-1") == before


@use_case
def print_number(number: str, printed: str) -> None:
    """Let letters call an order otherwise than its shop does."""
    renamed = sa.update(Order).where(Order.external_id == number).values(printed_number=printed)
    db.session.execute(renamed)


@pytest.mark.parametrize("typed", ["#1001", "1001"])
def test_the_number_on_the_letter_is_as_good_as_the_shops_own(
    shop: ChannelRow, alice: MemberRow, typed: str
) -> None:
    print_number("A-1", "#1001")
    assert claim(alice, a_claim(shop, typed)).outcome is ClaimOutcome.MATCHED
    assert owner_of("A-1") == alice.id
    assert drifts() == []


def test_all_numbers_of_an_order_share_its_few_tries(shop: ChannelRow) -> None:
    print_number("A-1", "#1001")
    for number, typed in enumerate(["1001", "#1001", "A-1", "1001", "#1001"]):
        with pytest.raises(ClaimRefusedError):
            claim(a_member(f"g{number}"), a_claim(shop, typed, tail="0000"), f"10.0.1.{number}")
    for typed in ("1001", "#1001", "A-1"):
        with pytest.raises(TooManyError):
            claim(a_member(f"late{typed}"), a_claim(shop, typed), "10.0.2.1")


def test_a_printed_number_of_two_orders_names_none_and_the_shops_own_goes_first(
    shop: ChannelRow, alice: MemberRow
) -> None:
    for number in ("A-1", "A-2"):
        print_number(number, "1001")
    with pytest.raises(ClaimRefusedError):
        claim(alice, a_claim(shop, "1001"))
    print_number("A-2", "A-1")
    assert claim(alice, a_claim(shop, "A-1")).outcome is ClaimOutcome.MATCHED


def test_guessing_ends_after_five_tries_of_an_order_for_ever(shop: ChannelRow) -> None:
    """Whoever tries, from wherever: also the right figures are refused afterwards."""
    for number in range(5):
        guesser = a_member(f"g{number}")
        with pytest.raises(ClaimRefusedError):
            claim(guesser, a_claim(shop, tail=f"{number:04}"), address=f"10.0.1.{number}")
    for days in (0, 1, 30, 400):
        clock.tick(timedelta(days=days))
        limits.prune()
        with pytest.raises(TooManyError):
            claim(a_member(f"late{days}"), a_claim(shop), address="10.0.2.1")
    assert identities.get_member(owner_of("A-1")).state is MemberState.SILENT


def test_a_member_and_an_address_have_tries_of_their_own(
    shop: ChannelRow, alice: MemberRow
) -> None:
    for number in range(10):
        with pytest.raises(ClaimRefusedError):
            claim(alice, a_claim(shop, f"Z-{number}"))
    with pytest.raises(TooManyError):
        claim(alice, a_claim(shop))
    clock.tick(timedelta(days=1))
    assert claim(alice, a_claim(shop)).outcome is ClaimOutcome.MATCHED


def at_once(app: Flask, works: list[Callable[[], Any]]) -> list[Any]:
    """Run every work in a thread of its own, begun together; return what came or was raised."""
    db.session.remove()
    gate = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        with app.app_context():
            gate.wait()
            try:
                return work()
            except DomainError as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def guessers(count: int) -> list[MemberRow]:
    return identity.seed_members([SeedMember(f"g{n}", clock.now()) for n in range(count)])


@pytest.mark.race
def test_sixty_four_guesses_at_once_are_five_tries(app: Flask, shop: ChannelRow) -> None:
    fans = guessers(64)

    def guess(number: int) -> Callable[[], Any]:
        told = a_claim(shop, tail=f"{number:04}")
        return lambda: claim(fans[number], told, address=f"10.1.0.{number}")

    results = at_once(app, [guess(number) for number in range(64)])
    tried = [result for result in results if isinstance(result, ClaimRefusedError)]
    assert len(tried) == 5
    assert sum(isinstance(result, TooManyError) for result in results) == 59


@pytest.mark.race
def test_sixty_four_who_all_know_it_are_one_owner(
    app: Flask, shop: ChannelRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the limit, so that all of them get through: one has it, the others are a question."""
    from app.commerce.service import claims as module

    monkeypatch.setattr(module, "PER_ORDER", limits.Limit("claim.order", 999, 86_400))
    fans = guessers(64)
    results = at_once(
        app,
        [lambda fan=fan: claim(fan, a_claim(shop), address=str(fan.id)) for fan in fans],  # type: ignore[misc]
    )
    outcomes = [result.outcome for result in results if not isinstance(result, DomainError)]
    assert outcomes.count(ClaimOutcome.MATCHED) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MemberMerge)) == 1
    assert drifts() == []


def test_an_order_of_a_member_who_signed_up_is_a_question_for_staff(
    shop: ChannelRow, alice: MemberRow, bob: MemberRow
) -> None:
    claim(alice, a_claim(shop))
    assert claim(bob, a_claim(shop)).outcome is ClaimOutcome.PENDING
    assert owner_of("A-1") == alice.id
    conflict = db.session.scalars(sa.select(IdentityConflict)).one()
    assert (conflict.member_id, conflict.other_id) == (alice.id, bob.id)
    assert claims() == [(ClaimState.MATCHED, "A-1"), (ClaimState.PENDING, "A-1")]


@pytest.mark.parametrize("second", ["j-9", "guest-0123456789abcdef"])
def test_a_buyer_of_several_shop_accounts_is_not_claimed_by_one_order(
    shop: ChannelRow, alice: MemberRow, second: str
) -> None:
    """The figures of one order say nothing of what came from elsewhere."""
    before = owner_of("A-1")
    _link_too(before, second)
    assert claim(alice, a_claim(shop)).outcome is ClaimOutcome.PENDING
    assert {owner_of("A-1"), owner_of("A-2")} == {before}
    conflict = db.session.scalars(sa.select(IdentityConflict)).one()
    assert (conflict.member_id, conflict.other_id) == (before, alice.id)
    assert claims() == [(ClaimState.PENDING, "A-1")]


@use_case
def _link_too(member_id: int, key: str) -> None:
    made = identity.create_silent_members([("jd", key)], at=clock.now())
    db.session.execute(
        sa.update(MemberIdentity)
        .where(MemberIdentity.member_id == made["jd", key])
        .values(member_id=member_id)
    )


def test_a_guest_is_not_claimed_by_an_order_that_anybody_could_have_placed_for_him(
    shop: ChannelRow, alice: MemberRow
) -> None:
    """His key is made of an address: Alice typed it into an order whose figures she knows."""
    for number in ("G-1", "G-2"):
        an_order(number=number, channel=shop, buyer="guest-0123456789abcdef",
                 lines=((None, 1, PAID),))  # fmt: skip
    with_tail("G-2", shop)
    before = owner_of("G-1")
    assert claim(alice, a_claim(shop, "G-2")).outcome is ClaimOutcome.PENDING
    assert {owner_of("G-1"), owner_of("G-2")} == {before}


def test_a_withdrawn_order_fits_no_claim(
    shop: ChannelRow, alice: MemberRow, staff: MemberRow, count_statements: Counting
) -> None:
    before = owner_of("A-1")
    _withdraw("A-1")
    with count_statements() as seen, pytest.raises(ClaimRefusedError):
        claim(alice, a_claim(shop))
    done = [statement.split()[0] for statement in seen]
    assert done == ["INSERT", "INSERT", "SELECT", "INSERT", "SELECT"]
    service.ask_staff(alice.id, shop.id, "A-1")
    code = db.session.scalars(sa.select(OrderClaim.code)).one()
    with pytest.raises(NotFoundError):
        service.match_claim(code, actor_id=staff.id)
    assert claims() == [(ClaimState.PENDING, "A-1")]
    assert owner_of("A-1") == before


@use_case
def _withdraw(number: str) -> None:
    db.session.execute(
        sa.update(Order).where(Order.external_id == number).values(withdrawn_at=clock.now())
    )


def test_a_claim_after_an_undone_merge_is_a_question_for_staff(
    shop: ChannelRow, alice: MemberRow, staff: MemberRow
) -> None:
    before = owner_of("A-1")
    claim(alice, a_claim(shop))
    merge_id = db.session.scalars(sa.select(MemberMerge.id)).one()
    identity.unmerge_members(merge_id, actor_id=staff.id)
    assert owner_of("A-1") == before
    assert claim(alice, a_claim(shop)).outcome is ClaimOutcome.PENDING
    assert owner_of("A-1") == before


# --- pages ---------------------------------------------------------------------------------------


def figures(shop: ChannelRow, **more: Any) -> dict[str, Any]:
    return {"channel": str(shop.id), "number": "A-1", "amount": "128.50", "tail": TAIL, **more}


def test_linking_through_the_page(shop: ChannelRow, alice_client: Browser) -> None:
    assert alice_client.get("/orders/link").status_code == 200
    done = alice_client.post("/orders/link", data=figures(shop, amount=" １２８.５０ "))
    assert (done.status_code, done.location) == (303, "/me/orders")
    page = alice_client.get("/me/orders").get_data(as_text=True)
    assert "2 orders linked, and 256 points with it." in page
    assert "Yours" in alice_client.get("/me/claims").get_data(as_text=True)


def test_nothing_typed_is_lost_and_nothing_is_told(shop: ChannelRow, alice_client: Browser) -> None:
    pages = [
        alice_client.post("/orders/link", data=figures(shop, **wrong))
        for wrong in ({"tail": "0000"}, {"number": "A-2"})
    ]
    assert [page.status_code for page in pages] == [422, 422]
    texts = [page.get_data(as_text=True) for page in pages]
    assert all("fit any order we can check by ourselves" in text for text in texts)
    assert 'value="128.50"' in texts[0]
    assert 'value="A-1"' in texts[0]
    assert texts[0].count("<p") == texts[1].count("<p")


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""}, {"amount": "much"}, {"amount": ""}, {"tail": ""}, {"tail": "12345"},
        {"channel": "77"}, {"channel": "x"}, {"number": "9" * 200}, {"amount": "-5"},
    ],
)  # fmt: skip
def test_bad_shapes_are_named_and_not_counted(
    shop: ChannelRow, alice_client: Browser, wrong: dict[str, str]
) -> None:
    assert alice_client.post("/orders/link", data=figures(shop, **wrong)).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(limits.LimitWindow)) == 0


def test_guests_sign_in_first(shop: ChannelRow, client: Browser) -> None:
    assert client.get("/orders/link").status_code in {302, 303, 401}
    assert client.get("/me/claims").status_code in {302, 303, 401}


def test_too_many_tries_answer_429_and_lead_to_the_team(
    shop: ChannelRow, alice_client: Browser
) -> None:
    for number in range(5):
        alice_client.post("/orders/link", data=figures(shop, tail=f"{number:04}"))
    refused = alice_client.post("/orders/link", data=figures(shop))
    assert refused.status_code == 429
    assert "picture of the receipt" in refused.get_data(as_text=True)
    assert int(refused.headers["Retry-After"]) > 0


def ask(client: Browser, shop: ChannelRow, **more: Any) -> Any:
    return client.post("/orders/link", data=figures(shop, number="A-2", ask="1", tail="", amount="",
                       **more), content_type="multipart/form-data")  # fmt: skip


def test_staff_match_a_claim_by_its_receipt(
    shop: ChannelRow, alice: MemberRow, alice_client: Browser, staff_client: Browser
) -> None:
    picture = (BytesIO(a_file(a_picture(320, 240)).read()), "receipt.png")
    assert ask(alice_client, shop, photo=picture).location == "/me/claims"
    assert "Being looked at" in alice_client.get("/me/claims").get_data(as_text=True)
    page = staff_client.get("/staff/claims").get_data(as_text=True)
    assert "A-2" in page
    assert "/media/" in page
    code = db.session.scalars(sa.select(OrderClaim.code)).one()
    assert staff_client.post(f"/staff/claims/{code}/match").status_code == 303
    assert owner_of("A-2") == alice.id
    assert claims() == [(ClaimState.MATCHED, "A-2")]
    assert staff_client.post(f"/staff/claims/{code}/match").status_code == 303
    assert drifts() == []


def test_staff_refuse_with_a_reason_and_the_member_may_claim_again(
    shop: ChannelRow, alice_client: Browser, staff_client: Browser
) -> None:
    ask(alice_client, shop)
    code = db.session.scalars(sa.select(OrderClaim.code)).one()
    assert staff_client.post(f"/staff/claims/{code}/refuse", data={}).status_code == 422
    reason = {"reason": ClaimRefusal.UNREADABLE.value}
    assert staff_client.post(f"/staff/claims/{code}/refuse", data=reason).status_code == 303
    assert claims() == [(ClaimState.REFUSED, "A-2")]
    assert "The picture can" in alice_client.get("/me/claims").get_data(as_text=True)
    ask(alice_client, shop)
    assert claims() == [(ClaimState.PENDING, "A-2")]


def test_a_claim_is_taken_back_by_its_member_only(
    shop: ChannelRow, alice_client: Browser, bob: MemberRow, app: Flask
) -> None:
    from tests.factories.identity import browser, sign_in

    ask(alice_client, shop)
    code = db.session.scalars(sa.select(OrderClaim.code)).one()
    bobs = sign_in(browser(app), bob)
    assert bobs.post(f"/me/claims/{code}/take-back").status_code == 404
    assert alice_client.post(f"/me/claims/{code}/take-back").status_code == 303
    assert claims() == [(ClaimState.TAKEN_BACK, "A-2")]
    assert alice_client.post(f"/me/claims/{code}/take-back").status_code == 409


def test_an_order_of_somebody_who_signed_up_goes_to_the_identity_desk(
    shop: ChannelRow, alice: MemberRow, bob: MemberRow, alice_client: Browser, staff_client: Browser
) -> None:
    claim(bob, a_claim(shop))
    ask(alice_client, shop)
    page = staff_client.get("/staff/claims").get_data(as_text=True)
    assert "/staff/identities/merge?" in page
    code = db.session.scalars(
        sa.select(OrderClaim.code).where(OrderClaim.member_id == alice.id)
    ).one()
    staff_client.post(f"/staff/claims/{code}/match")
    assert owner_of("A-2") == bob.id
    assert (ClaimState.PENDING, "A-2") in claims()


def test_nobody_decides_about_his_own_claim(
    shop: ChannelRow, staff: MemberRow, staff_client: Browser
) -> None:
    service.ask_staff(staff.id, shop.id, "A-2")
    code = db.session.scalars(sa.select(OrderClaim.code)).one()
    staff_client.post(f"/staff/claims/{code}/match")
    assert claims() == [(ClaimState.PENDING, "A-2")]


def test_pages_of_claims_cost_the_same_however_many(
    shop: ChannelRow, alice: MemberRow, alice_client: Browser, staff_client: Browser,
    count_statements: Counting,
) -> None:  # fmt: skip
    costs = []
    for count in (1, 30):
        for number in range(count):
            member = a_member(f"m{count}x{number}")
            service.ask_staff(member.id, shop.id, f"A-{number}")
        with count_statements() as staffs:
            staff_client.get("/staff/claims")
        with count_statements() as mine:
            alice_client.get("/me/claims")
        costs.append((len(staffs), len(mine)))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 8
