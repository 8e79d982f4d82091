"""Places on a board: the top by keyset, one's own with its neighbours, without counting rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.identity.queries import person_columns, person_from, person_in
from app.kernel.db import BigInt, db
from app.kernel.types import Page, Person
from app.loyalty.queries import tiers
from app.ranking.policy import ranks_of
from app.ranking.queries.tables import BUCKET, MEMBER, PREFERENCE, SCORE
from app.ranking.types import Place, Shown, Ties
from app.ranking.types.pages import Around

PAGE = 50
ORDER = (SCORE.c.score.desc(), SCORE.c.early_ms.desc(), SCORE.c.member_id.desc())
PERIOD_ID = sa.bindparam("period_id", type_=BigInt)
ME_ID = sa.bindparam("me_id", type_=BigInt)
FIRST_OF_PERSON = 6
"""Columns of a place that stand before those of its person."""
KEY = (SCORE.c.score, SCORE.c.early_ms, SCORE.c.member_id)


@dataclass(frozen=True, slots=True)
class After:
    """Where a page goes on: below this row.

    Attributes:
        place: how many rows stand before; ``rank`` is that of the last one of them.
    """

    place: int
    rank: int
    score: int
    early_ms: int
    member_id: int

    def __str__(self) -> str:
        values = (self.place, self.rank, self.score, self.early_ms, self.member_id)
        return ".".join(str(value) for value in values)


def after_from(text: str) -> After | None:
    """Return the key of an address, or None where it is none."""
    try:
        values = [int(part) for part in text.split(".")]
        found = After(*values)
    except (TypeError, ValueError):
        return None
    is_sane = found.place >= 0 and found.rank >= 1 and all(abs(v) < 2**63 for v in values)
    return found if is_sane else None


def top(period_id: int, ties: Ties, after: After | None = None, limit: int = PAGE) -> Page[Place]:
    """Return a page of a board, the first ones first. One statement."""
    values: dict[str, int] = {"period_id": period_id, "most": limit + 1}
    if after is not None:
        values |= {
            "score": after.score, "early_ms": after.early_ms, "member_id": after.member_id,
        }  # fmt: skip
    rows = db.session.execute(_top(is_further=after is not None), values).all()
    more, rows = len(rows) > limit, rows[:limit]
    ranks = _ranks(rows, ties, after)
    places = [_place(row, rank) for row, rank in zip(rows, ranks, strict=True)]
    if not more:
        return Page(places)
    last = rows[-1]
    before = (after.place if after else 0) + len(rows)
    key = After(before, ranks[-1], last.score, last.early_ms, last.member_id)
    return Page(places, str(key))


@cache  # building a statement costs ten times what the database needs to answer it
def _top(*, is_further: bool) -> sa.Select[Any]:
    query = _places().where(SCORE.c.period_id == PERIOD_ID, SCORE.c.is_shown.is_(True))
    if is_further:
        given = [sa.bindparam(name, type_=BigInt) for name in ("score", "early_ms", "member_id")]
        query = query.where(sa.tuple_(*KEY) < sa.tuple_(*given))
    return query.order_by(*ORDER).limit(sa.bindparam("most", type_=sa.Integer()))


def _ranks(rows: Sequence[Any], ties: Ties, after: After | None) -> list[int]:
    """Return the ranks of a page's rows: a score shared across pages keeps its rank."""
    if after is None:
        return ranks_of([row.score for row in rows], ties)
    ranks = ranks_of([row.score for row in rows], ties, first=after.place + 1)
    if ties is Ties.SHARED:
        same = next((n for n, row in enumerate(rows) if row.score != after.score), len(rows))
        ranks[:same] = [after.rank] * same
    return ranks


def _places(score: Any = SCORE.c) -> sa.Select[Any]:
    """Select places with the people on them; the board's order is up to the caller."""
    return (
        sa.select(
            score.score,
            score.early_ms,
            score.member_id,
            score.rank_before,
            sa.func.coalesce(PREFERENCE.c.alias, "").label("alias"),
            tiers.tier_expression(MEMBER.c.id).label("tier"),
            *person_columns(),
        )
        .join(MEMBER, MEMBER.c.id == score.member_id)
        .outerjoin(PREFERENCE, PREFERENCE.c.member_id == score.member_id)
    )


