"""Story, manifesto and values: written by staff in versions, read by everybody."""

from typing import Any

import pytest
from flask import Flask

from app.brand import queries, service
from app.brand.types import (
    Chapter,
    NothingWrittenError,
    PageDraft,
    PageKind,
    SlugTakenError,
    ValuesCountError,
)
from app.identity.types import MemberRow
from app.kernel import verify
from app.kernel.errors import NotFoundError
from app.kernel.media.types import PhotoGoneError
from tests.factories.brand import a_column, a_face, a_page, some_values
from tests.factories.community import a_painted_photo
from tests.factories.identity import Browser, browser, sign_in
from tests.factories.photos import a_file

FIELDS = {
    "title_zh": "宣言", "title_en": "Manifesto", "lead_zh": "一句", "lead_en": "One line",
    "chapters-0-title_zh": "后", "chapters-0-title_en": "Second",
    "chapters-0-body_zh": "好吃最大", "chapters-0-body_en": "Taste first",
    "chapters-0-position": "2",
    "chapters-1-title_zh": "先", "chapters-1-title_en": "First", "chapters-1-position": "1",
}  # fmt: skip


def test_the_story_is_read_by_everybody_once_it_is_published(
    client: Browser, staff: MemberRow
) -> None:
    assert "still on the stove" in client.get("/about").get_data(as_text=True)
    a_page(staff)
    page = client.get("/about").get_data(as_text=True)
    assert "The first pot" in page
    assert "<strong>1998</strong>" in page
    assert '"@type": "Organization"' in page
    assert 'property="og:title" content="Our story"' in page
    chinese = client.get("/about?lang=zh").get_data(as_text=True)
    assert "第一口锅" in chinese


def test_a_draft_is_nobodys_but_the_teams(
    client: Browser, staff_client: Browser, staff: MemberRow
) -> None:
    a_page(staff, "manifesto", PageKind.MANIFESTO)
    draft = PageDraft("新", "Brand new words", chapters=[Chapter("章", "A new chapter")])
    assert service.save_page(staff.id, "manifesto", draft) == 2
    assert "Brand new words" not in client.get("/about/manifesto").get_data(as_text=True)
    shown = staff_client.get("/staff/brand/pages/manifesto/preview").get_data(as_text=True)
    assert "A new chapter" in shown
    assert "Only the team sees this version" in shown
    assert staff_client.post("/staff/brand/pages/manifesto/publish").status_code == 303
    assert "Brand new words" in client.get("/about/manifesto").get_data(as_text=True)


def test_versions_tell_who_wrote_them_and_can_come_back(
    staff_client: Browser, staff: MemberRow, operator: MemberRow
) -> None:
    a_page(staff, "manifesto", PageKind.MANIFESTO)
    service.save_page(
        operator.id, "manifesto", PageDraft("二", "Two", chapters=[Chapter("章", "Other")])
    )
    page = staff_client.get("/staff/brand/pages/manifesto/history").get_data(as_text=True)
    assert "oscar" in page
    assert "ada" in page
    address = "/staff/brand/pages/manifesto/versions/1/restore"
    assert staff_client.post(address).status_code == 303
    newest = queries.find_page("manifesto", draft=True)
    assert newest is not None
    assert (newest.number, newest.title_en) == (3, "Our story")
    assert [each.title_en for each in newest.chapters] == ["The first pot", "Today"]
    with pytest.raises(NotFoundError):
        service.restore_version(staff.id, "manifesto", 99)


def test_staff_write_a_page_in_the_editor_with_chapters_in_their_places(
    staff_client: Browser, client: Browser
) -> None:
    form = {**FIELDS, "kind": "manifesto", "slug": "manifesto"}
    photo = {"photo-0": (a_file(), "pot.jpg")}
    answer = staff_client.post("/staff/brand/pages/new", data={**form, **photo})
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]
    page = queries.find_page("manifesto", draft=True)
    assert page is not None
    assert [each.title_en for each in page.chapters] == ["First", "Second"]
    assert page.chapters[1].photo is not None
    assert staff_client.get("/staff/brand/pages/manifesto").status_code == 200
    changed = {
        **form, "chapters-1-is_dropped": "y", "chapters-0-media_id": str(page.chapters[1].media_id),
    }  # fmt: skip
    assert staff_client.post("/staff/brand/pages/manifesto", data=changed).status_code == 303
    again = queries.find_page("manifesto", draft=True)
    assert again is not None
    assert [each.media_id for each in again.chapters] == [page.chapters[1].media_id]
    assert client.get("/about/manifesto").status_code == 404


