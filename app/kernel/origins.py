"""Where things came from: the domain that owns a kind says it as a part of a SELECT.

The ledger rolls up what a day's orders were given by sales channel, though it knows neither orders
nor channels: commerce says how the code of an order's channel is found from its id.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

Expression = Callable[[sa.ColumnElement[Any]], sa.ColumnElement[str]]
"""The id of a thing as a column -> a short code, as an expression of SQL (an indexed look-up)."""

_origins: dict[str, Expression] = {}


def register(kind: str, expression: Expression) -> None:
    """Answer for the origins of a kind of things. Called from a domain's manifest."""
    _origins[kind] = expression


def column(kind: sa.ColumnElement[Any], ref_id: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """Return the origin of the thing that two columns name; an empty text where nobody knows."""
    if not _origins:
        return sa.literal("")
    found = sa.case(*((kind == name, ask(ref_id)) for name, ask in _origins.items()), else_="")
    return sa.func.coalesce(found, "")
