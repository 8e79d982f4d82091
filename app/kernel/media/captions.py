"""Captions: WebVTT and SubRip read, cleaned, and written as plain WebVTT.

Sources: W3C WebVTT (https://www.w3.org/TR/webvtt1/); SubRip has no standard, so what players take.
Styles, positions, voices and every tag are left out: captions are text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.text import clean

MAX_CAPTION_BYTES = 64 * 1024
MAX_CUES = 400
MAX_CUE = 300  # characters
LAST = 90_000  # milliseconds; no video is that long

_TIME = r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
_TAG = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,80}\}")
_ESCAPES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "", "&rlm;": ""}
_ESCAPED = re.compile("|".join(map(re.escape, _ESCAPES)))


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption: from when to when, in milliseconds, and its lines."""

    start: int
    stop: int
    text: str


class CaptionsError(InvalidError):
    """What was sent is no captions; the message says what to do."""

    code: ClassVar[str] = "captions_invalid"
    default_message = _l(
        "We can't read these captions. They need lines such as 00:01.000 --> 00:03.500, each "
        "followed by what is said."
    )


class CaptionsTooLongError(CaptionsError):
    """More than a minute can hold."""

    code = "captions_too_long"
    default_message = _l("These are more captions than a minute can hold. Shorten them.")


def decode(data: bytes) -> str:
    """Return the text of a captions file: UTF-8, UTF-16 with its mark, or what Chinese tools write.

    Raises:
        CaptionsError: it is no text.
    """
    is_marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CaptionsError


def to_vtt(text: str) -> str:
    """Return captions as plain WebVTT, or an empty text for an empty one.

    Raises:
        CaptionsError: it has no cue, or one that makes no sense.
    """
    if not text.strip():
        return ""
    if len(text.encode()) > MAX_CAPTION_BYTES:
        raise CaptionsTooLongError
    cues = sorted(read_cues(text), key=lambda cue: (cue.start, cue.stop))
    if not cues:
        raise CaptionsError
    if len(cues) > MAX_CUES:
        raise CaptionsTooLongError
    return "WEBVTT\n\n" + "\n".join(
        f"{_moment(cue.start)} --> {_moment(cue.stop)}\n{_escape(cue.text)}\n" for cue in cues
    )


def read_cues(text: str) -> Iterator[Cue]:
    """Yield the cues of WebVTT or SubRip; whatever stands between them is left out.

    Raises:
        CaptionsError: a cue ends before it begins, lies outside a video, or is a wall of text.
    """
    timing: tuple[int, int] | None = None
    lines: list[str] = []
    for raw in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        found = _TIMING.match(raw)
        if found is None and raw.strip():
            lines.append(raw)
            continue
        if timing is not None:
            yield from _cue(timing, lines)
        timing, lines = _times(found) if found else None, []


def _cue(timing: tuple[int, int], lines: list[str]) -> Iterator[Cue]:
    said = [clean(_unescape(_TAG.sub("", line))) or "" for line in lines]
    text = "\n".join(line for line in said if line)
    if len(text) > MAX_CUE:
        raise CaptionsTooLongError
    if text:
        yield Cue(*timing, text)


def _times(found: re.Match[str]) -> tuple[int, int]:
    start, stop = _milliseconds(found.group(1, 2, 3, 4)), _milliseconds(found.group(5, 6, 7, 8))
    if not start < stop <= LAST:
        raise CaptionsError
    return start, stop


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, rest = (part or "0" for part in parts)
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(rest.ljust(3, "0"))


def _moment(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES[found.group()], text)


def spoken(vtt: str) -> str:
    """Return what is said in WebVTT of ours, without its times."""
    return "\n".join(cue.text for cue in read_cues(vtt))


def spoken_in(words: str) -> str:
    """Return a transcript, and what captions after it say beyond it: one text for search."""
    transcript, mark, captions = words.partition("WEBVTT\n")
    said = spoken(captions) if mark else ""
    return f"{transcript.strip()}\n{said}".strip()
