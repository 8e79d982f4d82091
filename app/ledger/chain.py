"""Digests of what the ledger keeps.

Everything that is hashed is first written as canonical JSON (arrays, so that no field can flow into
its neighbour) and holds pseudonymous ids, enums, numbers and digests only: erasing a profile breaks
no chain. The hashes of lines, leaves and roots stand in :mod:`app.ledger.check_proof`, the script
that a member runs, so that he and the house compute the same.

The text is put together by hand because it is written for every posting: it is what ``json.dumps``
with the tightest separators returns for the same values (a test holds that), three times as fast.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted
from operator import attrgetter
from typing import Any

from app.kernel.types import Ref
from app.ledger.check_proof import sha256_hex
from app.ledger.types import Part


def txn_digest(
    head: Sequence[Any], transfers: Iterable[Sequence[Any]], moves: Iterable[Sequence[Any]]
) -> str:
    """Return the digest of a transaction.

    Args:
        head: its row without the digest, in the order of the table's columns.
        transfers: its transfers by number, without the transaction's id.
        moves: (lot, kind, amount), sorted.
    """
    listed = ",".join([_transfer_text(*transfer) for transfer in transfers])
    moved = ",".join([f'[{lot_id},"{kind}",{amount}]' for lot_id, kind, amount in moves])
    return sha256_hex(f'["txn/1",{_head_text(*head)},[{listed}],[{moved}]]')


def _head_text(  # noqa: PLR0917 - the columns of a row
    txn_id: int,
    kind: str,
    scope: str,
    key: str,
    fingerprint: str,
    occurred_at: datetime,
    posted_at: datetime,
    posted_on: date,
    source_kind: str | None,
    source_id: int | None,
    reverses_id: int | None,
    rule_version: int | None,
    actor_id: int | None,
) -> str:
    """Write a transaction's row."""
    return (
        f'[{txn_id},"{kind}",{_quoted(scope)},{_quoted(key)},"{fingerprint}",'
        f"{_moment(occurred_at)},{_moment(posted_at)},{_moment(posted_on)},"
        f"{'null' if source_kind is None else _quoted(source_kind)},"
        f"{'null' if source_id is None else source_id},"
        f"{'null' if reverses_id is None else reverses_id},"
        f"{'null' if rule_version is None else rule_version},"
        f"{'null' if actor_id is None else actor_id}]"
    )


def _transfer_text(  # noqa: PLR0917 - the columns of a row
    seq: int,
    book: str,
    giver: int | None,
    debit: str,
    taker: int | None,
    credit: str,
    amount: int,
    reason: str,
    fund: str | None,
    matures_on: date | None,
    expires_on: date | None,
) -> str:
    """Write a transfer; only its reason is a text that needs quoting."""
    return (
        f'[{seq},"{book}",{"null" if giver is None else giver},"{debit}",'
        f'{"null" if taker is None else taker},"{credit}",{amount},{_quoted(reason)},'
        f"{'null' if fund is None else _quoted(fund)},"
        f"{'null' if matures_on is None else _moment(matures_on)},"
        f"{'null' if expires_on is None else _moment(expires_on)}]"
    )


@lru_cache(maxsize=4_096)
def _moment(value: date) -> str:
    """Write a day or a moment (UTC), ISO 8601."""
    moment = value.astimezone(UTC) if isinstance(value, datetime) else value
    return f'"{moment.isoformat()}"'


def canonical(values: Iterable[Any]) -> str:
    """Return values as a canonical JSON array.

    Texts, whole numbers, days and moments (ISO 8601, UTC), sequences, and dataclasses (as the array
    of their fields).
    """
    return f"[{','.join([_text(value) for value in values])}]"


def _text(value: Any) -> str:
    write = _WRITERS.get(type(value))
    return _other_text(value) if write is None else write(value)


def _other_text(value: Any) -> str:
    if isinstance(value, str):  # an enum
        return _quoted(value)
    return canonical(content_of(value, type(value)))


def _part_text(part: Part) -> str:
    """Write a part of an earning as the array of its fields."""
    matures_on, matures_at = part.matures_on, part.matures_at
    # Without a moment as it was before moments were known: keys are for ever.
    return (
        f'[{_quoted(part.reason)},{part.points},{part.growth},"{part.fund}",'
        f"{'null' if matures_on is None else _moment(matures_on)},{_moment(part.expires_on)}"
        f"{'' if matures_at is None else ',' + _moment(matures_at)}]"
    )


_WRITERS: dict[type[Any], Callable[[Any], str]] = {
    type(None): lambda _none: "null",
    int: str,
    str: _quoted,
    date: _moment,
    datetime: _moment,
    tuple: canonical,
    list: canonical,
    Ref: lambda ref: f"[{_quoted(ref.kind)},{ref.id}]",
    Part: _part_text,
}


_CONTENT: dict[type[Any], Callable[[Any], tuple[Any, ...]]] = {}
_NOT_CONTENT = {"scope", "key"}  # a command's name is not what it says


def content_of(record: Any, kind: type[Any]) -> tuple[Any, ...]:
    """Return the fields of a dataclass in their order, without scope and key."""
    read = _CONTENT.get(kind)
    if read is None:
        names = [field.name for field in fields(kind) if field.name not in _NOT_CONTENT]
        read = _CONTENT[kind] = attrgetter(*names)
    return read(record)
