"""Where a text says what was looked for: pieces to be marked, and the excerpt around the first."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from app.search.policy.folding import fold_with_places
from app.search.policy.tokens import CJK, is_cjk
from app.search.types import Piece

BEFORE, LENGTH = 24, 110  # characters
_LETTER = re.compile(rf"[^\W\d_{CJK}]")


@lru_cache(maxsize=512)
def _pattern(runs: tuple[tuple[str, ...], ...], prefix_from: int) -> re.Pattern[str]:
    found = []
    for phrase in sorted(runs, key=lambda each: -sum(map(len, each))):
        parts = [_part(run) for run in phrase[:-1]]
        last = phrase[-1]
        is_open = last.isalpha() and not is_cjk(last) and len(last) >= prefix_from
        parts.append(_part(last, is_open=is_open))
        found.append(r"[\W_]*".join(parts))
    return re.compile("|".join(found) or r"(?!)")


def _part(run: str, *, is_open: bool = False) -> str:
    if is_cjk(run):
        return re.escape(run)
    letters = r"\d" if run.isdigit() else rf"[^\W\d_{CJK}]"
    end = f"{letters}*" if is_open else f"(?!{letters})"
    return rf"(?<!{letters}){re.escape(run)}{end}"


def _spans(
    text: str, runs: tuple[tuple[str, ...], ...], prefix_from: int
) -> Iterable[tuple[int, int]]:
    folded, places = fold_with_places(text)
    for match in _pattern(runs, prefix_from).finditer(folded):
        start, end = match.span()
        if start == end:
            continue
        if places is None:
            yield start, end
        else:
            yield places[start], places[end - 1] + 1


def highlighted(text: str, runs: tuple[tuple[str, ...], ...], prefix_from: int = 4) -> list[Piece]:
    """Return a text in pieces, those that were looked for marked."""
    text = unicodedata.normalize("NFC", text)
    return _cut(text, list(_spans(text, runs, prefix_from)))


def excerpt_of(
    text: str, runs: tuple[tuple[str, ...], ...], prefix_from: int = 4, length: int = LENGTH
) -> list[Piece]:
    """Return the piece of a text around the first place that was looked for, in pieces."""
    text = unicodedata.normalize("NFC", text)
    first = next(iter(_spans(text, runs, prefix_from)), (0, 0))[0]
    start = max(0, first - BEFORE) if len(text) > length else 0
    start = _word_start(text, start, first)
    shown = text[start : start + length]
    pieces = _cut(shown, list(_spans(shown, runs, prefix_from)))
    if start:
        pieces.insert(0, Piece("…"))
    if start + length < len(text):
        pieces.append(Piece("…"))
    return pieces


def _word_start(text: str, start: int, first: int) -> int:
    """Return a place at or after ``start`` that is not inside a Latin word."""
    while 0 < start < first and _LETTER.match(text[start]) and _LETTER.match(text[start - 1]):
        start += 1
    while start < first and text[start] in "，。、！？；：,.!?;: \n":
        start += 1
    return start


def _cut(text: str, spans: list[tuple[int, int]]) -> list[Piece]:
    pieces, at = [], 0
    for start, end in spans:
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], is_hit=True))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces
