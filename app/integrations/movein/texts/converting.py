"""One text on its way: its way of writing, then names, photos and links, alike for all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.integrations.movein.reading import PathError, clean_path
from app.integrations.movein.texts.brackets import from_bbcode, from_discourse
from app.integrations.movein.texts.links import (
    inner_path,
    link_paths,
    outside_code,
    turned,
)
from app.integrations.movein.texts.markup import from_html
from app.integrations.movein.types import Text

_NAME = re.compile(r"(?<![0-9A-Za-z_/@.])@(?P<name>[\w.\-]{1,60})")
_MARKS = re.compile(r"([\\`*_{}\[\]#|~])")
_BLANKS = re.compile(r"\n{3,}")
UPLOAD = "upload://"


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around a text.

    Attributes:
        base_url: of the old place.
        people: name there in small letters -> Yid here.
        paths: old path -> address here.
        has: whether the package has a file of that path.
    """

    base_url: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    has: Callable[[str], bool] = lambda _path: False


@dataclass(frozen=True, slots=True)
class Converted:
    """A text in the house's Markdown.

    Attributes:
        photos: paths of the package that stood in it as pictures.
        old: paths of the old place that it leads to and nobody knows yet.
    """

    body: str
    photos: tuple[str, ...] = ()
    old: tuple[str, ...] = ()


def convert(text: str, form: Text, context: Context) -> Converted:
    """Return a text in the house's Markdown, with what it shows and where it leads."""
    old: dict[str, None] = {}
    body = _as_markdown(text, form, context, old)
    body = outside_code(body, lambda part: _NAME.sub(lambda m: _mention(m, context), part))
    photos: dict[str, None] = {}

    def picture(address: str) -> str | None:
        path = _photo_path(address, context)
        if path is None:
            return None
        photos[path] = None
        return ""

    def link(address: str) -> str | None:
        path = inner_path(address, context.base_url)
        if path is None:
            return None
        for known in link_paths(path):
            if known in context.paths:
                return context.paths[known]
        old[path] = None
        return None

    body = _BLANKS.sub("\n\n", turned(body, picture, link)).strip()
    return Converted(body, tuple(photos), tuple(old))


def _as_markdown(text: str, form: Text, context: Context, old: dict[str, None]) -> str:
    """Return Markdown; ``old`` learns which quoted posts nobody knows yet."""

    def quoted(name: str, topic: str, post: str) -> str:
        yid = context.people.get(name.casefold())
        who = f"@{yid}" if yid else name.replace("[", "(").replace("]", ")")[:60]
        for path in (f"/t/{topic}/{post}", f"/t/{topic}") if topic else ():
            if path in context.paths:
                return f"{who} [↗]({context.paths[path]})"
            old[path] = None
        return f"{who}:"

    if form is Text.PLAIN:
        return _MARKS.sub(r"\\\1", text)
    if form is Text.BBCODE:
        return from_bbcode(text, quoted)
    if form is Text.HTML:
        return from_html(text, quoted)
    if form is Text.DISCOURSE:
        return from_discourse(text, quoted)
    return text


def _mention(match: re.Match[str], context: Context) -> str:
    """Return a name as a Yid; dots and dashes at its end may belong to the sentence."""
    name = match["name"]
    for known in dict.fromkeys((name, name.rstrip(".-"))):
        yid = context.people.get(known.casefold())
        if yid:
            return f"@{yid}{name[len(known) :]}"
    return match[0]


def _photo_path(address: str, context: Context) -> str | None:
    """Return the path of a picture in the package, or None."""
    given = address.removeprefix(UPLOAD)
    path = inner_path(given, context.base_url) or given
    if "://" in path:
        return None
    path = path.lstrip("/")
    try:
        candidates = [clean_path(path), clean_path(f"uploads/{path}")]
    except PathError:
        return None
    return next((each for each in candidates if context.has(each)), None)


def names_in(text: str) -> set[str]:
    """Return the names that a text may mention or quote, in small letters."""
    found = {m["name"].casefold() for m in _NAME.finditer(text)}
    found |= {name.rstrip(".-") for name in found}
    quotes = re.findall(r"\[quote=\"?([^,\"\]\n]{1,60})|data-username=\"([^\"\n]{1,60})\"", text)
    return found | {(one or other).strip().casefold() for one, other in quotes}
