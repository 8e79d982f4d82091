"""The author's note and page, the desk and what is known from elsewhere; statements, bad input."""

import io
import re
from typing import Any

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.originality import queries, service
from app.originality.types import FindingRow, Judgement, Kind, NewClaim, State
from tests.factories.identity import Browser, browser, sign_in
from tests.factories.originality import POT, a_dish, as_jpeg, work
from tests.factories.photos import as_form
from tests.originality.test_finding import a_post, findings


@pytest.fixture
def finding(alice: MemberRow, bob: MemberRow) -> FindingRow:
    """A post of bob's that is like one of alice's, in photo and text."""
    a_post(alice, POT, a_dish(1))
    a_post(bob, POT, a_dish(1))
    work()
    return next(each for each in findings() if each.kind is Kind.TEXT)


@pytest.fixture
def desk(app: Flask, moderator: MemberRow) -> Browser:
    """A moderator's browser."""
    browser_of = browser(app)
    sign_in(browser_of, moderator)
    return browser_of


@pytest.fixture
def bob_client(app: Flask, bob: MemberRow) -> Browser:
    """Bob's browser."""
    browser_of = browser(app)
    sign_in(browser_of, bob)
    return browser_of


def _text(client: Browser, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def test_only_the_author_reads_on_his_post_that_it_waits(
    finding: FindingRow, bob_client: Browser, alice_client: Browser, client: Browser
) -> None:
    address = finding.later.url
    assert "Somebody of the team takes a look" in _text(bob_client, address)
    for other in (alice_client, client):
        page = _text(other, address)
        assert "takes a look" not in page
        assert "originality" not in page


def test_the_author_says_where_it_is_from(
    finding: FindingRow, bob_client: Browser, alice_client: Browser, client: Browser
) -> None:
    code = finding.later.url.rpartition("/")[2]
    by_id = bob_client.get(f"/me/originality/by/{finding.thread_id}")
    assert (by_id.status_code, by_id.location) == (303, f"/me/originality/{code}")
    page = _text(bob_client, f"/me/originality/{code}")
    assert "a post that was here earlier" in page
    said = {"finding_id": finding.id, "source_text": "My own book", "source_url": "javascript:x"}
    refused = bob_client.post(f"/me/originality/{code}/source", data=said)
    assert refused.status_code == 422
    assert "My own book" in refused.get_data(as_text=True)
    said["source_url"] = "https://a.example/book"
    assert bob_client.post(f"/me/originality/{code}/source", data=said).status_code == 303
    assert "My own book" in _text(bob_client, f"/me/originality/{code}")
    assert alice_client.get(f"/me/originality/{code}").status_code == 404
    assert alice_client.post(f"/me/originality/{code}/source", data=said).status_code == 404
    assert client.get(f"/me/originality/{code}").status_code in {302, 303}
    assert alice_client.get(f"/me/originality/by/{finding.thread_id}").status_code == 404


def test_the_author_objects_to_a_verdict(
    finding: FindingRow, bob_client: Browser, moderator: MemberRow
) -> None:
    code = finding.later.url.rpartition("/")[2]
    service.judge(moderator.id, finding.id, Judgement(State.COPIED, 0, reason="Seen before."))
    assert "Judged a copy" in _text(bob_client, finding.later.url)
    assert "Seen before." in _text(bob_client, f"/me/originality/{code}")
    said = {"finding_id": finding.id, "objection": ""}
    assert bob_client.post(f"/me/originality/{code}/object", data=said).status_code == 422
    said["objection"] = "Both are mine"
    assert bob_client.post(f"/me/originality/{code}/object", data=said).status_code == 303
    assert "Both are mine" in _text(bob_client, f"/me/originality/{code}")
    assert bob_client.post(f"/me/originality/{code}/object", data=said).status_code == 404


def test_the_desk_shows_both_sides_and_decides(finding: FindingRow, desk: Browser) -> None:
    listed = _text(desk, "/staff/originality")
    assert f"/staff/originality/{finding.id}" in listed
    page = _text(desk, f"/staff/originality/{finding.id}")
    marked = "".join(re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL))
    assert "黄油" in marked
    other = next(each for each in findings() if each.kind is Kind.PHOTO)
    assert _text(desk, f"/staff/originality/{other.id}").count("The photo in question") == 2
    address = f"/staff/originality/{finding.id}"
    assert desk.post(address, data={"version": 0}).status_code == 422
    assert desk.post(address, data={"version": 0, "verdict": "nonsense"}).status_code == 422
    stale = desk.post(address, data={"version": 9, "verdict": "original"})
    assert stale.status_code == 409
    decided = desk.post(address, data={"version": 0, "verdict": "quoted"})
    assert (decided.status_code, decided.location) == (303, f"/staff/originality/{other.id}")
    assert "Quoted with its source" in _text(desk, address)
    assert str(finding.id) in _text(desk, "/staff/originality?show=judged")
    undone = desk.post(f"{address}/undo", data={"version": 1})
    assert undone.status_code == 303
    assert str(finding.id) in _text(desk, "/staff/originality")


