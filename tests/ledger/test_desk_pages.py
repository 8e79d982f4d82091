"""The ledger's pages for staff: roll-forward, agreement, seals, who may see them."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db, use_case
from app.ledger import queries, service
from app.ledger.models import WALLET
from app.ledger.types import Adjust, Fund
from tests.factories.identity import Browser, a_member, browser
from tests.ledger.wallet import as_member, earn, rows_of, spend


@pytest.fixture
def alice(app: Flask) -> MemberRow:
    return a_member("alice")


@pytest.fixture
def analyst(app: Flask) -> Browser:
    return as_member(app, a_member("ana", ("analyst",)))


def table_of(page: str) -> dict[str, list[str]]:
    """Return the first table's rows by their first cell."""
    table = page[page.index("<table") : page.index("</table>")]
    rows = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL):
        name, *cells = [
            re.sub(r"<[^>]+>", "", c) for c in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row)
        ]
        rows[name] = cells
    return rows


def test_the_roll_forward_adds_up_by_fund(alice: MemberRow, analyst: Browser) -> None:
    with clock.frozen(datetime(2026, 7, 1, 4, tzinfo=UTC)):
        earn(alice.id, 100)
    earn(alice.id, 30)
    earn(alice.id, 50, fund=Fund.ORDER, reason="order.paid")
    spend(alice.id, 20)

    rows = table_of(analyst.get("/staff/ledger?lang=en").text)

    assert rows["Check-in"] == ["100", "30", "0", "−20", "0", "0", "110"]
    assert rows["Orders"] == ["0", "50", "0", "0", "0", "0", "50"]
    assert rows["All funds"] == ["100", "80", "0", "−20", "0", "0", "160"]


def test_the_roll_forward_keeps_to_its_period(alice: MemberRow, analyst: Browser) -> None:
    with clock.frozen(datetime(2026, 7, 1, 4, tzinfo=UTC)):
        earn(alice.id, 100)
    earn(alice.id, 30)

    july = analyst.get("/staff/ledger?lang=en&since=2026-07-01&until=2026-07-31").text
    file = analyst.get("/staff/ledger/roll-forward.csv?lang=en&since=2026-07-01&until=2026-07-31")

    assert table_of(july)["All funds"] == ["0", "100", "0", "0", "0", "0", "100"]
    assert rows_of(file.text)[-1] == ["All funds", "0", "100", "0", "0", "0", "0", "100"]


@pytest.mark.parametrize(
    "query",
    ["since=soon", "since=2026-09-09&until=2026-01-01", "days=0", "days=x", "until=2999-01-01",
     "since=0001-01-01", "days=999999999999"],
)  # fmt: skip
def test_a_period_that_makes_no_sense_is_the_last_thirty_days(
    alice: MemberRow, analyst: Browser, query: str
) -> None:
    earn(alice.id, 30)

    answer = analyst.get(f"/staff/ledger?lang=en&{query}")

    assert answer.status_code == 200
    assert table_of(answer.text)["All funds"][-1] == "30"


def test_agreement_is_said_and_a_difference_stands_in_red(
    alice: MemberRow, analyst: Browser
) -> None:
    earn(alice.id, 30)
    before = analyst.get("/staff/ledger?lang=en").text

    @use_case
    def tamper() -> None:
        statement = sa.update(WALLET).where(WALLET.c.book == "points").values(available=37)
        db.session.execute(statement)

    tamper()
    after = analyst.get("/staff/ledger?lang=en").text

    assert "Journal and wallets agree: 30 points are outstanding now." in before
    assert "notice-danger" in after
    assert "Difference of −7 points" in after


def test_seals_are_listed_with_their_roots(alice: MemberRow, analyst: Browser) -> None:
    earn(alice.id, 30)
    service.post(Adjust(member_id=alice.id, points=-5, scope="test", key="a"))
    service.checkpoint()

    page = analyst.get("/staff/ledger?lang=en").text

    [seal] = queries.checkpoints(1)
    assert f"{seal.root[:16]}…" in page


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("fan", 403),
        ("koc", 403),
        ("concierge", 403),
        ("moderator", 403),
        ("operator", 200),
        ("analyst", 200),
        ("administrator", 200),
    ],
)
@pytest.mark.parametrize("path", ["/staff/ledger", "/staff/ledger/roll-forward.csv"])
def test_who_may_see_the_ledger(app: Flask, path: str, role: str, status: int) -> None:
    client = as_member(app, a_member("someone", (role,) if role != "fan" else ()))

    assert client.get(path).status_code == status


def test_guests_are_asked_to_sign_in_before_the_ledger(app: Flask) -> None:
    assert browser(app).get("/staff/ledger").location.startswith("/signin")
