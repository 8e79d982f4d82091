"""Digests of what the ledger keeps.

Everything that is hashed is first written as canonical JSON (arrays, so that no field can flow into
its neighbour) and holds pseudonymous ids, enums, numbers and digests only: erasing a profile breaks
no chain. The hashes of lines, leaves and roots stand in :mod:`app.ledger.check_proof`, the script
that a member runs, so that he and the house compute the same.

The text is put together by hand because it is written for every posting: it is what ``json.dumps``
with the tightest separators returns for the same values (a test holds that), three times as fast.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any

from app.ledger.check_proof import sha256_hex


def txn_digest(
    head: Sequence[Any], transfers: Iterable[Sequence[Any]], moves: Iterable[Sequence[Any]]
) -> str:
    """Return the digest of a transaction.

    Args:
        head: its row without the digest, in the order of the table's columns.
        transfers: its transfers by number, without the transaction's id.
        moves: (lot, kind, amount), sorted.
    """
    return sha256_hex(
        f'["txn/1",{canonical(head)},[{",".join(map(canonical, transfers))}],'
        f"[{','.join(map(canonical, moves))}]]"
    )


def canonical(values: Iterable[Any]) -> str:
    """Return a sequence of texts, numbers, days, moments and such sequences as canonical JSON."""
    return f"[{','.join([_text(value) for value in values])}]"


def _text(value: Any) -> str:
    kind = type(value)
    if kind is int:
        return str(value)
    if value is None:
        return "null"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, date):  # a day or a moment (UTC), ISO 8601
        return f'"{value.isoformat()}"'
    return canonical(value)
