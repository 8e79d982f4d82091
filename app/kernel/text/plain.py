"""Plain text of what members wrote: excerpts, emptiness, language."""

import html
import re
import unicodedata

from app.kernel.text.html import render_markdown

_INLINE_TAG = re.compile(r"</?(?:em|strong|del|a|code)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_LETTER = re.compile(r"[A-Za-z]")
# Letters by category that nobody can see: Hangul fillers, the Braille blank.
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_JOINERS = frozenset("\u200d\ufe0f\ufe0e\u20e3")


def plain_text(markup: str) -> str:
    """Return the words of HTML that :func:`render_markdown` made, on one line."""
    return _SPACE.sub(" ", html.unescape(_TAG.sub(" ", _INLINE_TAG.sub("", markup)))).strip()


def excerpt(source: str, n: int) -> str:
    """Return the first ``n`` characters of Markdown as plain text, see :func:`shorten`."""
    return shorten(plain_text(render_markdown(source[: n * 8 + 400])), n)


def shorten(text: str, n: int) -> str:
    """Return at most ``n`` characters of a plain text, the last one ``…`` if there is more.

    An emoji or an accented letter is never cut in two; a Latin word only when it is very long.
    """
    return text if len(text) <= n else _cut(text, n - 1) + "…"


def _cut(text: str, n: int) -> str:
    while n > 0 and (_belongs_to_the_one_before(text[n]) or text[n - 1] in _JOINERS):
        n -= 1
    if _LETTER.match(text[n]) and _LETTER.match(text[n - 1 : n]):
        space = text.rfind(" ", max(0, n - 20), n)
        n = space if space > 0 else n
    return text[:n].rstrip(" ，、,;；：:")


def _belongs_to_the_one_before(character: str) -> bool:
    return (
        character in _JOINERS
        or unicodedata.category(character).startswith("M")
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
    )


def is_blank(source: str) -> bool:
    """Return whether nothing of a Markdown source could be seen by a reader."""
    return not is_visible(plain_text(render_markdown(source)))


def is_visible(text: str) -> bool:
    """Return whether a plain text has a character that can be seen."""
    return any(c not in _INVISIBLE and unicodedata.category(c)[0] not in "CZ" for c in text)


def language_of(*texts: str) -> str:
    """Return ``"zh"`` or ``"en"``: what a reader's software should take these texts for.

    One Han character carries about as much as three Latin letters.
    """
    joined = " ".join(texts)
    return "zh" if 3 * len(_HAN.findall(joined)) >= len(_LETTER.findall(joined)) else "en"
