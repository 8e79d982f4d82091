"""How-tos with steps, questions with an answer, remixes; who may, and what is asked for."""

import html
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries, service
from app.community.models import Thread
from app.community.queries import parts as beside
from app.community.queries import topics
from app.community.types.kinds import KINDS, ThreadKind
from app.community.types.writing import (
    Extras,
    NotAQuestionError,
    OriginGoneError,
    Step,
    StepsMissingError,
)
from app.identity.types import MemberRow
from app.kernel.db import db
from app.kernel.errors import ForbiddenError
from app.notify import queries as notices
from tests.community.reading import drifts, text_of, value_of
from tests.factories.community import a_photo, a_thread
from tests.factories.identity import Browser, browser, sign_in
from tests.factories.photos import a_file, a_picture, as_form
from tests.factories.search import ids_of

EN = {"Accept-Language": "en"}


def of_kind(kind: ThreadKind, **more: Any) -> Extras:
    return Extras(kind, **more)


def test_a_how_to_is_written_and_shown_without_javascript(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int], count_statements: Any
) -> None:
    a_thread(alice)  # the first one of all makes the wallets
    page = text_of(alice_client.get("/compose?kind=howto", headers=EN))
    assert page.count('name="step_text-') >= 3
    form = {
        "kind": "howto", "title": "三步蘸料", "body": "两个人的量", "board": "dips",
        "request_key": value_of(alice_client.get("/compose"), "request_key"),
        "step": ["1", "2", "3"], "step_text-1": "**蒜**切末", "step_text-2": "",
        "step_text-3": "淋热油", "step_photo-3": [(a_file(a_picture(300, 200)), "oil.jpg")],
    }  # fmt: skip
    with count_statements() as seen:
        sent = alice_client.post("/compose", **as_form(form), headers=EN)
    assert sent.status_code == 303, text_of(sent)
    upload = ("INSERT INTO media", "INSERT INTO limit_window")  # transactions of their own
    assert len([each for each in seen if not each.startswith(upload)]) <= 20
    with count_statements() as seen:
        shown = text_of(alice_client.get(sent.location, headers=EN))
    assert len(seen) <= 9, "\n".join(seen)
    assert "Step 2" in shown
    assert "Step 3" not in shown  # the empty one is left out
    assert "<strong>蒜</strong>切末" in shown
    newest = sa.select(Thread.kind, Thread.cover_media_id).order_by(Thread.id.desc())
    row = db.session.execute(newest).first()
    assert row is not None
    assert row.kind is ThreadKind.HOWTO
    assert row.cover_media_id is not None  # the dish of its last step
    assert queries.photos_in_use([row.cover_media_id]) == {row.cover_media_id}


def test_a_how_to_is_found_by_its_steps_and_joins_their_topics(
    alice: MemberRow, boards: dict[str, int]
) -> None:
    steps = (Step("切姜片 #周末煲汤#"), Step("下牛腩"))
    made = a_thread(alice, "一锅", extras=of_kind(ThreadKind.HOWTO, steps=steps))
    assert ids_of("姜片") == ids_of("牛腩") == [made.thread_id]
    assert topics.count_of("周末煲汤") == 1
    changed = of_kind(ThreadKind.HOWTO, steps=(Step("下萝卜 #夜宵#"),))
    service.edit_thread(
        alice.id, made.thread_code, board_slug="pot", title="一锅", body="好", extras=changed
    )
    assert ids_of("姜片") == []
    assert ids_of("萝卜") == [made.thread_id]
    assert (topics.count_of("周末煲汤"), topics.count_of("夜宵")) == (0, 1)
    assert drifts() == []


