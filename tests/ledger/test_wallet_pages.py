"""The wallet: balance, statement, files, proof; the roll-forward for staff."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock, reasons
from app.kernel.reasons import Reason
from app.kernel.types import Ref
from app.ledger import queries, service
from app.ledger.types import Earn, Fund, Hold, Part, Reverse
from tests.factories.identity import Browser, a_member, browser
from tests.ledger.wallet import as_member, earn, rows_of, spend

Counting = Callable[[], AbstractContextManager[list[str]]]
ONE_DAY = timedelta(days=1)
TODAY = date(2026, 9, 1)


@pytest.fixture
def alice(app: Flask) -> MemberRow:
    return a_member("alice")


@pytest.fixture
def alices(app: Flask, alice: MemberRow) -> Browser:
    return as_member(app, alice)


def lines_of(page: str) -> list[str]:
    """Return the text of every statement line."""
    found = re.findall(r'<li class="line [^"]*">.*?</li>', unescape(page), re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", line)).strip() for line in found]


# --- the page ------------------------------------------------------------------------------------


def test_a_new_member_is_told_how_points_come(alices: Browser) -> None:
    page = alices.get("/me/wallet?lang=en")

    assert page.status_code == 200
    assert "No points yet" in page.text


def test_the_balance_tells_usable_pending_expiring_and_growth(
    alice: MemberRow, alices: Browser
) -> None:
    earn(alice.id, 1_200)
    earn(alice.id, 129, fund=Fund.ORDER, matures_on=date(2026, 9, 9))
    earn(alice.id, 40, expires_on=date(2026, 9, 20))

    page = alices.get("/me/wallet?lang=en").text
    figures = re.findall(r'<dd class="num">([\d,]+)</dd>', page)

    assert re.search(r'balance-sum"><span class="num">1,240<', page)
    assert figures == ["129", "40", "1,369"]
    assert "first from 9 Sep" in page
    assert "use by 20 Sep" in page


def test_what_is_on_its_way_is_listed_by_day_with_the_reason(
    alice: MemberRow, alices: Browser
) -> None:
    earn(alice.id, 20, fund=Fund.ORDER, matures_on=date(2026, 9, 20))
    earn(alice.id, 10, fund=Fund.ORDER, matures_on=date(2026, 9, 9))

    lines = lines_of(alices.get("/me/wallet?lang=en").text)

    assert lines[0] == "From 9 Sep 00:00 Orders · return window still open 10 points"
    assert lines[1].startswith("From 20 Sep 00:00")


@pytest.mark.parametrize(
    ("language", "first", "row", "note", "lot"),
    [
        ("en", "first from 2 Sep 13:00", "From 2 Sep 13:00 Gifts", "usable from 2 Sep 13:00",
         "usable from 2 Sep 13:00 · never expires"),
        ("zh", "最早 9月2日 13:00", "9月2日 13:00 起可用 赠送", "9月2日 13:00 起可用",
         "9月2日 13:00 起可用 · 永不过期"),
    ],
)  # fmt: skip
def test_what_waits_for_hours_is_told_to_the_hour(
    alice: MemberRow, alices: Browser, language: str, first: str, row: str, note: str, lot: str
) -> None:
    waits = clock.now() + timedelta(hours=24, minutes=10)
    txn = earn(alice.id, 30, fund=Fund.GIFT, matures_at=waits)

    page = alices.get(f"/me/wallet?lang={language}").text
    entry = alices.get(f"/me/wallet/{txn}?lang={language}").text
    file = alices.get("/me/wallet/statement.csv?lang=en").text

    assert first in page
    told = lines_of(page)
    assert told[0].startswith(row)
    assert note in told[1]
    assert note in entry
    assert lot in entry
    assert "2026-09-02 13:00:00" in file
    clock.tick(timedelta(hours=25) - timedelta(seconds=1))
    assert note in alices.get(f"/me/wallet?lang={language}").text
    clock.tick(timedelta(seconds=1))
    assert note not in alices.get(f"/me/wallet?lang={language}").text


@pytest.mark.parametrize("query", ["?lang=en", "?lang=en&show=pending", "?lang=en&show=earned"])
def test_what_was_taken_back_while_it_waited_is_not_on_its_way(
    alice: MemberRow, alices: Browser, query: str
) -> None:
    waits = clock.now() + timedelta(hours=24)
    txn = earn(alice.id, 30, fund=Fund.GIFT, matures_at=waits)
    service.post(Reverse(txn_id=txn, scope="test", key="gone"))

    told = lines_of(alices.get(f"/me/wallet{query}").text)[-1]

    assert "Gifts" not in told
    assert "usable from" not in told
    assert "Undone" in told


def test_a_line_says_what_when_how_much_and_what_was_left(
    alice: MemberRow, alices: Browser
) -> None:
    earn(alice.id, 10)
    spend(alice.id, 3)

    newest, oldest = lines_of(alices.get("/me/wallet?lang=en").text)

    assert newest == "Points 1 Sep 12:00 · 7 left −3 points"
    assert oldest == "Check-in 1 Sep 12:00 · 10 left +10 points"


def test_a_line_leads_to_its_source_and_to_its_explanation(
    alice: MemberRow, alices: Browser
) -> None:
    txn = earn(alice.id, 10, source=Ref("member", alice.id))

    page = alices.get("/me/wallet?lang=en").text

    assert f'href="/go/member/{alice.id}"' in page
    assert f'href="/me/wallet/{txn}"' in page


def test_lines_stand_under_the_month_in_which_they_were_booked(
    alice: MemberRow, alices: Browser
) -> None:
    with clock.frozen(datetime(2026, 7, 31, 15, 59, tzinfo=UTC)):
        earn(alice.id)
    with clock.frozen(datetime(2026, 7, 31, 16, 0, tzinfo=UTC)):  # August in Shanghai
        earn(alice.id)
    earn(alice.id, occurred_at=datetime(2026, 3, 2, tzinfo=UTC))

    page = alices.get("/me/wallet?lang=en").text

    assert re.findall(r'lines-head"[^>]*>([^<]+)<', page) == [
        "September 2026", "August 2026", "July 2026",
    ]  # fmt: skip
    assert "for 2 Mar" in page


@pytest.mark.parametrize(
    ("view", "amounts"),
    [
        ("all", ["−3", "+20", "+10"]),
        ("earned", ["+20", "+10"]),
        ("spent", ["−3"]),
        ("pending", ["+20"]),
        ("growth", ["+20", "+10"]),
        ("nonsense", ["−3", "+20", "+10"]),
    ],
)
def test_filters_show_what_they_say(
    alice: MemberRow, alices: Browser, view: str, amounts: list[str]
) -> None:
    earn(alice.id, 10)
    earn(alice.id, 20, fund=Fund.ORDER, matures_on=date(2026, 9, 9))
    spend(alice.id, 3)

    page = alices.get(f"/me/wallet?lang=en&show={view}").text

    statement = page[page.index('class="tabs"') :]
    assert re.findall(r'line-sum"><b class="num">([^<]+)<', statement) == amounts
    assert page.count('aria-current="page"') == 2  # the tab bar's and the filter's


def test_a_filter_without_lines_says_so(alice: MemberRow, alices: Browser) -> None:
    earn(alice.id)

    assert "No such lines" in alices.get("/me/wallet?lang=en&show=spent").text


def test_the_pager_goes_through_all_lines_once(alice: MemberRow, alices: Browser) -> None:
    for n in range(45):
        earn(alice.id, n + 1)
    seen: list[str] = []
    path: str | None = "/me/wallet?lang=en"
    while path:
        page = alices.get(path).text
        seen += re.findall(r'line-sum"><b class="num">\+(\d+)<', page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found.group(1).replace("&amp;", "&") if found else None

    assert [int(amount) for amount in seen] == list(range(45, 0, -1))


@pytest.mark.parametrize("after", ["x", "-1", "99999999999999999999999", "0"])
def test_a_key_that_is_none_is_no_error(alice: MemberRow, alices: Browser, after: str) -> None:
    earn(alice.id)

    assert alices.get("/me/wallet", query_string={"after": after}).status_code == 200


def test_an_undone_line_stays_and_both_lead_to_each_other(
    alice: MemberRow, alices: Browser
) -> None:
    earn(alice.id, 10)
    bought = spend(alice.id, 4)
    undone = service.post(Reverse(txn_id=bought, scope="test", key="undo")).txn_id

    lines = lines_of(alices.get("/me/wallet?lang=en").text)

    assert [line.split(" ")[0] for line in lines] == ["Undone", "Points", "Check-in"]
    assert "Points Undone" in lines[1]
    assert f"/me/wallet/{bought}" in alices.get(f"/me/wallet/{undone}").text
    assert f"/me/wallet/{undone}" in alices.get(f"/me/wallet/{bought}").text


def test_points_set_aside_are_marked(alice: MemberRow, alices: Browser) -> None:
    earn(alice.id, 10)
    service.post(
        Hold(
            member_id=alice.id, points=6, reason="test.held", scope="test", key="h",
            expires_at=clock.now() + ONE_DAY,
        )
    )  # fmt: skip

    page = alices.get("/me/wallet?lang=en").text

    assert "−6 points" in lines_of(page)[0]
    assert "Set aside" in lines_of(page)[0]


def test_what_matured_shows_what_became_usable(alice: MemberRow, alices: Browser) -> None:
    earn(alice.id, 50, fund=Fund.ORDER, matures_on=date(2026, 9, 2))
    clock.tick(ONE_DAY)
    service.mature_due(200)

    newest, oldest = lines_of(alices.get("/me/wallet?lang=en").text)

    assert newest.startswith("Now yours to spend")
    assert newest.endswith("+50 points")
    assert "On its way" not in oldest


def test_the_wallet_costs_the_same_at_ten_and_at_ten_thousand_lines(
    alice: MemberRow, alices: Browser, count_statements: Counting
) -> None:
    def cost() -> int:
        with count_statements() as seen:
            assert alices.get("/me/wallet").status_code == 200
        return len(seen)

    for _ in range(10):
        earn(alice.id)
    few = cost()
    parts = (Part("checkin.daily", 1, 1, fund=Fund.CHECKIN),)
    for start in range(0, 10_000, 1_000):
        service.post_many(
            [
                Earn(member_id=alice.id, parts=parts, scope="bulk", key=str(start + n))
                for n in range(1_000)
            ]
        )

    assert cost() == few <= 6


# --- one line ------------------------------------------------------------------------------------


def test_a_lines_page_tells_the_rule_its_version_the_parts_and_the_points(
    alice: MemberRow, alices: Browser
) -> None:
    txn = earn(
        alice.id, 129, reason="order.paid", fund=Fund.ORDER, matures_on=date(2026, 9, 9),
        expires_on=date(2027, 9, 9),
    )  # fmt: skip

    page = alices.get(f"/me/wallet/{txn}?lang=en").text

    for words in (
        "+129 points · +129 growth",
        "1 point for each full 1.00 paid",
        "Rules, version 1",
        "usable from 9 Sep 00:00 · last day 9 Sep 2027",
        "On its way",
    ):
        assert words in page, words


def test_nobody_sees_another_members_line(app: Flask, alice: MemberRow) -> None:
    txn = earn(alice.id)
    bobs = as_member(app, a_member("bob"))

    assert bobs.get(f"/me/wallet/{txn}").status_code == 404
    assert bobs.get("/me/wallet/99999999999999999999999").status_code == 404
    assert as_member(app, alice).get(f"/me/wallet/{txn}").status_code == 200


# --- who may come in -----------------------------------------------------------------------------

PAGES = ("", "/proof", "/proof.json", "/check_proof.py", "/statement.csv", "/1")


@pytest.mark.parametrize("page", PAGES)
def test_guests_are_asked_to_sign_in(app: Flask, page: str) -> None:
    answer = browser(app).get(f"/me/wallet{page}")

    assert answer.status_code == 303
    assert answer.location.startswith("/signin?next=")


@pytest.mark.parametrize("page", PAGES)
def test_nobody_may_keep_a_page_of_the_wallet(alices: Browser, page: str) -> None:
    assert alices.get(f"/me/wallet{page}").headers["Cache-Control"] == "no-store"


# --- files ---------------------------------------------------------------------------------------


def test_the_file_holds_every_line_newest_first(alice: MemberRow, alices: Browser) -> None:
    for n in range(7):
        earn(alice.id, n + 1, source=Ref("checkin", n + 1))
    spend(alice.id, 5)

    answer = alices.get("/me/wallet/statement.csv?lang=en")
    head, *rows = rows_of(answer.text)

    assert answer.mimetype == "text/csv"
    assert 'filename="points-2026-09-01.csv"' in answer.headers["Content-Disposition"]
    assert head[:5] == ["Line", "Booked at", "Happened on", "What", "Points"]
    assert [row[4] for row in rows] == ["-5", "7", "6", "5", "4", "3", "2", "1"]
    assert rows[1][9] == "checkin:7"
    assert rows[0][1] == "2026-09-01 12:00:00+08:00"


def test_no_text_in_the_file_is_taken_for_a_formula(
    alice: MemberRow, alices: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = Reason("=HYPERLINK(1)", icon="coin")
    monkeypatch.setitem(reasons._reasons, "test.evil", evil)
    earn(alice.id, reason="test.evil")

    assert rows_of(alices.get("/me/wallet/statement.csv").text)[1][3] == "'=HYPERLINK(1)"


def test_before_the_first_seal_the_proof_waits(alice: MemberRow, alices: Browser) -> None:
    earn(alice.id)

    assert "The first seal is made tonight" in alices.get("/me/wallet/proof?lang=en").text
    assert alices.get("/me/wallet/proof.json").location == "/me/wallet/proof"


def test_the_proof_comes_with_its_script_and_the_command(alice: MemberRow, alices: Browser) -> None:
    earn(alice.id)
    service.checkpoint()

    page = alices.get("/me/wallet/proof?lang=en").text
    proof = alices.get("/me/wallet/proof.json")
    script = alices.get("/me/wallet/check_proof.py")

    assert "python3 check_proof.py proof.json" in page
    assert queries.public_key().fingerprint in page
    assert json.loads(proof.text)["wallets"]
    assert "alice" not in proof.text
    assert script.text == queries.proof_script()
    assert "attachment" in proof.headers["Content-Disposition"]


# --- other places --------------------------------------------------------------------------------


def test_me_shows_the_balance_with_a_way_to_the_statement(
    alice: MemberRow, alices: Browser
) -> None:
    earn(alice.id, 77)

    page = alices.get("/me?lang=en").text

    assert re.search(r'balance-sum"><span class="num">77<', page)
    assert 'href="/me/wallet"' in page
