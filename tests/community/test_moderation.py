"""The team hides with a reason and shows again; everything is on record."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries, service
from app.community.types import SeedReply
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.facts import FactRow
from app.moderation.types import HideReason
from tests.community.reading import drifts, text_of, titles, toasts
from tests.factories.community import a_thread, many_threads
from tests.factories.identity import Browser, browser, sign_in

EN = {"Accept-Language": "en"}


@pytest.fixture
def mona(app: Flask, moderator: MemberRow) -> Browser:
    """A moderator's browser."""
    made = browser(app)
    sign_in(made, moderator)
    return made


@pytest.fixture
def made(alice: MemberRow) -> Any:
    """A thread of Alice's with a reply of her own."""
    thread = a_thread(alice, "加我微信")
    service.reply(alice.id, thread.thread_code, "便宜锅底")
    return thread


def reply_id(code: str, floor: int = 1) -> int:
    found = queries.find_owned_reply(code, floor)
    assert found is not None
    return found.id


def test_a_moderator_hides_a_thread_with_a_reason_and_its_author_reads_it(
    app: Flask, mona: Browser, alice_client: Browser, client: Browser, made: Any,
    moderator: MemberRow,
) -> None:  # fmt: skip
    url = f"/staff/content/threads/{made.thread_id}/hide"
    assert "加我微信" in text_of(mona.get(url, headers=EN))
    without = mona.post(url, headers=EN)
    assert without.status_code == 422
    assert "Choose a reason: its author will read it." in text_of(without)
    sent = mona.post(url, data={"reason": "contact"}, headers=EN)
    assert (sent.status_code, sent.location) == (303, "/staff/content")
    listed = mona.get("/staff/content?show=hidden", headers=EN)
    assert toasts(listed) == ["Hidden. Its author can read why"]
    assert "it has off-site contact details" in text_of(listed)
    gone = client.get(f"/p/{made.thread_code}", headers=EN)
    assert gone.status_code == 410
    assert "because it has off-site contact details." in text_of(gone)
    assert "加我微信" not in text_of(gone)
    assert titles(client.get("/")) == []
    own = text_of(alice_client.get(f"/p/{made.thread_code}", headers=EN))
    assert "The team hid this because it has off-site contact details." in own
    assert "加我微信" in own
    assert 'class="composer"' not in own
    entry = db.session.execute(sa.select(AuditEntry.__table__)).all()[-1]
    assert (entry.actor_id, entry.action, entry.subject_id) == (
        moderator.id, "thread.hidden", made.thread_id,
    )  # fmt: skip
    assert json.loads(entry.detail) == {"reason": "contact"}
    assert drifts() == []


def test_it_is_shown_again(mona: Browser, client: Browser, made: Any) -> None:
    mona.post(f"/staff/content/threads/{made.thread_id}/hide", data={"reason": "other"})
    sent = mona.post(f"/staff/content/threads/{made.thread_id}/restore")
    assert toasts(mona.get(sent.location, headers=EN)) == ["Everybody can see it again"]
    assert client.get(f"/p/{made.thread_code}").status_code == 200
    names = list(db.session.scalars(sa.select(FactRow.name).order_by(FactRow.id)))
    assert names[-2:] == ["thread.hidden", "thread.restored"]
    actions = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions[-2:] == ["thread.hidden", "thread.restored"]
    assert drifts() == []


def test_a_reply_is_hidden_and_its_floor_stays(
    mona: Browser, alice_client: Browser, client: Browser, made: Any
) -> None:
    url = f"/staff/content/replies/{reply_id(made.thread_code)}"
    sent = mona.post(f"{url}/hide", data={"reason": "advert"})
    assert sent.location == "/staff/content?kind=replies"
    page = text_of(client.get(f"/p/{made.thread_code}", headers=EN))
    assert "便宜锅底" not in page
    assert "Hidden by the team" in page
    assert 'id="f-1"' in page
    own = text_of(alice_client.get(f"/p/{made.thread_code}", headers=EN))
    assert "Only you can see why: it advertises something else" in own
    assert drifts() == []
    mona.post(f"{url}/restore")
    assert "便宜锅底" in text_of(client.get(f"/p/{made.thread_code}"))
    assert drifts() == []


def test_its_author_can_neither_change_nor_remove_what_is_hidden(
    alice_client: Browser, made: Any, moderator: MemberRow
) -> None:
    service.hide_thread(moderator.id, made.thread_id, HideReason.RUDE)
    url = f"/p/{made.thread_code}"
    assert alice_client.get(f"{url}/edit").status_code == 410
    assert alice_client.post(f"{url}/remove").status_code == 410
    assert alice_client.post(f"{url}/bring-back").status_code == 303
    assert alice_client.post(f"{url}/like").status_code == 410
    assert alice_client.post(f"{url}/reply", data={"body": "为什么"}).status_code in {410, 422}
    found = queries.find_owned_thread(made.thread_code)
    assert found is not None
    assert (found.is_hidden, found.is_removed) == (True, False)
    assert drifts() == []


