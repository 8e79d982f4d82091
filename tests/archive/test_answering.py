"""An author grants, refuses and takes back; the log remembers, the state follows."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.archive import queries, service
from app.archive.models import ReuseAnswer, ReuseState
from app.archive.policy import last_day
from app.archive.types import (
    Answer,
    Filters,
    Grant,
    NoScopeError,
    NotGrantedError,
    PostGoneError,
    Rights,
    Scope,
    Term,
    TermsChangedError,
    packed,
    unpacked,
)
from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.db import db
from tests.factories.archive import ALL, a_grant, a_granted_thread, a_use
from tests.factories.community import a_painted_photo, a_thread, some_boards
from tests.factories.identity import Browser, sign_in

GRANTED = {"answer": "grant", "scopes": ["shops", "ads"], "term": "half_year", "credit": "阿桔"}


def rights_of(thread_id: int) -> Rights:
    state = queries.find_state(thread_id)
    return state.rights if state else Rights.NONE


@pytest.mark.parametrize(
    ("term", "today", "expected"),
    [
        (Term.HALF_YEAR, date(2026, 8, 31), date(2027, 2, 28)),
        (Term.HALF_YEAR, date(2027, 8, 31), date(2028, 2, 29)),
        (Term.YEAR, date(2028, 2, 29), date(2029, 2, 28)),
        (Term.YEAR, date(2026, 12, 1), date(2027, 12, 1)),
        (Term.HALF_YEAR, date(2026, 6, 15), date(2026, 12, 15)),
        (Term.OPEN, date(2026, 9, 1), None),
    ],
)
def test_a_term_ends_on_the_same_day_of_a_later_month(
    term: Term, today: date, expected: date | None
) -> None:
    assert last_day(term, today) == expected


def test_scopes_are_stored_as_bits() -> None:
    for bits in range(16):
        assert packed(unpacked(bits)) == bits


def test_nothing_said_is_a_no(alice: MemberRow) -> None:
    thread = a_thread(alice)
    assert rights_of(thread.thread_id) is Rights.NONE


def test_an_author_answers_on_a_page_that_shows_the_whole_terms(
    alice_client: Browser, alice: MemberRow
) -> None:
    thread = a_thread(alice)
    post = alice_client.get(f"/p/{thread.thread_code}").get_data(as_text=True)
    assert "May the brand use this?" in post
    way = alice_client.get(f"/me/reuse/by/{thread.thread_id}")
    assert way.location == f"/me/reuse/post/{thread.thread_code}"
    page = alice_client.get(way.location).get_data(as_text=True)
    assert "It stays yours" in page
    assert "we may crop, scale and add a caption" in page.lower()
    sent = alice_client.post(way.location, data={**GRANTED, "terms_version": "0"})
    assert sent.status_code == 303
    state = queries.find_state(thread.thread_id)
    assert state is not None
    assert (state.rights, state.scopes) == (Rights.GRANTED, (Scope.SHOPS, Scope.ADS))
    assert (state.until_on, state.credit) == (date(2027, 3, 1), "阿桔")
    listed = alice_client.get("/me/reuse").get_data(as_text=True)
    assert "Product pages of shops" in listed
    assert "Not used so far." in listed
    again = alice_client.get(way.location).get_data(as_text=True)
    assert 'value="阿桔"' in again


def test_an_answer_that_makes_no_sense_loses_nothing(
    alice_client: Browser, alice: MemberRow
) -> None:
    address = f"/me/reuse/post/{a_thread(alice).thread_code}"
    for wrong in (
        {}, {**GRANTED, "scopes": []}, {**GRANTED, "scopes": ["moon"]}, {**GRANTED, "answer": "x"},
        {**GRANTED, "terms_version": "7"}, {**GRANTED, "term": "ever", "terms_version": "0"},
        {**GRANTED, "credit": "长" * 60, "terms_version": "0"},
    ):  # fmt: skip
        answer = alice_client.post(address, data=wrong)
        assert answer.status_code == 422, wrong
    assert 'value="阿桔"' in alice_client.post(
        address, data={**GRANTED, "terms_version": "7"}
    ).get_data(as_text=True)


def test_an_authors_rights_are_his_alone(
    alice_client: Browser, bob: MemberRow, client: Browser
) -> None:
    thread_id, code = a_granted_thread(bob)
    assert alice_client.get(f"/me/reuse/post/{code}").status_code == 404
    assert alice_client.get(f"/me/reuse/by/{thread_id}").status_code == 404
    assert alice_client.get("/me/reuse/by/99").status_code == 404
    assert alice_client.post(f"/me/reuse/revoke/{thread_id}").status_code == 409
    assert rights_of(thread_id) is Rights.GRANTED
    assert client.get("/me/reuse").status_code == 303


def test_the_composer_asks_and_says_nothing_by_itself(
    alice_client: Browser, alice: MemberRow
) -> None:
    some_boards()
    page = alice_client.get("/compose").get_data(as_text=True)
    assert "It stays yours" in page
    form = {"board": "pot", "title": "一锅", "body": "好", "request_key": "a" * 20}
    assert alice_client.post("/compose", data=form).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReuseState)) == 0
    yes = {
        **form, "request_key": "b" * 20, "reuse_answer": "grant", "reuse_scope": ["community"],
        "reuse_term": "open", "reuse_credit": "桔", "reuse_terms": "0",
    }  # fmt: skip
    for wrong in ({**yes, "reuse_scope": []}, {**yes, "reuse_terms": "3"}):
        assert alice_client.post("/compose", data=wrong).status_code == 422
    assert alice_client.post("/compose", data=yes).status_code == 303
    state = db.session.execute(sa.select(ReuseState)).scalar_one()
    assert (state.answer, state.until_on, state.credit) == (Answer.GRANTED, None, "桔")
    no = {**form, "request_key": "c" * 20, "reuse_answer": "refuse"}
    assert alice_client.post("/compose", data=no).status_code == 303
    assert verify.run(("archive.rights",))[0].drifts == ()


def test_every_answer_is_an_entry_of_the_log(alice: MemberRow, staff: MemberRow) -> None:
    thread_id, code = a_granted_thread(alice)
    service.answer(alice.id, code, Grant(is_granted=False))
    version = service.set_terms(staff.id, "新条款", "New terms")
    with pytest.raises(TermsChangedError):
        a_grant(alice, code, ALL)
    a_grant(alice, code, ALL, terms_version=version)
    service.revoke(alice.id, thread_id)
    log = queries.log_of(thread_id)
    assert [(each.number, each.answer) for each in log] == [
        (4, Answer.REVOKED), (3, Answer.GRANTED), (2, Answer.REFUSED), (1, Answer.GRANTED),
    ]  # fmt: skip
    assert [each.terms_version for each in log[1:]] == [1, 0, 0]
    assert rights_of(thread_id) is Rights.REVOKED
    with pytest.raises(NotGrantedError):
        service.revoke(alice.id, thread_id)
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.update(ReuseAnswer).values(scopes=15))
    db.session.rollback()
    assert verify.run(("archive.rights",))[0].drifts == ()


def test_a_grant_needs_a_place_and_a_post_of_ones_own(alice: MemberRow, bob: MemberRow) -> None:
    thread = a_thread(alice)
    with pytest.raises(NoScopeError):
        a_grant(alice, thread.thread_code, ())
    with pytest.raises(PostGoneError):
        a_grant(bob, thread.thread_code)
    community.remove_thread(alice.id, thread.thread_code)
    with pytest.raises(PostGoneError):
        a_grant(alice, thread.thread_code)
    with pytest.raises(TermsChangedError):
        service.answer_of_new(alice.id, thread.thread_id, Grant(True, ALL, terms_version=9))


def test_a_grant_is_over_when_its_term_is(
    alice: MemberRow, alice_client: Browser, staff: MemberRow
) -> None:
    thread_id, _code = a_granted_thread(alice, term=Term.HALF_YEAR)
    clock.tick(timedelta(days=181))
    assert rights_of(thread_id) is Rights.GRANTED
    clock.tick(timedelta(days=1))
    assert rights_of(thread_id) is Rights.ENDED
    sign_in(alice_client, alice)
    assert "Term over" in alice_client.get("/me/reuse").get_data(as_text=True)


def test_staff_see_that_a_post_was_changed_since(alice: MemberRow) -> None:
    photo = a_painted_photo(alice)
    thread_id, code = a_granted_thread(alice, photo_ids=(photo,))
    assert not queries.is_changed(thread_id)
    clock.tick(timedelta(minutes=1))
    community.edit_thread(
        alice.id, code, board_slug="pot", title="番茄牛腩锅", body="三个小时。", photo_ids=[photo]
    )
    assert queries.is_changed(thread_id)
    assert queries.archive_list(Filters()).items[0].is_changed
    a_grant(alice, code)
    assert not queries.is_changed(thread_id)
    assert not queries.archive_list(Filters()).items[0].is_changed
    assert queries.photos_in_use([photo]) == {photo}
    service.revoke(alice.id, thread_id)
    assert queries.photos_in_use([photo]) == set()


def test_taking_back_stops_new_uses_and_tells_who_runs_one(
    app: Flask, alice: MemberRow, alice_client: Browser, staff: MemberRow, staff_client: Browser
) -> None:
    thread_id, code = a_granted_thread(alice)
    service.record_use(staff.id, code, a_use())
    page = alice_client.get("/me/reuse").get_data(as_text=True)
    assert "店铺首页第一屏" in page
    assert "The brand uses your post" in alice_client.get("/notices").get_data(as_text=True)
    assert alice_client.post(f"/me/reuse/revoke/{thread_id}").status_code == 303
    told = staff_client.get("/notices").get_data(as_text=True)
    assert "take 1 use down" in told
    shown = staff_client.get(f"/staff/archive/by/{thread_id}", follow_redirects=True)
    assert "Take it down" in shown.get_data(as_text=True)
    kept = alice_client.get("/me/reuse").get_data(as_text=True)
    assert "店铺首页第一屏" in kept, "uses so far stay recorded"


@pytest.mark.parametrize("many", [1, 30])
def test_an_authors_page_takes_few_statements(
    alice: MemberRow, alice_client: Browser, staff: MemberRow, count_statements: Any, many: int
) -> None:
    from tests.factories.community import many_threads

    made = many_threads(alice, many)
    for each in made:
        a_grant(alice, each.code)
        service.record_use(staff.id, each.code, a_use())
    with count_statements() as seen:
        page = alice_client.get("/me/reuse").get_data(as_text=True)
    assert len(seen) <= 5, "\n".join(seen)
    assert ("before=" in page) == (many > 24)
    with count_statements() as seen:
        alice_client.get(f"/me/reuse/post/{made[0].code}")
    assert len(seen) <= 5
    with count_statements() as seen:
        alice_client.post(f"/me/reuse/post/{made[0].code}", data={**GRANTED, "terms_version": "0"})
    assert len(seen) <= 20, "\n".join(seen)
    with count_statements() as seen:
        alice_client.post(f"/me/reuse/revoke/{made[0].id}")
    assert len(seen) <= 20, "\n".join(seen)
