"""Files of claims: one line each with kind, label, text or hash, source and date."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date

from app.kernel.i18n import lazy_gettext as _l
from app.kernel.text import clean, clean_text
from app.originality.policy import texts
from app.originality.types import (
    MAX_FILE_LINES,
    MAX_LABEL,
    MAX_TEXT,
    MAX_URL,
    ClaimError,
    Kind,
    NewClaim,
)

COLUMNS = ("kind", "label", "content", "source", "published_on")
HASH = re.compile(r"^[0-9a-fA-F]{16}$")
FAULTS: Mapping[str, object] = {
    "kind": _l("Kind must be photo or text."),
    "label": _l("A label is missing, or is longer than 120 characters."),
    "short": _l("The text is too short to be recognised."),
    "long": _l("The text is longer than 10,000 characters."),
    "hash": _l("A photo needs its hash: sixteen hex digits."),
    "source": _l("The source must begin with https:// or http://."),
    "date": _l("The date must look like 2026-03-31."),
    "again": _l("The same line stands above."),
}


def read(raw: bytes) -> tuple[list[NewClaim], list[tuple[int, str]]]:
    """Return the good lines of a file, and the bad ones as (number, stable word).

    Raises:
        ClaimError: it is no CSV in UTF-8 with our columns, is too long, or has no good line.
    """
    rows = _rows(raw)
    good: list[NewClaim] = []
    bad: list[tuple[int, str]] = []
    seen: set[NewClaim] = set()
    for number, row in enumerate(rows, start=2):
        found = _line(row)
        if isinstance(found, str):
            bad.append((number, found))
        elif found in seen:
            bad.append((number, "again"))
        else:
            seen.add(found)
            good.append(found)
    if not good:
        raise ClaimError(
            _l("No line of this file can be used. Compare it with the example."), "file"
        )
    return good, bad


def _rows(raw: bytes) -> Sequence[Mapping[str, str | None]]:
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        names = [(name or "").strip().casefold() for name in reader.fieldnames or ()]
        if not {"kind", "label", "content"} <= set(names):
            raise ClaimError(
                _l("The first line must name the columns: %(names)s.", names=", ".join(COLUMNS)),
                "file",
            )
        reader.fieldnames = names
        rows = [row for row, _n in zip(reader, range(MAX_FILE_LINES + 1), strict=False)]
    except (UnicodeDecodeError, csv.Error):
        raise ClaimError(_l("This is no CSV file in UTF-8."), "file") from None
    if len(rows) > MAX_FILE_LINES:
        raise ClaimError(_l("At most %(n)s lines at once.", n=MAX_FILE_LINES), "file")
    return rows


def _line(row: Mapping[str, str | None]) -> NewClaim | str:
    kind = (row.get("kind") or "").strip().casefold()
    label = clean(row.get("label")) or ""
    source = (row.get("source") or "").strip()
    published = (row.get("published_on") or "").strip()
    checks = {
        "kind": kind in {each.value for each in Kind},
        "label": 0 < len(label) <= MAX_LABEL,
        "source": not source
        or (source.startswith(("https://", "http://")) and len(source) <= MAX_URL),
        "date": not published or _day(published) is not None,
    }
    wrong = next((name for name, is_right in checks.items() if not is_right), None)
    if wrong is not None:
        return wrong
    return _content(NewClaim(Kind(kind), label, source, _day(published)), row.get("content") or "")


def _content(claim: NewClaim, content: str) -> NewClaim | str:
    common = (claim.kind, claim.label, claim.source_url, claim.published_on)
    if claim.kind is Kind.PHOTO:
        digits = content.strip()
        return NewClaim(*common, photo_hash=int(digits, 16)) if HASH.match(digits) else "hash"
    text = clean_text(content) or ""
    if len(text) > MAX_TEXT:
        return "long"
    return NewClaim(*common, text=text) if texts.shingles_of(text) else "short"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
