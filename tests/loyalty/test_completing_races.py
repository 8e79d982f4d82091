"""What many complete at one moment is paid once: over HTTP, on both databases."""

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import verify
from app.kernel.db import db
from app.ledger import queries as ledger
from app.loyalty.queries import badges as badge_queries
from app.loyalty.queries import missions as mission_queries
from app.loyalty.types.badges import Criterion, Standard
from app.loyalty.types.doings import Doing, Wanted
from app.loyalty.types.missions import Period
from tests.factories.camps import a_badge, a_mission, badges_of
from tests.factories.community import a_thread
from tests.factories.identity import a_member, browser, sign_in
from tests.loyalty.test_races import together

CROWD = 64
LIKE, BONUS = 1, 500
CHECKS = ("loyalty.missions", "loyalty.progress", "loyalty.holders", "loyalty.badges", "ledger")


@pytest.mark.race
def test_the_last_of_sixty_four_likes_pays_mission_and_badge_once(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    wanted = Wanted(Doing.LIKED)
    a_mission(staff, wanted=wanted, goal=CROWD, period=Period.ONCE, points=BONUS)
    a_badge(staff, "loved", criterion=Criterion(Standard.COUNT, CROWD, Doing.LIKED))
    thread = a_thread(alice)
    before = ledger.balance(alice.id).available
    fans = [sign_in(browser(app), a_member(f"fan{n}", password=None)) for n in range(CROWD)]
    path = f"/p/{thread.thread_code}/like"

    answers = together(app, lambda n: fans[n].post(path).status_code, crowd=CROWD)

    assert answers == [303] * CROWD
    db.session.rollback()
    (row,) = mission_queries.missions_of(alice.id)
    assert (row.count, row.is_done) == (CROWD, True)
    lines = ledger.statement(alice.id, limit=100).items
    assert [line.delta for line in lines].count(BONUS) == 1
    assert ledger.balance(alice.id).available == before + 20 * LIKE + BONUS, "20 likes a day"
    assert badges_of(alice) == ["loved"]
    assert len(badge_queries.history_of(alice.id)) == 1
    assert not any(report.drifts for report in verify.run(CHECKS))
