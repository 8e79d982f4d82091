"""What members' pages show; each takes a fixed number of statements."""

from collections import Counter, defaultdict
from datetime import date

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Page
from app.ranking import policy
from app.ranking.policy import Part
from app.ranking.queries import hall, lines, places
from app.ranking.queries.boards import PREFIXED, board_from, prefixed_period_from
from app.ranking.queries.places import After
from app.ranking.queries.tables import BOARD, FORMULA, PERIOD, PREFERENCE
from app.ranking.types import Act, BoardState, Formula, Line, PeriodState, Preference, Why
from app.ranking.types.pages import ActSum, Around, BoardNow, BoardPage, Breakdown, DaySum

LATEST = 20


def boards_now() -> list[BoardNow]:
    """Return the open boards, each with the period of today and its formula. One statement."""
    today = clock.business_date()
    running = sa.and_(
        PERIOD.c.board_id == BOARD.c.id,
        PERIOD.c.state == PeriodState.OPEN,
        PERIOD.c.starts_on <= today,
        PERIOD.c.ends_on > today,
    )
    scored_by = sa.and_(FORMULA.c.board_id == BOARD.c.id, FORMULA.c.version == PERIOD.c.version)
    rows = db.session.execute(
        sa.select(BOARD, *PREFIXED)
        .add_columns(FORMULA.c.formula.label("scored_by"))
        .outerjoin(PERIOD, running)
        .outerjoin(FORMULA, scored_by)
        .where(BOARD.c.state == BoardState.OPEN)
        .order_by(BOARD.c.position, BOARD.c.id)
    )
    return [_now(row) for row in rows]


def _now(row: sa.Row[tuple[object, ...]]) -> BoardNow:
    if row.period_id is None:
        return BoardNow(board_from(row))
    formula = policy.read_formula(row.scored_by) if row.scored_by else Formula()
    return BoardNow(board_from(row), prefixed_period_from(row), formula)


def board_page(slug: str, viewer_id: int | None, after: After | None = None) -> BoardPage | None:
    """Return a board, the first open one for no slug; None where there is none.

    Three statements; five for an empty one, whose last winners are shown.
    """
    boards = boards_now()
    now = next((each for each in boards if each.board.slug == slug or not slug), None)
    if now is None:
        return None
    others = [each.board for each in boards]
    if now.period is None:
        last = hall.last_winners(now.board.id)
        return BoardPage(now, others, Page([]), Around() if viewer_id else None, last)
    ties = now.board.draft.ties
    found = places.top(now.period.id, ties, after)
    if not found.items and after is None:
        last = hall.last_winners(now.board.id)
        return BoardPage(now, others, found, Around() if viewer_id else None, last)
    mine = places.around(now.period.id, viewer_id, ties) if viewer_id else None
    return BoardPage(now, others, found, mine)


def breakdown(slug: str, member_id: int) -> Breakdown | None:
    """Return why a member stands where he stands on an open board. Four statements."""
    now = next((each for each in boards_now() if each.board.slug == slug), None)
    if now is None:
        return None
    if now.period is None:
        return Breakdown(now, Around(), 0, (), (), 0, 0, 100, ())
    found = lines.lines_of(now.board.draft, now.period.span, [member_id]).get(member_id, [])
    scored = policy.score(found, now.formula)
    stands = places.around(now.period.id, member_id, now.board.draft.ties)
    hidden = preference_of(member_id).is_hidden
    stands = Around(stands.mine, stands.above, stands.below, stands.to_pass, hidden)
    parts = [part for part in scored.parts if part.line.act in now.formula.weights]
    return Breakdown(
        now, stands, scored.points, _acts(parts), _days(parts), scored.people, scored.received,
        scored.share, _latest(parts),
    )  # fmt: skip


def _latest(parts: list[Part]) -> list[tuple[Line, int, Why | None]]:
    return [(part.line, part.hundredths, part.why) for part in parts[: -LATEST - 1 : -1]]


def _acts(parts: list[Part]) -> list[ActSum]:
    by_act: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        by_act[part.line.act].append(part)
    sums = [
        ActSum(
            Act(act),
            len(found),
            sum(part.hundredths > 0 for part in found),
            sum(part.hundredths for part in found),
            Counter[Why](part.why for part in found if part.why is not None),
        )
        for act, found in by_act.items()
    ]
    return sorted(sums, key=lambda each: (-each.hundredths, each.act))


def _days(parts: list[Part]) -> list[DaySum]:
    by_day: dict[date, list[int]] = defaultdict(list)
    for part in parts:
        by_day[part.line.on].append(part.hundredths)
    return [
        DaySum(on, sum(found), len(found)) for on, found in sorted(by_day.items(), reverse=True)
    ]


def preference_of(member_id: int) -> Preference:
    """Return how a member wants to stand on boards. One statement."""
    row = db.session.execute(
        sa.select(PREFERENCE).where(PREFERENCE.c.member_id == member_id)
    ).one_or_none()
    return Preference(row.is_hidden, row.alias) if row else Preference()
