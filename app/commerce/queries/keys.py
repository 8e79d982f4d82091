"""Keys: of lists by moment, newest first (``<microseconds>-<id>``)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.kernel import contacts

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_DIGITS = 19


def key_after(at: datetime, row_id: int) -> str:
    """Return the opaque key of the page that begins after this row."""
    return f"{(at - EPOCH) // timedelta(microseconds=1)}-{row_id}"


def older_than(after: str | None, at: Any, row_id: Any) -> list[sa.ColumnElement[bool]]:
    """Return the condition for rows after a key; none for the first page or a key that is none."""
    moment, _, number = (after or "").partition("-")
    if not (_is_number(moment) and _is_number(number)):
        return []
    try:
        then = EPOCH + timedelta(microseconds=int(moment))
    except OverflowError:
        return []
    # Written out: SQLite compares row values without using the index for the first column alone.
    return [at <= then, sa.or_(at < then, row_id < int(number))]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < MAX_DIGITS


def older_than_id(after: str | None, row_id: Any) -> list[sa.ColumnElement[bool]]:
    """Return the condition for rows with a smaller id than the key's."""
    return [row_id < int(after)] if after and _is_number(after) else []


def tail_digest(channel_id: int, external_id: str, tail: str) -> str:
    """Return the keyed digest under which an order keeps its buyer's last four digits.

    Channel and number go in: the same digits of another order have another digest.
    """
    return contacts.keyed(_tail(channel_id, external_id, tail))


def tail_digests(channel_id: int, external_id: str, tail: str) -> list[str]:
    """Return every digest that may be stored for these digits: also under retired secrets."""
    return contacts.keyed_before(_tail(channel_id, external_id, tail))


def _tail(channel_id: int, external_id: str, tail: str) -> str:
    return f"order-tail|{channel_id}|{external_id}|{tail}"