def test_a_how_to_is_changed_step_by_step(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    photo = a_photo(alice)
    extras = of_kind(ThreadKind.HOWTO, steps=(Step("切"), Step("煮", photo)))
    made = a_thread(alice, extras=extras)
    edit = text_of(alice_client.get(f"/p/{made.thread_code}/edit"))
    assert f'name="step_photo_id-2" value="{photo}"' in edit
    changed = of_kind(ThreadKind.HOWTO, steps=(Step("煮", photo), Step("吃")))
    service.edit_thread(
        alice.id, made.thread_code, board_slug="pot", title="x", body="y", extras=changed
    )
    steps = beside.steps_of(made.thread_id)
    assert [step.text for step in steps] == ["煮", "吃"]
    assert steps[0].photo is not None
    with pytest.raises(StepsMissingError):
        a_thread(alice, extras=of_kind(ThreadKind.HOWTO, steps=(Step("  "),)))


def test_switching_the_kind_without_javascript_keeps_everything(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    photo = a_photo(alice)
    form = {
        "kind": "howto", "title": "写到一半", "body": "正文在此", "board": "dips", "act": "kind",
        "photo_ids": [str(photo)], f"caption-{photo}": "锅底",
        "request_key": value_of(alice_client.get("/compose"), "request_key"),
    }  # fmt: skip
    page = alice_client.post("/compose", data=form)
    assert page.status_code == 200
    source = text_of(page)
    for kept in ("写到一半", "正文在此", f'value="{photo}"', "锅底", form["request_key"]):
        assert str(kept) in source
    assert 'value="howto" checked' in source


@pytest.mark.parametrize("kind", list(ThreadKind))
def test_every_kind_has_words_to_begin_with(
    kind: ThreadKind, alice_client: Browser, boards: dict[str, int]
) -> None:
    face = KINDS[kind]
    assert 3 <= len(face.templates) <= 4
    form = {"kind": kind, "body": "先写的", "act": f"template:{face.templates[0].key}"}
    begun = alice_client.post("/compose", data=form, headers={"Accept-Language": "zh-CN"})
    assert begun.status_code == 200
    body = text_of(begun).split("<textarea", 1)[1].split("</textarea>")[0]
    assert "先写的" in body
    assert str(face.templates[0].body)[:6] in html.unescape(body)


# --- questions -----------------------------------------------------------------------------------


@pytest.fixture
def question(alice: MemberRow, bob: MemberRow, boards: dict[str, int]) -> str:
    made = a_thread(alice, "为什么发苦？", extras=of_kind(ThreadKind.QUESTION))
    service.reply(bob.id, made.thread_code, "火太大")
    service.reply(bob.id, made.thread_code, "少放花椒")
    return made.thread_code


def test_who_asks_marks_the_answer_and_can_take_it_back(
    app: Flask, alice_client: Browser, bob: MemberRow, question: str, count_statements: Any
) -> None:
    with count_statements() as seen:
        sent = alice_client.post(f"/p/{question}/f/2/answer", headers=EN)
    assert (sent.status_code, len(seen) <= 20) == (303, True)
    with count_statements() as seen:
        page = text_of(alice_client.get(f"/p/{question}", headers=EN))
    assert len(seen) <= 9
    assert page.index("Best answer") < page.index('id="f-1"')
    told = notices.notices(bob.id).items
    assert [each.kind for each in told] == ["community.best_answer"]
    helper = browser(app)
    sign_in(helper, bob)
    assert "Your reply is the best answer" in text_of(helper.get("/notices", headers=EN))
    alice_client.post(f"/p/{question}/f/1/answer")  # another one gets the mark
    assert queries.find_thread(question, None).answer_floor == 1  # type: ignore[union-attr]
    service.remove_reply(bob.id, question, 1)
    assert queries.find_thread(question, None).answer_floor is None  # type: ignore[union-attr]
    alice_client.post(f"/p/{question}/answer/undo")
    assert "Best answer" not in text_of(alice_client.get(f"/p/{question}", headers=EN))
    assert drifts() == []


def test_only_who_asks_and_the_team_mark_answers(
    app: Flask, bob: MemberRow, alice: MemberRow, moderator: MemberRow, question: str
) -> None:
    stranger, team = browser(app), browser(app)
    sign_in(stranger, bob)
    assert stranger.post(f"/p/{question}/f/1/answer").status_code == 403
    with pytest.raises(ForbiddenError):
        service.take_answer_back(bob.id, question)
    sign_in(team, moderator)
    assert team.post(f"/p/{question}/f/1/answer").status_code == 303
    assert team.post(f"/p/{question}/f/99/answer").status_code == 404
    note = a_thread(alice)
    service.reply(bob.id, note.thread_code, "好看")
    with pytest.raises(NotAQuestionError):
        service.accept_answer(alice.id, note.thread_code, 1)


# --- remixes -------------------------------------------------------------------------------------


def test_a_remix_leads_back_to_where_it_comes_from(
    alice_client: Browser, alice: MemberRow, bob: MemberRow, boards: dict[str, int]
) -> None:
    first = a_thread(bob, "原版牛腩锅")
    opened = text_of(alice_client.get(f"/compose?origin={first.thread_code}", headers=EN))
    assert "A remix of" in opened
    assert "原版牛腩锅" in opened
    made = a_thread(
        alice, "我的版本", extras=of_kind(ThreadKind.REMIX, origin_code=first.thread_code)
    )
    page = text_of(alice_client.get(f"/p/{made.thread_code}", headers=EN))
    assert f"/p/{first.thread_code}" in page
    service.remove_thread(bob.id, first.thread_code)
    page = text_of(alice_client.get(f"/p/{made.thread_code}", headers=EN))
    assert "原版牛腩锅" not in page
    assert "A remix of a post that has left the table" in page
    with pytest.raises(OriginGoneError):
        a_thread(alice, extras=of_kind(ThreadKind.REMIX, origin_code=first.thread_code))
    assert alice_client.get(f"/compose?origin={first.thread_code}").status_code == 410
    lost = alice_client.post(
        "/compose",
        data={
            "kind": "remix", "title": "还在吗", "body": "都在", "board": "pot",
            "origin": first.thread_code,
            "request_key": value_of(alice_client.get("/compose"), "request_key"),
        },
        headers=EN,
    )  # fmt: skip
    assert lost.status_code == 422
    assert "has left the table" in text_of(lost)
    assert "都在" in text_of(lost)


# --- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [2, 19])
def test_the_composer_takes_at_most_eight_statements(
    alice_client: Browser, alice: MemberRow, bob: MemberRow, boards: dict[str, int],
    rows: int, count_statements: Any,
) -> None:  # fmt: skip
    first = a_thread(bob)
    for n in range(rows):
        service.save_draft(alice.id, f"key-of-draft-number-{n}", {"title": [f"稿 {n}"]})
    mine = a_thread(alice, photo_ids=[a_photo(alice)])
    for address in (
        "/compose", "/compose?kind=howto", f"/compose?origin={first.thread_code}",
        f"/p/{mine.thread_code}/edit", "/me/drafts",
    ):  # fmt: skip
        with count_statements() as seen:
            assert alice_client.get(address).status_code == 200
        assert len(seen) <= 8, address + "\n" + "\n".join(seen)


def test_somebody_new_is_told_how_little_is_enough(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    assert "Your first post" in text_of(alice_client.get("/compose", headers=EN))
    a_thread(alice)
    assert "Your first post" not in text_of(alice_client.get("/compose", headers=EN))
