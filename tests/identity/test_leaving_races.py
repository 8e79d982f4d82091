"""A member leaves while others write to his wallet: every point goes once."""

from datetime import timedelta

import pytest
from flask import Flask

from app.identity import queries, service
from app.identity.types import MemberState
from app.kernel import clock
from app.ledger import queries as ledger
from tests.factories.identity import a_member
from tests.identity.merged import drifts
from tests.identity.test_merge_races import at_once
from tests.ledger.book import earn, spend

pytestmark = pytest.mark.race


def test_an_account_is_closed_once_while_its_points_are_spent(app: Flask) -> None:
    leaver = a_member("leaver")
    earn(leaver.id, 100)
    service.ask_for(leaver.id, keeps_posts=False)
    clock.tick(service.GRACE + timedelta(minutes=1))

    works = [service.close_due, service.close_due, service.close_due]
    at_once(app, [*works, *[lambda: spend(leaver.id, 30)] * 3, lambda: earn(leaver.id, 7)])
    service.forget_left()

    assert queries.get_member(leaver.id).state is MemberState.CLOSED
    balance = ledger.balance(leaver.id)
    assert (balance.available, balance.debt) == (0, 0)
    assert drifts() == []
