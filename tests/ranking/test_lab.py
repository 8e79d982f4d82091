"""The formula lab: tried over past months, compared, published with a date, not before."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.moderation.types import HideReason
from app.ranking import service
from app.ranking.lab_models import RankingTrialScore
from app.ranking.queries import boards
from app.ranking.queries import lab as queries
from app.ranking.service import lab
from app.ranking.types import Act, FieldError, Formula, Period
from app.ranking.types.lab import TrialRow, TrialState, TrialStateError
from tests.factories.community import a_thread
from tests.factories.identity import Browser
from tests.factories.ranking import a_board, settle

OCTOBER, SEPTEMBER = date(2026, 10, 1), date(2026, 9, 1)
IN_OCTOBER = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)
TRIED = Formula({Act.POST: 1, Act.REPLY: 20})


@pytest.fixture
def october(app: Flask, alice: MemberRow, bob: MemberRow, moderator: MemberRow) -> Any:
    """Alice posted three times, one post was hidden since; Bob replied and liked."""
    with clock.frozen(IN_OCTOBER):
        first, second = a_thread(alice, "一"), a_thread(alice, "二")
        third = a_thread(alice, "三")
        community.reply(bob.id, first.thread_code, "好吃")
        community.like_thread(bob.id, second.thread_code)
        settle()
    with clock.frozen(IN_OCTOBER + timedelta(days=9)):
        community.hide_thread(moderator.id, third.thread_id, HideReason.ADVERT)
    with clock.frozen(TODAY):
        a_board()
        settle()
        yield second


def a_trial(
    actor: MemberRow,
    formula: Formula = TRIED,
    months: tuple[date, ...] = (OCTOBER,),
    key: str = "k",
) -> TrialRow:
    code = lab.begin_trial(actor.id, "week", "more for replies", formula, months, key * 20)
    while lab.work_trials():
        pass
    found = queries.find_trial(code)
    assert found is not None
    return found


def test_a_month_is_replayed_by_both_formulas(
    october: Any, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    trial = a_trial(staff)
    assert trial.state is TrialState.DONE
    (month,) = trial.results
    # In force: alice 2 posts at 10, a reply received does not count, a like at 2; bob a reply at 4.
    movers = {each.person.id: each for each in queries.movers(trial.id, OCTOBER)}
    assert (movers[alice.id].points_before, movers[bob.id].points_before) == (22, 4)
    assert (movers[alice.id].points_after, movers[bob.id].points_after) == (2, 20)
    assert (movers[alice.id].places, movers[bob.id].places) == (-1, 1)
    assert month.tau_permille == -1000
    assert month.stay == 2
    # Of then 36 points on top, ten were for the post that was hidden; by the tried one 1 of 23.
    assert (month.before.removed_permille, month.after.removed_permille) == (278, 43)
    assert month.before.gini_permille == 346  # |22 - 4| / (2 * 26)
    assert (month.before.members, month.before.flagged_permille) == (2, 0)


def test_what_is_flagged_shows_in_what_the_top_rests_on(october: Any, staff: MemberRow) -> None:
    service.set_flagged([Ref("thread", october.thread_id)], is_flagged=True)
    (month,) = a_trial(staff).results
    # The flagged post is worth ten and the like on it two, of then 36; one of 23 when tried.
    assert (month.before.flagged_permille, month.after.flagged_permille) == (333, 43)


def test_a_replay_goes_on_where_it_was_killed_and_runs_twice_as_once(
    october: Any, staff: MemberRow
) -> None:
    whole = a_trial(staff)
    code = lab.begin_trial(staff.id, "week", "again", TRIED, (SEPTEMBER, OCTOBER), "m" * 20)
    steps = 0
    while (trial_id := queries.next_trial()) is not None:
        lab.work_chunk(trial_id, limit=1)
        db.session.rollback()
        steps += 1
    again = queries.find_trial(code)
    assert again is not None
    assert steps == 4  # September is empty: one step; October two members and its end
    assert again.results[1] == whole.results[0]
    assert lab.work_chunk(again.id) == 0


def test_only_the_first_fifty_stay_when_a_month_is_done(october: Any, staff: MemberRow) -> None:
    trial = a_trial(staff)
    left = sa.select(sa.func.count()).select_from(RankingTrialScore)
    assert db.session.scalar(left) == len(queries.movers(trial.id, OCTOBER)) == 2


@pytest.mark.parametrize(
    ("formula", "months", "field"),
    [
        (Formula(), (OCTOBER,), "weights"),
        (Formula({Act.POST: 5_000}), (OCTOBER,), "weight_post"),
        (TRIED, (), "months"),
        (TRIED, (date(2026, 11, 1),), "months"),
        (TRIED, (date(2020, 1, 1),), "months"),
    ],
)
def test_what_makes_no_sense_is_refused(
    october: Any, staff: MemberRow, formula: Formula, months: tuple[date, ...], field: str
) -> None:
    with pytest.raises(FieldError) as refused:
        lab.begin_trial(staff.id, "week", "x", formula, months, "n" * 20)
    assert refused.value.field == field
    with pytest.raises(NotFoundError):
        lab.begin_trial(staff.id, "nothing", "x", TRIED, (OCTOBER,), "n" * 20)


def test_the_same_form_twice_begins_one_trial(october: Any, staff: MemberRow) -> None:
    first = lab.begin_trial(staff.id, "week", "x", TRIED, (OCTOBER,), "s" * 20)
    assert lab.begin_trial(staff.id, "week", "x", TRIED, (OCTOBER,), "s" * 20) == first


def test_a_published_formula_holds_from_its_day_and_not_before(
    october: Any, staff: MemberRow, client: Browser
) -> None:
    trial = a_trial(staff)
    days = service.first_days(boards.find_board("week"))  # type: ignore[arg-type]
    with pytest.raises(FieldError):
        lab.publish_trial(staff.id, trial.code, days[0] + timedelta(days=1))
    version = lab.publish_trial(staff.id, trial.code, days[0])
    assert version == trial.version + 1
    with pytest.raises(TrialStateError):
        lab.publish_trial(staff.id, trial.code, days[0])
    board = boards.find_board("week")
    assert board is not None
    assert boards.version_on(board.id, clock.business_date()) == trial.version
    assert boards.version_on(board.id, days[0]) == version
    page = client.get("/rank/week/formulas").get_data(as_text=True)
    assert "Comes next" in page
    assert "Counts now" in page
    assert "20 points" in page
    assert client.get("/rank/nothing/formulas").status_code == 404


def test_a_replay_that_still_runs_can_not_be_published(october: Any, staff: MemberRow) -> None:
    code = lab.begin_trial(staff.id, "week", "x", TRIED, (OCTOBER,), "p" * 20)
    with pytest.raises(TrialStateError):
        lab.publish_trial(staff.id, code, date(2026, 11, 23))


def test_weeks_and_days_are_replayed_as_a_board_counts_them(app: Flask) -> None:
    assert [each.starts_on.day for each in queries.spans_in(Period.WEEK, OCTOBER)] == [
        5,
        12,
        19,
        26,
    ]
    assert len(queries.spans_in(Period.DAY, OCTOBER)) == 31
    for period in (Period.MONTH, Period.SEASON, Period.ALL):
        (span,) = queries.spans_in(period, OCTOBER)
        assert (span.starts_on, span.ends_on) == (OCTOBER, date(2026, 11, 1))


def test_staff_try_compare_and_publish(october: Any, staff_client: Browser) -> None:
    def text(address: str) -> str:
        answer = staff_client.get(address)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    assert "Nothing tried yet" in text("/staff/ranking/lab")
    new = "/staff/ranking/lab/new?board=week"
    form = text(new)
    assert form.count('name="request_key"') == 1
    key = re.search(r'name="request_key"[^>]*value="([^"]+)"', form)
    assert key is not None
    typed = {"request_key": key.group(1), "label": "more for replies", "weight_reply": "20",
             "weight_post": "1", "repeat_percent": "100", "remix_percent": "100",
             "months": ["2026-10-01"]}  # fmt: skip
    refused = staff_client.post(new, data={**typed, "weight_reply": "-4"})
    assert refused.status_code == 422
    assert "more for replies" in refused.get_data(as_text=True)
    assert staff_client.post(new, data={**typed, "months": []}).status_code == 422
    assert (
        staff_client.post(new, data={**typed, "weight_reply": "", "weight_post": ""}).status_code
        == 422
    )
    sent = staff_client.post(new, data=typed)
    assert sent.status_code == 303
    assert staff_client.post(new, data=typed).location == sent.location
    assert "Being replayed" in text(sent.location)
    assert staff_client.get(f"{sent.location}/publish").status_code == 404
    while lab.work_trials():
        pass
    page = text(sent.location)
    assert "Concentration (Gini)" in page
    assert "0.346" in page
    assert "more for replies" in text("/staff/ranking/lab")
    publish = f"{sent.location}/publish"
    assert "never changes" in text(publish)
    assert staff_client.post(publish, data={"effective_on": "2026-11-24"}).status_code == 422
    assert staff_client.post(publish, data={"effective_on": "2026-11-23"}).status_code == 303
    assert "From" in text(sent.location)
    for nothing in ("/staff/ranking/lab/nothing", "/staff/ranking/lab/new?board=nothing"):
        assert staff_client.get(nothing).status_code == 404


def test_only_the_team_comes_in(app: Flask, alice_client: Browser, client: Browser) -> None:
    for address in ("/staff/ranking/lab", "/staff/ranking/lab/new?board=week"):
        assert alice_client.get(address).status_code in {403, 404}
        assert client.get(address).status_code in {302, 303}


def test_pages_take_a_fixed_number_of_statements(
    october: Any, staff: MemberRow, staff_client: Browser, client: Browser, count_statements: Any
) -> None:
    for many in (1, 4):
        trial = [a_trial(staff, key=f"{many}{n}") for n in range(many)][-1]
        for address, most in (
            ("/staff/ranking/lab", 8), (f"/staff/ranking/lab/{trial.code}", 9),
        ):  # fmt: skip
            with count_statements() as seen:
                assert staff_client.get(address).status_code == 200
            assert len(seen) <= most, seen
        with count_statements() as seen:
            assert client.get("/rank/week/formulas").status_code == 200
        assert len(seen) <= 5, seen