def test_nothing_typed_is_lost_when_something_is_wrong(staff_client: Browser) -> None:
    form = {**FIELDS, "kind": "page", "slug": "people", "title_en": ""}
    answer = staff_client.post("/staff/brand/pages/new", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Taste first" in page
    assert "This address is taken" in page
    more = staff_client.post("/staff/brand/pages/new", data={**FIELDS, "act": "more"})
    assert more.status_code == 200
    assert "chapters-2-title_zh" in more.get_data(as_text=True)


def test_what_cannot_be_a_page_is_refused(staff: MemberRow, alice: MemberRow) -> None:
    a_page(staff)
    chapter = Chapter("章", "Chapter")
    with pytest.raises(SlugTakenError):
        a_page(staff)
    with pytest.raises(NothingWrittenError):
        service.save_page(staff.id, "story", PageDraft("空", "Empty"))
    cards = [Chapter("一", "One", "句", "Sentence", "heart")] * 2
    with pytest.raises(ValuesCountError):
        service.create_page(
            staff.id, "values", PageKind.VALUES, PageDraft("值", "V", "", "", cards)
        )
    photo = Chapter("章", "Chapter", media_id=a_painted_photo(alice))
    with pytest.raises(PhotoGoneError):
        service.save_page(staff.id, "story", PageDraft("图", "Photo", chapters=[chapter, photo]))


def test_a_page_can_be_taken_from_the_members_and_moved(
    staff_client: Browser, client: Browser, staff: MemberRow
) -> None:
    a_page(staff)
    a_page(staff, "manifesto", PageKind.MANIFESTO)
    staff_client.post("/staff/brand/pages/manifesto/move", data={"to": "up"})
    assert [each.slug for each in queries.page_lines()] == ["manifesto", "story"]
    staff_client.post("/staff/brand/pages/manifesto/withdraw")
    assert client.get("/about/manifesto").status_code == 404
    assert client.get("/about/story").status_code == 404, "the story lives at /about"


def test_only_editors_write_and_the_team_sees_the_desk(
    app: Flask, moderator: MemberRow, alice_client: Browser, staff: MemberRow
) -> None:
    a_page(staff)
    mona = browser(app)
    sign_in(mona, moderator)
    assert mona.get("/staff/brand").status_code == 200
    assert mona.get("/staff/brand/pages/story").status_code == 403
    assert mona.post("/staff/brand/pages/story/publish").status_code == 403
    assert alice_client.get("/staff/brand").status_code == 403


def test_the_values_greet_new_members_and_can_be_skipped(
    alice_client: Browser, staff: MemberRow
) -> None:
    straight = alice_client.get("/welcome?next=/b/pot")
    assert (straight.status_code, straight.location) == (303, "/b/pot")
    some_values(staff, 4)
    page = alice_client.get("/welcome?next=/b/pot").get_data(as_text=True)
    assert "One sentence 4" in page
    assert 'href="/b/pot"' in page
    odd = alice_client.get("/welcome?next=https://elsewhere.example/").get_data(as_text=True)
    assert 'href="https://elsewhere' not in odd


@pytest.mark.parametrize("many", [1, 12])
def test_pages_take_few_statements_however_much_there_is(
    staff_client: Browser, client: Browser, staff: MemberRow, count_statements: Any, many: int
) -> None:
    a_face(staff)
    a_page(staff)
    some_values(staff, 3 if many == 1 else 5)
    for n in range(many):
        a_page(staff, f"page-{n}", PageKind.PAGE)
        a_column(staff, f"column-{n}")
    budgets = {
        "/about": 6, "/about/page-0": 3, "/about/people": 3, "/about/columns": 3,
        "/about/columns/column-0": 4,
    }  # fmt: skip
    for address, most in budgets.items():
        with count_statements() as seen:
            assert client.get(address).status_code == 200
        assert len(seen) <= most, "\n".join([address, *seen])
    for address in ("/staff/brand", "/staff/brand/pages/page-0", "/staff/brand/columns/column-0"):
        with count_statements() as seen:
            assert staff_client.get(address).status_code == 200
        assert len(seen) <= 9, "\n".join([address, *seen])
    drifts = [each for each in verify.run(("brand.columns", "brand.people")) if each.drifts]
    assert drifts == []
