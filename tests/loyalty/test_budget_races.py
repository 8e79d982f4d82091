"""A budget is never passed, however many come at once, on both databases."""

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from app.kernel import verify
from app.kernel.db import db
from app.kernel.types import Ref
from app.loyalty import service
from app.loyalty.models import LoyaltyAward
from app.loyalty.queries import budgets
from app.loyalty.types import Award
from tests.factories.identity import a_member
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign, a_rule

EARNS, THREADS = 200, 20
REPLY = "reply.published"


@pytest.mark.race
def test_two_hundred_earns_at_once_out_of_a_budget_for_fifty_lift_exactly_fifty(
    app: Flask,
) -> None:
    """Two hundred members, each once; twenty at any moment."""
    use_rules(a_rule(REPLY, 10), campaigns=[a_campaign(budget=50 * 10)])
    members = [a_member(f"m{n}", email=None, password=None).id for n in range(EARNS)]
    start = threading.Barrier(THREADS)
    got: list[Award] = []
    errors: list[BaseException] = []

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                for at in range(number, EARNS, THREADS):
                    source = Ref("reply", at + 1)
                    got.append(service.reward(members[at], REPLY, source=source))
            except BaseException as error:  # noqa: BLE001 - told to the test
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert sorted(award.points for award in got) == [10] * 150 + [20] * 50
    spent = budgets.standing(["week"])["week"]
    assert (spent.spent, spent.times) == (500, 50)
    bonus = db.session.scalar(sa.select(sa.func.sum(LoyaltyAward.bonus_points)))
    assert bonus == 500
    assert not any(report.drifts for report in verify.run(("loyalty.budgets", "loyalty.counters")))
