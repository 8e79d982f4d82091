"""Profile, picture, language and theme."""

import io

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from app.identity import queries, service
from app.identity.types import MemberRow
from tests.factories.identity import Browser, browser


def _save(client: Browser, **fields: object) -> TestResponse:
    data = {"name": "alice", "bio": "", **fields}
    return client.post("/settings/profile", data=data, content_type="multipart/form-data")


def _picture(size: tuple[int, int] = (400, 300)) -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", size, (200, 40, 20)).save(stream, "JPEG")
    stream.seek(0)
    return stream


def test_name_and_words_can_be_changed(alice: MemberRow, alice_client: Browser) -> None:
    saved = _save(alice_client, name="麻辣小李", bio="爱辣\r\n爱锅")
    assert saved.status_code == 303
    profile = queries.get_profile(alice.id)
    assert (profile.name, profile.bio) == ("麻辣小李", "爱辣\n爱锅")
    assert "麻辣小李" in alice_client.get("/me").text


@pytest.mark.parametrize(
    ("fields", "field"), [({"name": "官方"}, "name"), ({"bio": "字" * 201}, "bio")]
)
def test_what_is_wrong_is_told_and_nothing_is_half_saved(
    alice: MemberRow, alice_client: Browser, fields: dict[str, str], field: str
) -> None:
    response = _save(alice_client, **{"bio": "kept", **fields})
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert fields[field] in response.text
    assert queries.get_profile(alice.id).bio == ""


def test_a_picture_is_cropped_shown_and_can_go_again(
    alice: MemberRow, alice_client: Browser
) -> None:
    crop = {"crop_x": "50", "crop_y": "0", "crop_size": "300"}
    saved = _save(alice_client, avatar=(_picture(), "me.jpg"), **crop)
    assert saved.status_code == 303
    url = queries.people([alice.id])[alice.id].avatar_url
    assert url is not None
    assert url in alice_client.get("/me").text
    with alice_client.get(url) as served, Image.open(io.BytesIO(served.data)) as shown:
        assert served.status_code == 200
        assert shown.width == shown.height
    _save(alice_client, remove_avatar="y")
    assert queries.people([alice.id])[alice.id].avatar_url is None


def test_a_file_that_is_no_picture_changes_nothing(alice: MemberRow, alice_client: Browser) -> None:
    fake = (io.BytesIO(b"<svg onload=alert(1)>"), "me.jpg")
    response = _save(alice_client, name="neu", avatar=fake)
    assert response.status_code == 422
    assert 'id="avatar-error"' in response.text
    assert queries.get_profile(alice.id).name == "alice"


@pytest.mark.parametrize("crop", [{"crop_x": "-1", "crop_y": "0", "crop_size": "10"},
                                  {"crop_x": "0", "crop_y": "0", "crop_size": "9999"},
                                  {"crop_x": "a", "crop_y": "b", "crop_size": "c"}])  # fmt: skip
def test_a_crop_outside_the_picture_is_no_crash(
    alice: MemberRow, alice_client: Browser, crop: dict[str, str]
) -> None:
    response = _save(alice_client, avatar=(_picture(), "me.jpg"), **crop)
    assert response.status_code == 422
    assert queries.people([alice.id])[alice.id].avatar_url is None


# --- language and theme --------------------------------------------------------------------------


def test_a_guest_chooses_language_and_theme_without_a_token(app: Flask, client: Browser) -> None:
    theme = client.post("/theme", data={"theme": "dark", "next": "/signin"}, csrf=False)
    assert (theme.status_code, theme.location) == (303, "/signin")
    locale = client.post(
        "/locale", data={"locale": "zh-Hans-CN", "next": "/signin?lang=en&next=/b"}
    )
    assert locale.location == "/signin?next=%2Fb"
    page = client.get("/signin").text
    assert 'data-theme="dark"' in page
    assert 'lang="zh-Hans-CN"' in page


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"},
                                     {"Origin": "https://evil.example"}])  # fmt: skip
def test_other_sites_can_not_set_them(client: Browser, headers: dict[str, str]) -> None:
    assert client.post("/theme", data={"theme": "dark"}, headers=headers).status_code == 400


def test_a_members_choice_needs_his_token_and_follows_him(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    assert alice_client.post("/theme", data={"theme": "dark"}, csrf=False).status_code == 400
    assert queries.get_profile(alice.id).theme == "auto"
    alice_client.post("/theme", data={"theme": "dark"})
    alice_client.post("/locale", data={"locale": "zh-Hans-CN"})
    profile = queries.get_profile(alice.id)
    assert (profile.theme, profile.locale) == ("dark", "zh_Hans_CN")
    assert 'lang="zh-Hans-CN"' in alice_client.get("/me").text


@pytest.mark.parametrize(
    ("path", "data"),
    [("/theme", {"theme": "pink"}), ("/theme", {}), ("/locale", {"locale": "xx"}),
     ("/locale", {})],
)  # fmt: skip
def test_a_choice_that_is_none_is_refused(client: Browser, path: str, data: dict[str, str]) -> None:
    assert client.post(path, data=data).status_code == 422


def test_language_and_theme_can_be_set_on_their_page(
    alice: MemberRow, alice_client: Browser
) -> None:
    page = alice_client.get("/settings/language")
    assert page.status_code == 200
    saved = alice_client.post("/settings/language", data={"locale": "en", "theme": "light"})
    assert saved.status_code == 303
    profile = queries.get_profile(alice.id)
    assert (profile.locale, profile.theme) == ("en", "light")
    wrong = alice_client.post("/settings/language", data={"locale": "xx", "theme": "light"})
    assert wrong.status_code == 422


def test_who_left_is_shown_as_a_former_member(app: Flask, alice: MemberRow) -> None:
    import sqlalchemy as sa

    from app.identity.models import Member
    from app.kernel.db import changed, use_case

    @use_case
    def leave() -> None:
        changed(sa.update(Member).where(Member.id == alice.id).values(state="closed"))

    leave()
    with app.test_request_context(headers={"Accept-Language": "en"}):
        person = queries.people([alice.id])[alice.id]
    assert person.name == "Former member"
    assert person.avatar_url is None


def test_pages_of_many_people_cost_one_statement(app: Flask, count_statements: object) -> None:
    from app.kernel import clock

    made = service.create_silent_members([("s", str(n)) for n in range(50)], at=clock.now())
    with count_statements() as seen:  # type: ignore[operator]
        found = queries.people(list(made.values()))
        assert queries.people([]) == {}
    assert len(found) == 50
    assert len(seen) == 1
    assert len({person.name for person in found.values()}) > 40


def test_the_me_page_of_a_phone_has_everything_in_one_statement(
    app: Flask, alice: MemberRow, alice_client: Browser, count_statements: object
) -> None:
    with count_statements() as seen:  # type: ignore[operator]
        page = alice_client.get("/me")
    assert alice.yid in page.text
    assert page.text.count('action="/signout"') == 1
    assert len(seen) <= 8
    assert browser(app).get("/me").status_code == 303
