"""Links of the old place: found in Markdown, turned to where the thing stands now."""

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

_FENCE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
# The address of [words](address), of ![](address) or a bare one.
_SPOT = re.compile(
    r"(?P<image>!)?\[(?P<label>[^\[\]\n]{0,500})\]\((?P<url>[^\s()<>]{1,2000})(?:\s+\"[^\"\n]{0,300}\")?\)"
    r"|(?P<bare>https?://[^\s<>\[\]()\"]{1,2000})"
)
_TOPIC = re.compile(r"/t/(?:[^/]*[^/\d][^/]*/)?(?P<topic>\d{1,12})(?:/(?P<post>\d{1,9}))?$")
_SLUGGED = re.compile(r"/(?P<what>topic|forum)/(?P<id>\d{1,12})(?:-[^/]*)?$")
_CATEGORY = re.compile(r"/c/(?:[^/]+/){0,3}(?P<id>\d{1,12})$")
_PERSON = re.compile(r"/u(?:sers)?/(?P<name>[^/]+)(?:/(?:summary|activity))?$")

Turn = Callable[[str], str | None]


def link_paths(path: str) -> list[str]:
    """Return under which paths an old address may be kept, the nearest first.

    ``/t/some-words/12/3`` is kept as ``/t/12/3``, or at least as ``/t/12``.
    """
    path = path.rstrip("/") or "/"
    found = [path]
    if match := _TOPIC.match(path):
        if match["post"]:
            found.append(f"/t/{match['topic']}/{match['post']}")
        found.append(f"/t/{match['topic']}")
    elif match := _SLUGGED.match(path):
        found.append(f"/{match['what']}/{match['id']}")
    elif match := _CATEGORY.match(path):
        found.append(f"/c/{match['id']}")
    elif match := _PERSON.match(path):
        found.append(f"/u/{match['name']}")
    return list(dict.fromkeys(found))


def inner_path(address: str, base_url: str) -> str | None:
    """Return the path of an address that leads into the old place, else None."""
    try:
        parts, base = urlsplit(address), urlsplit(base_url)
    except ValueError:
        return None
    if parts.netloc:
        if not base_url or parts.netloc.lower() != base.netloc.lower():
            return None
        path = parts.path.removeprefix(base.path)
    else:
        path = parts.path
    return unquote(path) if path.startswith("/") and not parts.scheme.startswith("mailto") else None


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Return a text with everything but its code changed."""
    pieces, done = [], 0
    for code in _FENCE.finditer(text):
        pieces += [change(text[done : code.start()]), code[0]]
        done = code.end()
    return "".join([*pieces, change(text[done:])])


def turned(text: str, picture: Turn, link: Turn) -> str:
    """Return a text whose addresses are turned.

    Args:
        text: Markdown.
        picture: address of a picture -> what stands for it; None: the picture stays a link.
        link: address -> the new one; None: it stays.
    """

    def put(match: re.Match[str]) -> str:
        if match["bare"]:
            address = link(match["bare"])
            return match[0] if address is None else f"[{address}]({address})"
        if match["image"]:
            instead = picture(match["url"])
            return match[0] if instead is None else instead
        address = link(match["url"])
        return match[0] if address is None else f"[{match['label']}]({address})"

    return outside_code(text, lambda part: _SPOT.sub(put, part))
