"""The team writes boards, works on formulas, looks at standings; bad input is told at its field."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock, goods
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.goods import Given, GoodsGoneError, Thing
from app.ranking import policy, queries, service
from app.ranking.queries.awards import awards_of
from app.ranking.types import Act, AwardState, FieldError, Formula, Prize
from tests.factories.community import a_thread
from tests.factories.identity import Browser, sign_in
from tests.factories.ranking import PLAIN, a_board, settle

Counting = Callable[[], AbstractContextManager[list[str]]]
MONDAY = date(2026, 8, 31)
BOARD = {
    "slug": "hot-week", "name_zh": "热辣周榜", "name_en": "Hot week", "period": "week",
    "place": "site:", "audience": "all", "not_audience": "", "ties": "shared", "minimum": "1",
    "wait_hours": "24", "position": "0",
}  # fmt: skip
WEIGHTS = {f"weight_{act.value}": "0" for act in Act} | {f"cap_{act.value}": "0" for act in Act}
FORMULA = {
    **WEIGHTS, "weight_post": "10", "cap_post": "3", "pair_cap": "5", "repeat_percent": "50",
    "full_people": "3", "quality_percent": "10", "remix_percent": "50", "buyer_percent": "20",
}  # fmt: skip


@pytest.fixture
def points() -> Iterator[None]:
    """Let points be handed over, and a ladle that is always gone."""

    def gone(_giving: object) -> Given:
        raise GoodsGoneError

    before = dict(goods._kinds)
    goods.register(
        goods.Kind(
            "tokens", "Tokens", choices=list, give=lambda _giving: Given(True), is_amount=True
        )
    )
    goods.register(goods.Kind("ladle", "Ladle", choices=lambda: [("gold", "Gold")], give=gone))
    yield
    goods._kinds.clear()
    goods._kinds.update(before)


def audited() -> list[str]:
    found = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    db.session.rollback()
    return [action for action in found if action.startswith("ranking.")]


def test_a_board_is_written_worked_on_published_and_opened(
    staff_client: Browser, client: Browser, alice: MemberRow, points: None
) -> None:
    prize = {
        "prizes-0-first": "1", "prizes-0-last": "3", "prizes-0-thing": "tokens:",
        "prizes-0-amount": "200", "prizes-0-count": "1",
    }  # fmt: skip
    assert staff_client.get("/staff/ranking/new").status_code == 200
    made = staff_client.post("/staff/ranking/new", data={**BOARD, **prize})
    assert made.status_code == 303
    assert client.get("/rank?board=hot-week").status_code == 404
    kept = staff_client.post("/staff/ranking/hot-week/formula", data=FORMULA)
    assert kept.status_code == 303
    page = staff_client.get("/staff/ranking/hot-week/formula").get_data(as_text=True)
    assert "Posting: 10 points · up to 3 a day" in page
    assert "Made" not in page
    assert "counts 50%" in page
    day = {"effective_on": MONDAY.isoformat()}
    assert staff_client.post("/staff/ranking/hot-week/formula/publish", data=day).status_code == 303
    assert staff_client.post("/staff/ranking/hot-week/open").status_code == 303
    a_thread(alice)
    settle()
    shown = client.get("/rank?board=hot-week").get_data(as_text=True)
    assert "alice" in shown
    assert "200 Tokens" in shown
    assert "alice" in staff_client.get("/staff/ranking/hot-week").get_data(as_text=True)
    assert "Hot week" in staff_client.get("/staff/ranking").get_data(as_text=True)
    assert audited() == [
        "ranking.board_written", "ranking.formula_saved", "ranking.formula_published",
        "ranking.board_opened",
    ]  # fmt: skip
    edit = staff_client.get("/staff/ranking/hot-week/edit").get_data(as_text=True)
    assert 'value="200"' in edit
    assert "End “Hot week”?" in staff_client.get("/staff/ranking/hot-week/close").get_data(
        as_text=True
    )
    assert staff_client.post("/staff/ranking/hot-week/close").status_code == 303
    assert client.get("/rank?board=hot-week").status_code == 404
    assert staff_client.post("/staff/ranking/hot-week/open").status_code == 303
    settle()
    assert "alice" in client.get("/rank?board=hot-week").get_data(as_text=True)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"slug": "Hot Week"}, "Small letters"),
        ({"slug": "hall"}, "Small letters"),
        ({"minimum": "-5"}, "From 1 to"),
        ({"minimum": "many"}, "Not a valid integer"),
        ({"wait_hours": "999"}, "two weeks"),
        ({"place": "board:nowhere"}, "Not a valid choice"),
        ({"prizes-0-first": "0", "prizes-0-thing": "tokens:", "prizes-0-amount": "5"}, "Ranks go"),
        ({"prizes-0-first": "1", "prizes-0-thing": "tokens:", "prizes-0-amount": "-5"}, "above 0"),
        ({"prizes-0-first": "1", "prizes-0-thing": "tokens:"}, "Say which ranks"),
        ({"prizes-0-first": "1", "prizes-0-thing": "ladle:iron"}, "not there any more"),
        ({"prizes-0-first": "1", "prizes-0-thing": "gold:bar"}, "Nobody hands this over"),
        (
            {"prizes-0-first": "1", "prizes-0-thing": "ladle:gold", "prizes-0-count": "-1"},
            "How many each gets",
        ),
        (
            {"period": "all", "prizes-0-first": "1", "prizes-0-thing": "ladle:gold"},
            "never ends",
        ),
    ],
)
def test_a_board_that_makes_no_sense_is_refused_at_its_field(
    staff_client: Browser, points: None, bad: dict[str, str], told: str
) -> None:
    data = {**BOARD, "prizes-0-count": "1", **bad}
    answer = staff_client.post("/staff/ranking/new", data=data)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert told in page
    assert "Hot week" in page  # nothing typed is lost
    assert queries.all_boards() == []


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"weight_post": "0"}, "Give at least one act a weight"),
        ({"weight_post": "-1"}, "from 1 to 1000"),
        ({"cap_post": "-1"}, "from 1 to 1000"),
        ({"repeat_percent": "101"}, "from 0 to 100"),
        ({"weight_post": "ten"}, "Not a valid integer"),
    ],
)
def test_a_formula_that_makes_no_sense_is_refused_at_its_field(
    staff_client: Browser, bad: dict[str, str], told: str
) -> None:
    a_board()
    answer = staff_client.post("/staff/ranking/week/formula", data={**FORMULA, **bad})
    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True).replace(",", "")
    board = queries.find_board("week")
    assert board
    assert board.formula == PLAIN


def test_a_formula_with_acts_that_nobody_knows_is_refused() -> None:
    with pytest.raises(FieldError, match="dance"):
        policy.read_formula({"weights": {"post": 1, "dance": 5}})
    for stored in ({"weights": {"post": True}}, {"weights": [1]}, {"pair_cap": "3"}):
        with pytest.raises(FieldError):
            policy.read_formula(stored)
    with pytest.raises(FieldError):
        policy.check_formula(Formula())
    assert policy.read_formula(policy.stored_formula(PLAIN)) == PLAIN


def test_a_published_formula_never_changes_and_the_next_one_waits_for_the_next_period(
    app: Flask, alice: MemberRow, staff: MemberRow
) -> None:
    a_board()
    a_thread(alice)
    service.save_formula(staff.id, "week", Formula({Act.POST: 500}))
    with pytest.raises(FieldError):
        service.publish_formula(staff.id, "week", MONDAY)  # has begun
    assert service.publish_formula(staff.id, "week") == 2
    settle()
    board = queries.find_board("week")
    assert board
    assert queries.version_on(board.id, MONDAY) == 1
    assert queries.version_on(board.id, MONDAY + timedelta(days=7)) == 2
    now = queries.boards_now()[0]
    assert now.period
    assert [place.score for place in queries.top(now.period.id, board.draft.ties).items] == [10]
    with pytest.raises(sa.exc.DatabaseError, match="append-only"):
        db.session.execute(sa.text("UPDATE ranking_formula SET version = 9"))
    db.session.rollback()
    clock.tick(timedelta(days=7))
    a_thread(alice, "下一周的锅")
    service.open_periods()
    settle()
    now = queries.boards_now()[0]
    assert now.period
    assert [place.score for place in queries.top(now.period.id, board.draft.ties).items] == [500]


def test_the_team_leaves_somebody_out_and_gives_another_prize(
    staff_client: Browser,
    staff: MemberRow,
    alice: MemberRow,
    bob: MemberRow,
    points: None,
    count_statements: Counting,
) -> None:
    a_board(prizes=(Prize(1, 2, Thing("ladle", "gold")),), wait_hours=24)
    a_thread(alice)
    a_thread(bob, "菌菇锅")
    clock.tick(timedelta(days=7))
    settle()
    service.freeze_due()
    sign_in(staff_client, staff)  # the team's sessions are short
    at = f"/staff/ranking/week/{MONDAY.isoformat()}"
    with count_statements() as made:
        page = staff_client.get(at).get_data(as_text=True)
    assert len(made) <= 9, made
    assert "Prizes go out on" in page
    out = f"{at}/exclude/{alice.yid}"
    assert "Leave alice out?" in staff_client.get(out).get_data(as_text=True)
    assert staff_client.post(out, data={"reason": ""}).status_code == 422
    assert staff_client.post(out, data={"reason": "Bought likes"}).status_code == 303
    assert "Bought likes" in staff_client.get(at).get_data(as_text=True)
    assert staff_client.post(f"{at}/include/{alice.yid}").status_code == 303
    assert staff_client.post(out, data={"reason": "Bought likes"}).status_code == 303
    clock.tick(timedelta(hours=24))
    sign_in(staff_client, staff)
    service.settle_due()
    service.award_due()
    board = queries.find_board("week")
    assert board
    period = queries.find_period(board.id, MONDAY)
    assert period
    (award,) = awards_of(period.id)
    assert award.state is AwardState.STUCK
    assert award.shown.person.name == "bob"
    page = staff_client.get(at).get_data(as_text=True)
    assert "Stuck" in page
    again = f"{at}/awards/{award.id}"
    assert staff_client.post(again, data={"thing": "tokens:"}).status_code == 422
    assert staff_client.post(again, data={"thing": "tokens:", "amount": "50"}).status_code == 303
    service.award_due()
    assert awards_of(period.id)[0].state is AwardState.GIVEN
    assert "ranking.member_excluded" in audited()
    assert staff_client.post(f"{at}/awards/1").status_code == 404
    assert staff_client.get("/staff/ranking/week/1999-01-01").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/staff/ranking", "/staff/ranking/new", "/staff/ranking/week", "/staff/ranking/week/formula"],
)
def test_only_who_edits_boards_may_come_in(
    alice_client: Browser, client: Browser, address: str
) -> None:
    a_board()
    assert alice_client.get(address).status_code == 403
    assert client.get(address).status_code in {302, 303}


def test_a_member_hides_and_uses_another_name_in_his_settings(
    alice_client: Browser, alice: MemberRow
) -> None:
    page = alice_client.get("/settings/rank").get_data(as_text=True)
    assert "checked" in page
    long: dict[str, Any] = {"is_shown": "y", "alias": "辣" * 25}
    assert alice_client.post("/settings/rank", data=long).status_code == 422
    named = alice_client.post(
        "/settings/rank", data={"is_shown": "y", "alias": "花椒"}, follow_redirects=True
    ).get_data(as_text=True)
    assert "Saved" in named
    assert "You stand on the leaderboards again" not in named
    assert alice_client.post("/settings/rank", data={"alias": "辣椒"}).status_code == 303
    found = queries.preference_of(alice.id)
    assert (found.is_hidden, found.alias) == (True, "辣椒")
