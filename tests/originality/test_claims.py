"""What is known from elsewhere: entered, imported, compared with what comes and what was here."""

import json
from datetime import date, timedelta

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.errors import NotFoundError
from app.originality import queries, service
from app.originality.policy import pictures
from app.originality.types import ClaimError, Kind, NewClaim, Show, State
from tests.factories.originality import OTHER, POT, SOUP, a_dish, a_shot, work
from tests.originality.test_finding import a_post, drifts, findings

HEAD = "kind,label,content,source,published_on\n"


def a_file(*lines: tuple[str, ...]) -> bytes:
    return (HEAD + "\n".join(",".join(json.dumps(each, ensure_ascii=False) for each in line)
                             for line in lines)).encode()  # fmt: skip


def test_a_text_known_from_elsewhere_is_found(staff: MemberRow, alice: MemberRow) -> None:
    yesterday = clock.business_date() - timedelta(days=1)
    service.add_claim(staff.id, NewClaim(Kind.TEXT, "A cook's blog", "https://a.example", yesterday,
                                         text=POT))  # fmt: skip
    work()
    post = a_post(alice, POT.replace("半斤", "一斤"))
    work()
    (found,) = findings()
    assert (found.thread_id, found.is_claim, found.earlier.title) == (
        post.thread_id, True, "A cook's blog",
    )  # fmt: skip
    assert found.earlier.url == "https://a.example"
    assert drifts() == []


def test_a_claim_finds_what_was_posted_before_it_was_entered(
    staff: MemberRow, alice: MemberRow
) -> None:
    post = a_post(alice, OTHER, a_dish(5))
    work()
    digits = pictures.hashes_of(a_dish(5).resize((240, 180)))[0]
    service.add_claim(staff.id, NewClaim(Kind.PHOTO, "Stock photo 17", photo_hash=digits))
    photo = a_shot(staff, a_dish(6))
    service.add_claim(staff.id, NewClaim(Kind.PHOTO, "Stock photo 18", media_id=photo))
    work()
    assert [(each.thread_id, each.kind) for each in findings()] == [(post.thread_id, Kind.PHOTO)]
    again = a_post(alice, image=a_dish(6))
    work()
    assert findings()[-1].thread_id == again.thread_id
    assert findings()[-1].earlier.photo is not None
    assert queries.photos_in_use([photo, 7]) == {photo}


def test_whoever_posted_it_before_it_was_published_is_not_found(
    staff: MemberRow, alice: MemberRow
) -> None:
    a_post(alice, SOUP)
    tomorrow = clock.business_date() + timedelta(days=1)
    service.add_claim(staff.id, NewClaim(Kind.TEXT, "A magazine", published_on=tomorrow, text=SOUP))
    work()
    assert findings() == []


def test_a_retired_claim_lets_go_and_can_come_back(staff: MemberRow, alice: MemberRow) -> None:
    claim_id = service.add_claim(staff.id, NewClaim(Kind.TEXT, "A blog", text=POT))
    post = a_post(alice, POT)
    work()
    assert len(findings()) == 1
    service.retire_claim(staff.id, claim_id)
    with pytest.raises(NotFoundError):
        service.retire_claim(staff.id, claim_id)
    work()
    assert queries.flagged([post.thread_id]) == set()
    service.bring_claim_back(staff.id, claim_id)
    with pytest.raises(NotFoundError):
        service.bring_claim_back(staff.id, claim_id)
    work()
    assert [each.state for each in findings()] == [State.OPEN]
    assert drifts() == []


def test_a_claim_that_could_find_nothing_is_refused(staff: MemberRow) -> None:
    with pytest.raises(ClaimError):
        service.add_claim(staff.id, NewClaim(Kind.TEXT, "short", text="好吃！"))
    with pytest.raises(ClaimError):
        service.add_claim(staff.id, NewClaim(Kind.PHOTO, "no photo"))


def test_a_file_is_taken_in_once_and_worked_through_in_the_background(
    staff: MemberRow, alice: MemberRow
) -> None:
    a_post(alice, POT)
    digits = [f"{n:016x}" for n in range(30)]
    raw = a_file(
        ("text", "a blog", POT, "https://a.example/1", "2020-02-03"),
        *(("photo", f"photo {n}", each, "", "") for n, each in enumerate(digits)),
        ("video", "no kind", "x", "", ""),
        ("text", "short", "好吃", "", ""),
        ("photo", "no hash", "xyz", "", ""),
        ("text", "", POT, "", ""),
        ("text", "bad source", POT, "ftp://a", ""),
        ("text", "bad date", POT, "", "3.2.2020"),
        ("photo", "photo 0", digits[0], "", ""),
    )
    code = service.begin_import(staff.id, raw)
    assert service.begin_import(staff.id, raw) == code
    begun = queries.find_import(code)
    assert begun is not None
    assert (begun.line_count, begun.done_count, begun.finished_at) == (31, 0, None)
    assert [word for _number, word in begun.bad] == [
        "kind", "short", "hash", "label", "source", "date", "again",
    ]  # fmt: skip
    assert service.work_claims(limit=10) == 10
    assert drifts() == []
    work()
    done = queries.find_import(code)
    assert done is not None
    assert (done.done_count, done.percent) == (31, 100)
    assert done.finished_at is not None
    assert queries.claim_list().items[0].published_on is None
    assert [each.earlier.title for each in findings(Show.OPEN)] == ["a blog"]
    assert drifts() == []


def test_a_mended_file_brings_only_what_is_new(staff: MemberRow) -> None:
    service.begin_import(staff.id, a_file(("text", "a blog", POT, "", "")))
    code = service.begin_import(
        staff.id, a_file(("text", "a blog", POT, "", ""), ("text", "another", SOUP, "", ""))
    )
    found = queries.find_import(code)
    assert found is not None
    assert found.line_count == 1
    assert len(queries.claim_list().items) == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff\xfe\x00", b"a,b\n1,2\n", HEAD.encode(), b'kind,label,content\n"text,x',
        b"x" * 2_000_001,
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused(app: Flask, staff: MemberRow, raw: bytes) -> None:
    with pytest.raises(ClaimError):
        service.begin_import(staff.id, raw)
    assert queries.import_list() == []


def test_days_are_read_as_iso(staff: MemberRow) -> None:
    service.begin_import(staff.id, a_file(("text", "a blog", POT, "", "2020-02-29")))
    assert queries.claim_list().items[0].published_on == date(2020, 2, 29)
