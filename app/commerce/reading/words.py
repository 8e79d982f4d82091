"""Words in cells: kinds of lines, states, phases, in Chinese and English."""

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from app.commerce.types import LineKind, RefundPhase

WORDS = Path(__file__).with_name("words.toml")
STOPS = frozenset("([{$¥€£:|/【·")  # after these a name only says how much, or which


def plain(written: str) -> str:
    """Return a text for comparison: letters and digits only, in one case and width."""
    normal = unicodedata.normalize("NFKC", written).casefold()
    return "".join(c for c in normal if c.isalnum())


@cache
def _lists() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    known = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {
        part: {name: tuple(words) for name, words in lists.items()} for part, lists in known.items()
    }


@cache
def _by_word(part: str) -> Mapping[str, str]:
    return {plain(word): name for name, words in _lists()[part].items() for word in words}


@lru_cache(maxsize=4096)
def _find(part: str, cell: str, *, may_go_on: bool = False) -> str | None:
    """Return the list a cell belongs to, or None.

    ``may_go_on``: the cell may be a longer text that begins with the word ("Gift card 50"), as long
    as the word ends there: "gift card holder" goes on with a letter and is goods.
    """
    words = _by_word(part)
    found = words.get(plain(cell))
    if found is not None or not may_go_on:
        return found
    return words.get(plain(_before_figures(cell)))


def _before_figures(cell: str) -> str:
    """Return a text up to its first digit, bracket or currency sign."""
    normal = unicodedata.normalize("NFKC", cell)
    ends = (at for at, letter in enumerate(normal) if letter.isdecimal() or letter in STOPS)
    return normal[: next(ends, len(normal))]


def line_kind(cell: str) -> LineKind:
    """Return what a line is, by its kind or its item's name. What no list knows is goods."""
    found = _find("line_kind", cell, may_go_on=True)
    return LineKind(found) if found else LineKind.GOODS


def order_state(cell: str) -> str:
    """Return ``cancelled``, ``not_paid``, or an empty text for every other state."""
    return _find("order_state", cell) or ""


def refund_state(cell: str) -> str:
    """Return ``cancelled``, ``pending``, or an empty text for every other state."""
    return _find("refund_state", cell) or ""


def phase(cell: str) -> RefundPhase | None:
    """Return when a refund happened, or None where the words don't tell."""
    found = _find("phase", cell)
    return RefundPhase(found) if found else None
