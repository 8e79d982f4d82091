"""An audience that nobody belongs to is warned of at save; what is saved stays saved."""

import pytest
from flask import Flask

from app.kernel import clock
from app.loyalty import policy
from app.loyalty.queries import drafts
from app.loyalty.types.drafts import Problem
from tests.factories.identity import Browser
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign
from tests.loyalty.test_rule_pages import (
    DRAFT,
    REPLY,
    campaign_fields,
    desk,  # noqa: F401 - a fixture
    fields_of,
)

NOBODY = "No member fits these conditions at the moment."


def test_a_rule_for_nobody_is_saved_with_a_warning(desk: Browser) -> None:  # noqa: F811
    where = f"{DRAFT}/rules/{REPLY}"
    asked = fields_of(desk.get(where).text, add_attribute="roles", add="conditions")
    page = desk.post(where, data=asked).text
    saved = desk.post(where, data=fields_of(page, **{"conditions-0-chosen": ["mentor"]}))

    assert saved.status_code == 303
    assert NOBODY in desk.get(DRAFT).text
    page = desk.get(where).text
    desk.post(where, data=fields_of(page, **{"conditions-0-chosen": ["operator"]}))
    assert NOBODY not in desk.get(DRAFT).text


def test_a_campaign_for_nobody_is_saved_with_a_warning(desk: Browser) -> None:  # noqa: F811
    where = f"{DRAFT}/campaigns/new"
    page = desk.get(where).text
    asked = campaign_fields(page, add_attribute="roles", add="conditions")
    page = desk.post(where, data=asked).text
    sent = campaign_fields(page, **{"conditions-0-chosen": ["mentor"]})

    assert desk.post(where, data=sent).status_code == 303
    assert NOBODY in desk.get(DRAFT).text


@pytest.mark.parametrize(
    ("audience", "warned"), [("all", False), ("tier:gold", True), ("nothing:known", True)]
)
def test_a_mission_for_nobody_is_saved_with_a_warning(
    staff_client: Browser, audience: str, warned: bool
) -> None:
    sent = {
        "title_zh": "签到", "title_en": "Check in", "doing": "check_in", "board": "0", "topic": "0",
        "goal": "1", "period": "day", "points": "3", "starts_on": str(clock.business_date()),
        "audience": audience, "position": "0",
    }  # fmt: skip
    made = staff_client.post("/staff/missions/new", data=sent)

    assert made.status_code == 303
    page = staff_client.get(made.location).text
    assert ("Nobody belongs to this audience at the moment." in page) is warned


def test_a_campaign_for_acts_that_no_campaign_may_lift_is_told(app: Flask) -> None:
    from dataclasses import replace

    from app.loyalty.queries import books

    campaign = a_campaign(actions=(policy.MISSION,))
    book = replace(books.current(), campaigns={campaign.key: campaign})
    told = [each.problem for each in drafts.findings(book)]
    assert told == [Problem.NOT_LIFTED]
    use_rules(replace(policy.V1.rule(policy.MISSION), is_lifted=True))
    book = replace(books.current(), campaigns={campaign.key: campaign})
    assert drafts.findings(book) == []
