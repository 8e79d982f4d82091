"""Calendar files (RFC 5545): one event that people put into the calendar of their phone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

MIMETYPE = "text/calendar"
PRODUCT = "-//Potluck//Events//EN"
LINE = 75  # octets, without the line's end
_ESCAPED = re.compile(r"([\\;,])")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a calendar is told.

    Attributes:
        uid: names the event for ever and everywhere: a later file with the same one replaces it.
        sequence: counts its changes.
        starts_at, told_at: aware moments; when it begins, and when this was written.
        url: a page about it.
        is_cancelled: it doesn't happen.
    """

    uid: str
    sequence: int
    starts_at: datetime
    told_at: datetime
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    is_cancelled: bool = False


def calendar(event: Event) -> bytes:
    """Return a calendar with one event, as a file."""
    lines = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", PRODUCT),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("BEGIN", "VEVENT"),
        ("UID", _text(event.uid)),
        ("SEQUENCE", str(event.sequence)),
        ("DTSTAMP", _moment(event.told_at)),
        ("DTSTART", _moment(event.starts_at)),
        ("SUMMARY", _text(event.summary)),
        ("LOCATION", _text(event.location)),
        ("DESCRIPTION", _text(event.description)),
        ("URL", _CONTROL.sub("", event.url).replace("\n", "")),  # a URI: nothing is escaped
        ("STATUS", "CANCELLED" if event.is_cancelled else "CONFIRMED"),
        ("END", "VEVENT"),
        ("END", "VCALENDAR"),
    ]
    return b"".join(_folded(f"{name}:{value}") for name, value in lines if value)


def _moment(moment: datetime) -> str:
    """Return a moment in UTC, so that no reader needs to know any time zone."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Return a text whose signs mean nothing: backslash, semicolon, comma, new line."""
    clean = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _ESCAPED.sub(r"\\\1", clean).replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Return a line in pieces of at most 75 octets that cut no letter; ends as the RFC says."""
    pieces, piece, room = [], b"", LINE
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            piece, room = b"", LINE - 1  # the next one begins with a space
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"
