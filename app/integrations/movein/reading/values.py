"""Values of rows: moments, texts, marks of yes, addresses. Nothing is guessed."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from app.integrations.movein.types import MAX_ID, Trouble
from app.kernel import clock
from app.kernel.text import clean_text

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
SLACK = timedelta(minutes=5)  # two clocks are never the same
YES = frozenset({"true", "1", "yes", "y", "t"})
MAX_LINE_CHARS = 1_000
MAX_OLD_PATH = 255
MAX_MOMENT = 40  # signs; the longest way to write one
# Everything that `clean_text` would take out, and a little that it keeps: then it is asked.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\uffff\U000e0000-\U0010ffff]"
)


class BadValueError(ValueError):
    """A value will not do."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def text_of(row: Mapping[str, Any], name: str, limit: int) -> str:
    """Return a text, without what can't be seen; empty where there is none.

    Raises:
        BadValueError: it is no text, or longer than ``limit`` signs.
    """
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadValueError(Trouble.MISSING)
    if len(value) > limit:
        raise BadValueError(Trouble.TOO_LONG)
    if _ODD.search(value) is None and unicodedata.is_normalized("NFC", value):
        return value.strip()
    return clean_text(value) or ""


def line_of(row: Mapping[str, Any], name: str) -> str:
    """Return a text on one line."""
    return " ".join(text_of(row, name, MAX_LINE_CHARS).split())


def id_of(row: Mapping[str, Any], name: str) -> str:
    """Return an id as a text; empty where there is none.

    Raises:
        BadValueError: it is none.
    """
    value = row.get(name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadValueError(Trouble.NO_ID)
    text = str(value).strip()
    if not text or len(text) > MAX_ID or _ODD.search(text) or not text.isprintable():
        raise BadValueError(Trouble.NO_ID)
    return text


def flag_of(row: Mapping[str, Any], name: str) -> bool:
    """Return whether something is so; what is not said is not so."""
    value = row.get(name)
    return value is True or str(value).strip().lower() in YES


def moment_of(row: Mapping[str, Any], name: str, zone: str | None = None) -> datetime | None:
    """Return a moment in UTC, or None where none is told.

    Raises:
        BadValueError: it is no moment, has no zone, is impossible or still to come.
    """
    value = row.get(name)
    if value is None or value == "":
        return None
    moment = _moment(value, zone)
    if moment < EARLIEST:
        raise BadValueError(Trouble.BAD_TIME)
    if moment > clock.now() + SLACK:
        raise BadValueError(Trouble.FUTURE)
    return moment


def _moment(value: Any, zone: str | None) -> datetime:
    if not isinstance(value, str) or len(value) > MAX_MOMENT:
        raise BadValueError(Trouble.BAD_TIME)
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise BadValueError(Trouble.BAD_TIME) from error
    if read.tzinfo is None:
        if zone is None:
            raise BadValueError(Trouble.NO_ZONE)
        read = read.replace(tzinfo=ZoneInfo(zone))
    try:
        return read.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadValueError(Trouble.BAD_TIME) from error


def list_of(row: Mapping[str, Any], name: str) -> list[str]:
    """Return a list of texts; in a CSV they stand in one cell, with ``|`` between."""
    value = row.get(name)
    if not value:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split("|") if part.strip()]
    if isinstance(value, list):
        return [part for part in value if isinstance(part, str) and part.strip()]
    raise BadValueError(Trouble.MISSING)


def old_path(address: str) -> str | None:
    """Return the path of an old address as it is looked up; None: there is nothing to look up."""
    try:
        path = unquote(urlsplit(address.strip()).path).rstrip("/")
    except ValueError:
        return None
    if not path.startswith("/") or len(path) > MAX_OLD_PATH or not path.isprintable():
        return None
    return path
