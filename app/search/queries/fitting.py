"""PostgreSQL's way to entries that fit, whatever its planner thinks of them.

Functions of ours (``search.models``) take the GIN index, for a few weeks together with the moments,
up to some thousand entries. Up to there all hits are known and only need an order. Words that more
entries have are found by walking from the newest entry down: a page of them is full soon.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from app.kernel.db import BigInt
from app.search.policy.writing import MILLISECOND, TAIL_BITS, Question, ts_question
from app.search.queries.tables import ENTRY, live

MANY_WORDS, MANY_PHRASES = 10_000, 4_000
"""Entries; where words must stand side by side, each is read, which takes eight times as long."""

A_FEW_WEEKS = timedelta(days=62) // MILLISECOND << TAIL_BITS


def fitting(asks: Question, rank: int | None, days: tuple[int, int], most: int) -> Any:
    """Return up to so many entries (id, thing_id) of a rank that fit, in no order."""
    text = sa.cast(ts_question(asks, rank), TSQUERY)
    since, below = (sa.cast(each, BigInt) for each in days)
    is_short = days[1] - days[0] <= A_FEW_WEEKS
    function = sa.func.search_fitting_days if is_short else sa.func.search_fitting
    columns = sa.column("id", BigInt), sa.column("thing_id", BigInt)
    return function(text, since, below, sa.cast(most, sa.Integer)).table_valued(*columns)


class Fitting:
    """Entries of a kind and a rank, None: of any.

    Attributes:
        some: of what fits, up to ``most``; read as often as it is named, found once.
    """

    def __init__(self, name: str, asks: Question, rank: int | None, days: tuple[int, int]) -> None:
        self._asks, self._rank, self._days = asks, rank, days
        is_apart = all(len(phrase.tokens) == 1 for phrase in asks.phrases)
        self._most = MANY_WORDS if is_apart else MANY_PHRASES
        found = fitting(asks, rank, days, self._most)
        self.some = sa.select(found.c.id, found.c.thing_id).cte(f"fits_{name}")

    @property
    def is_many(self) -> sa.ColumnElement[bool]:
        """Whether there may be more than ``some``."""
        return sa.select(sa.func.count()).select_from(self.some).scalar_subquery() >= self._most

    def newest(self, before: int | None, less: Sequence["Fitting"]) -> sa.Subquery:
        """Return all of them in order, without those of others; none where there are many.

        OFFSET 0 keeps the order first: who may see them is asked of as many as a page needs.
        """
        some = self.some.c
        others = [some.id.not_in(sa.select(each.some.c.id)) for each in less]
        fits = sa.select(some.id, some.thing_id).where(~self.is_many, *others)
        if before is not None:
            fits = fits.where(some.id < before)
        return fits.order_by(some.id.desc()).offset(0).subquery()

    def walk(self, *conditions: sa.ColumnElement[bool], rank: int | None = None) -> sa.Select[Any]:
        """Return entries where there are many, to be taken from the newest down.

        ``ts_match_vq`` is ``@@`` under a name that no index knows.
        """
        text = sa.cast(ts_question(self._asks, self._rank if rank is None else rank), TSQUERY)
        since, below = self._days
        return sa.select(ENTRY.c.id, ENTRY.c.thing_id).where(
            self.is_many,
            sa.func.ts_match_vq(ENTRY.c.tokens, text, type_=sa.Boolean),
            ENTRY.c.id >= since,
            ENTRY.c.id < below,
            ENTRY.c.generation == live(),
            *conditions,
        )
