"""Many tell the same at the same instant: one of them is heard."""

import json

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.integrations.reports import parsing, service
from app.integrations.reports.types import ReportConflictError
from app.kernel import clock
from app.kernel.db import db
from tests.concurrency.ledger_rush import rush
from tests.conftest import NOON
from tests.factories.identity import Browser
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign, a_rule, daily
from tests.integrations.test_reports import SURVEY, Tool, knows, nothing_drifts, points_of, reports

pytestmark = pytest.mark.race


@pytest.fixture
def tool(client: Browser, staff: MemberRow) -> Tool:
    return Tool(client, staff)


def take(tool: Tool, member: object, reference: str, *, undone: bool = False) -> str:
    """Let a report in as the door does."""
    told = {
        "act": "survey_passed", "member": member, "reference": reference,
        "happened_at": NOON.isoformat(), **({"undone": True} if undone else {}),
    }  # fmt: skip
    report = parsing.parse_report(json.dumps(told))
    act = parsing.known_act(report)
    db.session.rollback()
    try:
        return service.take(tool.source, act, report)[0]
    except ReportConflictError:
        return "conflict"


def number(key: str) -> int:
    return int("".join(sign for sign in key if sign.isdigit()) or 0)


def test_one_reference_of_many_requests_counts_once(
    app: Flask, tool: Tool, alice: MemberRow, bob: MemberRow
) -> None:
    use_rules(a_rule(SURVEY, 30))
    who = (alice.yid, bob.yid)
    said = rush(app, lambda key: take(tool, who[number(key) % 2], "r-1"), "", 24)
    assert said.count("accepted") == 1
    assert set(said) <= {"accepted", "known", "conflict"}
    assert points_of(alice) + points_of(bob) == 30
    nothing_drifts()


def test_told_and_undone_at_once_ends_undone(app: Flask, tool: Tool, alice: MemberRow) -> None:
    use_rules(a_rule(SURVEY, 30))
    rush(
        app,
        lambda key: take(
            tool, alice.yid, f"r-{number(key) % 3}", undone=number(key) % 4 == 3
        ),
        "", 24,
    )  # fmt: skip
    assert points_of(alice) == 0
    assert {state for state, _why in reports()} == {"undone"}
    nothing_drifts()


def test_many_references_meet_the_limit_of_a_day_and_the_budget(
    app: Flask, tool: Tool, alice: MemberRow, bob: MemberRow
) -> None:
    use_rules(
        a_rule(SURVEY, 10, caps=daily(times=3)),
        campaigns=(a_campaign(action=SURVEY, budget=25),),
    )
    who = (alice.yid, bob.yid)
    rush(app, lambda key: take(tool, who[number(key) % 2], f"r-{key}"), "", 16)
    assert points_of(alice) + points_of(bob) == 85
    nothing_drifts()


def test_tried_again_by_many_while_undone(app: Flask, tool: Tool, alice: MemberRow) -> None:
    use_rules(a_rule(SURVEY, 30))
    buyer = {"channel": "shopify", "buyer": "8"}
    for each in range(4):
        assert take(tool, buyer, f"r-{each}") == "set_aside"
    knows(alice, "shopify", "8")

    def act(key: str) -> str:
        if number(key) % 3 == 2:
            return take(tool, buyer, "r-0", undone=True)
        return str(service.retry_kept())

    later = clock.now() + service.RETRIED_EVERY
    with clock.frozen(later):
        rush(app, act, "", 12)
        service.retry_kept()
        assert points_of(alice) == 90
        nothing_drifts()
