"""Logs: one line a request, in JSON where asked, and nothing personal in any of them."""

import json

import pytest
import structlog
from flask import Flask

from app.kernel import logs

PERSONAL = ("mei.lin@example.com", "13800138000", "+86 138 0013 8000", "138-0013-8000")


@pytest.mark.parametrize("secret", PERSONAL)
def test_addresses_and_numbers_are_blanked_everywhere(secret: str) -> None:
    text = f"DETAIL: Key (value)=({secret}) exists; asked by {secret}, again"
    assert secret not in logs.scrubbed(text)


@pytest.mark.parametrize(
    "text",
    ["fact 1234567890123456789", "2026-09-01T12:00:00", "2026-09-01 12:00", "3.53.4", "v123"],
)
def test_ids_dates_and_versions_stay(text: str) -> None:
    assert logs.scrubbed(text) == text


@pytest.fixture
def json_logs(app: Flask) -> Flask:
    logs.init_app(Flask("other"), "json")
    return app


def test_a_request_is_one_line_with_its_id_and_without_its_address(
    json_logs: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    client = json_logs.test_client()
    query = {"q": "mei.lin@example.com", "phone": "13800138000"}
    headers = {"X-Request-ID": "abcdefgh-1234", "User-Agent": "Mozilla/5.0 (Mei's phone)"}
    client.get("/no-such-page/mei.lin@example.com", query_string=query, headers=headers)
    out = capsys.readouterr().out
    lines = [
        json.loads(line)
        for line in out.splitlines()
        if '"event":"request"' in line.replace(" ", "")
    ]
    assert len(lines) == 1
    assert lines[0]["request_id"] == "abcdefgh-1234"
    assert lines[0]["status"] == 404
    for personal in ("mei.lin", "13800138000", "Mozilla", "127.0.0.1", "no-such-page"):
        assert personal not in out


def test_a_traceback_carries_no_address(
    json_logs: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        int("mei.lin@example.com")
    except ValueError:
        structlog.get_logger("t").exception("failed", phone="13800138000")
    line = json.loads(capsys.readouterr().out)
    assert "ValueError" in line["exception"]
    assert "mei.lin" not in json.dumps(line)
    assert line["phone"] == "<number>"


def test_probes_make_no_noise(json_logs: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    json_logs.test_client().get("/livez")
    assert "livez" not in capsys.readouterr().out
