"""Leaderboards over many activities: the top hundred and one's own rank, scored from the lines.

Lines are written directly, as if facts had brought them; then the sweep's own code scores every
member. Asked in turns on the same database: the first hundred places with their people, and the
place of somebody at random with his neighbours, as the page of a board asks for them. Then posts
are withdrawn on which acts of many members hang. At the end a sample of scores is recomputed and
the histogram is compared with the scores.
"""

import random
import time
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.config import Config
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import clock, ids
from app.kernel.bulk import insert_rows, seldom_collecting
from app.kernel.db import changed, db, dialect_name, use_case
from app.kernel.types import Ref
from app.kernel.withdrawals import Why
from app.ranking import queries, service
from app.ranking.queries.tables import ACTIVITY, SCORE
from app.ranking.queries.verifying import drifting_buckets
from app.ranking.service import scoring
from app.ranking.types import Act, BoardDraft, BoardRow, Formula, Period, PeriodState, Ties
from bench.community import opened, settings
from bench.stores import Store

SEED = 20_260_901
PIECE = 20_000
ASKED = 400
SAMPLE = 500
CROWD, WITHDRAWN = 200, 20  # acts that hang on one post; posts
ACTS = (Act.POST, Act.REPLY, Act.LIKED, Act.LIKED, Act.LIKED, Act.CHECK_IN)
FORMULA = Formula(
    {Act.POST: 10, Act.REPLY: 3, Act.LIKED: 2, Act.CHECK_IN: 1},
    {Act.POST: 3, Act.REPLY: 10},
    pair_cap=5,
    repeat_percent=50,
    full_people=3,
    quality_percent=10,
)
COLUMNS = (
    "id", "act", "source_id", "member_id", "counterpart_id", "subject_kind", "subject_id", "at",
    "on_date", "quality",
)  # fmt: skip


@dataclass(slots=True)
class Ranked:
    """What was measured: seconds to load and to score; milliseconds of each page's queries."""

    rows: int
    members: int
    loaded: float = 0.0
    scored: float = 0.0
    scores: int = 0
    top: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    gone: list[float] = field(default_factory=list)

    def told(self) -> str:
        """Return the figures as a table."""
        rate = self.rows / max(self.scored, 0.001)
        lines = [
            f"{self.rows:,} activities of {self.members:,} members, {self.scores:,} have a score",
            f"loaded in {self.loaded:.1f} s; scored in {self.scored:.1f} s, {rate:,.0f} lines/s",
            "",
            "| asked | p50 ms | p95 ms | p99 ms |",
            "|---|---|---|---|",
        ]
        for name, times in (
            ("top 100 with people", self.top), ("own rank, neighbours", self.own),
            (f"a post with acts of {CROWD} members is withdrawn", self.gone),
        ):  # fmt: skip
            cuts = [_at(times, share) for share in (0.5, 0.95, 0.99)]
            lines.append(f"| {name} | " + " | ".join(f"{cut:.2f}" for cut in cuts) + " |")
        return "\n".join(lines)


