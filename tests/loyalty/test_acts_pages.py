"""What members read: the rules in plain words, their own acts with the reasons, a line's story."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock, ids
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.types import Spend
from app.loyalty import service
from app.loyalty.types import Act, Cap, Compare, Condition, Window
from tests.factories.commerce import an_order
from tests.factories.identity import Browser
from tests.factories.loyalty import a_source, use_rules
from tests.factories.rules import ICY, a_campaign, a_rule, call, daily, freezing

Counting = Callable[[], AbstractContextManager[list[str]]]
REPLY = "reply.published"


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def deeds_of(page: str) -> list[str]:
    found = re.findall(r'<li class="line deed is-[^"]*"><span class="tile.*?</li>', page, re.DOTALL)
    return [words_of(each).strip() for each in found]


def reply(member: MemberRow, **more: object) -> Ref:
    source = a_source("reply")
    service.reward(member.id, REPLY, source=source, **more)  # type: ignore[arg-type]
    return source


def last_line(member: MemberRow) -> str:
    [line, *_] = ledger.statement(member.id).items
    return f"/me/wallet/{line.txn_id}?lang=en"


# --- the rules -----------------------------------------------------------------------------------


def test_everybody_reads_the_rules_in_both_languages(client: Browser) -> None:
    english = words_of(client.get("/rules/points?lang=en").text)
    chinese = client.get("/rules/points?lang=zh")

    assert "How points are earned" in english
    assert "10 points each time, up to 50 a day." in english
    assert "1 point for each full 1.00 paid" in english
    assert 'lang="zh-Hans-CN"' in chinese.text


def test_a_campaign_is_told_while_it_runs_and_a_former_version_stays_readable(
    client: Browser,
) -> None:
    use_rules(a_rule(REPLY, 3, caps=daily(points=30)), campaigns=[a_campaign()])

    now = words_of(client.get("/rules/points?lang=en").text)
    former = words_of(client.get("/rules/points/1?lang=en").text)
    later = clock.now() + timedelta(days=8)

    assert "×2" in now
    assert "3 points each time" in now
    assert "This version holds no more." in former
    assert "2 points each time" in former
    assert client.get("/rules/points/99").status_code == 404
    assert client.get("/rules/points/99999999999999999999").status_code == 404
    with clock.frozen(later):
        assert "×2" not in client.get("/rules/points?lang=en").text


def test_the_wallet_and_the_own_page_lead_there(alice_client: Browser) -> None:
    for path in ("/me/wallet", "/me"):
        page = alice_client.get(path).text
        assert 'href="/rules/points"' in page
        assert 'href="/me/acts"' in page


# --- acts ----------------------------------------------------------------------------------------


@pytest.fixture
def eventful(alice: MemberRow, bob: MemberRow) -> None:
    """Give Alice one act of every kind of outcome."""
    use_rules(
        a_rule(
            REPLY, 2, caps=daily(times=2), pair_cap=Cap(Window.DAY, times=1),
            conditions=(Condition("length", Compare.AT_LEAST, 20),), settle_hours=24,
        ),
        a_rule("thread.published", 10, cooldown_minutes=60, caps=()),
        campaigns=[a_campaign()],
    )  # fmt: skip
    about = {"length": 30}
    reply(alice, about=about, other_id=bob.id)
    reply(alice, about=about, other_id=bob.id)
    reply(alice, about={"length": 3})
    for _ in range(2):
        service.reward(alice.id, "thread.published", source=a_source())
    service.reward(alice.id, "like.given", source=a_source("like"))
    with freezing():
        call(alice.id, ICY)
        reply(alice, about=about)
        reply(alice, about=about)
        call(alice.id, "alice")


def test_what_was_taken_back_while_it_waited_is_not_on_its_way(
    alice: MemberRow, alice_client: Browser
) -> None:
    use_rules(a_rule(REPLY, 10, settle_hours=24))
    source = reply(alice)
    told = "usable from 2 Sep 12:00"
    assert told in deeds_of(alice_client.get("/me/acts?lang=en").text)[0]

    assert told in words_of(alice_client.get("/me/wallet?lang=en").text)
    service.take_back(source)
    assert "usable from" not in words_of(alice_client.get("/me/wallet?lang=en").text)
    taken = last_line(alice)
    assert "On their way; " + told not in words_of(alice_client.get(taken).text)
    [deed] = deeds_of(alice_client.get("/me/acts?lang=en").text)
    assert told not in deed
    assert "What it hangs on is gone" in deed

    service.give_back(source)
    assert told in deeds_of(alice_client.get("/me/acts?lang=en").text)[0]
    assert told in words_of(alice_client.get("/me/wallet?lang=en").text)


def test_an_act_tells_that_a_campaigns_budget_is_used_up(
    alice: MemberRow, alice_client: Browser
) -> None:
    use_rules(a_rule(REPLY, 10, caps=daily(points=30)), campaigns=[a_campaign(budget=15)])
    for _ in range(4):
        reply(alice)

    capped, dry, half, whole = deeds_of(alice_client.get("/me/acts?lang=en").text)
    told = "The budget of “Rule” had no more to give."

    assert told not in whole
    assert "“Rule” put 5 points on top." in half
    assert told in half
    assert "on top" not in dry
    assert told in dry
    assert told not in capped
    assert told in words_of(alice_client.get(last_line(alice)).text)


def test_every_act_is_listed_with_what_it_got_and_why(
    eventful: None, alice_client: Browser
) -> None:
    page = alice_client.get("/me/acts?lang=en").text
    deeds = deeds_of(page)

    assert len(deeds) == 8
    text = "\n".join(deeds)
    assert "“Rule” put 2 points on top." in text
    assert "On their way; usable from 2 Sep 12:00." in text
    assert "From one and the same person: At most 1 time a day." in text
    assert "It pays only if: Characters of text at least 20." in text
    assert "The rule pays again 60 minutes after the last time." in text
    assert "At most 2 times a day." in text
    assert "Our team is looking at your points." in text
    assert "No rule pays for this at the moment." in text
    assert 'href="/rules/points/2"' in page


def test_what_a_rule_plainly_gives_is_said_once_a_day(
    alice: MemberRow, alice_client: Browser
) -> None:
    for _ in range(3):
        reply(alice)
    with clock.frozen(clock.now() + timedelta(days=1)):
        reply(alice)

    page = alice_client.get("/me/acts?lang=en").text

    assert len(deeds_of(page)) == 4
    assert page.count("2 points each time") == 2


def test_the_filter_leaves_what_was_held_back(eventful: None, alice_client: Browser) -> None:
    deeds = deeds_of(alice_client.get("/me/acts?show=held&lang=en").text)

    assert len(deeds) == 5
    assert not any("Given" in each or "No rule pays" in each for each in deeds)


def test_what_waited_and_was_paid_is_told_so(
    eventful: None, alice: MemberRow, alice_client: Browser
) -> None:
    with freezing():
        service.pay_waiting(alice.id)

    text = "\n".join(deeds_of(alice_client.get("/me/acts?lang=en").text))

    assert "Our team looked at your points, and these were paid after that." in text
    assert "Our team is looking" not in text


def test_an_act_leads_to_its_line_and_what_is_gone_is_marked(
    alice: MemberRow, alice_client: Browser
) -> None:
    source = reply(alice)
    [line] = ledger.statement(alice.id).items
    assert f'href="/me/wallet/{line.txn_id}"' in alice_client.get("/me/acts").text

    service.take_back(source)
    assert "Taken back" in alice_client.get("/me/acts?lang=en").text


def test_acts_page_by_page_and_cost_the_same(
    alice: MemberRow, alice_client: Browser, count_statements: Counting
) -> None:
    reply(alice)
    alice_client.get("/me/acts")
    with count_statements() as few:
        alice_client.get("/me/acts")
    acts = [
        Act(alice.id, REPLY, Ref("reply", ids.next_id()), clock.now() - timedelta(hours=n))
        for n in range(50)
    ]
    service.reward_many(acts)
    with count_statements() as many:
        first = alice_client.get("/me/acts?lang=en").text

    assert len(many) == len(few) <= 8
    seen = deeds_of(first)
    page = first
    while following := re.search(r'rel="next" href="([^"]+)"', page):
        page = alice_client.get(following[1].replace("&amp;", "&")).text
        seen += deeds_of(page)
    assert len(seen) == 51
    for odd in ("x", "2026-09-01.x", "2026-13-01.5", "9" * 40):
        assert alice_client.get(f"/me/acts?after={odd}").status_code == 200


def test_somebody_without_acts_is_told_how_they_come(
    alice_client: Browser, client: Browser
) -> None:
    assert "Nothing here yet" in alice_client.get("/me/acts?lang=en").text
    assert "All paid in full" in alice_client.get("/me/acts?show=held&lang=en").text
    assert client.get("/me/acts").status_code == 303


# --- a line of the statement ---------------------------------------------------------------------


def test_a_line_says_by_which_rule_campaign_and_limit(
    alice: MemberRow, alice_client: Browser, count_statements: Counting
) -> None:
    use_rules(a_rule(REPLY, 8, caps=daily(points=12)), campaigns=[a_campaign()])
    reply(alice)
    reply(alice)

    where = last_line(alice)
    alice_client.get(where)
    with count_statements() as seen:
        page = words_of(alice_client.get(where).text)

    assert "What the rules said" in page
    assert "Limit reached" in page
    assert "At most 12 points a day." in page
    assert "“Rule” put 4 points on top." in page
    assert "Rules, version 2" in page
    assert len(seen) <= 9


def test_a_take_back_leads_to_what_it_takes_and_tells_what_is_owed(
    alice: MemberRow, bob: MemberRow, alice_client: Browser
) -> None:
    source = reply(alice)
    ledger_service.post(
        Spend(member_id=alice.id, points=2, reason="test.spent", scope="test", key="1")
    )
    given = ledger.statement(alice.id).items[-1].txn_id

    service.take_back(source)
    page = alice_client.get(last_line(alice)).text

    assert "2 points of it had been spent. They are owed now" in words_of(page)
    assert "taken back by this line" in page
    assert f'href="/me/wallet/{given}"' in page
    assert "2 points became owed" in words_of(alice_client.get(f"/me/wallet/{given}?lang=en").text)


def test_a_like_tells_each_of_the_two_only_his_own(
    alice: MemberRow, bob: MemberRow, alice_client: Browser
) -> None:
    use_rules(a_rule("like.given", 3, caps=daily(times=5)), a_rule("like.received", 4_100))
    like = a_source("thread_like")
    service.reward(bob.id, "like.received", source=like, other_id=alice.id)
    service.reward(alice.id, "like.given", source=like, other_id=bob.id)

    page = words_of(alice_client.get(last_line(alice)).text)

    assert "3 points each time" in page
    assert "4,100" not in page  # no digest has a comma


def test_an_orders_line_tells_its_rate_and_campaign(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    use_rules(campaigns=[a_campaign(actions=("order.paid",))])
    an_order(alice.id, lines=((None, 1, 100_00),))

    page = words_of(alice_client.get(last_line(alice)).text)

    assert "Orders earn by their rate" in alice_client.get("/me/acts?lang=en").text
    assert "This order earns ×2 of it" in page
    assert "“Rule” put 100 points on top." in page
