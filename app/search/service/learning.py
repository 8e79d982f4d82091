"""Learn the words of the house from what is indexed: for suggestions and for typing errors.

Words are learnt in the background, so that nobody who writes waits for another's common word. Only
letters are learnt, never numbers, and a word is suggested to others only when several things have
it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

import rjieba
import sqlalchemy as sa

from app.kernel.db import changed, changed_by_all, db, dialect_name, insert, use_case
from app.search.policy import fold, latin_words
from app.search.policy.tokens import IS_CJK
from app.search.policy.writing import fts_question, question, ts_question
from app.search.policy import phrases_of, read_query
from app.search.queries.tables import ENTRY, TERM, TEXT, live
from app.search.types import Document, find_kind, kinds

BATCH = 200
RECOUNTED = 400
_WORD = re.compile(r"[^\W\d_]{2,12}")
_STOP = frozenset(
    "我们 你们 他们 大家 自己 什么 怎么 怎样 这个 那个 这些 那些 一个 一下 一起 一样 可以 没有 "
    "不是 就是 还是 但是 因为 所以 如果 已经 现在 今天 今晚 昨天 明天 时候 知道 觉得 感觉 真的 "
    "the and for with that this from you are not but have has was all can our out how what when".split()
)


@use_case
def learn(limit: int = BATCH) -> int:
    """Count the words of up to ``limit`` new entries among the terms; return how many entries."""
    rows = db.session.execute(
        sa.select(ENTRY.c.id, ENTRY.c.kind, ENTRY.c.thing_id)
        .where(~ENTRY.c.is_learnt)
        .order_by(ENTRY.c.id)
        .limit(limit)
    ).all()
    if not rows:
        return 0
    by_kind: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row.thing_id)
    words: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for key, thing_ids in by_kind.items():
        kind = find_kind(key)
        for document in kind.documents(thing_ids) if kind else ():
            for folded, written in _words_of(document).items():
                words[folded] += 1
                shown.setdefault(folded, written)
    _count(words, shown)
    changed(sa.update(ENTRY).where(ENTRY.c.id.in_([row.id for row in rows])).values(is_learnt=True))
    return len(rows)


def _words_of(document: Document) -> dict[str, str]:
    """Return the words of a document, folded -> as written. People's names are not words."""
    if document.kind == "member":
        return {}
    found = {}
    for title in document.title:
        for word in rjieba.cut(title):
            folded = fold(word)
            if _WORD.fullmatch(word) and folded not in _STOP and len(folded) > 1:
                found[folded] = word
    for word in latin_words((*document.title, *document.body)):
        if word not in _STOP:
            found.setdefault(word, word)
    return {folded: word for folded, word in found.items() if len(folded) <= 40}  # noqa: PLR2004


def _count(words: Counter[str], shown: dict[str, str]) -> None:
    statement = insert(TERM)
    more = statement.on_conflict_do_update(
        index_elements=["term"], set_={"uses": TERM.c.uses + statement.excluded.uses}
    )
    changed_by_all(
        more,
        [
            {
                "term": term,
                "shown": shown[term],
                "is_latin": not IS_CJK.search(term) and term.isascii(),
                "uses": uses,
            }
            for term, uses in sorted(words.items())
        ],
    )


@use_case
def recount(after: str = "", limit: int = RECOUNTED) -> str | None:
    """Count terms anew, as the index has them; those without any go. Returns where to go on."""
    terms = db.session.scalars(
        sa.select(TERM.c.term).where(TERM.c.term > after).order_by(TERM.c.term).limit(limit)
    ).all()
    if not terms:
        return None
    uses = {term: count for some in _chunks(terms) for term, count in _uses_of(some)}
    gone = [term for term in terms if not uses.get(term)]
    if gone:
        changed(sa.delete(TERM).where(TERM.c.term.in_(gone)))
    kept = [{"this": term, "now": uses[term]} for term in terms if uses.get(term)]
    if kept:
        statement = (
            sa.update(TERM)
            .where(TERM.c.term == sa.bindparam("this"))
            .values(uses=sa.bindparam("now"))
        )
        db.session.connection().execute(statement, kept)
    return terms[-1]


def _chunks(terms: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(terms), 50):
        yield terms[start : start + 50]


def _uses_of(terms: Collection[str]) -> Iterator[tuple[str, int]]:
    parts = []
    for place, term in enumerate(terms):
        runs = read_query(term)[1]
        counts = [
            _counting(question(kind.key, runs, phrases_of(runs, 99), ()))
            for kind in kinds()
            if kind.key != "member" and runs
        ]
        if counts:
            parts.append(sa.select(sa.literal(place).label("place"), sum(counts).label("uses")))  # type: ignore[union-attr]
    if parts:
        names = list(terms)
        for row in db.session.execute(sa.union_all(*parts)):
            yield names[row.place], int(row.uses)


def _counting(asks):  # type: ignore[no-untyped-def]
    if dialect_name() == "postgresql":
        text = sa.cast(ts_question(asks, None), sa.dialects.postgresql.TSQUERY)
        some = sa.select(ENTRY.c.id).where(
            ENTRY.c.tokens.op("@@")(text), ENTRY.c.generation == live()
        )
    else:
        some = (
            sa.select(TEXT.c.rowid)
            .join(ENTRY, ENTRY.c.id == TEXT.c.rowid)
            .where(
                TEXT.c.search_text.op("MATCH")(fts_question(asks, None)),
                ENTRY.c.generation == live(),
            )
        )
    few = some.limit(1_000).subquery()
    return sa.select(sa.func.count()).select_from(few).scalar_subquery()
