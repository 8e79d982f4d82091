"""A proved contact brings its earlier orders home, and the page says so."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce.models import Order
from app.identity import queries, service
from app.identity.models import IdentityConflict
from app.identity.types import Buyer, MemberRow, MemberState
from app.kernel import clock
from app.kernel.db import db
from app.ledger import queries as ledger
from tests.factories.commerce import a_channel, an_order
from tests.factories.identity import Browser, a_member, letters
from tests.identity.merged import drifts

PHONE, OTHER_PHONE = "13800138001", "13900139002"
GUEST = "guest-0123456789abcdef"  # made of the address, as adapters do


def buyer(key: str, phone: str = "", email: str = "") -> int:
    return service.resolve_buyers("tmall", [Buyer(key, phone, email)], at=clock.now())[key]


def orders(member_id: int, *numbers: str, minor: int = 71_00) -> None:
    for number in numbers:
        an_order(member_id, number=number, channel=a_channel(window=0), lines=((None, 1, minor),))


def sign_up(app: Flask, client: Browser, contact: str = "lin@example.com") -> str:
    client.get("/signup")
    sent = client.post(
        "/signup",
        data={
            "contact": contact,
            "name": "Lin",
            "password": "seven-Ladles-of-broth",
            "consent": "y",
        },
    )
    assert sent.status_code == 303
    client.get(sent.location)
    done = client.post(sent.location, data={"code": letters(app, contact)[-1].code})
    assert done.status_code == 303
    return client.get("/me").get_data(as_text=True)


def test_sign_up_by_the_contact_of_earlier_orders_makes_them_his(
    app: Flask, client: Browser
) -> None:
    one, two = buyer("b-1", "", "lin@example.com"), buyer("b-2", "", "Lin@Example.com")
    assert one != two
    orders(one, "A-1", "A-2")
    orders(two, "A-3")
    page = sign_up(app, client)
    assert "3 earlier orders and 213 points are now yours." in page
    member_id = db.session.scalar(sa.select(Order.member_id).where(Order.external_id == "A-1"))
    assert member_id is not None
    assert queries.get_member(member_id).state is MemberState.ACTIVE
    assert ledger.balance(member_id).available + ledger.balance(member_id).pending == 213
    assert drifts() == []


def test_who_had_bought_nothing_is_told_nothing(app: Flask, client: Browser) -> None:
    assert "now yours" not in sign_up(app, client)


def test_an_added_contact_brings_its_orders_too(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    orders(buyer("b-1", PHONE), "A-1")
    sent = alice_client.post(
        "/settings/account/contacts/add",
        data={"contact": PHONE, "current": "seven-Ladles-of-broth"},
    )
    code = letters(app, "+8613800138001")[-1].code
    alice_client.post(sent.location, data={"code": code})
    page = alice_client.get("/settings/account").get_data(as_text=True)
    assert "1 earlier order and 71 points are now yours." in page
    assert db.session.scalar(sa.select(Order.member_id)) == alice.id


def add_phone(app: Flask, client: Browser, phone: str = PHONE) -> None:
    sent = client.post(
        "/settings/account/contacts/add",
        data={"contact": phone, "current": "seven-Ladles-of-broth"},
    )
    client.post(sent.location, data={"code": letters(app, f"+86{phone}")[-1].code})


def owner_of(number: str) -> int | None:
    db.session.rollback()
    return db.session.scalar(sa.select(Order.member_id).where(Order.external_id == number))


@pytest.mark.parametrize("key", ["thief", "b-1", GUEST])
def test_a_victims_contact_in_an_order_of_ones_own_brings_nothing_of_the_victim(
    app: Flask, alice: MemberRow, alice_client: Browser, key: str
) -> None:
    """Alice orders with the victim's address and her own telephone, then proves the telephone."""
    victim = buyer(GUEST if key == GUEST else "b-1", OTHER_PHONE, "victim@example.com")
    orders(victim, "A-1")
    thief = buyer(key, PHONE, "victim@example.com")
    orders(thief, "A-2")
    add_phone(app, alice_client)
    assert owner_of("A-1") == victim
    assert owner_of("A-2") == (alice.id if key == "thief" else victim)


def test_a_guests_order_with_another_telephone_waits_for_staff(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    """The victim's orders name no telephone at all, so nothing but the key speaks against it."""
    victim = buyer(GUEST, "", "victim@example.com")
    orders(victim, "A-1")
    assert buyer(GUEST, PHONE, "victim@example.com") == victim
    add_phone(app, alice_client)
    assert owner_of("A-1") == victim
    conflict = db.session.scalars(sa.select(IdentityConflict)).one()
    assert (conflict.member_id, conflict.other_id) == (victim, alice.id)


def test_a_guest_comes_home_by_the_address_his_key_is_made_of(app: Flask, client: Browser) -> None:
    orders(buyer(GUEST, PHONE, "lin@example.com"), "A-1")
    assert "1 earlier order and 71 points are now yours." in sign_up(app, client)


def test_a_buyer_with_two_telephones_is_left_to_staff(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    silent = buyer("b-1", OTHER_PHONE)
    assert buyer("b-1", PHONE) == silent
    orders(silent, "A-1")
    add_phone(app, alice_client)
    assert owner_of("A-1") == silent
    assert db.session.scalars(sa.select(IdentityConflict)).one().member_id == silent


def test_a_buyer_with_somebody_elses_proved_contact_is_left_to_staff(
    app: Flask, client: Browser
) -> None:
    a_member("olga")
    silent = buyer("b-1", PHONE)  # then Olga's address is proved, and stands in his orders too
    buyer("b-1", PHONE, "lin@example.com")
    db.session.execute(
        sa.text("UPDATE identity_clue SET digest = :d WHERE kind = 'phone'"), {"d": _olga()}
    )
    db.session.commit()
    orders(silent, "A-1")
    assert "now yours" not in sign_up(app, client)
    assert db.session.scalar(sa.select(Order.member_id)) == silent
    conflict = db.session.scalars(sa.select(IdentityConflict)).one()
    assert conflict.member_id == silent


def _olga() -> str:
    from app.kernel import contacts

    return contacts.digest(contacts.parse("olga@example.com"))


def test_an_unlinked_account_is_not_brought_home(app: Flask, alice: MemberRow) -> None:
    key = buyer("b-1", "", "alice@example.com")
    assert key == alice.id
    service.unlink_identity(alice.id, queries.identities_of(alice.id)[0].id)
    later = buyer("b-1", "", "alice@example.com")
    assert later != alice.id
    assert queries.get_member(later).state is MemberState.SILENT
