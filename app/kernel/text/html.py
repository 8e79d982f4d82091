"""From Markdown to markup: a renderer that makes little, and an allow-list that trusts nobody.

Two walls, each enough by itself: raw HTML is printed as text and odd addresses are dropped while
rendering; whatever comes out is parsed again as a browser would and cut down to the allow-list.
"""

import re
from typing import Any

import mistune
import nh3
from markupsafe import Markup
from mistune.plugins.formatting import strikethrough
from mistune.plugins.table import table

from app.kernel.text.marks import Marks, add_rules, with_cards
from app.kernel.text.parser import Blocks, Inline, without_seams

SCHEMES = frozenset({"http", "https", "mailto"})
TAGS = {
    *("p", "br", "hr", "em", "strong", "del", "a", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES: dict[str, set[str]] = {"a": {"href", "title"}, "ol": {"start"}}
LINK_REL = "ugc nofollow noopener"
LOWEST_HEADING, DEMOTED_BY = 6, 2  # the page itself owns h1 and h2

_ADDRESS = re.compile(r"([^/?#]*):/{0,2}([^/?#]*)")


class _Renderer(mistune.HTMLRenderer):
    """HTML with quiet headings, no pictures from elsewhere, no odd addresses."""

    def __init__(self) -> None:
        super().__init__(escape=True)

    def heading(self, text: str, level: int, **attrs: Any) -> str:  # noqa: ARG002 - no ids
        tag = f"h{min(level + DEMOTED_BY, LOWEST_HEADING)}"
        return f"<{tag}>{text}</{tag}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if not _is_allowed(url):
            return text
        return super().link(text or self.text(url), url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Print a link: a picture from elsewhere tells its host who reads what."""
        return self.link(text, url, title)

    def block_code(self, code: str, info: str | None = None) -> str:  # noqa: ARG002 - no colours
        return super().block_code(code)


def _is_allowed(url: str) -> bool:
    """Return whether an address leads to a page of ours, the web or a mailbox, and says so."""
    address = "".join(c for c in url if c.isprintable() and not c.isspace()).lower()
    match = _ADDRESS.match(address)
    if match is None:  # no scheme: a page of ours
        return bool(address)
    scheme, authority = match.groups()
    # https://bank.example@elsewhere.example/ shows one place and leads to another.
    return scheme in SCHEMES and (scheme == "mailto" or "@" not in authority)


def _markdown() -> mistune.Markdown:
    inline = Inline()
    add_rules(inline)
    return mistune.Markdown(
        renderer=_Renderer(),
        block=Blocks(),
        inline=inline,
        plugins=[strikethrough, table],
    )


_to_html = _markdown()
_cleaner = nh3.Cleaner(
    tags=TAGS, attributes=ATTRIBUTES, url_schemes=set(SCHEMES), link_rel=LINK_REL
)


def render_markdown(source: str, marks: Marks | None = None) -> Markup:
    """Return clean HTML for what a member wrote. Linear in its length; never raises.

    Headings begin at ``h3``; a line break is a line break; links carry
    ``rel="ugc nofollow noopener"``; raw HTML shows as the text it is.

    Args:
        source: Markdown.
        marks: the people, topics and pages that it may point to; without them they stay text.
    """
    state = _to_html.block.state_cls()
    state.env["marks"] = marks
    html = str(_to_html.parse(without_seams(source), state)[0])
    clean = with_cards(_cleaner.clean(html).strip(), marks.cards if marks else {})
    return Markup(clean)  # noqa: S704 - the one audited place


def stored_markup(html: str) -> Markup:
    """Return HTML that :func:`render_markdown` made and a text column kept, as markup again."""
    return Markup(html)  # noqa: S704 - the other half of the audited place