def test_nobody_judges_his_own_and_only_the_team_comes_in(
    finding: FindingRow, bob_client: Browser, client: Browser
) -> None:
    assert bob_client.get("/staff/originality").status_code in {403, 404}
    assert client.get("/staff/originality").status_code in {302, 303}
    assert bob_client.post(f"/staff/originality/{finding.id}").status_code in {403, 404}


@pytest.mark.parametrize(
    "address", ["/staff/originality/1", f"/staff/originality/{2**70}",
                "/staff/originality/claims/import/nothing"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(desk: Browser, address: str) -> None:
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize("query", ["?after=x", f"?after={2**70}", "?show=nonsense", "?after=-1"])
def test_a_bad_address_shows_the_list(desk: Browser, query: str) -> None:
    assert "Nothing waits here" in _text(desk, f"/staff/originality{query}")
    assert desk.get(f"/staff/originality/claims{query}").status_code == 200


def test_staff_enter_what_is_known_from_elsewhere(desk: Browser) -> None:
    new = "/staff/originality/claims/new"
    assert "Nothing known from elsewhere yet" in _text(desk, "/staff/originality/claims")
    assert "What it is called" in _text(desk, new)
    text = {"kind": "text", "label": "A blog", "text": "short", "published_on": "2999-01-01"}
    refused = desk.post(new, data=text)
    assert refused.status_code == 422
    assert "A blog" in refused.get_data(as_text=True)
    text["published_on"] = ""
    assert desk.post(new, data=text).status_code == 422
    assert desk.post(new, data={**text, "text": POT}).status_code == 303
    no_photo = as_form({"kind": "photo", "label": "x", "photo": [(io.BytesIO(b"no"), "x.jpg")]})
    assert desk.post(new, **no_photo).status_code == 422
    photo = [(io.BytesIO(as_jpeg(a_dish(4))), "x.jpg")]
    assert (
        desk.post(new, **as_form({"kind": "photo", "label": "y", "photo": photo})).status_code
        == 303
    )
    work()
    listed = _text(desk, "/staff/originality/claims")
    assert "A blog" in listed
    (_photo, blog) = queries.claim_list().items
    retire = f"/staff/originality/claims/{blog.id}/retire"
    assert desk.post(retire).status_code == 303
    assert "Retired" in _text(desk, "/staff/originality/claims")
    assert desk.post(retire, data={"to": "back"}).status_code == 303
    assert desk.post("/staff/originality/claims/5/retire").status_code == 404


def test_staff_import_a_file_and_watch_it(desk: Browser) -> None:
    address = "/staff/originality/claims/import"
    assert "CSV file" in _text(desk, address)
    assert desk.post(address).status_code == 422
    wrong = as_form({"file": [(io.BytesIO(b"x,y"), "x.csv")]})
    assert desk.post(address, **wrong).status_code == 422
    raw = f"kind,label,content\ntext,a blog,{POT}\nvideo,b,c\n".encode()
    sent = desk.post(address, **as_form({"file": [(io.BytesIO(raw), "x.csv")]}))
    assert sent.status_code == 303
    page = _text(desk, sent.location)
    assert "Kind must be photo or text." in page
    assert "Being read" in page
    work()
    fragment = desk.get(sent.location, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert fragment.startswith("<section")
    assert "Done" in fragment


def test_pages_take_a_fixed_number_of_statements(
    alice: MemberRow, bob: MemberRow, staff: MemberRow, desk: Browser,
    count_statements: Any,
) -> None:  # fmt: skip
    a_post(alice, POT)
    for many in (1, 5):
        for _each in range(many):
            a_post(bob, POT)
            service.add_claim(staff.id, NewClaim(Kind.TEXT, "A blog", text=POT))
        work()
        for address, most in (
            ("/staff/originality", 8),
            (f"/staff/originality/{findings()[0].id}", 9),
            ("/staff/originality/claims", 8),
        ):
            with count_statements() as counted:
                assert desk.get(address).status_code == 200
            assert len(counted) <= most, (address, counted)
    assert len(findings()) > 6
