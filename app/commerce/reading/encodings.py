"""In which encoding a file is written; mixed ones are found line by line."""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.commerce.types import FileRefusedError
from app.kernel.i18n import lazy_gettext as _l

BLOCK = 1 << 20
UTF8, GBK = "utf-8-sig", "gb18030"
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, .xls
MAX_LINE = 1 << 22
ASTRAY = 0.2  # at most this part of the telling lines may be in another encoding


@dataclass(frozen=True, slots=True)
class Found:
    """A file's encoding and the SHA-256 digest of its bytes.

    Attributes:
        is_lenient: single lines are in another encoding; reading names their rows.
    """

    encoding: str
    digest: str
    is_lenient: bool = False


def find_encoding(path: Path, wanted: str | None) -> Found:
    """Return the encoding of a file, after decoding all of it.

    Raises:
        FileRefusedError: it is no text, in no known encoding, or in several.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise FileRefusedError(_l("The file is empty. Export the orders again and send that file."))
    if start.startswith(WORKBOOK_MARKS):
        raise FileRefusedError(
            _l("This is a spreadsheet workbook. Save it as “CSV UTF-8” and send that file.")
        )
    if wanted is not None:
        return _checked(path, _known(wanted))
    if start.startswith(UTF16_MARKS):
        return _checked(path, "utf-16")
    try:
        return _checked(path, UTF8)
    except _UndecodableError:
        return _surveyed(path)


def _known(name: str) -> str:
    try:
        codec = codecs.lookup(name)
    except LookupError:
        codec = None
    if codec is None or not codec._is_text_encoding:  # noqa: SLF001 - what open() itself asks
        raise FileRefusedError(
            _l("There is no encoding “%(name)s”. Take utf-8 or gb18030.", name=name),
            option="encoding",
            suggestion="gb18030",
        )
    return UTF8 if codec.name == "utf-8" else codec.name


class _UndecodableError(FileRefusedError):
    """Some bytes are no text in this encoding."""


def _checked(path: Path, encoding: str) -> Found:
    decoder = codecs.getincrementaldecoder(encoding)()
    digest, line = hashlib.sha256(), 1
    with path.open("rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            digest.update(block)
            try:
                decoded = decoder.decode(block)
            except UnicodeError as error:
                raise _undecodable(encoding, line, block, error) from error
            if "\0" in decoded:
                raise FileRefusedError(
                    _l("This is no text file. Save the orders as “CSV UTF-8” and send that file.")
                )
            line += decoded.count("\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise _undecodable(encoding, line, b"", error) from error
    return Found(encoding, digest.hexdigest())


def _undecodable(encoding: str, line: int, block: bytes, error: UnicodeError) -> FileRefusedError:
    if isinstance(error, UnicodeDecodeError):
        line += block[: error.start].count(b"\n")
    return _UndecodableError(
        _l(
            "The text can't be read as %(encoding)s. Save the file as “CSV UTF-8”, or name its "
            "encoding.",
            encoding=encoding.removesuffix("-sig").upper(),
        ),
        option="encoding",
        line_number=line,
        suggestion=GBK if encoding.startswith("utf") else "utf-8",
    )


# --- line by line, where the file as a whole is no UTF-8 -----------------------------------------


def _surveyed(path: Path) -> Found:
    """Return the encoding most lines are in.

    GB 18030 takes almost any bytes for text, so one UTF-8 line in such a file would come out as
    nonsense without an error: such a file is refused, with the line. The other way round the odd
    lines can be told apart, and their rows are named when they are read.
    """
    survey = _survey(path)
    if survey.utf8 and survey.odd <= ASTRAY * (survey.utf8 + survey.odd):
        return Found(UTF8, survey.digest, is_lenient=True)
    if not survey.utf8:
        return _checked(path, GBK)
    raise FileRefusedError(
        _l(
            "The text is mixed: line %(first)s is UTF-8, line %(other)s is not. Save the whole "
            "file as “CSV UTF-8” and send that file.",
            first=survey.first_utf8,
            other=survey.first_odd,
        ),
        option="encoding",
        line_number=max(survey.first_utf8, survey.first_odd),
    )


@dataclass(slots=True)
class _Survey:
    utf8: int = 0  # lines that are UTF-8 beyond doubt
    odd: int = 0  # lines that are none
    first_utf8: int = 0
    first_odd: int = 0
    digest: str = ""


def _survey(path: Path) -> _Survey:
    survey, digest = _Survey(), hashlib.sha256()
    for number, line in enumerate(_lines(path), start=1):
        digest.update(line)
        if line.isascii():
            continue
        try:
            text = line.decode()
        except UnicodeDecodeError:
            survey.odd += 1
            survey.first_odd = survey.first_odd or number
            continue
        # Two bytes of GBK may look like one letter of UTF-8 by chance; three and three hardly do.
        if sum(letter >= "\u0800" for letter in text) >= 2:  # noqa: PLR2004
            survey.utf8 += 1
            survey.first_utf8 = survey.first_utf8 or number
    survey.digest = digest.hexdigest()
    return survey


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.readline(MAX_LINE), b"")
