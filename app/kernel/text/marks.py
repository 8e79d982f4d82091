"""What a text may point to: people, topics, pages elsewhere that are known by a card.

The caller finds out who and what is meant; rendering only prints it. A person is written as
``@`` and his Yid, so his name may change; a topic as ``#name`` or ``#name#``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

import mistune
from mistune.core import InlineState

from app.kernel import ids

MENTION = rf"@[{ids.ALPHABET}]{{{ids.CODE_LENGTH + 1}}}(?![0-9A-Za-z])"
TOPIC = r"[#＃][^\s#＃.,;:!?，。；：！？、<>]{1,40}[#＃]?"
_GLUED = re.compile(r"[A-Za-z0-9_]")
# An address alone on its line, as the renderer and the sanitiser leave it.
_ALONE = re.compile(
    r'(?P<before><p>|<br>\s?)<a href="(?P<url>https://[^"]*)" rel="[^"]*">(?P<text>[^<]*)</a>'
    r"(?=</p>|<br>)"
)


@dataclass(frozen=True, slots=True)
class Card:
    """A page elsewhere in a few words; plain text."""

    title: str
    text: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a text points to.

    Attributes:
        people: Yid -> name as shown.
        topics: name in small letters -> path.
        cards: address -> card.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)


def add_rules(inline: mistune.InlineParser) -> None:
    """Teach a parser to read people and topics; without marks both stay text."""
    inline.register("mention", MENTION, _parse_mention, before="link", start_chars=("@",))
    inline.register("topic", TOPIC, _parse_topic, before="link", start_chars=("#", "＃"))


def _parse_mention(_inline: Any, match: re.Match[str], state: InlineState) -> int | None:
    marks, yid = state.env.get("marks"), match.group(0)[1:]
    if marks is None or yid not in marks.people or _is_inside(match, state):
        return None
    return _link(match, state, f"@{marks.people[yid]}", f"/u/{yid}")


def _parse_topic(_inline: Any, match: re.Match[str], state: InlineState) -> int | None:
    marks, text = state.env.get("marks"), match.group(0)
    path = marks.topics.get(text.strip("#＃").casefold()) if marks is not None else None
    if path is None or _is_inside(match, state):
        return None
    return _link(match, state, text, path)


def _is_inside(match: re.Match[str], state: InlineState) -> bool:
    """Return whether it stands in a link, or glued to a word (a mailbox, an anchor)."""
    start = match.start()
    return bool(
        state.in_link or state.in_image or _GLUED.match(state.src[max(0, start - 1) : start])
    )


def _link(match: re.Match[str], state: InlineState, text: str, path: str) -> int:
    state.append_token(
        {
            "type": "link",
            "children": [{"type": "text", "raw": text}],
            "attrs": {"url": path},
            "_autolink": text,
        }
    )
    return match.end()


def lone_addresses(html: str) -> list[str]:
    """Return the https addresses that stand alone on a line of clean HTML, once each."""
    found = (unescape(match["url"]) for match in _ALONE.finditer(html) if _says_itself(match))
    return list(dict.fromkeys(found))


def with_cards(html: str, cards: Mapping[str, Card]) -> str:
    """Return clean HTML in which lone addresses with a card are cards; everything is escaped."""
    return _ALONE.sub(lambda match: _card(match, cards), html) if cards else html


def _says_itself(match: re.Match[str]) -> bool:
    """Return whether a link's words are its address: one with words of its own is no card."""
    return unescape(match["text"]).rstrip("/") == unescape(match["url"]).rstrip("/")


def _card(match: re.Match[str], cards: Mapping[str, Card]) -> str:
    card = cards.get(unescape(match["url"]))
    if card is None or not _says_itself(match):
        return match[0]
    text = f"<span>{escape(card.text)}</span>" if card.text else ""
    return (
        f'{match["before"]}<a class="link-card" href="{match["url"]}" rel="ugc nofollow noopener">'
        f"<b>{escape(card.title)}</b>{text}<small>{escape(card.site)}</small></a>"
    )
