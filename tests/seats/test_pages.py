"""The pages of seats: a fan's ticket, the team's list, the door."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import goods
from app.kernel.permissions import Role
from app.rewards import service as mall
from app.seats import queries, service
from tests.factories import seats
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.ledger.book import earn

Counting = Callable[[], AbstractContextManager[list[str]]]
FORM = {
    "name_zh": "火锅之夜", "name_en": "Hot pot night", "place_zh": "成都", "place_en": "Chengdu",
    "starts_at": "2030-05-01T19:30", "seats": "12", "return_hours": "24",
}  # fmt: skip


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_from_the_desk_to_the_door(
    alice: MemberRow, alice_client: Browser, staff_client: Browser
) -> None:
    assert "No events yet" in staff_client.get("/staff/seats").text
    assert staff_client.post("/staff/seats/new", data=FORM).status_code == 303
    (made,) = queries.occasions().items
    assert made.draft.starts_at.isoformat() == "2030-05-01T11:30:00+00:00"
    seats.in_the_mall(made.code)
    earn(alice.id, 100)
    item = text(alice_client.get("/mall/night").text)
    assert "Chengdu" in item
    assert "2030" in item
    order = seats.buy(alice)
    page = alice_client.get(f"/me/mall-orders/{order.code}").text
    where = re.search(r'href="(/go/seat/\d+)"', page)
    assert where
    ticket = alice_client.get(where.group(1)).headers["Location"]
    shown = alice_client.get(ticket)
    assert "It admits 1 seat" in text(shown.text)
    assert re.search(r'<svg[^>]*class="coupon-qr"', shown.text)  # in the page: a phone may keep it
    assert "no-store" not in shown.headers["Cache-Control"]
    code = ticket.rpartition("/")[2]
    spaced = f"{code[:4]} {code[4:8].lower()} {code[8:]}"
    found = staff_client.post("/staff/seats/door", data={"code": spaced})
    assert found.headers["Location"] == f"/staff/seats/door/{code}"
    page = staff_client.get(f"/staff/seats/door/{code}").text
    assert "Not today" in text(page)
    assert "alice" in page
    staff_client.post(f"/staff/seats/door/{code}")
    assert "Is here" in staff_client.get(f"/staff/seats/{made.code}").text
    assert "You were there" in alice_client.get(ticket).text
    staff_client.post(f"/staff/seats/door/{code}", data={"undo": "1"})
    assert "Not here yet" in staff_client.get(f"/staff/seats/door/{code}").text
    assert "Hand it back" in alice_client.get(f"/me/mall-orders/{order.code}").text
    alice_client.post(f"/me/mall-orders/{order.code}/cancel")
    assert "not valid any more" in staff_client.get(f"/staff/seats/door/{code}").text
    assert "coupon-qr" not in alice_client.get(ticket).text
    assert "Seat given back" in alice_client.get("/me/tickets?view=past").text


def test_a_ticket_goes_into_the_calendar_whole_and_in_universal_time(
    alice: MemberRow, alice_client: Browser, bob: MemberRow, staff: MemberRow
) -> None:
    about = "带上好胃口，" * 20 + "knives; forks, \\ and\nnothing else"
    code = seats.an_occasion(staff, about_zh=about, about_en=about)
    seats.win(alice, code)
    ticket = seats.own(alice)
    answer = alice_client.get(f"/me/tickets/{ticket.code}/event.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={code}.ics"
    raw = answer.data
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    folded = raw.split(b"\r\n")
    assert max(map(len, folded)) <= 75
    assert all(line.decode() for line in folded if line)  # no letter was cut
    lines = raw.decode().replace("\r\n ", "").split("\r\n")
    said = dict(line.split(":", 1) for line in lines if line)
    assert said["DTSTART"] == "20260908T040000Z"
    assert said["UID"].startswith(f"{code}@")
    assert said["STATUS"] == "CONFIRMED"
    assert said["DESCRIPTION"].startswith("带上好胃口，")
    assert "knives\\; forks\\, \\\\ and\\nnothing else" in said["DESCRIPTION"]
    assert (
        f"/me/tickets/{ticket.code}/event.ics"
        in alice_client.get(f"/me/tickets/{ticket.code}").text
    )
    seats.win(bob, code, "draw:2")
    assert alice_client.get(f"/me/tickets/{seats.own(bob).code}/event.ics").status_code == 404
    service.call_off(staff.id, code)
    service.settle_called_off()
    again = alice_client.get(f"/me/tickets/{ticket.code}/event.ics").text
    assert "STATUS:CANCELLED" in again
    assert "SEQUENCE:2" in again


def test_a_full_event_says_so_and_whoever_wishes_is_told_of_a_free_seat(
    alice: MemberRow, alice_client: Browser, bob: MemberRow, staff: MemberRow
) -> None:
    code = seats.an_occasion(staff, seats=1)
    seats.in_the_mall(code)
    seats.win(bob, code, "draw:2")
    page = text(alice_client.get("/mall/night").text)
    assert "Sold out" in page
    assert "we tell you when somebody gives a seat back" in page
    assert mall.wish(alice.id, "night", wants=True)
    assert mall.tell_back() == 0
    assert goods.take_back("seat", "draw:2")
    assert mall.tell_back() == 1
    assert mall.tell_back() == 0


def test_calling_off_asks_first_and_says_what_happens(
    staff: MemberRow, staff_client: Browser
) -> None:
    code = seats.an_occasion(staff)
    asked = staff_client.get(f"/staff/seats/{code}/call-off").text
    assert "Points go back by themselves" in text(asked)
    assert queries.occasion(code).state == "open"
    assert staff_client.post(f"/staff/seats/{code}/call-off").status_code == 303
    assert "has been called off" in staff_client.get(f"/staff/seats/{code}").text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"seats": "0"}, "from 1 up"),
        ({"seats": "many"}, "whole number"),
        ({"starts_at": "soon"}, "Begins"),
        ({"name_zh": ""}, "both languages"),
        ({"return_hours": "-1"}, "0 or more"),
    ],
)
def test_what_makes_no_sense_is_told_and_nothing_typed_is_lost(
    staff_client: Browser, wrong: dict[str, str], told: str
) -> None:
    answer = staff_client.post("/staff/seats/new", data={**FORM, "place_en": "Kept", **wrong})
    assert answer.status_code == 422
    assert told in text(answer.text)
    assert "Kept" in answer.text
    assert queries.occasions().items == []


def test_a_code_that_nobody_has_is_told_at_the_door(staff_client: Browser) -> None:
    answer = staff_client.post("/staff/seats/door", data={"code": "ABCD"})
    assert answer.status_code == 422
    assert "No ticket has this code" in answer.text
    assert staff_client.get("/staff/seats/door/ABCD").status_code == 404


def test_tickets_are_their_owners_and_the_door_is_the_teams(
    app: Flask, alice: MemberRow, alice_client: Browser, bob: MemberRow, staff: MemberRow
) -> None:
    code = seats.an_occasion(staff)
    seats.win(bob, code)
    ticket = seats.own(bob)
    assert alice_client.get(f"/me/tickets/{ticket.code}").status_code == 404
    assert alice_client.get(f"/go/seat/{ticket.id}").status_code == 404
    for page in ("", "/door", f"/door/{ticket.code}", f"/{code}", "/new"):
        assert alice_client.get(f"/staff/seats{page}").status_code == 403
    concierge = browser(app)
    sign_in(concierge, a_member("connie", (Role.CONCIERGE,)))
    assert concierge.get(f"/staff/seats/{code}").status_code == 200
    assert concierge.get("/staff/seats/new").status_code == 403
    assert concierge.post(f"/staff/seats/{code}/call-off").status_code == 403


@pytest.mark.parametrize("many", [2, 60])
def test_pages_take_as_many_statements_for_few_as_for_many(
    app: Flask,
    alice: MemberRow,
    alice_client: Browser,
    staff: MemberRow,
    staff_client: Browser,
    count_statements: Counting,
    many: int,
) -> None:
    code = seats.an_occasion(staff, seats=100)
    seats.in_the_mall(code)
    for number in range(many):
        seats.win(alice, code, f"draw:{number}")
    ticket = queries.tickets_of(alice.id).items[0].code
    pages = (
        (alice_client, "/me/tickets", 4),
        (alice_client, f"/me/tickets/{ticket}", 4),
        (alice_client, "/mall/night", 7),
        (staff_client, "/staff/seats", 8),
        (staff_client, f"/staff/seats/{code}", 9),
        (staff_client, f"/staff/seats/door/{ticket}", 8),
    )
    for client, page, most in pages:
        with count_statements() as seen:
            assert client.get(page).status_code == 200
        assert len(seen) <= most, (page, len(seen), seen)
    next_page = re.search(r'/me/tickets\?after=[^"]+', alice_client.get("/me/tickets").text)
    assert bool(next_page) is (many > 20)
    if next_page:
        assert alice_client.get(next_page.group()).status_code == 200
