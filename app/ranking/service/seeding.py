"""Boards with a history, for demos and tests: periods that are over are scored as they were."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.ranking import policy
from app.ranking.queries import boards
from app.ranking.queries.tables import BOARD, FORMULA, PERIOD
from app.ranking.service.boards import create_board
from app.ranking.service.scoring import mark_span
from app.ranking.types import BoardDraft, BoardState, Formula, PeriodState, Span


@use_case
def seed_board(draft: BoardDraft, formula: Formula, *, since: date) -> int:
    """Write and open a board as if it had run since a day; return its id.

    Its periods up to today are open: gather, score, freeze and settle them. Until
    :func:`let_it_wait` prizes go out without a waiting time.
    """
    board_id = create_board(None, replace(draft, wait_hours=0), formula)
    first = policy.span_of(draft.period, since)
    db.session.execute(
        sa.insert(FORMULA).values(
            board_id=board_id, version=1, formula=policy.stored_formula(formula),
            effective_on=first.starts_on, published_by=None, published_at=clock.now(),
        )
    )  # fmt: skip
    changed(sa.update(BOARD).where(BOARD.c.id == board_id).values(version=1, state=BoardState.OPEN))
    today, day = clock.business_date(), first.starts_on
    while day <= today:
        span = policy.span_of(draft.period, day)
        _begin(board_id, span)
        day = span.ends_on
    mark_span(Span(first.starts_on, day))
    return board_id


def _begin(board_id: int, span: Span) -> None:
    values = {
        "id": ids.next_id(), "board_id": board_id, "starts_on": span.starts_on,
        "ends_on": span.ends_on, "version": 1, "state": PeriodState.OPEN, "prizes": [],
        "created_at": clock.now(),
    }  # fmt: skip
    changed(insert(PERIOD).values(**values).on_conflict_do_nothing())


@use_case
def let_it_wait(slug: str, wait_hours: int) -> None:
    """Let prizes of a seeded board wait from now on."""
    board = boards.find_board(slug)
    if board is not None:
        changed(sa.update(BOARD).where(BOARD.c.id == board.id).values(wait_hours=wait_hours))
