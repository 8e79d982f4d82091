"""BBCode and Discourse's brackets, by tokens and a stack: linear, and what is odd stays text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MAX_OPEN = 50  # tags at once; more stay text
MAX_DEPTH = 6  # of quotes in quotes; deeper ones stand beside each other
_TAG = re.compile(
    r"\[(?P<end>/?)(?P<name>[A-Za-z]{1,12}|\*)(?:=(?P<value>\"[^\"\]\n]{0,200}\"|[^\]\n]{0,400}))?"
    r"(?P<more> [^\]\n]{0,200})?\]"
)
_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^(?P=fence)[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_QUOTED = re.compile(
    r"(?P<name>[^,]+)(?:,\s*post:(?P<post>\d{1,9}))?(?:,\s*topic:(?P<topic>\d{1,9}))?"
)

Quoted = Callable[[str, str, str], str]
"""Name, topic and post of a quote -> the line above it."""


@dataclass(slots=True)
class _Open:
    """A tag that is open."""

    name: str
    value: str
    raw: str
    pieces: list[str] = field(default_factory=list)


def from_bbcode(text: str, quoted: Quoted) -> str:
    """Return BBCode as Markdown. Tags that are not known lose their brackets' meaning only."""
    return _walk(text, _BBCODE, quoted)


def from_discourse(text: str, quoted: Quoted) -> str:
    """Return Discourse's Markdown with its brackets turned; code is left alone."""
    pieces, done = [], 0
    for code in _CODE.finditer(text):
        pieces += [_walk(text[done : code.start()], _DISCOURSE, quoted), code[0]]
        done = code.end()
    return "".join([*pieces, _walk(text[done:], _DISCOURSE, quoted)])


def _walk(text: str, tags: Mapping[str, Callable[[str, str], str]], quoted: Quoted) -> str:
    stack = [_Open("", "", "")]
    done = 0
    verbatim = ""
    for match in _TAG.finditer(text):
        name = match["name"].lower()
        if (verbatim and name != verbatim) or name not in tags or _is_too_deep(stack, match):
            continue
        stack[-1].pieces.append(text[done : match.start()])
        done = match.end()
        if not match["end"]:
            value = (match["value"] or "").strip('"') + (match["more"] or "")
            stack.append(_Open(name, value.strip(), match[0]))
            verbatim = name if name == "code" else ""
            if name == "*":
                _close(stack, tags, quoted)
        elif any(each.name == name for each in stack):
            verbatim = ""
            while stack[-1].name != name:
                _leave_open(stack)
            _close(stack, tags, quoted)
        else:
            stack[-1].pieces.append(match[0])
    stack[-1].pieces.append(text[done:])
    while len(stack) > 1:
        _leave_open(stack)
    return "".join(stack[0].pieces)


def _is_too_deep(stack: list[_Open], match: re.Match[str]) -> bool:
    return len(stack) > MAX_OPEN and not match["end"]


def _leave_open(stack: list[_Open]) -> None:
    """Let a tag that nobody closed be the text it is."""
    each = stack.pop()
    stack[-1].pieces += [each.raw, *each.pieces]


def _close(
    stack: list[_Open], tags: Mapping[str, Callable[[str, str], str]], quoted: Quoted
) -> None:
    each = stack.pop()
    inner = "".join(each.pieces)
    if each.name == "quote":
        depth = sum(1 for open_ in stack if open_.name == "quote")
        inner = _quote(inner, each.value, quoted) if depth < MAX_DEPTH else f"\n\n{inner}\n\n"
        stack[-1].pieces.append(inner)
    else:
        stack[-1].pieces.append(tags[each.name](inner, each.value))


def _quote(inner: str, value: str, quoted: Quoted) -> str:
    match = _QUOTED.match(value)
    head = quoted(match["name"].strip(), match["topic"] or "", match["post"] or "") if match else ""
    lines = ([head] if head else []) + inner.strip("\n").split("\n")
    return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _around(mark: str) -> Callable[[str, str], str]:
    def put(inner: str, _value: str) -> str:
        text = inner.strip()
        return f"{mark}{text}{mark}" if text and "\n" not in text else inner

    return put


def _plain(inner: str, _value: str) -> str:
    return inner


def _code(inner: str, _value: str) -> str:
    text = inner.strip("\n")
    if "\n" not in text and "`" not in text:
        return f"`{text}`" if text.strip() else ""
    fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    return f"\n\n{fence}\n{text}\n{fence}\n\n"


def _url(inner: str, value: str) -> str:
    address, label = (value or inner).strip(), inner.strip()
    if not re.match(r"(?:https?:/|/|mailto:)", address) or re.search(r"[\s<>()]", address):
        return inner
    if not value or label == address:
        return address
    return f"[{label.replace('[', '(').replace(']', ')')}]({address})"


def _image(inner: str, _value: str) -> str:
    address = inner.strip()
    return "" if re.search(r"[\s<>()]", address) else f"![]({address})"


def _item(_inner: str, _value: str) -> str:
    return "\n- "


def _list(inner: str, _value: str) -> str:
    return f"\n\n{inner.strip()}\n\n"


def _spoiler(inner: str, value: str) -> str:
    """Keep what was hidden, under its heading; there is no hiding here."""
    head = f"**{value}**\n" if value else "…\n"
    return f"\n\n{head}\n{inner.strip()}\n\n" if "\n" in inner.strip() else f"(… {inner.strip()})"


_BBCODE: Mapping[str, Callable[[str, str], str]] = {
    "b": _around("**"),
    "i": _around("*"),
    "s": _around("~~"),
    "code": _code,
    "url": _url,
    "email": _plain,
    "img": _image,
    "list": _list,
    "*": _item,
    "quote": _plain,
    "spoiler": _spoiler,
    **dict.fromkeys(("u", "color", "size", "font", "center", "left", "right", "align"), _plain),
}
_DISCOURSE: Mapping[str, Callable[[str, str], str]] = {
    "quote": _plain,
    "spoiler": _spoiler,
    "details": _spoiler,
    "code": _code,
    "wrap": _plain,
    "b": _around("**"),
    "i": _around("*"),
    "u": _plain,
}
