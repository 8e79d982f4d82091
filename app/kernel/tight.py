"""Tight JSON of small records, written by the million.

Calling an encoder costs more than writing two numbers and a word; these need none.
"""

import json
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring_ascii
from typing import Any

text = json.JSONEncoder(separators=(",", ":"), default=str).encode
"""Writes anything; what JSON does not know becomes its ``str``."""

_BOOLS = {True: "true", False: "false"}
_WRITERS: dict[type[Any], Callable[[Any], str]] = {
    int: str,
    str: encode_basestring_ascii,
    bool: _BOOLS.__getitem__,
    type(None): lambda _none: "null",
}


def fields(record: Mapping[str, Any]) -> str:
    """Return what :func:`text` writes for a record (a test holds that), in half the time."""
    pairs = [
        f"{encode_basestring_ascii(name)}:{_WRITERS.get(type(value), text)(value)}"
        for name, value in record.items()
    ]
    return f"{{{','.join(pairs)}}}"