def _at(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measure(store: Store, folder: Path, rows: int, members: int) -> Ranked:
    """Return how long loading, scoring and asking took.

    Raises:
        RuntimeError: a recomputed score or the histogram differs.
    """
    url = store.make("ranking")
    config = Config.from_env({**settings(folder, 8000), "POTLUCK_DATABASE_URL": url})
    found = Ranked(rows, members)
    with opened(config), seldom_collecting():
        db.create_all()
        began = time.perf_counter()
        town = _town(members)
        _lines(town, rows)
        found.loaded = time.perf_counter() - began
        draft = BoardDraft("bench", "榜", "Bench", Period.SEASON, ties=Ties.SHARED)
        service.create_board(None, draft, FORMULA)
        began = time.perf_counter()
        service.open_board(None, "bench")
        while service.rescore(2_000):
            pass
        found.scored = time.perf_counter() - began
        _ask(found, town)
    return found


@use_case
def _town(members: int) -> list[int]:
    made = [
        (ids.next_id(), ids.new_code(), MemberState.ACTIVE.value, f"m{n}", clock.now())
        for n in range(members)
    ]
    columns = ("id", "yid", "state", "display_name", "created_at")
    table: Any = Member.__table__
    for start in range(0, members, PIECE):
        insert_rows(table, made[start : start + PIECE], columns)
    return [row[0] for row in made]


def _lines(town: list[int], rows: int) -> None:
    rng = random.Random(SEED)
    now = clock.now()
    for start in range(0, rows, PIECE):
        _write([_line(rng, town, now) for _row in range(min(PIECE, rows - start))])


def _line(rng: random.Random, town: list[int], now: Any) -> tuple[Any, ...]:
    act, at = rng.choice(ACTS), now - timedelta(minutes=rng.randint(0, 1_400))
    number = ids.next_id()
    # A few do much, most do little.
    member = town[int(len(town) * rng.random() ** 2)]
    other = rng.choice(town) if act in {Act.LIKED, Act.REPLY} else None
    day = clock.business_date(at)
    return (
        number, act.value, number, member, other, "thread", number, at, day, rng.randint(0, 3),
    )  # fmt: skip


@use_case
def _write(rows: list[tuple[Any, ...]]) -> None:
    insert_rows(ACTIVITY, rows, COLUMNS)


def _ask(found: Ranked, town: list[int]) -> None:
    if db.session.get_bind().dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
    (period,) = queries.periods_in(PeriodState.OPEN)
    board = queries.board_by_id(period.board_id)
    if board is None:
        raise RuntimeError("the board is gone")
    rng = random.Random(SEED)
    found.scores = db.session.scalar(sa.select(sa.func.count()).select_from(SCORE)) or 0
    for _turn in range(ASKED):
        found.top.append(_timed(lambda: queries.top(period.id, Ties.SHARED, limit=100)))
        member_id = rng.choice(town)
        found.own.append(_timed(lambda who=member_id: queries.around(period.id, who, Ties.SHARED)))
    for turn in range(WITHDRAWN):
        ref = Ref("thread", _hung(rng, turn))
        found.gone.append(_timed(partial(_withdraw, ref)))
    _check(board, rng.sample(town, min(SAMPLE, len(town))))


@use_case
def _hung(rng: random.Random, turn: int) -> int:
    """Hang acts of one moment, of as many members, on one post; return its id."""
    post, low = ids.next_id(), clock.now() - timedelta(minutes=rng.randint(0, 1_400))
    some = sa.select(ACTIVITY.c.id).where(ACTIVITY.c.at >= low, ACTIVITY.c.thread_id.is_(None))
    chosen = some.limit(CROWD).offset(turn)
    changed(sa.update(ACTIVITY).where(ACTIVITY.c.id.in_(chosen)).values(thread_id=post))
    return post


@use_case
def _withdraw(ref: Ref) -> None:
    service.withdraw(ref, Why.GONE)


def _timed(ask: Any) -> float:
    """Return milliseconds; on SQLite of the processor, which says the truth on a busy machine."""
    db.session.rollback()
    clock_of = time.process_time if dialect_name() == "sqlite" else time.perf_counter
    began = clock_of()
    ask()
    return (clock_of() - began) * 1000


def _check(board: BoardRow, sample: list[int]) -> None:
    (period,) = queries.periods_in(PeriodState.OPEN)
    fresh = scoring.scores_of(board, period, sample)
    rows = db.session.execute(
        sa.select(SCORE.c.member_id, SCORE.c.score).where(
            SCORE.c.period_id == period.id, SCORE.c.member_id.in_(sample)
        )
    )
    if {row.member_id: row.score for row in rows} != {m: each[0] for m, each in fresh.items()}:
        raise RuntimeError("scores differ from a full recomputation")
    if list(drifting_buckets(period.id)):
        raise RuntimeError("the histogram differs from the scores")
