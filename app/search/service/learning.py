"""Learn the words of the house from what is indexed: for suggestions and for typing errors.

Words are learnt in the background, so that nobody who writes waits for another's common word. Only
letters are learnt, never numbers, and a word is suggested to others only when several things have
it.
"""

import re
from collections import Counter, defaultdict

import sqlalchemy as sa

from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.search.policy import fold, latin_words
from app.search.policy.tokens import IS_CJK
from app.search.queries.tables import ENTRY, TERM
from app.search.queries.terms import uses_of
from app.search.types import MAX_TOKEN, Document, find_kind

BATCH = 200
RECOUNTED = 400
_WORD = re.compile(r"[^\W\d_]{2,12}")
_STOP = frozenset(
    (
        *("我们", "你们", "他们", "大家", "自己", "什么", "怎么", "怎样", "这个", "那个", "这些"),
        *("那些", "一个", "一下", "一起", "一样", "可以", "没有", "不是", "就是", "还是", "但是"),
        *("因为", "所以", "如果", "已经", "现在", "今天", "今晚", "昨天", "明天", "时候", "知道"),
        *(
            "非常",
            "比较",
            "喜欢",
            "一般",
            "很多",
            "不错",
            "特别",
            "有点",
            "应该",
            "不会",
            "不要",
            "出来",
            "起来",
            "东西",
            "里面",
            "需要",
            "开始",
            "好吃",
            "真是",
            "这样",
            "那样",
            "而且",
            "觉得",
            "感觉",
            "真的",
            "the",
            "and",
            "for",
            "with",
            "that",
            "this",
            "from",
            "you",
            "are",
        ),
        *("not", "but", "have", "has", "was", "all", "can", "our", "out", "how", "what", "when"),
    )
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
    import rjieba  # its dictionary takes a third of a second: the worker's, never a page's

    found = {}
    for title in document.title:
        for word in rjieba.cut_for_search(title):
            folded = fold(word)
            if _WORD.fullmatch(word) and folded not in _STOP and len(folded) > 1:
                found[folded] = word
    for word in latin_words((*document.title, *document.body)):
        if word not in _STOP:
            found.setdefault(word, word)
    return {folded: word for folded, word in found.items() if len(folded) <= MAX_TOKEN}


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
    uses = uses_of(terms)
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
    last: str = terms[-1]
    return last
