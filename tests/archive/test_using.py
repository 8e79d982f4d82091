"""Uses are recorded under a standing grant or refused with the reason; the archive is searched."""

import io
import threading
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.archive import queries, service
from app.archive.models import ReuseSelection, ReuseUse
from app.archive.types import (
    Answer,
    AskedLatelyError,
    BadPeriodError,
    Filters,
    Grant,
    PostGoneError,
    Rights,
    RightsMissingError,
    Scope,
    SelectionClosedError,
    Term,
    UseDraft,
)
from app.community import service as community
from app.community.service import bookmarks
from app.identity.types import MemberRow
from app.kernel import clock, exports, i18n, verify
from app.kernel.db import db
from tests.conftest import NOON
from tests.factories.archive import ALL, a_grant, a_granted_thread, a_selection, a_use
from tests.factories.community import a_photo, a_thread, many_threads
from tests.factories.identity import Browser, browser, sign_in

USE = {
    "scope": "shops", "place": "店铺首页", "link": "https://shop.example/", "from_on": "2026-09-01",
    "until_on": "2026-10-01", "request_key": "u" * 20,
}  # fmt: skip


def codes_of(**wanted: Any) -> list[str]:
    return [each.code for each in queries.archive_list(Filters(**wanted)).items]


def test_a_use_is_recorded_once(staff_client: Browser, alice: MemberRow, staff: MemberRow) -> None:
    thread_id, code = a_granted_thread(alice)
    for _twice in range(2):
        assert staff_client.post(f"/staff/archive/p/{code}/uses", data=USE).status_code == 303
    (use,) = queries.uses_of(thread_id)
    assert (use.place, use.until_on, use.is_open) == ("店铺首页", date(2026, 10, 1), True)
    page = staff_client.get(f"/staff/archive/p/{code}").get_data(as_text=True)
    assert "店铺首页" in page
    assert "Terms, version 0" in page
    ended = staff_client.post(f"/staff/archive/uses/{use.id}/end", data={"next": "/staff/archive"})
    assert ended.location == "/staff/archive"
    assert not queries.uses_of(thread_id)[0].is_open
    assert staff_client.post("/staff/archive/uses/99/end").status_code == 404
    assert verify.run(("archive.rights",))[0].drifts == ()


def test_a_refusal_says_which_right_is_missing(alice: MemberRow, staff: MemberRow) -> None:
    thread = a_thread(alice)
    code = thread.thread_code

    def refused(draft: UseDraft) -> str:
        with i18n.in_locale("en"), pytest.raises(RightsMissingError) as caught:
            service.record_use(staff.id, code, draft)
        return str(caught.value)

    assert "has not said yes" in refused(a_use())
    service.answer(alice.id, code, Grant(is_granted=False))
    assert "said no" in refused(a_use())
    a_grant(alice, code, (Scope.COMMUNITY,), term=Term.HALF_YEAR)
    assert "not Product pages of shops" in refused(a_use())
    assert "The grant ends on" in refused(a_use(Scope.COMMUNITY, date(2027, 3, 2)))
    assert "The grant ends on" in refused(a_use(Scope.COMMUNITY, None))
    service.record_use(staff.id, code, a_use(Scope.COMMUNITY, date(2027, 3, 1)))
    clock.tick(timedelta(days=200))
    assert "is over" in refused(a_use(Scope.COMMUNITY))
    service.revoke(alice.id, thread.thread_id)
    assert "took the grant back" in refused(a_use(Scope.COMMUNITY))
    assert len(queries.uses_of(thread.thread_id)) == 1


def test_a_refused_use_loses_nothing_that_was_typed(
    staff_client: Browser, alice: MemberRow
) -> None:
    _id, code = a_granted_thread(alice, (Scope.ADS,))
    answer = staff_client.post(f"/staff/archive/p/{code}/uses", data=USE)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The author granted Advertisements, not Product pages of shops." in page
    assert 'value="店铺首页"' in page
    for wrong in ({"link": "javascript:1"}, {"place": ""}, {"from_on": "x"}, {"scope": "moon"}):
        odd = staff_client.post(f"/staff/archive/p/{code}/uses", data={**USE, **wrong})
        assert odd.status_code == 422, wrong
    assert staff_client.post("/staff/archive/p/NONE/uses", data=USE).status_code == 404