def shown_from(row: Any) -> Shown:
    """Return how a member stands there: under his alias nothing else of him is shown."""
    return _shown(person_from(row), row.alias)


def _shown(person: Person, alias: str) -> Shown:
    if not alias:
        return Shown(person)
    return Shown(Person(person.id, "", alias), has_page=False)


def _place(row: Any, rank: int) -> Place:
    """Read one row of :func:`_places`, by place: a page has a hundred of them."""
    score, _early, _member, before, alias, tier = row[:FIRST_OF_PERSON]
    return Place(rank, score, _shown(person_in(row, FIRST_OF_PERSON), alias), before, tier)


def around(period_id: int, member_id: int, ties: Ties) -> Around:
    """Return where a member stands and who is next to him. One statement.

    His rank comes from the histogram: the scores above are summed, no rows are counted, but among
    equal scores where the earlier one is first.
    """
    values = {"period_id": period_id, "me_id": member_id}
    rows = {row.which: row for row in db.session.execute(_three(ties), values)}
    return _around_from(rows)


@cache
def _three(ties: Ties) -> sa.CompoundSelect[Any]:
    """Return the statement of who is above, of the member himself, and of who is below."""
    mine = SCORE.alias("mine")

    def my(column: str) -> Any:
        return (
            sa.select(mine.c[column])
            .where(mine.c.period_id == PERIOD_ID, mine.c.member_id == ME_ID)
            .scalar_subquery()
        )

    here = sa.tuple_(my("score"), my("early_ms"), my("member_id"))
    on_board = (SCORE.c.period_id == PERIOD_ID, SCORE.c.is_shown.is_(True))
    is_before = SCORE.c.score > my("score") if ties is Ties.SHARED else sa.tuple_(*KEY) > here
    above = (
        _around("above", ties)
        .where(*on_board, is_before)
        .order_by(SCORE.c.score, SCORE.c.early_ms, SCORE.c.member_id)
        .limit(1)
    )
    below = (
        _around("below", ties).where(*on_board, sa.tuple_(*KEY) < here).order_by(*ORDER).limit(1)
    )
    me = _around("me", ties).where(SCORE.c.period_id == PERIOD_ID, SCORE.c.member_id == ME_ID)
    return sa.union_all(*(sa.select(part.subquery()) for part in (above, me, below)))


def _around(which: str, ties: Ties) -> sa.Select[Any]:
    return _places().add_columns(
        sa.literal(which).label("which"),
        _before(SCORE.c.score, SCORE.c.early_ms, ties).label("before"),
        SCORE.c.is_shown.label("is_shown"),
    )


def _before(score: Any, early_ms: Any, ties: Ties) -> Any:
    """Return how many stand before a score, as an expression."""
    above = (
        sa.select(sa.func.coalesce(sa.func.sum(BUCKET.c.members), 0))
        .where(BUCKET.c.period_id == PERIOD_ID, BUCKET.c.score > score)
        .scalar_subquery()
    )
    if ties is Ties.SHARED:
        return above
    same = SCORE.alias("same")
    earlier = (
        sa.select(sa.func.count())
        .select_from(same)
        .where(
            same.c.period_id == PERIOD_ID, same.c.is_shown.is_(True), same.c.score == score,
            same.c.early_ms > early_ms,
        )
        .scalar_subquery()
    )  # fmt: skip
    return above + earlier


def _around_from(rows: dict[str, Any]) -> Around:
    me = rows.get("me")
    if me is None or not me.is_shown:
        return Around(is_hidden=me is not None)
    above, below = rows.get("above"), rows.get("below")
    return Around(
        _place(me, int(me.before) + 1),
        _place(above, int(above.before) + 1) if above is not None else None,
        _place(below, int(below.before) + 1) if below is not None else None,
        to_pass=int(above.score - me.score + 1) if above is not None else 0,
    )
