"""Two taps at once."""

import pytest
from flask import Flask

from app.circles import queries, service
from app.circles.types import Joining
from app.identity.types import MemberRow
from app.kernel.errors import DomainError
from tests.concurrency.ledger_rush import rush
from tests.factories.circles import a_circle, nothing_drifts

pytestmark = pytest.mark.race


def test_one_who_joins_many_times_at_once_is_counted_once(
    app: Flask, alice: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo")

    def join(_key: str) -> str:
        return "new" if service.join(alice.id, "solo").is_new else "again"

    assert sorted(rush(app, join, "", 12)).count("new") == 1
    assert queries.circle("solo").member_count == 1
    nothing_drifts()


def test_one_who_joins_and_leaves_while_he_is_removed_is_counted_right(
    app: Flask, alice: MemberRow, koc: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice, leader=koc, joining=Joining.OPEN)

    def act(key: str) -> str:
        number = int("".join(sign for sign in key if sign.isdigit()) or 0) % 3
        try:
            if number == 0:
                service.leave(alice.id, "solo")
            elif number == 1:
                service.join(alice.id, "solo")
            else:
                service.remove(koc.id, "solo", alice.yid, "too much")
        except DomainError as error:
            return error.code
        return "done"

    rush(app, act, "", 12)
    nothing_drifts()