def test_a_use_ends_after_it_begins_and_needs_a_post(alice: MemberRow, staff: MemberRow) -> None:
    _id, code = a_granted_thread(alice)
    with pytest.raises(BadPeriodError):
        service.record_use(staff.id, code, a_use(until_on=date(2026, 8, 1)))
    community.remove_thread(alice.id, code)
    with pytest.raises(PostGoneError):
        service.record_use(staff.id, code, a_use())


@pytest.mark.race
def test_no_use_is_recorded_after_a_taking_back_has_committed(
    app: Flask, alice: MemberRow, staff: MemberRow
) -> None:
    thread_id, code = a_granted_thread(alice)
    together, taken = threading.Barrier(5), threading.Event()
    late = list[bool]()

    def use(n: int) -> None:
        with app.app_context(), clock.frozen(NOON):
            together.wait(timeout=30)
            for turn in range(4):
                was_taken = taken.is_set()
                try:
                    service.record_use(staff.id, code, a_use(), f"key-{n}-{turn}-0123456789")
                except RightsMissingError:
                    continue
                late.append(was_taken)
            db.session.remove()

    def take_back() -> None:
        with app.app_context(), clock.frozen(NOON):
            together.wait(timeout=30)
            service.revoke(alice.id, thread_id)
            taken.set()
            db.session.remove()

    workers = [threading.Thread(target=use, args=(n,)) for n in range(4)]
    workers.append(threading.Thread(target=take_back))
    for each in workers:
        each.start()
    for each in workers:
        each.join(timeout=60)
    assert not any(late)
    db.session.rollback()
    assert verify.run(("archive.rights",))[0].drifts == ()
    with pytest.raises(RightsMissingError):
        service.record_use(staff.id, code, a_use())


