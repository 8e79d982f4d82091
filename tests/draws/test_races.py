"""Many at once, on both databases: the last prize goes once, tries have no gaps."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.draws import queries, service
from app.draws.types import DrawRefusedError, PrizeDraft, State
from app.identity import service as identity
from app.identity.types import MemberRow, SeedMember
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.goods import Thing
from app.ledger import queries as ledger
from tests.factories.draws import LOSING, SURE, a_draw, drifts, given, plays
from tests.ledger.book import earn

MANY = 64


def together(app: Flask, act: Callable[[int], Any], count: int = MANY) -> tuple[list[Any], int]:
    """Run ``act`` in threads that start at one moment; return what they got, and refusals."""
    start = threading.Barrier(count)
    got: list[Any] = []
    refused: list[DrawRefusedError] = []
    errors: list[BaseException] = []

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                got.append(act(number))
            except DrawRefusedError as error:
                refused.append(error)
            except BaseException as error:  # noqa: BLE001 - told to the test
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # let go of what was read before
    assert errors == []
    return got, len(refused)


def fans(count: int, points: int) -> list[MemberRow]:
    made = identity.seed_members([SeedMember(f"fan{n}", clock.now()) for n in range(count)])
    for fan in made:
        earn(fan.id, points)
    return made


def nothing_drifts() -> None:
    assert drifts() == []
    reports = verify.run(("ledger",))
    assert [drift for report in reports for drift in report.drifts] == []


@pytest.mark.race
def test_sixty_four_at_once_for_one_headline_prize_and_one_gets_it(
    app: Flask, staff: MemberRow
) -> None:
    a_draw(staff, prizes=SURE, free_per_day=0)
    members = fans(MANY, 20)
    got, refused = together(app, lambda n: plays(members[n]))
    assert [played.prize for played in got] == ["pot"]  # the draw paused with it
    assert refused == MANY - 1
    draw = queries.get("autumn")
    assert (draw.state, draw.play_count) == (State.PAUSED, 1)
    balances = ledger.balances([fan.id for fan in members])
    assert sorted(b.available for b in balances.values()) == [20] * (MANY - 1) + [500]
    nothing_drifts()


@pytest.mark.race
def test_the_last_one_goes_once_and_everybody_else_gets_what_stands_in(
    app: Flask, staff: MemberRow
) -> None:
    pot = PrizeDraft(
        "pot", "铜锅", "Copper pot", Thing("points", "500"),
        value_minor=50_000, stock=1, odds_ppm=1_000_000, fallback="thanks",
    )  # fmt: skip
    a_draw(staff, prizes=(pot, PrizeDraft("thanks", "谢谢", "Thank you")), free_per_day=0)
    members = fans(MANY // 2, 20)
    got, refused = together(app, lambda n: plays(members[n]), MANY // 2)
    assert sorted(played.prize for played in got) == ["pot", *["thanks"] * (MANY // 2 - 1)]
    assert refused == 0
    assert given() == {"pot": 1, "thanks": MANY // 2 - 1}
    nothing_drifts()


@pytest.mark.race
def test_one_form_sent_many_times_at_once_is_one_try(app: Flask, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING, free_per_day=0)
    fan = fans(1, 100)[0]
    got, _refused = together(app, lambda _n: plays(fan), 12)
    assert len({played.code for played in got}) == 1
    assert ledger.balance(fan.id).available == 80
    nothing_drifts()


@pytest.mark.race
def test_one_member_at_once_never_passes_his_limits(app: Flask, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING, free_per_day=1, per_day=3)
    fan = fans(1, 100)[0]
    got, refused = together(app, lambda n: plays(fan, key=str(n)), 12)
    assert (len(got), refused) == (3, 9)
    assert ledger.balance(fan.id).available == 60
    nothing_drifts()


@pytest.mark.race
def test_two_workers_pay_back_each_try_once(app: Flask, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING, free_per_day=0)
    members = fans(8, 20)
    for fan in members:
        plays(fan)
    service.cancel("autumn", actor_id=staff.id)
    together(app, lambda _n: service.refund_some(), 4)
    while service.refund_some():
        pass
    balances = ledger.balances([fan.id for fan in members])
    assert [b.available for b in balances.values()] == [20] * 8
    nothing_drifts()
