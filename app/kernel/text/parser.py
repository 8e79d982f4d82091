"""Markdown with Chinese in mind: emphasis beside full-width punctuation, links inside sentences.

CommonMark decides from the characters around ``**`` whether it opens or closes emphasis, and takes
for granted that words stand between spaces. Chinese has none: ``这是**“重点”**吗`` stays unmarked.
The remedy follows the rule of the ``markdown-cjk-friendly`` specification: beside a CJK character,
punctuation on the other side of the run does not stop it.
"""

import re
from typing import Any

import mistune
from linkify_it import LinkifyIt
from mistune.core import BlockState, InlineState
from mistune.util import escape_url

MAX_DEPTH = 12  # of nested quotes, lists and emphasis; deeper ones stay text
MAX_URL = 2_048

# A noncharacter: it can't be written, counts as punctuation, and is gone before rendering.
_SEAM = "\ufdd0"

# Han, Kana, Bopomofo, Hangul, full-width letters and figures, CJK symbols that act as letters.
_CJK = (
    "\u1100-\u11ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u30fb\u30fc-\u318f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\U00020000-\U0003ffff"
)
_CJK_MARKS = "，。！？；：、“”‘’（）《》〈〉【】『』「」〔〕…—～·｜￥"
_BEFORE_MARK = re.compile(rf"(?<=[{_CJK}])(\*+)(?=[^\w\s*])|(?<=\w)(\*+)(?=[{_CJK_MARKS}])")
_AFTER_MARK = re.compile(rf"(?<=[^\w\s*])(\*+)(?=[{_CJK}])|(?<=[{_CJK_MARKS}])(\*+)(?=\w)")

_URL_START = r"(?i:https?://|www\.)(?=[^\s<>])"
_URL_STOP = re.compile(rf"[\s<>`\"{_CJK_MARKS}]|\*\*|~~")
_GLUED = re.compile(r"[A-Za-z0-9_]")
_TRAILING = "*_~"
_linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False})

Token = dict[str, Any]


class Blocks(mistune.BlockParser):
    """Block rules, with the order of blocks kept where a list follows a quote at once."""

    def __init__(self) -> None:
        super().__init__(max_nested_level=MAX_DEPTH)

    def parse_block_quote(self, m: re.Match[str], state: BlockState) -> int:
        """Parse a quote; it stays before what ended it, however many blocks that was."""
        before = len(state.tokens)
        end = super().parse_block_quote(m, state)
        if len(state.tokens) - before > 2:  # noqa: PLR2004 - mistune puts it before the last only
            state.tokens.insert(before, state.tokens.pop(-2))
        return end


class Inline(mistune.InlineParser):
    """Inline rules: CJK-aware emphasis, bare links."""

    def __init__(self) -> None:
        super().__init__(hard_wrap=True, max_nested_level=MAX_DEPTH)
        self.register(
            "bare_link", _URL_START, _parse_bare_link, before="link", start_chars=tuple("hHwW")
        )

    def finalize_tokens(self, tokens: list[Token], depth: int) -> list[Token]:
        """Match emphasis with seams where Chinese needs them, then take the seams out."""
        tokens = _joined(tokens)
        if not any(_may_emphasise(token) and "*" in token["raw"] for token in tokens):
            return super().finalize_tokens(tokens, depth)
        last = len(tokens) - 1
        for index, token in enumerate(tokens):
            if _may_emphasise(token):
                before = _edge(tokens[index - 1], -1) if index else "\n"
                after = _edge(tokens[index + 1], 0) if index < last else "\n"
                token["raw"] = _with_seams(token["raw"], before, after)
        return _without_seams(super().finalize_tokens(tokens, depth))


def _parse_bare_link(_inline: Any, match: re.Match[str], state: InlineState) -> int | None:
    """Link an address in running text; it ends at white space or at Chinese punctuation."""
    start = match.start()
    if state.in_link or state.in_image or _GLUED.match(state.src[start - 1 : start]):
        return None
    window = state.src[start : start + MAX_URL]
    stop = _URL_STOP.search(window)
    window = window[: stop.start()] if stop else window
    prefix = "" if match.group(0).lower().startswith("http") else "http://"
    found = _linkify.match_at_start(prefix + window)
    if found is None:
        return None
    text = found.raw[len(prefix) :].rstrip(_TRAILING)
    if len(text) <= len(match.group(0)):
        return None
    state.append_token(
        {
            "type": "link",
            "children": [{"type": "text", "raw": text}],
            "attrs": {"url": escape_url(prefix + text)},
            "_autolink": text,  # what it becomes again inside another link's words
        }
    )
    return start + len(text)


def _joined(tokens: list[Token]) -> list[Token]:
    """Join neighbouring text tokens, so that a run of stars sees what stands around it."""
    joined: list[Token] = []
    for token in tokens:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last["type"] == token["type"] == "text"
            and last.get("_emphasis", True) == token.get("_emphasis", True)
        ):
            last.setdefault("_parts", [last["raw"]]).append(token["raw"])
        else:
            joined.append(token)
    for token in joined:
        if parts := token.pop("_parts", None):
            token["raw"] = "".join(parts)
    return joined


def _may_emphasise(token: Token) -> bool:
    return token["type"] == "text" and bool(token.get("_emphasis", True))


def _edge(token: Token, side: int) -> str:
    """Return the character that a token shows to its neighbour (a link shows punctuation)."""
    if token["type"] == "text":
        return str(token["raw"][side : side + 1 or None] or "\n")
    return "\n" if token["type"] in {"linebreak", "softbreak"} else "\ufffc"


def _with_seams(text: str, before: str, after: str) -> str:
    padded = f"{before}{text}{after}"
    padded = _AFTER_MARK.sub(lambda m: m.group(0) + _SEAM, padded)
    padded = _BEFORE_MARK.sub(lambda m: _SEAM + m.group(0), padded)
    return padded[1:-1]


def _without_seams(tokens: list[Token]) -> list[Token]:
    for token in tokens:
        if "children" in token:
            _without_seams(token["children"])
        elif _SEAM in token.get("raw", ""):
            token["raw"] = token["raw"].replace(_SEAM, "")
    return tokens


def without_seams(source: str) -> str:
    """Return a source in which nobody has planted our own mark."""
    return source.replace(_SEAM, "").replace("\x00", "")
