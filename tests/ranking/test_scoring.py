"""The scorer: caps, pairs, people, quality; and kept incrementally it is what a recount gives."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.checkin import service as checkin
from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Ref
from app.ranking import policy, queries, service
from app.ranking.models import RankingScore
from app.ranking.policy.ranks import ranks_of
from app.ranking.queries.tables import ACTIVITY, CURSOR
from app.ranking.queries.verifying import drifting_buckets
from app.ranking.service import filling, scoring
from app.ranking.types import (
    Act,
    Formula,
    Line,
    Period,
    PeriodState,
    Preference,
    Prize,
    Span,
    Ties,
    Why,
)
from tests.factories.community import a_thread
from tests.factories.identity import a_member
from tests.factories.ranking import PLAIN, a_board, settle

DAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)


def line(number: int, act: Act = Act.POST, **more: object) -> Line:
    values = {"member_id": 1, "at": NOON + timedelta(minutes=number), "on": DAY, **more}
    return Line(number, act, **values)  # type: ignore[arg-type]


def points(lines: list[Line], formula: Formula) -> int:
    return policy.score(lines, formula).points


def test_a_day_cap_takes_the_first_ones_of_each_day() -> None:
    formula = Formula({Act.POST: 10}, {Act.POST: 2})
    lines = [line(n) for n in range(5)] + [line(9, on=DAY + timedelta(days=1))]
    assert points(lines, formula) == 30
    cut = [part.why for part in policy.score(lines, formula).parts]
    assert cut.count(Why.DAY_CAP) == 3


def test_the_same_person_again_is_worth_less_and_in_the_end_nothing() -> None:
    formula = Formula({Act.LIKED: 8}, pair_cap=3, repeat_percent=50)
    lines = [line(n, Act.LIKED, counterpart_id=7) for n in range(10)]
    assert points(lines, formula) == 8 + 4 + 2
    assert points([*lines, line(50, Act.LIKED, counterpart_id=8)], formula) == 14 + 8


def test_a_ring_counts_as_many_people_as_it_has() -> None:
    formula = Formula({Act.LIKED: 10}, full_people=10)
    ring = [line(n, Act.LIKED, counterpart_id=n % 2 + 1) for n in range(20)]
    crowd = [line(n, Act.LIKED, counterpart_id=n + 1) for n in range(20)]
    assert points(crowd, formula) == 200
    assert points(ring, formula) == 40
    scored = policy.score(ring, formula)
    assert (scored.people, scored.share) == (2, 20)


def test_quality_and_a_proved_purchase_add_and_a_remix_counts_in_part() -> None:
    formula = Formula({Act.POST: 10}, quality_percent=10, remix_percent=50, buyer_percent=20)
    assert points([line(1, quality=3, is_buyer=True)], formula) == 15
    assert points([line(1, is_original=False)], formula) == 5


def test_flagged_lines_use_up_no_cap() -> None:
    formula = Formula({Act.POST: 10}, {Act.POST: 1})
    assert points([line(1, is_flagged=True), line(2)], formula) == 10


FORMULAS = st.builds(
    Formula,
    st.dictionaries(st.sampled_from(list(Act)), st.integers(1, 50), min_size=1),
    st.dictionaries(st.sampled_from(list(Act)), st.integers(1, 4)),
    pair_cap=st.integers(0, 4),
    repeat_percent=st.integers(0, 100),
    full_people=st.integers(0, 5),
    quality_percent=st.integers(0, 50),
    remix_percent=st.integers(0, 100),
    buyer_percent=st.integers(0, 50),
)
LINES = st.lists(
    st.builds(
        line,
        st.integers(1, 10_000),
        st.sampled_from(list(Act)),
        counterpart_id=st.integers(0, 4),
        on=st.sampled_from([DAY, DAY + timedelta(days=1)]),
        quality=st.integers(0, 3),
        is_original=st.booleans(),
        is_flagged=st.booleans(),
    ),
    max_size=25,
    unique_by=lambda each: each.id,
)


@given(LINES, FORMULAS, st.randoms())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_the_order_in_which_lines_are_read_is_no_matter(
    lines: list[Line], formula: Formula, random: object
) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert policy.score(shuffled, formula) == policy.score(lines, formula)
    assert policy.score(lines, formula).points >= 0
    assert policy.read_formula(policy.stored_formula(formula)) == formula


@given(LINES, FORMULAS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_caps_only_ever_take_away(lines: list[Line], formula: Formula) -> None:
    free = Formula(formula.weights, quality_percent=formula.quality_percent)
    capped = Formula(
        formula.weights, formula.day_caps, formula.pair_cap, formula.repeat_percent,
        formula.full_people, formula.quality_percent, formula.remix_percent,
    )  # fmt: skip
    assert points(lines, capped) <= points(lines, free)


@pytest.mark.parametrize(
    ("period", "day", "span"),
    [
        (Period.DAY, DAY, Span(DAY, date(2026, 9, 2))),
        (Period.WEEK, date(2026, 9, 6), Span(date(2026, 8, 31), date(2026, 9, 7))),
        (Period.MONTH, date(2026, 12, 31), Span(date(2026, 12, 1), date(2027, 1, 1))),
        (Period.SEASON, date(2026, 12, 31), Span(date(2026, 10, 1), date(2027, 1, 1))),
        (Period.SEASON, date(2026, 1, 1), Span(date(2026, 1, 1), date(2026, 4, 1))),
    ],
)
def test_periods_follow_the_calendar(period: Period, day: date, span: Span) -> None:
    assert policy.span_of(period, day) == span
    assert policy.span_of(period, policy.next_start(period, day)).starts_on == span.ends_on
    before = policy.previous_span(period, day)
    assert before
    assert before.ends_on == span.starts_on


def test_ranks_are_shared_or_not() -> None:
    assert ranks_of([9, 7, 7, 5], Ties.SHARED) == [1, 2, 2, 4]
    assert ranks_of([9, 7, 7, 5], Ties.EARLIER) == [1, 2, 3, 4]
    prize = Prize(2, 3, thing=None)  # type: ignore[arg-type]
    assert [bool(policy.prizes_for(rank, [prize])) for rank in (1, 2, 3, 4)] == [
        False, True, True, False,
    ]  # fmt: skip


# --- incremental is the same as a recount --------------------------------------------------------

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["post", "reply", "like", "unlike", "remove", "bring_back", "flag", "unflag", "hide",
             "show", "sweep", "later"]
        ),
        st.integers(0, 2),
        st.integers(0, 3),
    ),
    min_size=4,
    max_size=22,
)  # fmt: skip
STRICT = Formula(
    {**PLAIN.weights, Act.REPLIED: 3},
    {Act.POST: 2},
    pair_cap=3,
    repeat_percent=50,
    full_people=2,
    quality_percent=10,
)


class _Play:
    """Three members who do things to each other's posts."""

    def __init__(self, members: list[MemberRow]) -> None:
        self.members, self.threads = members, list[tuple[MemberRow, str, int]]()

    def do(self, what: str, who: int, which: int) -> None:
        member = self.members[who]
        if what == "post":
            made = a_thread(member, f"锅 {len(self.threads)}")
            self.threads.append((member, made.thread_code, made.thread_id))
        elif what == "sweep":
            service.gather()
        elif what == "later":
            clock.tick(timedelta(hours=5))
        elif what in {"hide", "show"}:
            service.prefer(member.id, Preference(is_hidden=what == "hide"))
        elif self.threads:
            self._to_a_thread(what, member, *self.threads[which % len(self.threads)])

    def _to_a_thread(
        self, what: str, member: MemberRow, author: MemberRow, code: str, thread_id: int
    ) -> None:
        ref = [Ref("thread", thread_id)]
        acts: dict[str, Callable[[], object]] = {
            "reply": lambda: community.reply(member.id, code, "好吃"),
            "like": lambda: community.like_thread(member.id, code),
            "unlike": lambda: community.unlike_thread(member.id, code),
            "remove": lambda: community.remove_thread(author.id, code),
            "bring_back": lambda: community.bring_back_thread(author.id, code),
            "flag": lambda: service.set_flagged(ref, is_flagged=True),
            "unflag": lambda: service.set_flagged(ref, is_flagged=False),
        }
        try:
            acts[what]()
        except Exception as error:  # a removed thread can't be liked, a reply comes too fast
            if type(error).__module__.startswith("sqlalchemy"):
                raise


