"""Exports in the console: ask from a list, watch, fetch; mine only, and only while I may."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.datastructures import Headers

from app.kernel import clock
from app.kernel.exports import service
from app.kernel.permissions import Role
from tests.factories.commerce import a_channel, an_order
from tests.factories.identity import Browser, a_member, browser, sign_in


def _ask(client: Browser, kind: str = "commerce.orders", **form: str) -> int:
    return client.post("/staff/exports", data={"kind": kind, "format": "csv", **form}).status_code


def _run() -> None:
    while service.write_next():
        pass


def _get(client: Browser, path: str) -> tuple[int, bytes, Headers]:
    with client.get(path) as answer:
        return answer.status_code, answer.get_data(), answer.headers


def _file(client: Browser) -> str:
    page = client.get("/staff/exports").get_data(as_text=True)
    found = re.search(r"/staff/exports/[0-9A-Z]+/file", page)
    assert found, page
    return found.group()


def test_a_list_is_exported_with_its_filters(staff_client: Browser) -> None:
    for code, number in (("tmall", "T-1"), ("jd", "J-1")):
        an_order(channel=a_channel(code), number=number, buyer="lin")
    page = staff_client.get("/staff/orders?channel=jd").get_data(as_text=True)
    assert 'name="f-channel" value="jd"' in page
    answer = staff_client.post(
        "/staff/exports", data={"kind": "commerce.orders", "format": "csv", "f-channel": "jd"}
    )
    assert (answer.status_code, answer.location) == (303, "/staff/exports")
    assert "hx-trigger" in staff_client.get("/staff/exports").get_data(as_text=True)
    _run()
    page = staff_client.get("/staff/exports").get_data(as_text=True)
    assert "hx-trigger" not in page
    _status, content, headers = _get(staff_client, _file(staff_client))
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Disposition"].endswith("filename=orders-2026-09-01.csv")
    head, *rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert head[0] == "Order number"
    assert [(row[0], row[2], row[6]) for row in rows] == [("J-1", "jd", "12.50")]


def test_what_becomes_of_an_export_is_a_fragment_for_htmx(staff_client: Browser) -> None:
    an_order(buyer="lin")
    _ask(staff_client)
    piece = staff_client.get("/staff/exports", headers={"HX-Request": "true"})
    assert piece.get_data(as_text=True).lstrip().startswith('<section class="stack" id="exports">')


def test_headers_and_words_are_in_the_language_of_who_asked(staff_client: Browser) -> None:
    an_order(buyer="lin")
    staff_client.language = "en"
    _ask(staff_client)
    staff_client.language = "zh"
    _run()
    _status, content, _headers = _get(staff_client, _file(staff_client))
    assert content.decode("utf-8-sig").startswith("Order number,")


@pytest.mark.parametrize("kind", ["commerce.orders", "commerce.refunds", "commerce.import_issues"])
@pytest.mark.parametrize("format_", ["csv", "csv-gbk", "xlsx"])
def test_every_export_can_be_had_in_every_format(
    staff_client: Browser, kind: str, format_: str
) -> None:
    an_order(buyer="lin")
    assert _ask(staff_client, kind, format=format_) == 303
    _run()
    status, content, _headers = _get(staff_client, _file(staff_client))
    assert status == 200
    assert len(content) > 20


def test_others_exports_do_not_exist(app: Flask, staff_client: Browser) -> None:
    _ask(staff_client)
    _run()
    path = _file(staff_client)
    other = browser(app)
    sign_in(other, a_member("otto", (Role.ADMINISTRATOR,)))
    assert other.get(path).status_code == 404
    assert path not in other.get("/staff/exports").get_data(as_text=True)
    assert browser(app).get(path).status_code == 303


def test_who_loses_the_permission_loses_the_file(app: Flask) -> None:
    from app.identity import service as identity

    client = browser(app)
    member = a_member("anna", (Role.ANALYST, Role.MODERATOR))
    sign_in(client, member)
    _ask(client)
    _run()
    path = _file(client)
    assert _get(client, path)[0] == 200
    identity.revoke_role(None, member.id, Role.ANALYST)
    sign_in(client, member)
    assert client.get(path).status_code == 403
    assert path not in client.get("/staff/exports").get_data(as_text=True)


def test_bad_wishes_are_refused(app: Flask, staff_client: Browser) -> None:
    assert _ask(staff_client, "no.such") == 404
    assert _ask(staff_client, format="exe") == 404
    assert staff_client.post("/staff/exports", csrf=False).status_code == 400
    assert staff_client.get("/staff/exports/nonsense/file").status_code == 404
    moderator = browser(app)
    sign_in(moderator, a_member("mona", (Role.MODERATOR,)))
    assert _ask(moderator) == 403
    fan = browser(app)
    sign_in(fan, a_member("fan"))
    assert fan.get("/staff/exports").status_code == 403


def test_a_file_is_gone_after_a_week(staff_client: Browser) -> None:
    _ask(staff_client)
    _run()
    path = _file(staff_client)
    with clock.frozen(clock.now() + timedelta(days=7, hours=1)):
        service.forget()
    assert staff_client.get(path).status_code == 404


@pytest.mark.parametrize("count", [0, 4])
def test_the_list_of_exports_keeps_to_its_statements(
    staff_client: Browser,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
    count: int,
) -> None:
    for _n in range(count):
        _ask(staff_client)
    with count_statements() as seen:
        assert staff_client.get("/staff/exports").status_code == 200
    assert len(seen) <= 8, seen
