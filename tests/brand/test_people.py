"""Nobody speaks for the brand without face and name."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from app.brand import queries, service
from app.brand.models import BrandPerson
from app.brand.types import FaceMissingError, NotOfTheTeamError, PersonDraft, PersonView
from app.community import service as community
from app.identity import queries as identity
from app.identity import service as members
from app.identity.types import MemberRow
from app.kernel import facts, verify
from app.kernel.db import db
from app.kernel.permissions import Role
from tests.factories.brand import a_face
from tests.factories.community import a_painted_photo, a_thread, some_boards
from tests.factories.identity import Browser, browser, sign_in
from tests.factories.photos import a_file


def test_a_card_brings_the_mark_of_the_team_and_the_job_beside_the_name(
    client: Browser, alice: MemberRow, moderator: MemberRow
) -> None:
    thread = a_thread(alice)
    community.reply(moderator.id, thread.thread_code, "We are on it")
    before = client.get(f"/p/{thread.thread_code}").get_data(as_text=True)
    assert "The team answered" not in before
    a_face(moderator)
    page = client.get(f"/p/{thread.thread_code}").get_data(as_text=True)
    assert "The team answered: #1" in page
    assert 'class="reply reply-official"' in page
    assert "Broth developer" in page
    assert identity.people([moderator.id])[moderator.id].marks == ("official",)
    assert "汤底研发" in client.get(f"/p/{thread.thread_code}?lang=zh").get_data(as_text=True)


def test_the_answer_of_the_team_is_not_sought_among_hidden_replies(
    client: Browser, alice: MemberRow, moderator: MemberRow
) -> None:
    a_face(moderator)
    thread = a_thread(alice)
    community.reply(moderator.id, thread.thread_code, "Wrong")
    community.reply(moderator.id, thread.thread_code, "Right")
    community.remove_reply(moderator.id, thread.thread_code, 1)
    page = client.get(f"/p/{thread.thread_code}").get_data(as_text=True)
    assert "The team answered: #2" in page


def test_everybody_of_the_team_fills_in_his_own_card(
    app: Flask, moderator: MemberRow, client: Browser
) -> None:
    mona = browser(app)
    sign_in(mona, moderator)
    some_boards()
    assert "Show your face first" in mona.get("/staff/brand").get_data(as_text=True)
    assert "Show your face first" in mona.get("/compose").get_data(as_text=True)
    assert mona.get("/staff/brand/people/mine").status_code == 200
    form = {"job_zh": "社区", "job_en": "Community", "ask_zh": "规则", "ask_en": "The rules"}
    faceless = mona.post("/staff/brand/people/mine", data=form)
    assert faceless.status_code == 422
    assert "nobody speaks for the brand without a face" in faceless.get_data(as_text=True)
    sent = mona.post("/staff/brand/people/mine", data={**form, "portrait": (a_file(), "me.jpg")})
    assert sent.status_code == 303
    page = client.get("/about/people").get_data(as_text=True)
    assert "Ask me about: The rules" in page
    assert "mona" in page
    portrait = re.findall(r"<img[^>]*>", page[page.index('class="face-photo"') :])[0]
    assert "lazy" not in portrait, "a picture of the whole page, or its print, shows the face"
    assert "Show your face first" not in mona.get("/compose").get_data(as_text=True)
    again = mona.post(
        "/staff/brand/people/mine",
        data={**form, "media_id": str(_person(moderator).media_id), "job_en": "Host"},
    )
    assert again.status_code == 303
    assert _person(moderator).job_en == "Host"


def _person(member: MemberRow) -> PersonView:
    found = queries.find_person(member.id)
    assert found is not None
    return found


def test_only_a_member_of_the_team_stands_there(alice: MemberRow, staff: MemberRow) -> None:
    with pytest.raises(NotOfTheTeamError):
        a_face(alice)
    with pytest.raises(FaceMissingError):
        service.save_person(staff.id, staff.id, PersonDraft("工", "Job"))


def test_who_leaves_the_team_loses_the_mark(moderator: MemberRow, client: Browser) -> None:
    a_face(moderator)
    members.revoke_role(None, moderator.id, Role.MODERATOR)
    while facts.deliver():
        pass
    assert queries.people() == []
    assert identity.people([moderator.id])[moderator.id].job == ""
    assert identity.people([moderator.id])[moderator.id].marks == ()
    with pytest.raises(NotOfTheTeamError):
        service.show_person(None, moderator.id, is_shown=True)


def test_an_editor_hides_and_shows_a_card(staff_client: Browser, staff: MemberRow) -> None:
    a_face(staff)
    address = f"/staff/brand/people/{staff.yid}/show"
    assert staff_client.post(address, data={"to": "hide"}).status_code == 303
    assert queries.people() == []
    assert staff_client.post(address, data={"to": "show"}).status_code == 303
    assert [each.member_id for each in queries.people()] == [staff.id]
    assert staff_client.get(f"/staff/brand/people/{staff.yid}").status_code == 200
    assert staff_client.get("/staff/brand/people/nobody").status_code == 404


def test_a_role_more_keeps_the_mark(moderator: MemberRow) -> None:
    a_face(moderator)
    members.grant_role(None, moderator.id, Role.KOC)
    assert identity.people([moderator.id])[moderator.id].marks == ("official", "koc")
    assert all(not each.drifts for each in verify.run(("identity.marks", "brand.people")))


def test_a_drift_between_card_and_mark_is_told(moderator: MemberRow) -> None:
    a_face(moderator)
    db.session.execute(sa.update(BrandPerson).values(job_zh="别的"))
    db.session.commit()
    (report,) = verify.run(("brand.people",))
    assert "by the card" in report.drifts[0]


def test_photos_of_cards_stay_on_the_shelf(moderator: MemberRow, alice: MemberRow) -> None:
    a_face(moderator)
    shown = _person(moderator).media_id
    other = a_painted_photo(alice)
    assert shown is not None
    assert queries.photos_in_use([shown, other]) == {shown}
    assert queries.photos_in_use([]) == set()
