"""Notices: told once, counted on the bell, read, forgotten; letters for who wants them."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import clock, jobs
from app.kernel.db import db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import number
from app.kernel.types import Ref
from app.notify import queries, service, types
from app.notify.queries import DELIVERY, NOTICE
from app.notify.types import Channel, DeliveryState, Link, Notice, NoticeKind, Params, Said, Tell
from tests.factories.identity import Browser, a_member, letters

Counting = Callable[[], AbstractContextManager[list[str]]]

KIND, QUIET = "test.arrived", "test.quiet"
left: dict[int, int] = {}  # what is left of a notice's figure, by notice


def words(params: Params) -> Said:
    points = int(params.get("points", 0))
    return Said(f"{number(points)} arrived", _("Wallet"), is_moot=points == 0)


def as_now(shown: object) -> dict[int, Params]:
    assert isinstance(shown, list)
    return {each.id: {"points": left[each.id]} for each in shown if each.id in left}


@pytest.fixture(autouse=True)
def two_kinds() -> Iterator[None]:
    before = dict(types._kinds)
    types._kinds.clear()
    types.register(NoticeKind(KIND, "Arrivals", "coin", words, as_now, has_mail=True))
    types.register(NoticeKind(QUIET, "Quiet things", "coin", words))
    left.clear()
    yield
    types._kinds.clear()
    types._kinds.update(before)


def tell(member: MemberRow, key: str = "1", points: int = 1_200, **more: object) -> bool:
    values = {"link": Link("ledger.wallet"), **more}
    return service.tell(member.id, KIND, key=key, params={"points": points}, **values)  # type: ignore[arg-type]


def told(member: MemberRow) -> list[Notice]:
    shown = queries.notices(member.id).items
    db.session.rollback()
    return list(shown)


def bell(page: str) -> str:
    found = re.search(r'class="iconbtn" href="/notices" aria-label="([^"]+)"', page)
    assert found, "no bell"
    return found.group(1)


# --- telling -------------------------------------------------------------------------------------


def test_the_same_thing_is_told_once(alice: MemberRow) -> None:
    assert tell(alice)
    assert not tell(alice, points=7)
    assert tell(alice, key="2")

    assert [each.params["points"] for each in told(alice)] == [1_200, 1_200]


def test_many_are_told_by_one_statement(
    app: Flask, alice: MemberRow, count_statements: Counting
) -> None:
    tells = [Tell(alice.id, KIND, str(n), {"points": n}) for n in range(50)]
    with count_statements() as seen:
        assert service.tell_many(tells) == 50
    assert len(seen) == 1
    assert service.tell_many([*tells, Tell(alice.id, KIND, "new")]) == 1


def test_what_is_told_stands_or_falls_with_the_act(alice: MemberRow) -> None:
    @use_case
    def act() -> None:
        tell(alice)
        raise NotFoundError

    with pytest.raises(NotFoundError):
        act()
    assert told(alice) == []


def test_a_slip_of_the_caller_is_refused(alice: MemberRow) -> None:
    with pytest.raises(LookupError, match=r"test\.arrived"):
        service.tell(alice.id, "nobody.knows", key="1")
    with pytest.raises(ValueError, match="ids, numbers"):
        service.tell(alice.id, KIND, key="1", params={"name": "Spicy Li from Chengdu"})
    with pytest.raises(ValueError, match="key"):
        service.tell(alice.id, KIND, key="")
    assert told(alice) == []


def channels(member: MemberRow, kind: str = KIND) -> set[Channel]:
    found = queries.wishes_of(member.id).channels(kind)
    db.session.rollback()
    return set(found)


# --- the page ------------------------------------------------------------------------------------


def test_an_empty_page_says_what_will_stand_there(alice_client: Browser) -> None:
    page = alice_client.get("/notices")
    assert "All quiet" in page.text
    assert bell(page.text) == "Notices"
    assert "Mark all read" not in page.text


def test_guests_are_asked_to_sign_in(client: Browser) -> None:
    assert client.get("/notices").status_code in {302, 303, 401}
    assert client.get("/settings/notices").status_code in {302, 303, 401}
    assert "/notices" not in client.get("/").text


def test_a_notice_is_counted_opened_and_leads_on(alice: MemberRow, alice_client: Browser) -> None:
    tell(alice)
    (notice,) = told(alice)
    page = alice_client.get("/notices").text
    assert "1,200 arrived" in page
    assert bell(page) == "Notices · 1"

    answer = alice_client.post(f"/notices/{notice.id}/open")

    assert (answer.status_code, answer.location) == (303, "/me/wallet")
    after = alice_client.get("/notices").text
    assert bell(after) == "Notices"
    assert "1,200 arrived" in after
    assert "is-unread" not in after


def test_the_words_follow_the_reader(alice: MemberRow, alice_client: Browser) -> None:
    tell(alice)
    page = alice_client.get("/notices?lang=zh").text
    assert "钱包" in page


def test_a_notice_without_a_page_leads_to_the_list(alice: MemberRow, alice_client: Browser) -> None:
    tell(alice, link=Link("gone.page", {"id": 1}))
    tell(alice, "2", link=Link.to(Ref("thread", 12)))
    newer, older = told(alice)
    assert alice_client.post(f"/notices/{older.id}/open").location == "/notices"
    assert alice_client.post(f"/notices/{newer.id}/open").location == "/go/thread/12"


def test_others_notices_are_not_there(bob: MemberRow, alice_client: Browser) -> None:
    tell(bob)
    (notice,) = told(bob)
    assert alice_client.post(f"/notices/{notice.id}/open").status_code == 404
    assert not told(bob)[0].is_read
    assert alice_client.post("/notices/999/open").status_code == 404


def test_all_are_read_but_what_came_since(alice: MemberRow, alice_client: Browser) -> None:
    for n in range(3):
        tell(alice, str(n))
    page = alice_client.get("/notices").text
    found = re.search(r'name="up_to" value="(\d+)"', page)
    assert found
    tell(alice, "later")

    assert alice_client.post("/notices/read", data={"up_to": found.group(1)}).status_code == 303

    assert [each.is_read for each in told(alice)] == [False, True, True, True]
    assert alice_client.post("/notices/read", data={"up_to": "nonsense"}).status_code == 303
    assert alice_client.post("/notices/read", data={"up_to": str(2**70)}).status_code == 303


def test_the_bell_stops_counting_at_a_hundred(alice: MemberRow, alice_client: Browser) -> None:
    service.tell_many([Tell(alice.id, KIND, str(n), {"points": 1}) for n in range(120)])
    assert bell(alice_client.get("/me/wallet").text) == "Notices · 99+"


def test_the_bell_costs_no_statement(
    alice: MemberRow, alice_client: Browser, count_statements: Counting
) -> None:
    alice_client.get("/me/wallet")
    with count_statements() as without:
        alice_client.get("/me/wallet")
    tell(alice)
    with count_statements() as with_one:
        page = alice_client.get("/me/wallet").text
    assert bell(page) == "Notices · 1"
    assert len(with_one) == len(without)


@pytest.mark.parametrize("many", [3, 300])
def test_the_page_runs_three_statements(
    alice: MemberRow, alice_client: Browser, count_statements: Counting, many: int
) -> None:
    service.tell_many([Tell(alice.id, KIND, str(n), {"points": n + 1}) for n in range(many)])
    alice_client.get("/notices")
    with count_statements() as seen:
        alice_client.get("/notices")
    assert len(seen) <= 3, seen


def test_the_list_goes_on_by_keys(alice: MemberRow, alice_client: Browser) -> None:
    service.tell_many([Tell(alice.id, KIND, f"{n:03}", {"points": n + 1}) for n in range(65)])
    url, seen = "/notices", list[str]()
    while url:
        page = alice_client.get(url).text
        seen += re.findall(r"([\d,]+) arrived", page)
        link = re.search(r'rel="next" href="([^"]+)"', page)
        url = link.group(1) if link else ""
    assert seen == [str(n) for n in range(65, 0, -1)]
    assert alice_client.get("/notices?after=x").status_code == 200
    assert "Nothing more here" in alice_client.get("/notices?after=1").text


def test_figures_are_those_of_now(alice: MemberRow, alice_client: Browser) -> None:
    tell(alice)
    (notice,) = told(alice)
    left[notice.id] = 0
    page = alice_client.get("/notices").text
    assert "0 arrived" in page
    assert "is-unread" not in page  # it has come to nothing: nothing to shout about


# --- letters -------------------------------------------------------------------------------------


def states(member: MemberRow) -> list[DeliveryState | None]:
    """Where the letter of each of his notices stands; None: none goes out."""
    query = (
        sa.select(DELIVERY.c.state)
        .select_from(NOTICE)
        .outerjoin(DELIVERY, DELIVERY.c.notice_id == NOTICE.c.id)
        .where(NOTICE.c.member_id == member.id)
        .order_by(NOTICE.c.id)
    )
    found = list(db.session.scalars(query))
    db.session.rollback()
    return found


def run_mail() -> int:
    return jobs.run("notify.mail").handled


def test_a_letter_goes_out_once_in_the_readers_language(app: Flask) -> None:
    alice = a_member("alice", locale="zh_Hans_CN")
    tell(alice, also_by_mail=True)
    assert run_mail() == 2  # decided, and written
    assert run_mail() == 0

    (letter,) = letters(app, "alice@example.com")
    assert letter.subject == "1,200 arrived"
    assert "钱包" in letter.body
    assert "/notices" in letter.body
    assert states(alice) == [DeliveryState.DONE]
    assert not told(alice)[0].is_read


def test_who_wants_no_letters_gets_none(app: Flask, bob: MemberRow) -> None:
    alice = a_member("alice")
    identity.set_do_not_contact(alice.id, on=True)
    service.choose_letters(bob.id, {KIND: False, "nobody.knows": True})
    tell(alice, also_by_mail=True)
    tell(bob, also_by_mail=True)
    run_mail()
    assert letters(app) == []
    assert states(alice) == [DeliveryState.SKIPPED]
    assert states(bob) == [None]


def test_who_read_it_or_has_nothing_left_gets_none(app: Flask, alice: MemberRow) -> None:
    tell(alice, "read", also_by_mail=True)
    service.read_all(alice.id, told(alice)[0].id)
    tell(alice, "moot", also_by_mail=True)
    left[told(alice)[0].id] = 0
    without_address = a_member("无名", email=None)
    tell(without_address, also_by_mail=True)
    run_mail()
    assert letters(app) == []
    assert states(alice) == [None, DeliveryState.SKIPPED]
    assert states(without_address) == [DeliveryState.SKIPPED]


def test_kinds_without_letters_never_send_one(alice: MemberRow) -> None:
    service.tell(alice.id, QUIET, key="1", also_by_mail=True)
    run_mail()
    assert states(alice) == [None]


def test_the_settings_page_keeps_what_is_wanted(alice: MemberRow, alice_client: Browser) -> None:
    page = alice_client.get("/settings/notices").text
    assert "Arrivals" in page
    assert "Quiet things" in page
    assert re.search(r'checked[^>]*id="mail_test_arrived"|id="mail_test_arrived"[^>]*checked', page)

    assert alice_client.post("/settings/notices", data={}).status_code == 303
    assert channels(alice) == set()
    alice_client.post(
        "/settings/notices", data={"mail_test_arrived": "y", "push_test_arrived": "y"}
    )
    assert channels(alice) == {Channel.MAIL, Channel.PUSH}
    assert alice_client.post("/settings/notices", data={}, csrf=False).status_code == 400


# --- forgetting and merging ----------------------------------------------------------------------


def test_old_notices_are_forgotten(alice: MemberRow) -> None:
    tell(alice, "read")
    service.read_all(alice.id, told(alice)[0].id)
    tell(alice, "unread")
    clock.tick(timedelta(days=91))
    assert jobs.run("notify.prune").handled == 1
    assert [each.is_read for each in told(alice)] == [False]
    clock.tick(timedelta(days=310))
    jobs.run("notify.prune")
    assert told(alice) == []


def test_erasing_a_member_takes_his_notices(alice: MemberRow, bob: MemberRow) -> None:
    tell(alice)
    tell(bob)
    service.choose_letters(alice.id, {KIND: False})
    assert service.forget_member(alice.id) == 1
    assert told(alice) == []
    assert channels(alice) == {Channel.WEB, Channel.MAIL}
    assert len(told(bob)) == 1


def test_the_copy_of_his_data_holds_them(alice: MemberRow) -> None:
    for n in range(3):
        tell(alice, str(n), points=n)
    first = queries.export_rows(alice.id, limit=2)
    rest = queries.export_rows(alice.id, first.next_key, limit=2)
    assert [row[1:] for row in (*first.items, *rest.items)] == [
        (KIND, f"points={n}", "") for n in range(3)
    ]
    assert rest.next_key is None


def test_notices_follow_a_merge_and_come_back(staff: MemberRow) -> None:
    silent, alice = a_member("silent", email=None), a_member("alice")
    tell(silent, "his")
    tell(silent, "both")
    tell(alice, "both")
    service.choose_letters(silent.id, {KIND: False})
    merge = identity.merge_members(silent.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    assert len(told(alice)) == 2
    assert channels(alice) == {Channel.WEB}

    identity.unmerge_members(merge.id, actor_id=staff.id)
    assert [len(told(alice)), len(told(silent))] == [1, 2]
    assert [channels(alice), channels(silent)] == [{Channel.WEB, Channel.MAIL}, {Channel.WEB}]
