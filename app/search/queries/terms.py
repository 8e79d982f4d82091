"""Words of the house: what a mistyped word may mean, and what a beginning may become."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from app.kernel.db import db, dialect_name
from app.search.policy import fold, phrases_of, read_query
from app.search.policy.writing import LARGEST, Question, fts_question, question
from app.search.queries.fitting import fitting
from app.search.queries.tables import ENTRY, TERM, TEXT, live
from app.search.types import kinds

FEW = 3  # things must have a word before it is suggested to others
SUGGESTED, POPULAR = 8, 12
_SHORT = 3  # letters: words up to here have no typing errors worth guessing
_MAX_CANDIDATES = 20_000
_PLAIN = frozenset(
    (
        *("after", "again", "always", "another", "before", "enough", "every", "evening", "first"),
        *("half", "home", "hours", "last", "little", "long", "minutes", "more", "most", "much"),
        *("never", "night", "only", "other", "people", "same", "second", "still", "table", "than"),
        *("then", "these", "thing", "things", "think", "third", "three", "time", "times", "today"),
        *("tomorrow", "until", "water", "week", "well", "year", "years"),
        *(
            "best",
            "both",
            "bring",
            "classic",
            "each",
            "even",
            "five",
            "four",
            "good",
            "here",
            "into",
        ),
        *(
            "just",
            "like",
            "many",
            "next",
            "once",
            "over",
            "really",
            "some",
            "their",
            "them",
            "they",
        ),
        *("very", "whole", "your"),
    )
)  # Latin words that say nothing about a dish
_PLAIN_HAN = frozenset(
    (
        *("分钟", "小时", "时间", "刚好", "不用", "不能", "直接", "最后", "第一", "之后", "以后"),
        *("之前", "以前", "然后", "其实", "还有", "只要", "只有", "一定", "大概", "左右", "差不多"),
        *("放在", "加入", "放入", "喜欢", "推荐", "分享", "谢谢", "办法", "方法", "问题", "朋友"),
        *("家里", "回家", "晚上", "早上", "中午", "周末", "上次", "下次", "每次", "时候", "地方"),
        *("味道", "必须", "完全", "继续", "结束", "准备", "看到", "吃完", "吃到", "开吃", "真香"),
    )
)
_COUNTS = frozenset("一二两三四五六七八九十几半每第")
"""Signs that a word begins with when it counts or measures: 一点, 十分钟, 半锅."""


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


def popular(locale: str = "") -> list[str]:
    """Return the most used words, those of the reader's language before the others. One statement.

    Short Latin words and those that count or measure say nothing about a table: they are left out.

    Args:
        locale: ``zh…`` or ``en``; without it the words of all languages stand together.
    """
    rows = db.session.scalars(
        sa.select(TERM.c.shown)
        .where(TERM.c.uses >= FEW)
        .order_by(TERM.c.uses.desc(), TERM.c.term)
        .limit(POPULAR * 20)
    )
    telling = [word for word in rows if _tells(word)]
    if locale:
        telling.sort(key=lambda word: word.isascii() == locale.startswith("zh"))
    return telling[:POPULAR]


def _tells(word: str) -> bool:
    if not word.isascii():
        return word[0] not in _COUNTS and word not in _PLAIN_HAN
    return len(word) > _SHORT and word.lower() not in _PLAIN


# --- counting ------------------------------------------------------------------------------------

_AT_ONCE = 40  # terms in one statement
_MOST = 1_000  # uses beyond that are not told apart
_WHOLE = 99  # no word is so long that longer ones count with it


def uses_of(terms: Sequence[str]) -> dict[str, int]:
    """Return how many things say each word, people left out. A statement for 40 words."""
    found: dict[str, int] = {}
    for start in range(0, len(terms), _AT_ONCE):
        some = terms[start : start + _AT_ONCE]
        parts = [
            part for place, term in enumerate(some) if (part := _uses(place, term)) is not None
        ]
        if parts:
            rows = db.session.execute(sa.union_all(*parts))
            found |= {some[row.place]: int(row.uses) for row in rows}
    return found


def _uses(place: int, term: str) -> sa.Select[Any] | None:
    runs = read_query(term)[1]
    if not runs:
        return None
    phrases = phrases_of(runs, _WHOLE)
    total: sa.ColumnElement[int] = sa.literal(0)
    for kind in kinds():
        if kind.key != "member":
            total = total + _count(question(kind.key, runs, phrases, ()))
    columns: list[Any] = [sa.literal(place).label("place"), total.label("uses")]
    return sa.select(*columns)


def _count(asks: Question) -> sa.ScalarSelect[int]:
    if dialect_name() == "postgresql":
        some = sa.select(fitting(asks, None, (0, LARGEST), _MOST).c.id)
    else:
        fits = TEXT.c.search_text.op("MATCH")(fts_question(asks, None))
        some = (
            sa.select(ENTRY.c.id)
            .join_from(TEXT, ENTRY, ENTRY.c.id == TEXT.c.rowid)
            .where(fits, ENTRY.c.generation == live())
            .limit(_MOST)
        )
    return sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery()
