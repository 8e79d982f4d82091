"""E-mail addresses and mobile numbers have one written form."""

import pytest
from flask import Flask

from app.kernel import clock, contacts
from app.kernel.contacts import ContactError, ContactKind


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        (" Mei.Li@Example.COM ", ContactKind.EMAIL, "mei.li@example.com"),
        ("mei＠example.com", ContactKind.EMAIL, "mei@example.com"),
        ("mei@例子.中国", ContactKind.EMAIL, "mei@xn--fsqu00a.xn--fiqs8s"),
        ("138 0013 8000", ContactKind.PHONE, "+8613800138000"),
        ("１３８００１３８０００", ContactKind.PHONE, "+8613800138000"),
        ("+86 138-0013-8000", ContactKind.PHONE, "+8613800138000"),
        ("+44 7400 123456", ContactKind.PHONE, "+447400123456"),
    ],
)
def test_what_is_typed_becomes_one_form(typed: str, kind: ContactKind, value: str) -> None:
    found = contacts.parse(typed)
    assert (found.kind, found.value) == (kind, value)


@pytest.mark.parametrize(
    "typed",
    ["", "mei", "mei@", "@example.com", "a b@example.com", "mei@localhost", "a@b@c.com", "12345",
     "+86 1", "99999999999999999999", "1" * 500, "mei@example.com\nbcc: x@y.z", "李@example.com",
     '"a b"@example.com', "a@[127.0.0.1]"],
)  # fmt: skip
def test_what_can_not_be_reached_is_refused(typed: str) -> None:
    with pytest.raises(ContactError):
        contacts.parse(typed)


def test_a_number_without_country_belongs_to_the_brands_time_zone() -> None:
    clock.set_zone("Europe/Berlin")
    assert contacts.parse("0151 23456789").value == "+4915123456789"


@pytest.mark.parametrize(
    ("typed", "masked"),
    [("mei@example.com", "m***@example.com"), ("13800138000", "+86138****8000")],
)
def test_a_mask_shows_enough_to_know_it_and_too_little_to_use_it(typed: str, masked: str) -> None:
    shown = contacts.parse(typed).masked
    assert shown.startswith(masked[:1])
    assert shown.endswith(masked[-4:])
    assert "***" in shown
    assert len(set(contacts.parse(typed).value) & set(shown)) < len(typed)


def test_the_digest_needs_the_secret(app: Flask) -> None:
    contact = contacts.parse("mei@example.com")
    first = contacts.digest(contact)
    assert first == contacts.digest(contacts.parse("MEI@example.com"))
    assert first != contacts.digest(contacts.parse("lee@example.com"))
    old = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = "another-secret-that-only-the-tests-know-42"
    try:
        assert contacts.digest(contact) != first
    finally:
        app.config["SECRET_KEY"] = old
