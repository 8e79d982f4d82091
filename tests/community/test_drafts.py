"""Drafts, posts at a given hour: nothing typed is lost, nothing comes twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service, tasks
from app.community.models import Draft, Thread
from app.community.queries import drafts, topics
from app.community.types.writing import (
    MAX_DRAFTS,
    DraftState,
    DraftTooLargeError,
    TooManyDraftsError,
    WhenError,
)
from app.identity.models import Member
from app.identity.types import MemberRow, MemberState
from app.kernel import clock
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.media import service as media
from app.kernel.media.models import Media
from app.ledger import queries as ledger
from app.notify import queries as notices
from tests.community.reading import drifts, text_of, toasts, value_of
from tests.factories.community import a_photo, a_thread
from tests.factories.identity import Browser, browser, sign_in
from tests.factories.search import ids_of

EN = {"Accept-Language": "en"}
JSON = {"Accept": "application/json"}
KEY = "k" * 20


def typed(key: str = KEY, **more: Any) -> dict[str, Any]:
    return {
        "request_key": key,
        "kind": "note",
        "title": "写到一半的锅",
        "body": "先放姜",
        "board": "pot",
        **more,
    }


def rows() -> list[Any]:
    return list(db.session.execute(sa.select(Draft.__table__)))


def test_what_is_typed_is_kept_and_goes_when_it_is_posted(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int], count_statements: Any
) -> None:
    photo = a_photo(alice)
    with count_statements() as seen:
        kept = alice_client.post(
            "/compose/draft", data=typed(photo_ids=[str(photo)], product_names="锅底"), headers=JSON
        )
    assert (kept.status_code, kept.json) == (200, {"saved": "12:00"})
    assert len(seen) <= 20
    alice_client.post("/compose/draft", data=typed(title="改了标题"), headers=JSON)
    [draft] = rows()
    assert draft.form["title"] == ["改了标题"]
    listed = text_of(alice_client.get("/me/drafts", headers=EN))
    assert "改了标题" in listed
    page = alice_client.get(f"/compose?draft={draft.id}")
    assert value_of(page, "request_key") == KEY
    assert "先放姜" in text_of(page)
    sent = alice_client.post("/compose", data=typed(act="post"))
    assert sent.status_code == 303
    assert rows() == []
    assert f"posted={KEY}" in sent.headers["Set-Cookie"]  # the phone's own copy may go
    late = alice_client.post("/compose/draft", data=typed(), headers=JSON)  # was still on its way
    assert late.json == {"saved": None}
    assert rows() == []


def test_a_photo_of_a_draft_is_not_swept_away(alice: MemberRow, boards: dict[str, int]) -> None:
    photo = a_photo(alice)
    saved = service.save_draft(alice.id, KEY, {"title": ["x"]}, [photo])
    assert saved
    clock.tick(timedelta(hours=30))
    media.forget_waiting()
    assert db.session.scalar(sa.select(Media.id).where(Media.id == photo)) == photo
    service.discard_draft(alice.id, saved.id)
    assert rows() == []


def test_without_javascript_a_button_keeps_a_draft_with_its_photo(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    photo = a_photo(alice)
    sent = alice_client.post("/compose", data=typed(act="save", photo_ids=[str(photo)]), headers=EN)
    assert (sent.status_code, sent.location) == (303, "/me/drafts")
    [draft] = rows()
    assert f'value="{photo}"' in text_of(alice_client.get(f"/compose?draft={draft.id}"))
    empty = alice_client.post("/compose", data={"act": "save", "request_key": "e" * 20}, headers=EN)
    assert empty.status_code == 422
    asked = text_of(alice_client.get(f"/me/drafts/{draft.id}/discard", headers=EN))
    assert "Throw this draft away?" in asked
    alice_client.post(f"/me/drafts/{draft.id}/discard")
    assert rows() == []


def test_a_change_of_a_post_is_a_draft_too(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    made = a_thread(alice)
    alice_client.post(
        f"/compose/draft?thread={made.thread_code}", data=typed(body="改到一半"), headers=JSON
    )
    [draft] = rows()
    address = f"/p/{made.thread_code}/edit?draft={draft.id}"
    assert address.replace("&", "&amp;") in text_of(alice_client.get("/me/drafts"))
    assert "改到一半" in text_of(alice_client.get(address))
    service.edit_thread(alice.id, made.thread_code, board_slug="pot", title="x", body="y")
    assert rows() == []


def test_drafts_of_others_are_nobodys(
    app: Flask, alice: MemberRow, bob: MemberRow, boards: dict[str, int]
) -> None:
    saved = service.save_draft(alice.id, KEY, {"title": ["x"]})
    assert saved
    other = browser(app)
    sign_in(other, bob)
    assert other.get(f"/compose?draft={saved.id}").status_code == 404
    assert other.get(f"/me/drafts/{saved.id}/discard").status_code == 404
    assert other.post(f"/me/drafts/{saved.id}/unschedule").status_code == 404
    code = a_thread(alice).thread_code
    stolen = other.post(f"/compose/draft?thread={code}", data=typed(), headers=JSON)
    assert stolen.status_code == 404
    with pytest.raises(NotFoundError):
        service.discard_draft(bob.id, saved.id)


def test_twenty_drafts_are_enough_and_one_can_be_too_long(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    for n in range(MAX_DRAFTS):
        service.save_draft(alice.id, f"draft-number-{n:04d}", {"title": [str(n)]})
    with pytest.raises(TooManyDraftsError):
        service.save_draft(alice.id, KEY, {"title": ["x"]})
    full = alice_client.post("/compose", data=typed(act="save"), headers=EN)
    assert full.status_code == 409
    assert "先放姜" in text_of(full)
    service.save_draft(alice.id, "draft-number-0003", {"title": ["still"]})
    with pytest.raises(DraftTooLargeError):
        service.save_draft(alice.id, KEY, {"body": ["长" * 70_000]})


# --- at its hour ---------------------------------------------------------------------------------


def later(**delta: int) -> datetime:
    return clock.now() + timedelta(**delta)


def test_a_post_goes_out_once_at_its_hour_in_the_brands_time(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    sent = alice_client.post(
        "/compose",
        data=typed(act="schedule", body="#夜宵#", publish_at="2026-09-01T18:30"),
        headers=EN,
    )
    assert (sent.status_code, sent.location) == (303, "/me/drafts")
    [draft] = rows()
    assert draft.publish_at == datetime(2026, 9, 1, 10, 30, tzinfo=UTC)  # 18:30 in Shanghai
    assert "Take back" in text_of(alice_client.get("/me/drafts", headers=EN))
    # A stray autosave does not change what was confirmed.
    stray = alice_client.post("/compose/draft", data=typed(title="别的"), headers=JSON)
    assert stray.json == {"saved": None}
    clock.tick(timedelta(hours=6))
    assert tasks.publish_due() == 0
    clock.tick(timedelta(minutes=31))
    assert [tasks.publish_due(), tasks.publish_due()] == [1, 0]
    [thread] = db.session.execute(sa.select(Thread.title, Thread.created_at))
    assert thread.title == "写到一半的锅"
    assert thread.created_at == clock.now()
    assert len(ids_of("写到一半")) == topics.count_of("夜宵") == 1
    assert rows() == []
    assert (
        ledger.balances([alice.id])[alice.id].available
        + ledger.balances([alice.id])[alice.id].pending
        > 0
    )
    assert drifts() == []


def test_two_workers_and_a_killed_one_post_it_once(
    alice: MemberRow, boards: dict[str, int]
) -> None:
    service.save_draft(alice.id, KEY, typed_form(), publish_at=later(minutes=1))
    clock.tick(timedelta(minutes=2))
    due = drafts.due_drafts(5)
    assert tasks._publish(due[0])
    assert tasks._publish(due[0])  # another worker had read the same row
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Thread)) == 1


def typed_form(**more: list[str]) -> dict[str, list[str]]:
    return {"title": ["按时的锅"], "body": ["好"], "board": ["pot"], "kind": ["note"], **more}


def test_it_can_be_changed_and_taken_back(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    saved = service.save_draft(alice.id, KEY, typed_form(), publish_at=later(hours=1))
    assert saved
    alice_client.post(
        "/compose", data=typed(act="post", title="改期", publish_at="2026-09-02T08:00")
    )
    [draft] = rows()
    assert (draft.form["title"], draft.publish_at.hour) == (["改期"], 0)
    alice_client.post(f"/me/drafts/{draft.id}/unschedule")
    clock.tick(timedelta(days=3))
    assert tasks.publish_due() == 0
    assert rows()[0].state is DraftState.OPEN
    for wrong in ("", "soon", "2020-01-01T00:00", "2999-01-01T00:00"):
        refused = alice_client.post(
            "/compose", data=typed(act="schedule", publish_at=wrong), headers=EN
        )
        assert refused.status_code == 422
        assert "Choose an hour to come" in text_of(refused)
        assert "先放姜" in text_of(refused)
    with pytest.raises(WhenError):
        service.save_draft(alice.id, KEY, {}, publish_at=clock.now())


def test_what_cannot_go_out_is_kept_and_told(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    service.save_draft(alice.id, KEY, typed_form(board=["gone"]), publish_at=later(minutes=1))
    clock.tick(timedelta(minutes=2))
    assert tasks.publish_due() == 1
    [draft] = rows()
    assert (draft.state, draft.error) == (DraftState.FAILED, "board_unknown")
    assert [each.kind for each in notices.notices(alice.id).items] == ["community.not_posted"]
    assert "Its board was gone." in text_of(alice_client.get("/me/drafts", headers=EN))
    assert tasks.publish_due() == 0
    mute(alice.id)
    service.save_draft(alice.id, KEY, typed_form(), publish_at=later(minutes=1))
    clock.tick(timedelta(minutes=2))
    tasks.publish_due()
    assert rows()[0].error == "silenced"


@use_case
def mute(member_id: int) -> None:
    changed(sa.update(Member).where(Member.id == member_id).values(state=MemberState.MUTED))


# --- beautify and preview ------------------------------------------------------------------------


def test_beautify_is_seen_first_and_undone_with_one_tap(
    alice_client: Browser, boards: dict[str, int]
) -> None:
    rough = "【材料】\n番茄2个\n·葱"
    tidied = alice_client.post("/compose", data=typed(body=rough, act="beautify"), headers=EN)
    source = text_of(tidied)
    assert "## 材料\n番茄 2 个\n- 葱" in source
    assert "<h4>材料</h4>" in source
    undone = alice_client.post(
        "/compose", data=typed(body="## 材料", before=rough, act="plain"), headers=EN
    )
    assert "【材料】" in text_of(undone)
    same = alice_client.post("/compose", data=typed(body="好", act="beautify"), headers=EN)
    assert toasts(same) == ["Nothing to tidy: it reads well as it is"]


def test_beautifying_twice_changes_nothing_more() -> None:
    text = "【准备】\n牛肉500g,洗净!!!!\n1、切\n2）焯\n🌶️辣\n🧅香\n`a中b` "
    text += "https://x.example/中2 @小李2号\n\n\n\n完"
    once = service.beautified(text)
    assert service.beautified(once) == once
    assert "`a中b` https://x.example/中2 @小李2号" in once


def test_the_preview_shows_what_will_be_shown(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int], count_statements: Any
) -> None:
    form = typed(body="**好**吃 @alice <script>", kind="howto", step=["1"])
    with count_statements() as seen:
        shown = alice_client.post(
            "/compose/preview", data={**form, "step_text-1": "*切*"}, headers={"HX-Request": "true"}
        )
    source = text_of(shown)
    assert source.strip().startswith("<section")
    for part in ("<strong>好</strong>", "<em>切</em>", "&lt;script&gt;", f"/u/{alice.yid}"):
        assert part in source
    assert len(seen) <= 4
    page = text_of(alice_client.post("/compose", data=typed(act="preview")))
    assert "<p>先放姜</p>" in page
