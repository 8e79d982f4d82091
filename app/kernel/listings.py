"""What a form offers to choose from, asked of many domains by one statement.

A listing says which rows there are (a key, a name, sometimes a word or a moment more) and how one
is read. Whoever fills a form asks for all of them together; one alone costs a statement as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.kernel.db import UTCDateTime, db

Option = tuple[str, object]
"""(what a form stores, what people read)."""


def _plain(row: Any) -> Option:
    return row.ref, row.name


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows to choose from.

    Attributes:
        select: which, in order, made by :func:`rows`.
        read: what a form makes of a row with ``ref``, ``name``, ``word`` and ``at``.
    """

    select: Callable[[], sa.Select[Any]]
    read: Callable[[Any], Option] = _plain


def rows(
    ref: sa.ColumnElement[Any],
    name: sa.ColumnElement[str],
    *,
    order: Sequence[sa.ColumnElement[Any]],
    word: sa.ColumnElement[Any] | None = None,
    at: sa.ColumnElement[Any] | None = None,
) -> sa.Select[Any]:
    """Return a SELECT of a listing's columns; conditions and a limit may follow."""
    return sa.select(
        sa.cast(ref, sa.String).label("ref"),
        sa.cast(name, sa.String).label("name"),
        (sa.literal("") if word is None else sa.cast(word, sa.String)).label("word"),
        (sa.cast(sa.null(), UTCDateTime()) if at is None else at).label("at"),
        sa.func.row_number().over(order_by=list(order)).label("place"),
    ).order_by(*order)


def alone(listing: Listing) -> Callable[[], Sequence[Option]]:
    """Return a function that asks for one listing by itself. One statement."""
    return lambda: offered([listing])[0]


def offered(listings: Sequence[Listing]) -> list[list[Option]]:
    """Return what each listing offers. One statement, none for no listing."""
    if not listings:
        return []
    parts = []
    for number, listing in enumerate(listings):
        inner = listing.select().subquery()
        parts.append(sa.select(sa.literal(number).label("listing"), *inner.c))
    asked = sa.union_all(*parts).order_by("listing", "place") if len(parts) > 1 else parts[0]
    found: list[list[Option]] = [[] for _listing in listings]
    for row in db.session.execute(asked):
        found[row.listing].append(listings[row.listing].read(row))
    return found
