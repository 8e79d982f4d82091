"""What changed between two texts, word by word; Han characters one by one. Bounded work."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff]|[^\W\u3400-\u4dbf\u4e00-\u9fff]+|\s+|.", re.DOTALL
)
MOST_WORDS = 3_000  # longer texts are compared line by line


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: ``same``, ``gone`` or ``new``."""

    kind: str
    text: str


def between(before: str, after: str) -> list[Piece]:
    """Return how one text became the other."""
    if before == after:
        return [Piece("same", after)] if after else []
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces = []
    for tag, a, b, c, d in SequenceMatcher(
        None, old, new, autojunk=len(old) > MOST_WORDS
    ).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if a < b:
            pieces.append(Piece("gone", "".join(old[a:b])))
        if c < d:
            pieces.append(Piece("new", "".join(new[c:d])))
    return pieces