@pytest.mark.race
def test_answers_at_once_stand_in_one_order(app: Flask, alice: MemberRow) -> None:
    thread = a_thread(alice)
    together = threading.Barrier(4)

    def say(n: int) -> None:
        with app.app_context(), clock.frozen(NOON):
            together.wait(timeout=30)
            service.answer(alice.id, thread.thread_code, Grant(n % 2 == 0, ALL))
            db.session.remove()

    workers = [threading.Thread(target=say, args=(n,)) for n in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(timeout=60)
    db.session.rollback()
    assert [each.number for each in queries.log_of(thread.thread_id)] == [4, 3, 2, 1]
    assert verify.run(("archive.rights",))[0].drifts == ()


def test_an_author_is_asked_at_most_once_in_ninety_days(
    staff_client: Browser, alice: MemberRow, alice_client: Browser, staff: MemberRow
) -> None:
    thread = a_thread(alice)
    address = f"/staff/archive/p/{thread.thread_code}"
    assert staff_client.post(f"{address}/ask", data={"message": ""}).status_code == 422
    asked = staff_client.post(f"{address}/ask", data={"message": "想放到十二月的首页"})
    assert asked.status_code == 303
    assert "May the brand use your post?" in alice_client.get("/notices").get_data(as_text=True)
    page = alice_client.get(f"/me/reuse/post/{thread.thread_code}").get_data(as_text=True)
    assert "想放到十二月的首页" in page
    with pytest.raises(AskedLatelyError):
        service.ask(staff.id, thread.thread_code, "再问")
    assert staff_client.post(f"{address}/ask", data={"message": "再问"}).status_code == 422
    assert codes_of(rights=Rights.ASKED) == [thread.thread_code]
    clock.tick(timedelta(days=90))
    service.ask(staff.id, thread.thread_code, "三个月后再问")
    a_grant(alice, thread.thread_code)
    clock.tick(timedelta(days=91))
    with pytest.raises(AskedLatelyError):
        service.ask(staff.id, thread.thread_code, "已经有了")
    with pytest.raises(PostGoneError):
        service.ask(staff.id, "NONE", "谁")


def test_the_archive_is_searched_by_what_stands_in_the_address(
    staff_client: Browser, alice: MemberRow, koc: MemberRow, bob: MemberRow
) -> None:
    granted = a_granted_thread(alice, (Scope.SHOPS, Scope.ADS), title="给了")[1]
    over = a_granted_thread(alice, term=Term.HALF_YEAR, title="到期")[1]
    clock.tick(timedelta(days=200))
    refused = a_thread(koc, "不给", photo_ids=(a_photo(koc),)).thread_code
    service.answer(koc.id, refused, Grant(is_granted=False))
    tagged = a_thread(bob, "没说 #暖锅#").thread_code
    community.reply(alice.id, tagged, "好看")
    for n in range(2):
        community.reply(koc.id, tagged, f"想吃 {n}")
    assert codes_of() == [tagged, refused, over, granted]
    assert codes_of(rights=Rights.GRANTED) == [granted]
    assert codes_of(rights=Rights.ENDED) == [over]
    assert codes_of(rights=Rights.REFUSED) == [refused]
    assert codes_of(rights=Rights.NONE) == [tagged]
    assert codes_of(scope=Scope.ADS) == [granted]
    assert codes_of(scope=Scope.SHOPS) == [granted]
    assert codes_of(author="koc") == [refused]
    assert codes_of(author="fan") == [tagged, over, granted]
    assert codes_of(has_photo=True) == [refused]
    assert codes_of(days=30) == [tagged, refused]
    assert codes_of(board="dips") == []
    assert codes_of(score=9) == [tagged]
    assert codes_of(score=10) == []
    assert codes_of(topic="暖锅") == [tagged]
    assert codes_of(product="none") == []
    sign_in(staff_client, _ada(staff_client))
    page = staff_client.get("/staff/archive?rights=refused&author=koc&photo=1")
    assert "不给" in page.get_data(as_text=True)
    odd = "/staff/archive?rights=x&scope=y&author=z&score=7&days=8&before=q&selection=none"
    assert staff_client.get(odd).status_code == 200


def _ada(staff_client: Browser) -> MemberRow:
    from app.identity import queries as identity
    from app.kernel.permissions import Role

    (member_id,) = identity.members_with({Role.ADMINISTRATOR})
    return identity.get_member(member_id)


def test_saves_count_twice_in_the_quality(alice: MemberRow, bob: MemberRow) -> None:
    thread = a_thread(alice)
    community.like_thread(bob.id, thread.thread_code)
    bookmarks.keep(bob.id, thread.thread_code)
    found = queries.find_item(thread.thread_code)
    assert found is not None
    assert found.score == 3


def test_a_selection_gathers_posts_and_tells_what_may_be_used(
    staff_client: Browser, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    granted = a_granted_thread(alice, credit="=1+1", title="可以用")
    other = a_thread(bob, "还不行")
    form = {"name": "十二月", "scope": "shops", "campaign": "冬至"}
    made = staff_client.post("/staff/archive/selections", data=form)
    assert made.status_code == 303
    code = db.session.scalar(sa.select(ReuseSelection.code))
    for thread_code in (granted[1], other.thread_code, granted[1]):
        address = f"/staff/archive/selections/{code}/pick/{thread_code}"
        assert staff_client.post(address).status_code == 303
    page = staff_client.get(f"/staff/archive/selections/{code}").get_data(as_text=True)
    assert page.count("May be used here") == 1
    assert page.count("Not here") == 1
    assert "Picked" in staff_client.get(f"/staff/archive?selection={code}").get_data(as_text=True)
    assert verify.run(("archive.picks",))[0].drifts == ()
    staff_client.post(f"/staff/archive/selections/{code}/unpick/{other.thread_id}")
    found = queries.find_selection(str(code))
    assert found is not None
    assert found.pick_count == 1
    staff_client.post(f"/staff/archive/selections/{code}/close", data={"to": "close"})
    with pytest.raises(SelectionClosedError):
        service.pick(staff.id, str(code), other.thread_code)
    with pytest.raises(SelectionClosedError):
        service.unpick(staff.id, str(code), granted[0])
    staff_client.post(f"/staff/archive/selections/{code}/close", data={"to": "open"})
    assert service.unpick(staff.id, str(code), other.thread_id) is False
    used = staff_client.post(f"/staff/archive/p/{granted[1]}/uses?selection={code}", data=USE)
    assert used.status_code == 303
    shown = staff_client.get(f"/staff/archive/selections/{code}").get_data(as_text=True)
    assert "店铺首页" in shown
    assert staff_client.get("/staff/archive/selections/none").status_code == 404
    assert staff_client.post("/staff/archive/selections", data={}).status_code == 422


def test_an_export_is_safe_to_open(app: Flask, staff: MemberRow, alice: MemberRow) -> None:
    _id, thread_code = a_granted_thread(alice, credit="=cmd()", title="@危险")
    code = a_selection(staff)
    service.pick(staff.id, code, thread_code)
    page = queries.selection_rows({"selection": code}, None, 10)
    assert page.items[0][3] == "=cmd()"
    assert queries.selection_count({"selection": code}) == 1
    assert queries.selection_rows({"selection": "none"}, None, 10).items == []
    export = exports.find("archive.selection")
    assert export is not None
    assert len(export.columns) == len(page.items[0])


def test_the_photos_that_may_be_used_come_as_a_zip(
    staff_client: Browser, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    photo = a_photo(alice, 320, 240)
    thread_id, granted = a_granted_thread(alice, credit="阿桔", photo_ids=(photo,))
    refused = a_thread(bob, "不行", photo_ids=(a_photo(bob, 300, 240),))
    code = a_selection(staff)
    for thread_code in (granted, refused.thread_code):
        service.pick(staff.id, code, thread_code)
    answer = staff_client.post(f"/staff/archive/selections/{code}/photos")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as made:
        assert made.testzip() is None
        assert made.namelist() == [f"{granted}-1.webp", "credits.txt"]
        assert made.read(f"{granted}-1.webp")[8:12] == b"WEBP"
        assert "阿桔" in made.read("credits.txt").decode()
    service.revoke(alice.id, thread_id)
    nothing = staff_client.post(f"/staff/archive/selections/{code}/photos")
    assert nothing.status_code == 303


def test_terms_have_versions_that_stay(staff_client: Browser, staff: MemberRow) -> None:
    assert "It stays yours" in staff_client.get("/staff/archive/terms").get_data(as_text=True)
    form = {"text_zh": "新的**条款**", "text_en": "New **terms**"}
    assert staff_client.post("/staff/archive/terms", data=form).status_code == 303
    assert queries.current_terms().version == 1
    assert service.set_terms(staff.id, "新的**条款**", "New **terms**") == 1
    assert service.set_terms(staff.id, "三", "Three") == 2
    old = queries.find_terms(1)
    assert old is not None
    assert old.text_en == "New **terms**"
    assert queries.find_terms(0) is not None
    assert queries.find_terms(9) is None
    assert staff_client.post("/staff/archive/terms", data={"text_zh": ""}).status_code == 422


def test_roles_see_or_use_the_archive(
    app: Flask, moderator: MemberRow, alice_client: Browser, alice: MemberRow
) -> None:
    _id, code = a_granted_thread(alice)
    mona = browser(app)
    sign_in(mona, moderator)
    assert mona.get("/staff/archive").status_code == 200
    assert mona.get(f"/staff/archive/p/{code}").status_code == 200
    assert mona.post(f"/staff/archive/p/{code}/uses", data=USE).status_code == 403
    assert mona.post(f"/staff/archive/p/{code}/ask", data={"message": "x"}).status_code == 403
    assert mona.post("/staff/archive/selections", data={"name": "n"}).status_code == 403
    assert mona.get("/staff/archive/terms").status_code == 403
    assert alice_client.get("/staff/archive").status_code == 403


@pytest.mark.parametrize("many", [2, 60])
def test_staff_pages_take_few_statements_however_many_posts(
    staff_client: Browser, staff: MemberRow, alice: MemberRow, count_statements: Any, many: int
) -> None:
    made = many_threads(alice, many)
    code = a_selection(staff)
    for each in made[:30]:
        a_grant(alice, each.code)
        service.pick(staff.id, code, each.code)
        service.record_use(staff.id, each.code, a_use())
    addresses = {
        f"/staff/archive?selection={code}&rights=granted&scope=shops&board=pot&score=10": 8,
        "/staff/archive": 8,
        f"/staff/archive/selections/{code}": 8,
        "/staff/archive/selections": 8,
        f"/staff/archive/p/{made[0].code}": 9,
    }
    for address, most in addresses.items():
        with count_statements() as seen:
            assert staff_client.get(address).status_code == 200
        assert len(seen) <= most, "\n".join([address, *seen])
    first = queries.archive_list(Filters())
    if many > 24:
        assert first.next_key is not None
        second = queries.archive_list(Filters(), before=int(first.next_key))
        assert not {each.code for each in first.items} & {each.code for each in second.items}


def test_a_drift_is_told(alice: MemberRow, staff: MemberRow) -> None:
    thread_id, code = a_granted_thread(alice)
    service.record_use(staff.id, code, a_use())
    db.session.execute(sa.delete(ReuseUse))
    db.session.execute(sa.text("UPDATE reuse_state SET scopes = 15"))
    db.session.commit()
    drifts = verify.run(("archive.rights",))[0].drifts
    assert len(drifts) == 2
    state = queries.find_state(thread_id)
    assert state is not None
    assert state.answer is Answer.GRANTED