@pytest.mark.only("sqlite")
@given(ACTS)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_scores_kept_incrementally_are_what_a_full_recomputation_gives(
    app: Flask, acts: list[tuple[str, int, int]]
) -> None:
    name = clock.milliseconds()
    play = _Play([a_member(f"m{name}x{n}") for n in range(3)])
    if not queries.all_boards():
        a_board("week", STRICT)
        a_board("day", PLAIN, period=Period.DAY, ties=Ties.EARLIER)
    for what, who, which in acts:
        play.do(what, who, which)
    settle()
    clock.tick(timedelta(seconds=1))
    for period in queries.periods_in(PeriodState.OPEN):
        stored = kept(period.id)
        board = queries.board_by_id(period.board_id)
        assert board
        members = {m for chunk in queries.lines_by_chunks(board.draft, period.span) for m in chunk}
        fresh = scoring.scores_of(board, period, members)
        assert stored == fresh
        assert list(drifting_buckets(period.id)) == []
        for place in queries.top(period.id, board.draft.ties, limit=500).items:
            around = queries.around(period.id, place.shown.person.id, board.draft.ties)
            assert around.mine
            assert around.mine.rank == place.rank
    assert list(queries.drifting_lines()) == []
    db.session.rollback()


def kept(period_id: int) -> dict[int, tuple[int, int, bool]]:
    """Return the stored scores of a period: points, since when, whether shown."""
    rows = db.session.execute(
        sa.select(RankingScore.__table__).where(RankingScore.period_id == period_id)
    )
    return {row.member_id: (row.score, row.early_ms, row.is_shown) for row in rows}


