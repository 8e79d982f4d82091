"""Calendar files (RFC 5545): one event that people put into the calendar of their phone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

MIMETYPE = "text/calendar"
PRODUCT = "-//Potluck//Events//EN"
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
    """Return a calendar with one event, as a file; its moments in UTC: no reader needs a zone."""
    import icalendar

    inner = icalendar.Event()
    for name, value in (
        ("uid", event.uid),
        ("sequence", event.sequence),
        ("dtstamp", event.told_at.astimezone(UTC)),
        ("dtstart", event.starts_at.astimezone(UTC)),
        ("summary", _clean(event.summary)),
        ("location", _clean(event.location)),
        ("description", _clean(event.description)),
        ("url", _clean(event.url).replace("\n", "")),
        ("status", "CANCELLED" if event.is_cancelled else "CONFIRMED"),
    ):
        if value != "":
            inner.add(name, value)
    outer = icalendar.Calendar()
    for name, value in (
        ("version", "2.0"), ("prodid", PRODUCT), ("calscale", "GREGORIAN"), ("method", "PUBLISH"),
    ):  # fmt: skip
        outer.add(name, value)
    outer.add_component(inner)
    file: bytes = outer.to_ical()
    return file


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
