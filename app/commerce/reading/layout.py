"""Which column means what."""

import csv
import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from app.commerce.reading.words import plain
from app.commerce.types import (
    FIELD_LABELS,
    FIELDS_OF,
    REQUIRED_OF,
    Field,
    FileKind,
    FileRefusedError,
)
from app.kernel.i18n import lazy_gettext as _l

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {"\t": "\\t"}
CONTACTS = (Field.PHONE, Field.EMAIL)  # may be the buyer's column too
SYNONYMS = Path(__file__).with_name("columns.toml")
MAX_COLUMNS = 500


LINE_MARKS = (Field.SKU, Field.LINE)  # a column of these makes every row a line of an order


class DayOrder(StrEnum):
    """How days such as 03/04/2026 are meant. Days that begin with the year need no telling."""

    YEAR_FIRST = ""
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


@dataclass(frozen=True, slots=True)
class Options:
    """How somebody wants a file to be read; what is None is found out.

    Attributes:
        mapping: field -> header, where the header alone does not tell.
        order_from_row: there is no order number: the number of the row serves.
        columns: field -> place of its column, chosen one by one; nothing else is found out then.
        currency: taken where a row names none, instead of the channel's.
    """

    mapping: Mapping[Field, str] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    order_from_row: bool = False
    kind: FileKind = FileKind.ORDERS
    columns: Mapping[Field, int] | None = None
    day_order: DayOrder = DayOrder.YEAR_FIRST
    currency: str = ""

    @property
    def required(self) -> tuple[Field, ...]:
        """Return the fields without which nothing can be imported."""
        required = REQUIRED_OF[self.kind]
        if self.order_from_row and self.kind is FileKind.ORDERS:
            return tuple(field for field in required if field is not Field.ORDER)
        return required


