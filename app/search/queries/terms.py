"""Words of the house: what a mistyped word may mean, and what a beginning may become."""

from collections.abc import Collection

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from app.kernel.db import db
from app.search.policy import fold
from app.search.queries.tables import TERM

FEW = 3  # things must have a word before it is suggested to others
SUGGESTED, POPULAR = 8, 12
_SHORT = 3  # letters: words up to here have no typing errors worth guessing
_MAX_CANDIDATES = 20_000


def corrected(words: Collection[str]) -> dict[str, str]:
    """Return what mistyped Latin words may mean, by word. One statement, none for no words.

    The nearest known word by Damerau and Levenshtein (one error up to five letters, two beyond);
    of equally near ones the one that looks most alike, then the more frequent.
    """
    asked = [word for word in words if len(word) > _SHORT and word.isascii() and word.isalpha()]
    if not asked:
        return {}
    shortest, longest = min(map(len, asked)) - 2, max(map(len, asked)) + 2
    length = sa.func.length(TERM.c.term)
    rows = db.session.execute(
        sa.select(TERM.c.term, TERM.c.uses)
        .where(TERM.c.is_latin, TERM.c.uses > 0, length.between(shortest, longest))
        .order_by(TERM.c.uses.desc(), TERM.c.term)
        .limit(_MAX_CANDIDATES)
    ).all()
    uses = {row.term: row.uses for row in rows}
    return {word: found for word in asked if (found := _nearest(word, uses)) is not None}


def _nearest(word: str, uses: dict[str, int]) -> str | None:
    most = 1 if len(word) <= 5 else 2  # noqa: PLR2004 - letters
    near = process.extract(
        word, uses.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=12
    )
    ranked = sorted(
        (distance, -fuzz.ratio(word, term), -uses[term], term)
        for term, distance, _ in near
        if term != word
    )
    return ranked[0][3] if ranked else None


def beginning_with(text: str) -> list[str]:
    """Return the most used words that begin so, as they are written. One statement."""
    folded = fold(text.strip())
    if not folded:
        return []
    rows = db.session.scalars(
        sa.select(TERM.c.shown)
        .where(TERM.c.term.startswith(folded, autoescape=True), TERM.c.uses >= FEW)
        .order_by(TERM.c.uses.desc(), TERM.c.term)
        .limit(SUGGESTED)
    )
    return list(rows)


def popular() -> list[str]:
    """Return the most used words. One statement."""
    rows = db.session.scalars(
        sa.select(TERM.c.shown)
        .where(TERM.c.uses >= FEW)
        .order_by(TERM.c.uses.desc(), TERM.c.term)
        .limit(POPULAR)
    )
    return list(rows)
