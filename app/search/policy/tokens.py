"""Texts as tokens: Han signs alone and in twos, Latin words, numbers; borders of scripts cut.

``iPhone15手机壳`` becomes ``iphone 15 手机 机壳 壳``. The last sign of a Han run stands alone at
its end: it keeps two runs apart, so that a phrase never reaches across punctuation, and lets a word
of one sign be followed by another script. Kana and Hangul are taken like Han.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.search.policy.folding import fold
from app.search.types import MAX_REPEATS, MAX_TOKEN, MAX_TOKENS

GAP = "\ue000"
"""Stands where nothing may be found, so that what follows keeps its distance."""

CJK = (
    "\u1100-\u11ff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f"
    "\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c\uac00-\ud7a3"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
RUN = re.compile(rf"[{CJK}]+|\d+|[^\W\d_{CJK}]+")
IS_CJK = re.compile(f"[{CJK}]")
_LATIN_WORD = re.compile("[a-z]+")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A document's tokens: in order, and Han signs that stand somewhere, once each."""

    title: Sequence[str]
    title_signs: Sequence[str]
    body: Sequence[str]
    body_signs: Sequence[str]


def runs_of(text: str) -> list[str]:
    """Return the runs of a text, folded: Han, digits, letters."""
    return [run[:MAX_TOKEN] if not is_cjk(run) else run for run in RUN.findall(fold(text))]


def is_cjk(run: str) -> bool:
    """Return whether a run is cut into pairs."""
    return IS_CJK.match(run) is not None


def grams(run: str) -> list[str]:
    """Return the tokens of a Han run: its pairs, then its last sign."""
    return [*(run[place : place + 2] for place in range(len(run) - 1)), run[-1]]


def tokens_of(title: Iterable[str], body: Iterable[str]) -> Tokens:
    """Return the tokens of a document, at most so many that both databases keep them all."""
    seen: Counter[str] = Counter()
    in_title, title_signs = _stream(title, seen, MAX_TOKENS // 4)
    in_body, body_signs = _stream(body, seen, MAX_TOKENS - len(in_title))
    return Tokens(in_title, title_signs, in_body, body_signs)


def _stream(
    texts: Iterable[str], seen: Counter[str], room: int
) -> tuple[Sequence[str], Sequence[str]]:
    found: list[str] = []
    signs: dict[str, None] = {}
    for text in texts:
        if found:
            found.append(GAP)
        for run in runs_of(text):
            if is_cjk(run):
                found += grams(run)
                signs.update(dict.fromkeys(run))
            else:
                found.append(run)
            if len(found) >= room:
                break
    return _thinned(found[:room], seen), list(signs)


def _thinned(tokens: list[str], seen: Counter[str]) -> Sequence[str]:
    """Leave out what repeats more often than an index keeps; its place stays."""
    if len(tokens) <= MAX_REPEATS:
        seen.update(tokens)
        return tokens
    kept = []
    for token in tokens:
        seen[token] += 1
        kept.append(token if seen[token] <= MAX_REPEATS or token == GAP else GAP)
    return kept


def latin_words(texts: Iterable[str]) -> set[str]:
    """Return the words of plain Latin letters in texts, folded: what typing errors are about."""
    return {
        run
        for text in texts
        for run in runs_of(text)
        if len(run) > 2 and _LATIN_WORD.fullmatch(run)  # noqa: PLR2004 - shorter ones say nothing
    }
