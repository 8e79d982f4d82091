"""HTML becomes Markdown. What can't be walked becomes plain text."""

from collections.abc import Callable
from typing import Any

import nh3
from markdownify import MarkdownConverter

from app.kernel.text import plain_text

_TAGS = {
    *("p", "br", "hr", "b", "strong", "i", "em", "del", "s", "strike", "a", "code", "pre", "img"),
    *("blockquote", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "div", "span", "aside"),
    *("table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
}
_ATTRIBUTES = {
    "a": {"href", "class"},
    "img": {"src", "alt", "class", "title"},
    "aside": {"class", "data-username", "data-post", "data-topic", "data-onebox-src"},
    "code": {"class"},
}
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "upload"},
)

Quoted = Callable[[str, str, str], str]


class _Converter(MarkdownConverter):
    """markdownify, with what Discourse cooks: quotes, oneboxes, emoji, mentions."""

    def __init__(self, quoted: Quoted) -> None:
        super().__init__(
            heading_style="ATX", bullets="-", strong_em_symbol="*", newline_style="BACKSLASH"
        )
        self._quoted = quoted

    def convert_aside(self, el: Any, text: str, parent_tags: Any) -> str:  # noqa: ARG002 - its way to call
        """Turn a quote or a onebox; others are what they hold."""
        if source := el.get("data-onebox-src"):
            return f"\n\n{source}\n\n"
        name = el.get("data-username")
        if not name:
            return str(text)
        head = self._quoted(name, el.get("data-topic") or "", el.get("data-post") or "")
        # The words above it say whose it is; what he said is in the quote that stands in it.
        quote = [line[1:].removeprefix(" ") for line in text.split("\n") if line.startswith(">")]
        lines = ([head] if head else []) + (quote or text.strip().split("\n"))
        return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"

    def convert_img(self, el: Any, _text: str, parent_tags: Any) -> str:  # noqa: ARG002 - its way to call
        """Print an emoji as its name, another picture as one, also inside headings."""
        if "emoji" in (el.get("class") or []):
            return str(el.get("title") or el.get("alt") or "")
        source = str(el.get("src") or "").strip()
        return "" if not source or any(sign in source for sign in " <>()\n") else f"![]({source})"

    def convert_br(self, _el: Any, _text: str, parent_tags: Any) -> str:  # noqa: ARG002 - its way to call
        """Print a line break: here one is enough."""
        return "\n"

    def convert_a(self, el: Any, text: str, parent_tags: Any) -> str:
        """Print a mention as the name it is, a picture in a link as the picture."""
        if "mention" in (el.get("class") or []) or "![](" in text:
            return str(text)
        return str(super().convert_a(el, text, parent_tags))  # type: ignore[misc]  # untyped


def from_html(text: str, quoted: Quoted) -> str:
    """Return HTML as Markdown. Never raises; linear but for what nests thousands deep."""
    clean = _cleaner.clean(text)
    try:
        return str(_Converter(quoted).convert(clean)).strip()
    except RecursionError:
        return plain_text(nh3.clean(text, tags=set()))
