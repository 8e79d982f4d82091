"""Posts on other platforms: recorded, shown when the member agrees, measured, taken out."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.community import service
from app.community.elsewhere import read_link
from app.community.models import ExternalPost
from app.community.service import NewExternal
from app.community.types import MOST_ELSEWHERE, LinkError, Platform, TooMuchElsewhereError
from app.identity.types import MemberRow
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from tests.community.reading import next_page, text_of, toasts
from tests.factories.identity import Browser, a_member, browser, sign_in

NOTE = "https://www.xiaohongshu.com/explore/66f0a1b2c3d4"


def rows() -> list[Any]:
    found = list(db.session.execute(sa.select(ExternalPost.__table__).order_by(ExternalPost.id)))
    db.session.rollback()
    return found


def add(by: Browser, url: str = NOTE, **fields: str) -> TestResponse:
    form = {"title": "一锅入魂", "posted_on": "2026-08-30", "is_public": "y", **fields}
    return by.post("/settings/elsewhere", data={"url": url, **form})


def recorded(member: MemberRow, url: str = NOTE, **more: Any) -> int:
    new = {"title": "一锅入魂", "posted_on": date(2026, 8, 30), "metrics": {}, "is_public": True}
    return service.add_elsewhere(member.id, NewExternal(url, **{**new, **more}), actor_id=member.id)


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "platform"),
    [
        (NOTE, Platform.XIAOHONGSHU),
        ("https://xhslink.com/a/AbC", Platform.XIAOHONGSHU),
        ("https://v.douyin.com/iAbC/", Platform.DOUYIN),
        ("https://weibo.com/123/AbC", Platform.WEIBO),
        ("https://b23.tv/AbC", Platform.BILIBILI),
        ("https://mp.weixin.qq.com/s/AbC", Platform.WECHAT_CHANNELS),
        ("https://www.kuaishou.com/short-video/3x", Platform.KUAISHOU),
        ("https://www.instagram.com/p/AbC/", Platform.INSTAGRAM),
        ("https://www.tiktok.com/@a/video/1", Platform.TIKTOK),
        ("https://youtu.be/AbC", Platform.YOUTUBE),
        ("https://blog.example/hot-pot", Platform.OTHER),
        ("https://notxiaohongshu.com/explore/1", Platform.OTHER),
        ("https://xiaohongshu.com.evil.example/explore/1", Platform.OTHER),
    ],
)
def test_the_platform_is_read_off_the_host(url: str, platform: Platform) -> None:
    assert read_link(url).platform is platform


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NOTE, NOTE.replace("www.", "") + "/?xsec_token=AB&share_id=9#top"),
        (NOTE, NOTE.replace("https://www.x", "HTTPS://WWW.X")),
        ("https://youtube.com/watch?v=a", "https://www.youtube.com/watch?si=x&v=a&t=9"),
        ("https://blog.example/a?id=1&b=2", "https://blog.example/a/?b=2&utm_source=q&id=1"),
    ],
)
def test_one_post_has_one_digest(one: str, other: str) -> None:
    assert read_link(one).digest == read_link(other).digest


def test_two_posts_have_two_digests_and_what_opens_a_post_stays() -> None:
    watch = "https://www.youtube.com/watch?v="
    assert read_link(f"{watch}a").digest != read_link(f"{watch}b").digest
    kept = read_link(f"{NOTE}?xsec_token=AB&share_id=9").url
    assert kept == f"{NOTE}?xsec_token=AB"


@pytest.mark.parametrize(
    "url",
    [
        "http://www.xiaohongshu.com/explore/1", "javascript:alert(1)", "https://", "x", "",
        "https://localhost/a", "https://127.0.0.1/a", "https://[::1]/a", "https://intern.local/a",
        "https://a:b@weibo.com/1", "https://weibo.com:8443/1", "https://weibo.com", "ftp://a.b/c",
        "https://weibo.com/" + "a" * 500, "https://[bad/", "https://12.34/a", "data:text/html,x",
        "https://weibo.com:99999/1", "https://" + "a" * 70 + ".com/x",
    ],
)  # fmt: skip
def test_what_is_no_public_address_of_a_post_is_refused(url: str) -> None:
    with pytest.raises(LinkError):
        read_link(url)


# --- a member's own ------------------------------------------------------------------------------


def test_a_recorded_post_stands_on_the_profile_with_platform_day_and_figures(
    alice_client: Browser, alice: MemberRow, client: Browser
) -> None:
    sent = add(alice_client, likes="12000", saves="30")
    assert toasts(alice_client.get(sent.location)) == ["Added. It stands on your page"]
    page = text_of(client.get(f"/u/{alice.yid}"))
    assert f'href="{NOTE}"' in page
    assert 'rel="noopener nofollow ugc"' in page
    for words in ("Xiaohongshu", "30 Aug", "12k", "likes", "一锅入魂"):
        assert words in page
    assert rows()[0].metrics == {"likes": 12000, "saves": 30}


def test_what_is_not_agreed_to_stays_off_the_profile(
    alice_client: Browser, alice: MemberRow, client: Browser
) -> None:
    post_id = recorded(alice, is_public=False)
    profile = f"/u/{alice.yid}"
    assert NOTE not in text_of(client.get(profile))
    for wanted in ("1", "0"):
        alice_client.post(f"/settings/elsewhere/{post_id}/show", data={"is_public": wanted})
        assert (NOTE in text_of(client.get(profile))) is (wanted == "1")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"url": "http://weibo.com/1"}, "It begins with https://"),
        ({"url": ""}, "Paste the post's address."),
        ({"title": ""}, "Say in a few words"),
        ({"posted_on": "2026-09-02"}, "still to come"),
        ({"posted_on": "soon"}, "posted_on"),
        ({"likes": "-1"}, "whole number"),
        ({"likes": "many"}, "likes"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(
    alice_client: Browser, fields: dict[str, str], message: str
) -> None:
    sent = add(alice_client, **{"url": NOTE, "title": "我的锅", **fields})
    assert sent.status_code == 422
    assert message in text_of(sent)
    assert "我的锅" in text_of(sent) or fields.get("title") == ""
    assert rows() == []


def test_one_post_stands_in_one_list(
    app: Flask, alice_client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    add(alice_client)
    assert "in your list already" in text_of(add(alice_client, f"{NOTE}?share_id=1"))
    other = browser(app)
    sign_in(other, bob)
    assert "Somebody has this post" in text_of(add(other))
    assert len(rows()) == 1


def test_taking_out_can_be_undone_once_by_the_same_member(
    app: Flask, alice_client: Browser, alice: MemberRow
) -> None:
    post_id = recorded(alice, metrics={"likes": 3})
    before = rows()[0]
    alice_client.post(f"/settings/elsewhere/{post_id}/remove")
    assert rows() == []
    assert "Put it back" in text_of(alice_client.get("/settings/elsewhere"))
    back = alice_client.post("/settings/elsewhere/undo")
    assert "back in your list" in toasts(alice_client.get(back.location))[0]
    (after,) = rows()
    kept = ("url", "url_digest", "title", "posted_on", "metrics", "is_public", "member_id")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert "Put it back" not in text_of(alice_client.get("/settings/elsewhere"))
    alice_client.post("/settings/elsewhere/undo")
    assert len(rows()) == 1


def test_an_undo_that_is_forged_or_somebody_elses_brings_nothing_back(
    app: Flask, alice_client: Browser, alice: MemberRow
) -> None:
    post_id = recorded(alice)
    gone = alice_client.post(f"/settings/elsewhere/{post_id}/remove")
    sealed = gone.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    other = browser(app)
    sign_in(other, a_member("mallory"))
    for value in (sealed, "forged", ""):
        other.set_cookie("elsewhere_undo", value)
        other.post("/settings/elsewhere/undo")
    assert rows() == []


def test_lists_of_others_are_out_of_reach(
    app: Flask, alice: MemberRow, client: Browser, alice_client: Browser
) -> None:
    post_id = recorded(alice)
    other = browser(app)
    sign_in(other, a_member("mallory"))
    for act in ("show", "remove"):
        assert other.post(f"/settings/elsewhere/{post_id}/{act}").status_code == 404
        assert other.post(f"/settings/elsewhere/{2**70}/{act}").status_code == 404
    assert client.get("/settings/elsewhere").status_code == 303
    assert len(rows()) == 1


def test_a_list_has_an_end_and_a_day_a_measure(alice_client: Browser, alice: MemberRow) -> None:
    for n in range(30):
        assert add(alice_client, f"https://weibo.com/1/{n}").status_code == 303
    assert add(alice_client, "https://weibo.com/1/99").status_code == 429
    for n in range(30, MOST_ELSEWHERE):
        recorded(alice, f"https://weibo.com/1/{n}")
    with pytest.raises(TooMuchElsewhereError):
        recorded(alice, "https://weibo.com/1/x")


def test_the_list_goes_on_page_by_page(alice_client: Browser, alice: MemberRow) -> None:
    for n in range(45):
        recorded(alice, f"https://weibo.com/1/{n}", title=f"第{n}锅")
    seen, url = 0, "/settings/elsewhere"
    while url:
        page = alice_client.get(url)
        seen += text_of(page).count("elsewhere-sub")
        url = next_page(page) or ""
    assert seen == 45
    for key in ("x", "2026-08-30_", "_1", "2026-08-30_" + "9" * 40, "%00"):
        assert alice_client.get(f"/settings/elsewhere?after={key}").status_code == 200


def test_an_empty_list_says_how_to_begin(alice_client: Browser) -> None:
    assert "Nothing recorded yet" in text_of(alice_client.get("/settings/elsewhere"))
    assert "/settings/elsewhere" in text_of(alice_client.get("/settings"))


# --- staff ---------------------------------------------------------------------------------------


def test_the_team_records_and_measures_but_does_not_publish(
    app: Flask, alice: MemberRow, moderator: MemberRow, client: Browser, alice_client: Browser
) -> None:
    desk = browser(app)
    sign_in(desk, moderator)
    url = f"/staff/elsewhere/{alice.yid}"
    assert url in text_of(desk.get(f"/staff/members/{alice.yid}"))
    form = {"url": NOTE, "title": "爆文", "posted_on": "2026-08-30", "is_public": "y"}
    assert desk.post(url, data=form).status_code == 303
    assert NOTE not in text_of(client.get(f"/u/{alice.yid}"))
    assert NOTE in text_of(alice_client.get("/settings/elsewhere"))
    assert desk.post(f"{url}/{rows()[0].id}", data={"views": "900"}).status_code == 303
    assert rows()[0].metrics == {"views": 900}
    assert "900" in text_of(desk.get(url))
    actions = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions[-2:] == ["external_post.added", "external_post.measured"]
    details = " ".join(db.session.scalars(sa.select(AuditEntry.detail)))
    assert "xiaohongshu" not in details
    assert "爆文" not in details


def test_bad_figures_and_links_change_nothing(
    app: Flask, alice: MemberRow, moderator: MemberRow
) -> None:
    desk = browser(app)
    sign_in(desk, moderator)
    post_id = recorded(alice, metrics={"likes": 3})
    url = f"/staff/elsewhere/{alice.yid}"
    desk.post(f"{url}/{post_id}", data={"likes": "x"})
    assert rows()[0].metrics == {"likes": 3}
    again = {"url": NOTE, "title": "x", "posted_on": "2026-08-30"}
    assert desk.post(url, data=again).status_code == 422
    assert desk.post(f"{url}/{2**80}", data={}).status_code == 404
    assert desk.get("/staff/elsewhere/nobody").status_code == 404


def test_only_those_who_moderate_come_in(
    alice_client: Browser, alice: MemberRow, client: Browser
) -> None:
    url = f"/staff/elsewhere/{alice.yid}"
    assert alice_client.get(url).status_code == 403
    assert client.get(url).status_code == 303


@pytest.mark.parametrize("count", [2, 60])
def test_few_statements_however_many_posts(
    app: Flask, alice_client: Browser, alice: MemberRow, moderator: MemberRow,
    count_statements: Any, count: int,
) -> None:  # fmt: skip
    for n in range(count):
        recorded(alice, f"https://weibo.com/1/{n}")
    desk = browser(app)
    sign_in(desk, moderator)
    for by, url in (
        (alice_client, "/settings/elsewhere"),
        (alice_client, f"/u/{alice.yid}"),
        (desk, f"/staff/elsewhere/{alice.yid}"),
    ):
        with count_statements() as seen:
            assert by.get(url).status_code == 200
        assert len(seen) <= 8, "\n".join(seen)
