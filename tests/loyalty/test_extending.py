"""A domain that comes later brings its own act, and loyalty needs no change for it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.ledger.types import Fund
from app.loyalty import service
from app.loyalty.queries import context
from app.loyalty.types import Act, Cap, Compare, Condition, Outcome, Value, Window, actions
from app.loyalty.types.actions import Action, Attribute, AttributeKind
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign, a_rule
from tests.loyalty.test_rules_rehearsal import rehearse, with_rules

TASTED = "tasting.attended"


@pytest.fixture(autouse=True)
def tastings(app: Flask) -> Iterator[None]:
    """Name an act and something about members, as a manifest would; forget both afterwards."""
    actions.register(
        Action(
            TASTED, _l("Somebody liked it"), "star", Fund.CONTENT,
            (
                Attribute("dishes", _l("Number of photos"), AttributeKind.NUMBER),
                Attribute("sauce", _l("Board"), AttributeKind.CHOICE, lambda: [("red", "Red")]),
                Attribute("worth", _l("Points"), AttributeKind.NUMBER, is_amount=True),
            ),
            has_other=True, is_one_sided=False,
        )
    )  # fmt: skip
    context.register(
        "is_host",
        lambda member_id: sa.and_(member_id > 0, sa.true()),
        attribute=Attribute("is_host", _l("Role")),
        read=bool,
    )
    yield
    actions._actions.pop(TASTED)
    context._known.pop("is_host")
    context._statement.cache_clear()


def test_it_is_rewarded_limited_lifted_taken_back_and_rehearsed(
    alice: MemberRow, bob: MemberRow
) -> None:
    asks = (
        Condition("dishes", Compare.AT_LEAST, 3),
        Condition("sauce", Compare.ANY_OF, ("red",)),
        Condition("is_host", Compare.IS, value=True),
    )
    rule = a_rule(TASTED, 0, growth=0, amount_on="worth", conditions=asks,
                  caps=(Cap(Window.DAY, 70),))  # fmt: skip
    week = a_campaign(actions=(TASTED,), budget=50)
    use_rules(rule, campaigns=[week])

    def tastes(number: int, dishes: int = 3) -> Act:
        about: dict[str, Value] = {"dishes": dishes, "sauce": "red", "worth": 40}
        return Act(alice.id, TASTED, Ref("tasting", number), clock.now(), about, bob.id)

    awards = service.reward_many([tastes(1), tastes(2), tastes(3, dishes=2)])

    assert [award.points for award in awards] == [80, 40, 0]
    assert [award.outcome for award in awards] == [
        Outcome.GIVEN, Outcome.CAPPED, Outcome.UNFIT,
    ]  # fmt: skip
    assert ledger.balance(alice.id).available == 120
    outlook = rehearse(with_rules(replace(rule, caps=()), campaigns=[week]))
    assert (outlook.total.given, outlook.total.points, outlook.unknown) == (120, 130, {})
    service.take_back(Ref("tasting", 1))
    assert ledger.balance(alice.id).available == 40
    db.session.rollback()
    assert [report for report in verify.run() if report.drifts] == []


def test_staff_and_members_find_it_on_their_pages(app: Flask, alice: MemberRow) -> None:
    use_rules(a_rule(TASTED, 9))
    service.reward(alice.id, TASTED, source=Ref("tasting", 1))
    desk: Browser = sign_in(browser(app), a_member("desk", (Role.OPERATOR,)))
    desk.post("/staff/rules/draft")

    offered = desk.get("/staff/rules/draft/rules/new").text
    editor = desk.get(f"/staff/rules/draft/rules/new/{TASTED}")
    fan: Browser = sign_in(browser(app), alice)

    assert f"/staff/rules/draft/rules/new/{TASTED}" in offered
    assert editor.status_code == 200
    assert "is_host" in editor.text
    assert "dishes" in editor.text
    assert fan.get("/me/acts").status_code == 200
    line = ledger.statement(alice.id).items[0]
    assert fan.get(f"/me/wallet/{line.txn_id}").status_code == 200
    assert fan.get("/rules/points").status_code == 200