def _lines() -> list[tuple[object, ...]]:
    db.session.rollback()
    columns = [each for each in ACTIVITY.c if each.name != "id"]
    rows = db.session.execute(sa.select(*columns).order_by(ACTIVITY.c.act, ACTIVITY.c.source_id))
    return [tuple(row) for row in rows]


def test_a_community_that_is_there_gets_the_lines_that_its_facts_would_make(
    alice: MemberRow, bob: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = [a_thread(alice, f"锅 {n}") for n in range(7)]
    for thread in threads:
        community.reply(bob.id, thread.thread_code, f"好吃 {thread.thread_id}")
        community.like_thread(bob.id, thread.thread_code)
        clock.tick(timedelta(minutes=7))
    community.unlike_thread(bob.id, threads[1].thread_code)
    community.remove_thread(alice.id, threads[2].thread_code)
    checkin.check_in(alice.id)
    monkeypatch.setattr(filling, "AT_ONCE", 3)  # several stretches
    made = service.fill()
    filled = _lines()
    assert made == len(filled) > 20
    assert service.fill() == 0
    clock.tick(timedelta(minutes=1))
    service.gather()
    assert _lines() == filled
    db.session.execute(sa.delete(ACTIVITY))
    db.session.execute(sa.update(CURSOR).values(fact_id=0, top_id=0))
    db.session.commit()
    while service.gather():
        pass
    assert _lines() == filled
    assert list(queries.drifting_lines()) == []
    community.like_thread(alice.id, threads[3].thread_code)
    community.reply(alice.id, threads[3].thread_code, "谢谢")
    assert service.gather() > 0
    assert service.fill() == 0
