"""Small numbers about the viewer that come with the statement that loads him.

A bell with a count stands on every page of a member. An upper floor says how to count, as a part of
a SELECT, and identity puts it into the one statement that finds session and member: no page runs
another one for it. An expression must be cheap (an index, a limit) and must not need a row.
"""

from collections.abc import Callable

import sqlalchemy as sa

Expression = Callable[[sa.ColumnElement[int]], sa.ColumnElement[int]]
"""The member's id as a column -> a whole number, as an expression of SQL."""

PREFIX = "figure_"

_figures: dict[str, Expression] = {}


def register(name: str, expression: Expression) -> None:
    """Let every viewer come with a number. Called from a domain's manifest."""
    _figures[name] = expression


def columns(member_id: sa.ColumnElement[int]) -> list[sa.Label[int]]:
    """Return what the statement that loads the viewer must select besides."""
    return [ask(member_id).label(f"{PREFIX}{name}") for name, ask in _figures.items()]


def read(row: sa.Row[tuple[object, ...]]) -> dict[str, int]:
    """Return the numbers of a row that :func:`columns` selected, by name."""
    return {name: int(getattr(row, f"{PREFIX}{name}")) for name in _figures}
