"""What a post said before; first posts and who welcomes them; pages elsewhere as cards."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import differences, service
from app.community.models import LinkCard, Reply, Thread, Welcome
from app.community.service import marking
from app.community.types.kinds import ThreadKind
from app.community.types.writing import CardState, Extras, Step, WelcomeState
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.kernel.outbound import Answer, Asked, OutboundError
from app.notify import queries as notices
from tests.community.reading import text_of
from tests.factories.community import a_thread
from tests.factories.identity import Browser, browser, sign_in

EN = {"Accept-Language": "en"}


@pytest.fixture
def setting(app: Flask) -> Any:
    """Set what operators set; put it back after."""
    before = app.config["POTLUCK"]

    def set_values(**values: Any) -> None:
        app.config["POTLUCK"] = replace(before, **values)

    yield set_values
    app.config["POTLUCK"] = before


def change(member: MemberRow, code: str, body: str, **more: Any) -> None:
    values = {"board_slug": "pot", "title": "番茄牛腩锅", **more}
    service.edit_thread(member.id, code, body=body, **values)


def test_slips_of_the_first_minutes_are_not_marked_but_kept(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int], count_statements: Any
) -> None:
    made = a_thread(alice)
    with count_statements() as seen:
        change(alice, made.thread_code, "煮了三个小时。")
    assert len(seen) <= 20
    row = sa.select(Thread.edited_at, Thread.version)
    assert db.session.execute(row).one() == (None, 1)
    change(alice, made.thread_code, "煮了三个小时。")  # nothing new: no version
    assert db.session.execute(row).one() == (None, 1)
    clock.tick(timedelta(minutes=6))
    change(alice, made.thread_code, "煮了四个小时。")
    assert db.session.execute(row).one() == (clock.now(), 2)
    page = text_of(alice_client.get(f"/p/{made.thread_code}/history", headers=EN))
    assert "<del>两</del><ins>三</ins>" in page
    assert "<del>三</del><ins>四</ins>" in page


def test_the_past_names_people_by_their_names(
    alice_client: Browser, alice: MemberRow, bob: MemberRow, boards: dict[str, int]
) -> None:
    made = a_thread(alice, body=f"跟 @{bob.name} 学的")
    change(alice, made.thread_code, f"跟 @{bob.name} 学会的")
    page = text_of(alice_client.get(f"/p/{made.thread_code}/history", headers=EN))
    assert f"@{bob.name}" in page
    assert bob.yid not in page
    assert "<ins>会</ins>" in page


def test_who_may_see_the_past(
    app: Flask, alice: MemberRow, bob: MemberRow, moderator: MemberRow, boards: dict[str, int],
    setting: Any,
) -> None:  # fmt: skip
    made = a_thread(alice)
    change(alice, made.thread_code, "别的")
    address = f"/p/{made.thread_code}/history"
    stranger, team, guest = browser(app), browser(app), browser(app)
    sign_in(stranger, bob)
    sign_in(team, moderator)
    assert [b.get(address).status_code for b in (stranger, guest, team)] == [404, 404, 200]
    assert address not in text_of(stranger.get(f"/p/{made.thread_code}"))
    setting(public_history=True)
    assert [b.get(address).status_code for b in (stranger, guest)] == [200, 200]
    service.remove_thread(alice.id, made.thread_code)
    assert guest.get(address).status_code == 404


def test_steps_are_part_of_the_past(alice: MemberRow, boards: dict[str, int]) -> None:
    first = Extras(ThreadKind.HOWTO, (Step("切"), Step("煮")))
    made = a_thread(alice, extras=first)
    second = Extras(ThreadKind.HOWTO, (Step("切"), Step("炖")))
    change(alice, made.thread_code, "煮了两个小时。", extras=second)
    assert db.session.scalar(sa.select(Thread.version)) == 1


def test_a_difference_of_long_texts_is_found_line_by_line() -> None:
    before = "\n".join(f"第 {n} 行" for n in range(2_000))
    pieces = differences.between(before, before.replace("第 7 行\n", "换\n"))
    assert [p.text for p in pieces if p.kind == "new"] == ["换\n"]
    assert "".join(p.text for p in pieces if p.kind != "new") == before


# --- first posts ---------------------------------------------------------------------------------


def test_a_first_post_waits_for_a_person_of_the_team(
    app: Flask, alice: MemberRow, moderator: MemberRow, boards: dict[str, int], setting: Any,
    count_statements: Any,
) -> None:  # fmt: skip
    setting(welcome_by=moderator.yid)
    made = a_thread(alice)
    a_thread(alice, "第二锅")
    assert [service.put_first_posts_on_desk() for _ in range(2)] == [1, 0]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Welcome)) == 1
    assert [each.kind for each in notices.notices(moderator.id).items] == ["community.first_post"]
    team = browser(app)
    sign_in(team, moderator)
    with count_statements() as seen:
        page = text_of(team.get("/staff/welcomes", headers=EN))
    assert len(seen) <= 8
    assert "番茄牛腩锅" in page
    assert "欢迎上桌" in page or "Welcome to the table" in page
    assert moderator.name in page
    sent = team.post(
        f"/staff/welcomes/{made.thread_id}/send",
        data={"body": "欢迎，alice！", "request_key": "w" * 20},
    )
    assert sent.status_code == 303
    reply = db.session.execute(sa.select(Reply.author_id, Reply.body)).one()
    assert reply == (moderator.id, "欢迎，alice！")
    row = db.session.execute(sa.select(Welcome.__table__)).one()
    assert (row.state, row.settled_by) == (WelcomeState.SENT, moderator.id)
    again = f"/staff/welcomes/{made.thread_id}/send"
    assert team.post(again, data={"body": "x", "request_key": "w" * 20}).status_code == 404
    assert service.send_welcome(moderator.id, made.thread_id, made.thread_code, "又来") is None
    assert "Everybody has been welcomed" in text_of(team.get("/staff/welcomes", headers=EN))


def test_a_first_post_can_be_left_to_the_table(
    app: Flask, alice: MemberRow, bob: MemberRow, moderator: MemberRow, boards: dict[str, int]
) -> None:
    made = a_thread(alice)
    service.put_first_posts_on_desk()
    fan, team = browser(app), browser(app)
    sign_in(fan, bob)
    sign_in(team, moderator)
    assert fan.get("/staff/welcomes").status_code == 403
    empty = team.post(f"/staff/welcomes/{made.thread_id}/send", data={"body": " "}, headers=EN)
    assert empty.status_code == 422
    assert team.post(f"/staff/welcomes/{made.thread_id}/leave").status_code == 303
    assert db.session.scalar(sa.select(Welcome.state)) is WelcomeState.LEFT


# --- pages elsewhere -----------------------------------------------------------------------------

PAGE = """<html><head><title>plain</title><meta charset="utf-8">
<meta property="og:title" content="好锅 &lt;b&gt;\u202e"><meta property="og:image" content="https://x/y.png">
<meta name="description" content="怎么选"><meta property="og:site_name" content="食志"></head>"""


def answers(body: str = PAGE, kind: str = "text/html; charset=utf-8", status: int = 200) -> Any:
    def fetch(asked: Asked) -> Answer:
        asked_for.append(asked)
        return Answer(status, {"content-type": kind}, body.encode())

    asked_for: list[Asked] = []
    fetch.asked_for = asked_for  # type: ignore[attr-defined]
    return fetch


def html() -> str:
    return str(db.session.scalar(sa.select(Thread.body_html).order_by(Thread.id.desc())))


def test_a_link_alone_on_its_line_becomes_a_card_without_pictures(
    alice: MemberRow, boards: dict[str, int], setting: Any, count_statements: Any
) -> None:
    setting(card_hosts=("food.example",))
    a_thread(alice, "没有链接")  # the first one of all makes the wallets
    with count_statements() as seen:
        service.publish_thread(
            alice.id,
            "pot",
            "链接",
            "看这个：\nhttps://www.food.example/pot?a=1&b=2\n\nhttps://evil.example/x",
        )
    assert len(seen) <= 20
    assert "link-card" not in html()
    fetch = answers()
    service.do_work()
    assert service.look_at_waiting(fetch=fetch) == 1
    [asked] = fetch.asked_for
    assert (asked.url, asked.most_bytes) == ("https://www.food.example/pot?a=1&b=2", 1024 * 1024)
    shown = html()
    assert "<b>好锅 &lt;b&gt;</b><span>怎么选</span><small>食志 · food.example</small>" in shown
    assert "<img" not in shown
    assert "\u202e" not in shown
    assert shown.count("link-card") == 1
    a_thread(alice, "再来", body="https://www.food.example/pot?a=1&b=2")
    service.do_work()  # known: a card at once
    assert (
        db.session.scalar(sa.select(sa.func.count()).where(Thread.body_html.contains("link-card")))
        == 2
    )
    assert service.look_at_waiting(fetch=fetch) == 0


@pytest.mark.parametrize(
    "fetch",
    [answers("nothing"), answers(PAGE, "image/png"), answers(PAGE, status=404)],
    ids=["no-title", "a-picture", "gone"],
)
def test_dead_links_stay_links(
    fetch: Any, alice: MemberRow, boards: dict[str, int], setting: Any
) -> None:
    setting(card_hosts=("*",))
    a_thread(alice, body="https://food.example/pot")
    service.do_work()
    service.look_at_waiting(fetch=fetch)
    assert db.session.scalar(sa.select(LinkCard.state)) is CardState.DEAD
    assert '<a href="https://food.example/pot"' in html()


def test_what_is_out_of_reach_is_tried_three_times(
    alice: MemberRow, boards: dict[str, int], setting: Any
) -> None:
    def fetch(_asked: Asked) -> Answer:
        raise OutboundError(reason)

    setting(card_hosts=("*",))
    a_thread(alice, body="https://food.example/pot")
    service.do_work()
    reason = ""
    for word in ("too_slow", "unreachable", "too_slow"):
        reason = word
        assert service.look_at_waiting(fetch=fetch) == 1
    assert service.look_at_waiting(fetch=fetch) == 0
    a_thread(alice, body="https://10.0.0.1/secret")
    service.do_work()
    reason = "private"  # the one way out refuses our own network: never asked again
    assert [service.look_at_waiting(fetch=fetch) for _ in range(2)] == [1, 0]


def test_without_a_list_of_hosts_nothing_is_asked(alice: MemberRow, boards: dict[str, int]) -> None:
    a_thread(alice, body="https://food.example/pot")
    service.do_work()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LinkCard)) == 0
    assert marking.mark(alice.id, ["https://food.example/pot"]).links == ()
