"""Beautify: the small manners of a text, on request and undone with one tap. Pure."""

import re
import unicodedata

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
# What must stay as it is: code, addresses, link targets, people.
_KEPT = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|https?://[^\s，。；！？）]+|\]\([^)\n]*\)|@[^\s@]{1,24}|[#＃][^\s#＃]{1,40}[#＃]",
    re.DOTALL,
)
_HAN_LATIN = re.compile(rf"(?<=[{_HAN}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%℃°])(?=[{_HAN}])")
_HALF_WIDTH = re.compile(rf"(?<=[{_HAN}])\s*([,;!?:])\s*(?=[{_HAN}]|$)", re.MULTILINE)
_WIDE = {",": "，", ";": "；", "!": "！", "?": "？", ":": "："}
_BRACKETED = re.compile(r"^[【\[]([^】\]\n]{1,30})[】\]]$")
_GLUED_HEADING = re.compile(r"^(#{1,4})(?=[^\s#])(?![^#\n]*#)")
_GLUED_LIST = re.compile(r"^\s*(\d{1,2})\s*[、）)．](?!\d)\s*")
_DOT = re.compile(r"^\s*[•●·▪◦‣]\s*")
_MANY_MARKS = re.compile(r"([！!？?。~～])\1{2,}")


def beautified(text: str) -> str:
    """Return a text with its manners in order; applied again, nothing changes.

    Headings get their space, 【…】 alone on a line becomes one; dots and lines that begin with an
    emoji become lists; a space stands between Han characters and Latin letters or figures;
    half-width marks between Han characters become full-width; runs of marks, empty lines and
    spaces at the end of lines go. Code, addresses, people and topics stay.
    """
    lines = [_line(line.rstrip()) for line in text.split("\n")]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(_emoji_lists(lines))).strip("\n")
    pieces, done = [], 0
    for match in _KEPT.finditer(joined):
        pieces += [_spaced(joined[done : match.start()]), match[0]]
        done = match.end()
    return "".join([*pieces, _spaced(joined[done:])])


def _line(line: str) -> str:
    if bracketed := _BRACKETED.match(line):
        return f"## {bracketed[1].strip()}"
    line = _GLUED_HEADING.sub(r"\1 ", line)
    line = _GLUED_LIST.sub(r"\1. ", line)
    return _DOT.sub("- ", line)


def _emoji_lists(lines: list[str]) -> list[str]:
    """Make a list of two or more lines that follow each other and begin with an emoji."""
    begins = [_begins_with_emoji(line) for line in lines]
    return [
        f"- {line}" if begins[n] and (_at(begins, n - 1) or _at(begins, n + 1)) else line
        for n, line in enumerate(lines)
    ]


def _at(flags: list[bool], n: int) -> bool:
    return 0 <= n < len(flags) and flags[n]


def _begins_with_emoji(line: str) -> bool:
    return bool(line) and unicodedata.category(line[0]) == "So" and len(line) > 1


def _spaced(text: str) -> str:
    text = _MANY_MARKS.sub(r"\1", text)
    text = _HALF_WIDTH.sub(lambda match: _WIDE[match[1]], text)
    return _HAN_LATIN.sub(" ", text)
