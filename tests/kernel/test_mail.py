"""Letters are written with the act, sent afterwards, and then forgotten."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.kernel import clock, contacts, mail
from app.kernel.db import db, use_case
from tests.factories.identity import letters

MEI = contacts.parse("mei@example.com")
PHONE = contacts.parse("13800138000")


@use_case
def _write(to: contacts.Contact = MEI, locale: str = "en", **more: Any) -> None:
    mail.write(to, "reset_code", locale=locale, name="Mei", code="123456", minutes=10, **more)


def _waiting() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(mail.OutboundMessage)) or 0


def test_a_letter_goes_out_once_and_nothing_of_it_is_kept(app: Flask) -> None:
    _write()
    assert _waiting() == 1
    assert mail.send_due() == 1
    assert mail.send_due() == 0
    assert _waiting() == 0
    letter = letters(app)[0]
    assert letter.to == "mei@example.com"
    assert letter.subject == "123456 resets your password"
    assert letter.body.startswith("Hello Mei,")
    assert letter.code == "123456"


def test_a_short_message_is_one_line_in_the_brands_name(app: Flask) -> None:
    _write(PHONE)
    message = letters(app)[0]
    assert message.to == "+8613800138000"
    assert message.body.startswith(app.config["BRAND"].name)
    assert "\n" not in message.body


def test_the_address_that_stops_a_letter_stands_whole_in_its_head(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = app.config["POTLUCK"]
    monkeypatch.setitem(app.config, "POTLUCK", replace(config, mail_url=f"file://{tmp_path}"))
    path = f"/notices/stop/{'token-' * 40}"
    _write(unsubscribe_path=path)
    assert mail.send_due() == 1
    (file,) = tmp_path.glob("*.eml")
    line = f"List-Unsubscribe: <{config.base_url}{path}>".encode()
    assert line in file.read_bytes().splitlines(), "mail programs read no encoded address"


def test_nothing_goes_out_for_an_act_that_failed(app: Flask) -> None:
    @use_case
    def fails() -> None:
        _write()
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        fails()
    assert letters(app) == []


def test_a_code_that_is_too_old_is_not_sent_any_more(app: Flask) -> None:
    _write(expires_at=clock.now() + timedelta(minutes=10))
    clock.tick(timedelta(minutes=10))
    assert mail.send_due() == 0
    assert mail.prune() == 1
    assert _waiting() == 0


def test_a_mail_server_that_is_away_is_tried_again_later_and_six_times_at_most(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def away(message: mail.Message, _url: object) -> None:
        tried.append(message.id)
        raise ConnectionRefusedError

    monkeypatch.setitem(mail._BACKENDS, "file", away)
    _write()
    for _ in range(50):
        mail.send_due()
        clock.tick(timedelta(minutes=30))
    assert len(tried) == 6
    assert _waiting() == 1
    clock.tick(timedelta(days=7))
    assert mail.prune() == 1


def test_a_letter_whose_worker_died_comes_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(_message: mail.Message, _url: object) -> None:
        raise KeyboardInterrupt

    _write()
    with monkeypatch.context() as patched:
        patched.setitem(mail._BACKENDS, "file", dies)
        with pytest.raises(KeyboardInterrupt):
            mail.send_due()
    assert mail.send_due() == 0  # somebody may still be at it
    clock.tick(timedelta(minutes=1))
    assert mail.send_due() == 1


def test_letters_speak_the_readers_language(app: Flask) -> None:
    _write(locale="en")
    _write(locale="zh_Hans_CN")
    first, second = letters(app)
    assert first.subject == "123456 resets your password"
    assert "123456" in second.subject


class FakeServer:
    """What smtplib offers, written down."""

    said: list[object]

    def __init__(self, host: str, port: int, **_options: object) -> None:
        FakeServer.said = [(host, port)]

    def __enter__(self) -> "FakeServer":
        return self

    def __exit__(self, *_: object) -> None:
        FakeServer.said.append("quit")

    def starttls(self, **_: object) -> None:
        FakeServer.said.append("tls")

    def login(self, user: str, password: str) -> None:
        FakeServer.said.append((user, password))

    def send_message(self, letter: EmailMessage) -> None:
        FakeServer.said.append(letter["To"])


@contextmanager
def _mail_url(app: Flask, url: str) -> Iterator[None]:
    from dataclasses import replace

    config = app.config["POTLUCK"]
    app.config["POTLUCK"] = replace(config, mail_url=url)
    try:
        yield
    finally:
        app.config["POTLUCK"] = config


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("smtp://me:p%40ss@mail.example.com", [("mail.example.com", 587), "tls", ("me", "p@ss"),
                                               "mei@example.com", "quit"]),
        ("smtp://127.0.0.1:2525", [("127.0.0.1", 2525), "mei@example.com", "quit"]),
        ("smtps://mail.example.com", [("mail.example.com", 465), "mei@example.com", "quit"]),
    ],
)  # fmt: skip
def test_a_mail_server_is_spoken_to_in_private(
    app: Flask, monkeypatch: pytest.MonkeyPatch, url: str, said: list[object]
) -> None:
    monkeypatch.setattr(smtplib, "SMTP", FakeServer)
    monkeypatch.setattr(smtplib, "SMTP_SSL", FakeServer)
    _write()
    with _mail_url(app, url):
        assert mail.send_due() == 1
    assert FakeServer.said == said


def test_the_console_shows_the_letter(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    _write()
    with _mail_url(app, "console:"):
        mail.send_due()
    shown = capsys.readouterr().out
    assert "mei@example.com" in shown
    assert "123456" in shown
