"""Orders in the console: find, decide, import; who may do what."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.commerce import queries, service
from app.commerce.reading import Options
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.kernel.permissions import Role
from tests.factories.commerce import a_channel, a_file, an_order, many_rows
from tests.factories.identity import Browser, a_member, browser, sign_in

EN = {"Accept-Language": "en"}


def _page(client: Browser, path: str, status: int = 200) -> str:
    answer = client.get(path, headers=EN)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def _signed_in(app: Flask, *roles: Role) -> Browser:
    name = roles[0].value if roles else "nobody"
    client = browser(app)
    sign_in(client, a_member(name, roles))
    return client


# --- who may come in -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "orders", "imports"),
    [
        ((), 403, 403),
        ((Role.KOC,), 403, 403),
        ((Role.MODERATOR,), 403, 403),
        ((Role.CONCIERGE,), 200, 403),
        ((Role.ANALYST,), 200, 403),
        ((Role.OPERATOR,), 200, 200),
        ((Role.ADMINISTRATOR,), 200, 200),
    ],
)
def test_roles_open_their_pages_and_no_others(
    app: Flask, roles: tuple[Role, ...], orders: int, imports: int
) -> None:
    client = _signed_in(app, *roles)
    code = an_order(buyer="lin")
    for path in ("/staff/orders", f"/staff/orders/{code}"):
        assert client.get(path).status_code == orders
    for path in ("/staff/orders/kept-aside", "/staff/imports", "/staff/channels"):
        assert client.get(path).status_code == imports
    if imports == 403:
        for path in (
            "/staff/imports", "/staff/channels", "/staff/orders/kept-aside/1/accept",
            "/staff/orders/kept-aside/1/keep",
        ):  # fmt: skip
            assert client.post(path).status_code == 403


def test_changes_need_their_token(staff_client: Browser) -> None:
    for path in ("/staff/imports", "/staff/channels", "/staff/orders/kept-aside/1/accept"):
        assert staff_client.post(path, csrf=False).status_code == 400


# --- orders --------------------------------------------------------------------------------------


def test_empty_pages_say_what_to_do(staff_client: Browser) -> None:
    assert "Import orders" in _page(staff_client, "/staff/orders")
    assert "No order fits" in _page(staff_client, "/staff/orders?q=nothing")
    assert "Nothing waits for you" in _page(staff_client, "/staff/orders/kept-aside")
    assert "Make a channel" in _page(staff_client, "/staff/imports")
    assert "No sales channel yet" in _page(staff_client, "/staff/channels")


def test_filters_narrow_the_list(alice: MemberRow, staff_client: Browser) -> None:
    tmall, jd = a_channel("tmall"), a_channel("jd")
    fresh = an_order(alice.id, channel=tmall, number="FRESH")
    old = clock.now() - timedelta(days=90)
    an_order(alice.id, channel=jd, number="SETTLED", paid_at=old)
    an_order(channel=jd, number="OTHERS", buyer="lin", paid_at=old)
    for query, wanted in (
        ("", {"FRESH", "SETTLED", "OTHERS"}),
        ("?channel=jd", {"SETTLED", "OTHERS"}),
        ("?state=waiting", {"FRESH"}),
        ("?state=settled", {"SETTLED", "OTHERS"}),
        ("?state=disputed", set()),
        ("?q=SETTLED", {"SETTLED"}),
        (f"?q={fresh.lower()}", {"FRESH"}),
        (f"?q={alice.yid}", {"FRESH", "SETTLED"}),
        (f"?q={alice.yid}&channel=tmall", {"FRESH"}),
        ("?channel=nowhere", set()),
        ("?state=nonsense", {"FRESH", "SETTLED", "OTHERS"}),
    ):
        page = _page(staff_client, f"/staff/orders{query}")
        assert {n for n in ("FRESH", "SETTLED", "OTHERS") if f">{n}</a>" in page} == wanted, query


def test_disputed_orders_can_be_decided_from_their_page(
    app: Flask, staff_client: Browser, tmp_path: Path
) -> None:
    channel = a_channel()
    for total in ("12.50", "20"):
        path = a_file(tmp_path, [("T1", "lin", "2026-08-31", total)])
        service.import_file(path, channel, Options(), errors_path=tmp_path / "e.csv")
    (each,) = queries.kept_aside().items
    assert ">T1</a>" in _page(staff_client, "/staff/orders?state=disputed")
    assert "¥20.00" in _page(staff_client, "/staff/orders/kept-aside")
    page = f"/staff/orders/{each.code}"
    assert "Take the new" in _page(staff_client, page)
    accept = f"/staff/orders/kept-aside/{each.issue_id}/accept"
    answer = staff_client.post(accept, data={"next": page})
    assert (answer.status_code, answer.location) == (303, page)
    assert "+8" in _page(staff_client, page)
    assert "Take the new" not in _page(staff_client, page)
    assert staff_client.post(accept).status_code == 409
    assert staff_client.post("/staff/orders/kept-aside/1/keep").status_code == 404


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("count", [10, 10_000])
def test_staff_pages_keep_to_their_statements(
    staff_client: Browser,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
    tmp_path: Path,
    count: int,
) -> None:
    channel = a_channel()
    path = a_file(tmp_path, many_rows(count, buyers=100))
    service.import_file(path, channel, Options(), errors_path=tmp_path / "e.csv")
    code = queries.staff_orders(queries.Filters()).items[0].card.code
    db.session.rollback()
    for page in ("/staff/orders", "/staff/orders?q=T7&channel=tmall", f"/staff/orders/{code}",
                 "/staff/orders/kept-aside", "/staff/imports"):  # fmt: skip
        with count_statements() as statements:
            _page(staff_client, page)
        assert len(statements) <= (9 if page.endswith(code) else 8), page


# --- channels ------------------------------------------------------------------------------------


def test_a_channel_is_made_in_the_console(staff_client: Browser) -> None:
    values = {"name": "天猫旗舰店", "code": "Tmall", "return_window_days": "7",
              "currency": "cny", "identity_kind": "buyer_id"}  # fmt: skip
    assert staff_client.post("/staff/channels", data=values).status_code == 303
    assert "天猫旗舰店" in _page(staff_client, "/staff/channels")
    assert queries.get_channel_by_name("tmall").currency == "CNY"
    again = staff_client.post("/staff/channels", data=values, headers=EN)
    assert again.status_code == 422
    assert "already" in again.get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", "no spaces"), ("return_window_days", "400"), ("currency", "yuan"), ("name", ""),
     ("identity_kind", "telepathy")],
)  # fmt: skip
def test_a_wrong_channel_stays_in_the_form(staff_client: Browser, field: str, value: str) -> None:
    values = {"name": "Shop", "code": "shop", "return_window_days": "7", "currency": "CNY",
              "identity_kind": "buyer_id", field: value}  # fmt: skip
    answer = staff_client.post("/staff/channels", data=values, headers=EN)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert queries.channels() == []
