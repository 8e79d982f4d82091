"""Passwords: length counts, guessable ones are refused with the reason."""

import pytest
from argon2 import PasswordHasher
from flask import Flask

from app.identity import passwords
from app.identity.types import FieldError
from tests.factories.work import calls_of


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("1234567", "at least 8"),
        ("x" * 129, "at most 128"),
        ("password123", "first that others try"),
        ("Passw0rd!", "first that others try"),
        ("aaaaaaaaaaaa", "repeats"),
        ("abcdefghij", "counts up"),
        ("19900101", "date"),
        ("wangxiaomei1", "your name or contact"),
        ("mei.wang@example.com", "your name or contact"),
        ("13800138000", "your name or contact"),
    ],
)
def test_a_bad_password_is_refused_and_told_why(app: Flask, password: str, why: str) -> None:
    own = ["wangxiaomei", "mei.wang@example.com", "13800138000"]
    with (
        pytest.raises(FieldError) as refused,
        app.test_request_context(headers={"Accept-Language": "en"}),
    ):
        passwords.check_password(password, own)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert why in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        "seven-Ladles-of-broth",
        "purple elephant stairs",
        "火锅底料真好吃啊",
        "kq7zv3xw",
        "x7" + "ab9Q" * 31,
    ],
)
def test_a_long_or_random_one_is_fine_without_odd_signs(password: str) -> None:
    passwords.check_password(password, ["alice"])


def test_the_same_password_from_another_keyboard_fits() -> None:
    stored = passwords.hash_password("Ａe\u0301-seven-ladles")
    assert passwords.is_right(stored, "Aé-seven-ladles")
    assert not passwords.is_right(stored, "Ae-seven-ladles")


def test_a_hash_is_argon2id_of_owasps_size() -> None:
    stored = passwords.hash_password("seven-Ladles-of-broth")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.is_outdated(stored)


def test_judging_the_longest_password_is_little_work() -> None:
    longest = "Zq4" + "aB1!" * 31
    passwords.check_password(longest, [])  # reads its lists once
    assert calls_of(lambda: passwords.check_password(longest, [])) < 1_000_000


def test_saying_no_to_nobody_takes_the_same_work_as_to_somebody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counted, not timed: one verification of the same size, whoever is asked for."""
    stored = passwords.hash_password("seven-Ladles-of-broth")
    verified = list[str]()
    verify = PasswordHasher.verify

    def spy(self: PasswordHasher, hashed: str, password: str) -> bool:
        verified.append(hashed.rpartition("$")[0].rpartition("$")[0])
        return verify(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", spy)
    for hashed in (stored, None):
        assert not passwords.is_right(hashed, "not-This-one")
    assert verified == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2