@dataclass(frozen=True, slots=True)
class Layout:
    """A header and where in it each field stands."""

    header: tuple[str, ...]
    columns: Mapping[Field, int]
    kind: FileKind = FileKind.ORDERS

    @property
    def key(self) -> Field:
        """Return the field that brings rows together: what the file is a list of."""
        return Field.REFUND if self.kind is FileKind.REFUNDS else Field.ORDER

    @property
    def has_lines(self) -> bool:
        """Return whether several rows can belong together, rather than each be whole."""
        if self.kind is FileKind.REFUNDS:
            return True
        return Field.ORDER in self.columns and any(mark in self.columns for mark in LINE_MARKS)

    def name_of(self, field: Field) -> str:
        """Return a field's header as the file writes it, or the field's own name."""
        at = self.columns.get(field)
        return field.value if at is None else self.header[at] or field.value


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything needed to read a file the same way again; kept with its import.

    Attributes:
        rows: how many rows follow the header, bad ones included.
        is_scattered: rows of one order stand apart from each other.
        digest: SHA-256 of the file's bytes.
        is_lenient: some rows are in another encoding; they are named, the others are read.
        is_shortened: a spreadsheet has cut the long numbers to fifteen digits.
    """

    layout: Layout
    encoding: str
    delimiter: str
    rows: int
    is_scattered: bool
    digest: str
    is_lenient: bool = False
    is_shortened: bool = False
    day_order: DayOrder = DayOrder.YEAR_FIRST
    currency: str = ""

    @property
    def decoding_errors(self) -> str:
        """Return what ``open`` is to do with bytes that are no text."""
        return "surrogateescape" if self.is_lenient else "strict"

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "kind": self.layout.kind.value,
            "columns": {field.value: at for field, at in sorted(self.layout.columns.items())},
            "header": list(self.layout.header),
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "rows": self.rows,
            "is_scattered": self.is_scattered,
            "digest": self.digest,
            "is_lenient": self.is_lenient,
            "is_shortened": self.is_shortened,
            "day_order": self.day_order.value,
            "currency": self.currency,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Reading":
        """Return what :meth:`as_json` wrote."""
        columns = {Field(name): int(at) for name, at in values["columns"].items()}
        return cls(
            Layout(tuple(values["header"]), columns, FileKind(values.get("kind", "orders"))),
            values["encoding"],
            values["delimiter"],
            values["rows"],
            values["is_scattered"],
            values["digest"],
            values.get("is_lenient", False),
            values.get("is_shortened", False),
            DayOrder(values.get("day_order", "")),
            values.get("currency", ""),
        )

    @property
    def mapping_digest(self) -> str:
        """Return what tells two ways of reading one file apart."""
        text = json.dumps(
            {name: at for name, at in self.as_json().items() if name != "header"}, sort_keys=True
        )
        return hashlib.sha256(text.encode()).hexdigest()


def header_digest(header: Sequence[str]) -> str:
    """Return what tells the exports of one source from others: a digest of its header."""
    return hashlib.sha256("\x1f".join(map(plain, header)).encode()).hexdigest()


@cache
def _known() -> Mapping[str, Any]:
    return tomllib.loads(SYNONYMS.read_text(encoding="utf-8"))


@cache
def synonyms(kind: FileKind) -> Mapping[Field, tuple[str, ...]]:
    """Return the known headers of every field, the best first."""
    known = _known()[kind.value]
    return {field: tuple(plain(name) for name in known[field.value]) for field in FIELDS_OF[kind]}


def _of_source(header: Sequence[str], kind: FileKind) -> Mapping[Field, tuple[str, ...]]:
    """Return what headers mean in the exports of the source that this header gives away."""
    there = {plain(name) for name in header}
    for source in _known()["source"]:
        if source["kind"] == kind.value and there.issuperset(map(plain, source["has"])):
            columns: Mapping[str, str] = source["columns"]
            return {Field(name): (plain(title),) for name, title in columns.items()}
    return {}


def find_columns(header: Sequence[str], options: Options) -> dict[Field, int]:
    """Return where the fields stand, as far as header and options tell. Never raises."""
    if options.columns is not None:
        chosen = {field: at for field, at in options.columns.items() if 0 <= at < len(header)}
        return _settled(chosen)
    found = {field: _named(header, name) for field, name in (options.mapping or {}).items()}
    places = {plain(name): at for at, name in reversed(list(enumerate(header))) if plain(name)}
    taken = set(found.values())
    known = {**synonyms(options.kind), **_of_source(header, options.kind)}
    for field, names in known.items():
        if field in found or (field is Field.ORDER and options.order_from_row):
            continue
        at = next((places[name] for name in names if name in places), None)
        if at is not None and (at not in taken or field in CONTACTS):
            found[field] = at
            taken.add(at)
    return _settled({field: at for field, at in found.items() if at is not None})


def _settled(found: dict[Field, int]) -> dict[Field, int]:
    """Tell a row's amount from its order's total: a file of orders has only the one."""
    is_of_lines = Field.ORDER in found and any(mark in found for mark in LINE_MARKS)
    if not is_of_lines and Field.TOTAL not in found and Field.ORDER_TOTAL in found:
        found[Field.TOTAL] = found.pop(Field.ORDER_TOTAL)
    if not is_of_lines:
        found.pop(Field.ORDER_TOTAL, None)
    return found


def _named(header: Sequence[str], name: str) -> int | None:
    exact = [at for at, title in enumerate(header) if title == name]
    alike = [at for at, title in enumerate(header) if plain(title) == plain(name)]
    return next(iter(exact or alike), None)


def make_layout(header: Sequence[str], options: Options) -> Layout:
    """Return the layout of a header.

    Raises:
        FileRefusedError: a column is missing, or stands there twice.
    """
    columns = find_columns(header, options)
    _refuse_unknown_names(header, options)
    missing = missing_fields(columns, options)
    if missing:
        raise _missing(missing, header)
    if options.columns is None:
        _refuse_twins(header, columns)
    return Layout(tuple(header), columns, options.kind)


def missing_fields(columns: Mapping[Field, int], options: Options) -> list[Field]:
    """Return the required fields without a column. A total of the order serves as amount."""
    has = {*columns, *((Field.TOTAL,) if Field.ORDER_TOTAL in columns else ())}
    return [field for field in options.required if field not in has]


def _refuse_unknown_names(header: Sequence[str], options: Options) -> None:
    for name in (options.mapping or {}).values():
        if _named(header, name) is None:
            raise FileRefusedError(
                _l(
                    "There is no column “%(name)s”. The header has: %(header)s.",
                    name=name,
                    header=_listed(header),
                ),
                option="mapping",
                line_number=1,
            )


def _missing(missing: Sequence[Field], header: Sequence[str]) -> FileRefusedError:
    field = missing[0]
    return FileRefusedError(
        _l(
            "No column tells the %(what)s. Say which one it is (%(field)s=…). "
            "The header has: %(header)s.",
            what=FIELD_LABELS[field],
            field=field.value,
            header=_listed(header),
        ),
        option="mapping",
        line_number=1,
        suggestion=",".join(f"{each.value}=…" for each in missing),
    )


def _refuse_twins(header: Sequence[str], columns: Mapping[Field, int]) -> None:
    times = Counter(header)
    for at in columns.values():
        if times[header[at]] > 1:
            raise FileRefusedError(
                _l(
                    "The column “%(name)s” is there %(times)s times. Rename all but one of them.",
                    name=header[at],
                    times=times[header[at]],
                ),
                line_number=1,
            )


def _listed(header: Sequence[str]) -> str:
    shown = [name for name in header if name.strip()][:30]
    return ", ".join(shown) or "–"


def split_mapping(text: str) -> dict[Field, str]:
    """Read ``order=Order no,buyer=Customer``. A header with a comma stands in quotation marks.

    Raises:
        FileRefusedError: a part is no ``field=column``, or there is no such field.
    """
    found: dict[Field, str] = {}
    if not text.strip():
        return found
    for part in next(csv.reader([text], skipinitialspace=True)):
        name, equals, column = part.partition("=")
        try:
            field = Field(name.strip().lower())
        except ValueError:
            field = None
        if field is None or not equals or not column.strip():
            raise FileRefusedError(
                _l(
                    "“%(part)s” is no part of a mapping. Write field=column, with these fields: "
                    "%(fields)s.",
                    part=part.strip(),
                    fields=", ".join(each.value for each in Field),
                ),
                option="mapping",
                suggestion="order=…,buyer=…,paid_at=…,total=…",
            )
        found[field] = column.strip()
    return found
