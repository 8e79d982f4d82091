"""Rendering for bulk loading, where texts differ but their paragraphs repeat.

A blank line separates Markdown's blocks; a block renders alone as it does in its text, unless
something reaches across the blank line: a fence, an indented continuation, a list or quote that
goes on, a reference defined elsewhere. Texts with any of these are rendered whole.
"""

import re
from functools import lru_cache

from markupsafe import Markup

from app.kernel.text.html import render_markdown, stored_markup

_REACHES_FURTHER = re.compile(r"^(?:`{3}|~{3}|[ \t]+\S|<)|\]:", re.MULTILINE)
_MARK = re.compile(r"^(?:\d{1,9}([.)])(?=\s|$)|([-*+])(?=\s|$)|(>))", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n\n+")

_render_block = lru_cache(maxsize=16_384)(render_markdown)


def render_repeating(source: str) -> Markup:
    """Return what :func:`render_markdown` returns, remembering blocks it has seen before."""
    if _REACHES_FURTHER.search(source):
        return render_markdown(source)
    blocks = _BLANK_LINE.split(source.strip("\n"))
    if len(blocks) > 1 and any(map(_belong_together, blocks, blocks[1:])):
        return render_markdown(source)
    return stored_markup("\n".join(_render_block(block) for block in blocks))


def _belong_together(first: str, second: str) -> bool:
    """Return whether the second block might go on with a list or quote of the first."""
    begins = _MARK.match(second)
    return begins is not None and begins.groups() in {
        mark.groups() for mark in _MARK.finditer(first)
    }