def test_hiding_twice_is_hiding_once(made: Any, moderator: MemberRow) -> None:
    for expected in (True, False):
        assert service.hide_thread(moderator.id, made.thread_id, HideReason.RUDE) is expected
        assert drifts() == []
    for expected in (True, False):
        assert service.restore_thread(moderator.id, made.thread_id) is expected
        assert drifts() == []


def test_what_its_author_took_down_is_hidden_when_he_brings_it_back(
    alice: MemberRow, made: Any, moderator: MemberRow
) -> None:
    service.remove_thread(alice.id, made.thread_code)
    for expected in (True, False):
        assert service.hide_thread(moderator.id, made.thread_id, HideReason.RUDE) is expected
        assert drifts() == []
    assert service.bring_back_thread(alice.id, made.thread_code) is False
    assert drifts() == []


@pytest.mark.parametrize("kind", ["threads", "replies", "boards"])
@pytest.mark.parametrize("number", [1, 10**30])
def test_what_is_not_there_is_not_found(mona: Browser, kind: str, number: int) -> None:
    for verb in ("hide", "restore"):
        assert mona.post(f"/staff/content/{kind}/{number}/{verb}").status_code == 404


def test_the_service_knows_what_is_not_there(app: Flask, moderator: MemberRow) -> None:
    with pytest.raises(NotFoundError):
        service.hide_thread(moderator.id, 1, HideReason.RUDE)
    with pytest.raises(NotFoundError):
        service.restore_reply(moderator.id, 1)


def test_the_list_pages_and_filters(mona: Browser, alice: MemberRow, moderator: MemberRow) -> None:
    threads = many_threads(alice, 35)
    service.seed_replies(
        [SeedReply(threads[0].id, alice.id, f"回 {n}", clock.now()) for n in range(3)]
    )
    service.hide_thread(moderator.id, threads[0].id, HideReason.OTHER)
    first = text_of(mona.get("/staff/content"))
    assert first.count("/hide") == 30
    rest = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert text_of(mona.get(rest)).count('<th scope="row"') == 5
    for query, count in {
        "?show=hidden": 1, "?kind=replies": 3, "?kind=x&show=y": 30, "?after=x": 30,
        f"?after={10**30}": 30, "?kind=replies&show=hidden": 0,
    }.items():  # fmt: skip
        page = text_of(mona.get(f"/staff/content{query}"))
        assert page.count('<th scope="row"') == count, query
    assert "What the team hides is kept here" in text_of(
        mona.get("/staff/content?kind=replies&show=hidden", headers=EN)
    )


def test_the_list_takes_few_statements(
    mona: Browser, alice: MemberRow, count_statements: Any
) -> None:
    many_threads(alice, 200)
    for url in ("/staff/content", "/staff/content?kind=replies&show=hidden"):
        with count_statements() as seen:
            mona.get(url)
        assert len(seen) <= 8, "\n".join(seen)


# --- boards --------------------------------------------------------------------------------------


def board_form(**more: str) -> dict[str, str]:
    return {
        "slug": "hot", "name_zh": "辣不怕", "name_en": "Not afraid", "purpose_zh": "越辣越好",
        "purpose_en": "The hotter the better", "icon": "soup", **more,
    }  # fmt: skip


def test_an_operator_makes_and_renames_a_board(
    app: Flask, operator: MemberRow, client: Browser
) -> None:
    oscar = browser(app)
    sign_in(oscar, operator)
    assert "No boards yet" in text_of(oscar.get("/staff/boards", headers=EN))
    assert oscar.post("/staff/boards/new", data=board_form()).status_code == 303
    assert "Not afraid" in text_of(client.get("/b", headers=EN))
    again = oscar.post("/staff/boards/new", data=board_form(name_zh="别的"), headers=EN)
    assert again.status_code == 422
    assert "Another board has this address." in text_of(again)
    renamed = board_form(name_zh="微辣", slug="elsewhere")
    assert oscar.post("/staff/boards/hot", data=renamed).status_code == 303
    assert "微辣" in text_of(client.get("/b/hot", headers={"Accept-Language": "zh"}))
    assert client.get("/b/elsewhere").status_code == 404
    assert oscar.get("/staff/boards/nowhere").status_code == 404


@pytest.mark.parametrize(
    "bad",
    [{"slug": "Hot Pot"}, {"slug": "../x"}, {"slug": ""}, {"name_zh": ""}, {"name_en": " "},
     {"icon": "skull"}, {"slug": "x" * 41}],
)  # fmt: skip
def test_a_board_that_makes_no_sense_is_explained(
    staff_client: Browser, bad: dict[str, str]
) -> None:
    sent = staff_client.post("/staff/boards/new", data=board_form(**bad), headers=EN)
    assert sent.status_code == 422
    assert "error-summary" in text_of(sent)
    assert queries.boards() == []


def test_boards_are_made_from_the_command_line(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    made = run(args=["boards", "add", "hot", "--zh", "辣", "--en", "Hot"])
    assert made.output == "/b/hot\n"
    assert "Hot" in run(args=["boards", "list"]).output
    bad = run(args=["boards", "add", "H O T", "--zh", "辣", "--en", "Hot"])
    assert bad.exit_code == 1
    assert "Use small letters" in bad.output or "小写" in bad.output
