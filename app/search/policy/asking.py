"""What was typed, as phrases. There are no operators: every sign that is no letter is a blank.

Blanks part phrases, all of which must be found; signs inside a piece stand side by side. Double
quotes keep several words side by side.
"""

import re
from collections.abc import Iterable

from app.search.policy.folding import fold
from app.search.policy.tokens import RUN, grams, is_cjk
from app.search.types import MAX_PHRASES, MAX_QUERY, MAX_TOKEN, Phrase

_QUOTED = re.compile(r'"([^"]*)"|“([^“”]*)”|([^\s"“”]+)')
_INSIDE = re.compile(r"[^\w'’\-.+]+|(?<=[^\x00-\x7f])[^\w]+|[^\w]+(?=[^\x00-\x7f])")


def read_query(text: str) -> tuple[str, tuple[tuple[str, ...], ...], bool]:
    """Return what was typed in one line, its runs phrase by phrase, and whether it was cut."""
    line = " ".join(text[: MAX_QUERY * 4].split()).replace("\x00", "")
    is_cut = len(text) > MAX_QUERY * 4 or len(line) > MAX_QUERY
    line = line[:MAX_QUERY].strip()
    phrases: dict[tuple[str, ...], None] = {}
    for quoted, curly, bare in _QUOTED.findall(line):
        pieces = [quoted or curly] if quoted or curly else _INSIDE.split(bare)
        for piece in pieces:
            runs = tuple(
                run if is_cjk(run) else run[:MAX_TOKEN] for run in RUN.findall(fold(piece))
            )
            if runs:
                phrases[runs] = None
    return line, tuple(phrases)[:MAX_PHRASES], is_cut


def phrases_of(runs: Iterable[tuple[str, ...]], prefix_from: int) -> tuple[Phrase, ...]:
    """Return the phrases that a search asks the index for.

    Args:
        runs: from :func:`read_query`.
        prefix_from: how long a Latin word must be to find longer ones.
    """
    return tuple(_phrase(each, prefix_from) for each in runs)


def _phrase(runs: tuple[str, ...], prefix_from: int) -> Phrase:
    tokens: list[str] = []
    *before, last = runs
    for run in before:
        tokens += grams(run) if is_cjk(run) else [run]
    if not is_cjk(last):
        return Phrase((*tokens, last), is_open=last.isalpha() and len(last) >= prefix_from)
    if len(last) == 1:  # alone it is found among the signs; behind others it may begin a pair
        return Phrase((*tokens, last), is_open=bool(tokens))
    return Phrase((*tokens, *grams(last)[:-1]))
