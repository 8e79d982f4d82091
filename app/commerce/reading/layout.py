"""Which column means what."""

import csv
import hashlib
import json
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.commerce.types import FIELD_LABELS, REQUIRED, Field, FileRefusedError
from app.kernel.i18n import lazy_gettext as _l

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {"\t": "\\t"}
SYNONYMS = Path(__file__).with_name("columns.toml")
MAX_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Options:
    """How somebody wants a file to be read; what is None is found out.

    Attributes:
        mapping: field -> header, where the header alone does not tell.
        order_from_row: there is no order number: the number of the row serves.
    """

    mapping: Mapping[Field, str] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    order_from_row: bool = False

    @property
    def required(self) -> tuple[Field, ...]:
        """Return the fields without which nothing can be imported."""
        if self.order_from_row:
            return tuple(field for field in REQUIRED if field is not Field.ORDER)
        return REQUIRED


@dataclass(frozen=True, slots=True)
class Layout:
    """A header and where in it each field stands."""

    header: tuple[str, ...]
    columns: Mapping[Field, int]

    @property
    def has_lines(self) -> bool:
        """Return whether a row is a line of an order rather than a whole order."""
        return Field.SKU in self.columns and Field.ORDER in self.columns

    def name_of(self, field: Field) -> str:
        """Return a field's header as the file writes it, or the field's own name."""
        at = self.columns.get(field)
        return field.value if at is None else self.header[at]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything needed to read a file the same way again; kept with its import.

    Attributes:
        rows: how many rows follow the header, bad ones included.
        is_scattered: rows of one order stand apart from each other.
        digest: SHA-256 of the file's bytes.
    """

    layout: Layout
    encoding: str
    delimiter: str
    rows: int
    is_scattered: bool
    digest: str

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "columns": {field.value: at for field, at in sorted(self.layout.columns.items())},
            "header": list(self.layout.header),
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "rows": self.rows,
            "is_scattered": self.is_scattered,
            "digest": self.digest,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Reading":
        """Return what :meth:`as_json` wrote."""
        columns = {Field(name): int(at) for name, at in values["columns"].items()}
        return cls(
            Layout(tuple(values["header"]), columns),
            values["encoding"],
            values["delimiter"],
            values["rows"],
            values["is_scattered"],
            values["digest"],
        )

    @property
    def mapping_digest(self) -> str:
        """Return what tells two ways of reading one file apart."""
        text = json.dumps(
            {name: at for name, at in self.as_json().items() if name != "header"}, sort_keys=True
        )
        return hashlib.sha256(text.encode()).hexdigest()


def plain(header: str) -> str:
    """Return a header for comparison: letters and digits only, in one case and width."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return "".join(c for c in text if c.isalnum())


@cache
def synonyms() -> Mapping[Field, tuple[str, ...]]:
    """Return the known headers of every field, the best first."""
    known = tomllib.loads(SYNONYMS.read_text(encoding="utf-8"))
    return {field: tuple(plain(name) for name in known[field.value]) for field in Field}


def find_columns(header: Sequence[str], options: Options) -> dict[Field, int]:
    """Return where the fields stand, as far as header and options tell. Never raises."""
    found = {field: _named(header, name) for field, name in (options.mapping or {}).items()}
    places = {plain(name): at for at, name in reversed(list(enumerate(header))) if plain(name)}
    for field, names in synonyms().items():
        if field in found or (field is Field.ORDER and options.order_from_row):
            continue
        at = next((places[name] for name in names if name in places), None)
        if at is not None and at not in found.values():
            found[field] = at
    return {field: at for field, at in found.items() if at is not None}


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
    missing = [field for field in options.required if field not in columns]
    if missing:
        raise _missing(missing, header)
    _refuse_twins(header, columns)
    return Layout(tuple(header), columns)


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
