"""What can be exported: domains say what, who may, and how its rows are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.kernel.permissions import Permission
from app.kernel.types import Page

Value = str | int | float | bool | date | datetime | None
Row = Sequence[Value]
Params = Mapping[str, str]
Rows = Callable[[Params, str | None, int], Page[Any]]  # pages of rows: a page is invariant
Count = Callable[[Params], int]


class ColumnKind(StrEnum):
    """What a column holds; numbers stay numbers, and text never becomes a formula."""

    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"  # minor units (1/100); written as 12.50
    SHARE = "share"  # 0 to 1
    MOMENT = "moment"  # written in the brand's zone
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; its label is lazily translated, into the language of who asked."""

    label: object
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 16


@dataclass(frozen=True, slots=True)
class Export:
    """Something that can be exported.

    Attributes:
        kind: ``domain.list``, at most 48 characters; stands in job rows and the audit.
        title: lazily translated.
        permission: who may ask for it and fetch it.
        rows: returns one keyset page of plain values, in the order of ``columns``. It is asked
            with the same keys again after a kill, so the same key must lead to the same rows.
        params: the filters it understands; others are dropped.
        count: how many rows there will be, for the bar; None: nobody counts.
    """

    kind: str
    title: object
    permission: Permission
    columns: Sequence[Column]
    rows: Rows
    params: Sequence[str] = ()
    count: Count | None = None


_exports: dict[str, Export] = {}


def register(export: Export) -> None:
    """Offer an export. Called by a domain's manifest."""
    _exports[export.kind] = export


def find(kind: str) -> Export | None:
    """Return what is registered under a kind, or None."""
    return _exports.get(kind)


def kinds_for(allowed: frozenset[Permission]) -> list[Export]:
    """Return what somebody with these permissions may export, by kind."""
    return [_exports[kind] for kind in sorted(_exports) if _exports[kind].permission in allowed]
