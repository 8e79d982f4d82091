"""Pages of draws: what stands there before one plays, a try by form, results, rules, proofs."""

import html
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from app.draws import queries, service
from app.draws.types import EntrySource, Game, PrizeDraft, Rules
from app.identity.types import MemberRow
from app.kernel.goods import Thing
from tests.factories.draws import LISTED, LOSING, SURE, a_draft, a_draw, plays
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.ledger.book import earn

Counting = Callable[[], AbstractContextManager[list[str]]]
FORM = {"client_seed": "mine", "shown": "points"}
KEY = "a-request-key-of-a-form"


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def send(client: Browser, slug: str = "autumn", **more: Any) -> Any:
    return client.post(f"/draw/{slug}", data={**FORM, "request_key": KEY, **more})


def test_everything_stands_on_the_page_before_one_plays(client: Browser, staff: MemberRow) -> None:
    a_draw(staff, per_person=9, guaranteed_after=5, guaranteed_code="small")
    page, draw = text(client.get("/draw/autumn").text), queries.get("autumn")
    for words in (
        "Autumn draw", "Copper pot", "0.1%", "39.9%", "60%", "1 of 1 left", "no limit",
        "1 free try a day · 20 points a try", "9 tries per person", "百家宴", "hello@pot.example",
        "Every member may take part.", "No purchase is needed", "After 5 tries in a row",
        draw.odds_sha256 or "-", queries.epochs_of(draw.id)[0].commitment,
    ):  # fmt: skip
        assert words in page, words


def test_the_list_shows_open_draws_and_the_archive_those_that_are_over(
    client: Browser, staff: MemberRow
) -> None:
    assert "No draw is open right now" in text(client.get("/draw").text)
    assert "None so far" in text(client.get("/draw/ended").text)
    a_draw(staff)
    a_draw(staff, "old", prizes=LOSING, name_en="Old draw")
    service.close("old", actor_id=staff.id)
    service.save(a_draft("secret", name_en="Secret draw"), actor_id=staff.id)
    running, over = text(client.get("/draw").text), text(client.get("/draw/ended").text)
    assert "Autumn draw" in running
    assert "Old draw" not in running
    assert "Old draw" in over
    assert "Secret draw" not in running + over
    assert client.get("/draw/secret").status_code == 404


def test_a_try_by_form_leads_to_its_result_and_again_to_the_same(
    alice_client: Browser, alice: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=SURE)
    page = alice_client.get("/draw/autumn").text
    assert "1 of them free today" in text(page)
    assert 'name="client_seed"' in page
    first, second = send(alice_client), send(alice_client)
    assert (first.status_code, first.location) == (303, second.location)
    result = text(alice_client.get(first.location).text)
    assert "You won: Copper pot" in result
    assert "This try was free." in result
    assert queries.get("autumn").play_count == 1


def test_losing_gets_a_kind_line_and_says_where_points_went(
    alice_client: Browser, alice: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=LOSING, free_per_day=0)
    earn(alice.id, 20)
    result = text(alice_client.get(send(alice_client).location).text)
    assert "Not this time 20 points were spent; your statement tells." in result


def test_a_result_is_its_players_own(
    app: Flask, alice_client: Browser, alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=LOSING)
    played = plays(bob)
    assert alice_client.get(f"/draw/autumn/result/{played.code}").status_code == 404
    other = sign_in(browser(app), bob)
    assert other.get(f"/draw/autumn/result/{played.code}").status_code == 200


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"client_seed": "a|b"}, "Up to 64 letters"),
        ({"client_seed": ""}, "Write a seed"),
        ({"request_key": "short"}, "Reload the page"),
        ({"shown": "gold"}, ""),
    ],
)
def test_a_wrong_form_plays_nothing_and_keeps_the_page(
    alice_client: Browser, staff: MemberRow, form: dict[str, str], words: str
) -> None:
    a_draw(staff, prizes=LOSING)
    answer = send(alice_client, **form)
    assert answer.status_code == 409
    assert words in text(answer.text)
    assert "Prizes and chances" in text(answer.text)
    assert queries.get("autumn").play_count == 0


def test_refusals_are_told_on_the_page(
    alice_client: Browser, alice: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=LOSING)
    plays(alice)
    answer = send(alice_client, shown="free")
    assert answer.status_code == 409
    assert "Your free try is used" in text(answer.text)
    answer = send(alice_client)
    assert "You have 0" in text(answer.text)
    service.pause("autumn", actor_id=staff.id)
    page = text(send(alice_client).text)
    assert "This draw is paused. Nothing was taken." in page
    assert send(alice_client, "nothing").status_code == 404


def test_a_guest_is_sent_to_sign_in(client: Browser, staff: MemberRow) -> None:
    a_draw(staff)
    assert client.post("/draw/autumn", data=FORM).status_code in {303, 400}
    assert "/signin?next=/draw/autumn" in client.get("/draw/autumn").text


def test_winners_are_masked_and_my_tries_are_mine(
    alice_client: Browser, alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=SURE)
    plays(bob)
    page = text(alice_client.get("/draw/autumn").text)
    assert "b**" in page
    assert "bob" not in page
    assert "The headline prize is won" in page
    assert "None so far." in page


def test_the_rules_page_tells_all(client: Browser, staff: MemberRow) -> None:
    a_draw(staff, rules_en="**Bold** rules")
    page = client.get("/draw/autumn/rules").text
    assert "<strong>Bold</strong> rules" in page
    assert "at least two years" in text(page)


def test_a_revealed_try_can_be_checked_and_a_hidden_one_says_why(
    client: Browser, alice: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=LOSING)
    code = plays(alice).code
    page = client.get(f"/draw/autumn/verify?play={code}").text
    assert "still in use" in text(page)
    assert 'data-seed=""' in page
    assert json.loads(client.get("/draw/autumn/record/1").text)["plays"] == []
    service.close("autumn")
    page = client.get(f"/draw/autumn/verify?play={code}").text
    seed = queries.epoch(queries.get("autumn").id, 1).seed_hex
    assert f'data-seed="{seed}"' in page
    assert 'data-message="draw|1|0|mine"' in page
    record = json.loads(client.get("/draw/autumn/record/1").text)
    assert (record["seed"], len(record["plays"])) == (seed, 1)
    assert "member" not in json.dumps(record)
    assert "no try of this number" in text(client.get("/draw/autumn/verify?play=xx").text)
    assert client.get("/draw/autumn/record/9").status_code == 404


def test_lists_show_their_hash_and_winners(client: Browser, staff: MemberRow) -> None:
    for name in ("una", "dora", "tres"):
        a_member(name)
    a_draw(staff, prizes=LISTED, game=Game.ENTRIES)
    assert client.get("/draw/autumn/entries.txt").status_code == 404
    service.freeze("autumn", service.Source(EntrySource.AUDIENCE), actor_id=staff.id)
    assert client.get("/draw/autumn/entries.txt").text.count("\n") == 3
    service.close("autumn")
    service.draw_list("autumn", actor_id=staff.id)
    page = text(client.get("/draw/autumn").text)
    assert "Who won" in page
    proof = text(client.get("/draw/autumn/verify").text)
    assert "A try's number" not in proof
    assert "Who wins follows from the frozen list and the seed alone" in proof
    assert (queries.get("autumn").entries_sha256 or "-") in page


@pytest.mark.parametrize("path", ["/draw/autumn", "/draw", "/draw/ended", "/draw/autumn/verify"])
def test_pages_run_a_fixed_number_of_statements(
    alice_client: Browser, alice: MemberRow, staff: MemberRow, count_statements: Counting, path: str
) -> None:
    a_draw(staff, prizes=LOSING, free_per_day=50, rules=Rules(epoch_plays=2))
    for slug in ("old", "older"):
        a_draw(staff, slug, prizes=LOSING)
        service.close(slug)
    plays(alice, key="0")
    alice_client.get(path)
    with count_statements() as few:
        assert alice_client.get(path).status_code == 200
    for n in range(1, 9):
        plays(alice, key=str(n))
    with count_statements() as many:
        assert alice_client.get(path).status_code == 200
    assert len(few) == len(many) <= (9 if path == "/draw/autumn" else 8), many


def test_a_try_runs_few_statements(
    alice_client: Browser, alice: MemberRow, staff: MemberRow, count_statements: Counting
) -> None:
    a_draw(staff, prizes=LOSING, free_per_day=0)
    earn(alice.id, 100)
    send(alice_client, request_key="k" * 20)
    with count_statements() as seen:
        assert send(alice_client).status_code == 303
    assert len(seen) <= 20, seen


def test_who_was_guaranteed_what_is_gone_reads_that_and_not_that_a_thank_you_ran_out(
    alice: MemberRow, alice_client: Browser, bob: MemberRow, staff: MemberRow
) -> None:
    prizes = (
        PrizeDraft("thanks", "谢谢参与", "Thank you", odds_ppm=999_998),
        PrizeDraft("small", "小奖", "Small one", Thing("points", "5"), value_minor=5, odds_ppm=1),
        PrizeDraft(
            "big", "大奖", "Big one", Thing("points", "88"), value_minor=88, stock=1, odds_ppm=1,
            fallback="small",
        ),
    )  # fmt: skip
    a_draw(staff, prizes=prizes, free_per_day=9, guaranteed_after=1, guaranteed_code="big")
    assert [plays(bob, key=str(n)).prize for n in range(2)] == ["thanks", "big"]
    assert [plays(alice, key=str(n)).prize for n in range(2)] == ["thanks", "small"]
    won = alice_client.get("/draw/autumn").text
    result = re.findall(r"/draw/autumn/result/\w+", won)
    said = [text(alice_client.get(url).text) for url in result]
    assert any("Guaranteed was Big one, but it was gone" in each for each in said)
    assert not any("the rolled prize was gone" in each for each in said)
