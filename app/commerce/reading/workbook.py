"""XLSX to CSV, once: a child process unpacks it, and only a whole one takes its place."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from app.commerce.reading import unpack
from app.commerce.types import FileRefusedError
from app.kernel.i18n import lazy_gettext as _l

log = structlog.get_logger(__name__)

CHILD = Path(unpack.__file__)
TIME_LIMIT = 600.0  # seconds of wall time; of processor time the child takes 300 at most
MAX_BYTES = 100 * 1024 * 1024
TOO_LARGE = _l(
    "This workbook is too large to open: more than 12 million cells, or 100 MB. Save the sheet as "
    "“CSV UTF-8” and send that file; a CSV may be of any size."
)
REFUSALS = {
    "protected": _l(
        "This workbook is protected by a password. Open it, take the password off, save it and "
        "send it again."
    ),
    "old_format": _l(
        "This is a workbook of the old kind (.xls). Open it and save it as .xlsx or “CSV UTF-8”."
    ),
    "other_format": _l("This is no Excel workbook. Save it as .xlsx or “CSV UTF-8”."),
    "broken": _l(
        "This workbook is broken. Open it in your spreadsheet program, save it anew and send that."
    ),
    "no_rows": _l("All sheets of this workbook are empty. Export the orders again."),
    "too_many_errors": _l(
        "More than 100,000 cells of this sheet show an error such as #N/A. Correct the formulas."
    ),
    "too_large": TOO_LARGE,
}


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was written.

    Attributes:
        sheet: the one that was taken.
        sheets: all that could have been.
        rows: lines with something in them, the header included.
    """

    sheet: str
    sheets: tuple[str, ...]
    rows: int


def is_workbook(path: Path) -> bool:
    """Return whether a file is some workbook rather than a text, by its first bytes."""
    with path.open("rb") as file:
        return file.read(4) in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}


def to_csv(source: Path, target: Path, sheet: str = "") -> Unpacked:
    """Write one sheet of a workbook as a UTF-8 CSV file to ``target``.

    Killed at any moment it leaves no ``target`` behind, only a part that nobody takes.

    Args:
        source: the workbook.
        target: where the CSV is to be; replaced if it is there.
        sheet: name of the sheet; empty: the first one with rows.

    Raises:
        FileRefusedError: it can't be read; the message says what to do.
    """
    if source.stat().st_size > MAX_BYTES:
        raise FileRefusedError(TOO_LARGE)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        answer = _ask_the_child(source, part, sheet)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Unpacked(answer["sheet"], tuple(answer["sheets"]), answer["rows"])


def _ask_the_child(source: Path, part: Path, sheet: str) -> dict[str, Any]:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-I", str(CHILD), str(source), str(part), sheet],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            timeout=TIME_LIMIT,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as late:
        raise FileRefusedError(TOO_LARGE) from late
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ, -signal.SIGABRT}:
        raise FileRefusedError(TOO_LARGE)  # SIGABRT: Rust's word for no more memory
    if done.returncode != 0:
        log.warning("workbook_child_died", code=done.returncode)
        raise FileRefusedError(REFUSALS["broken"])
    answer: dict[str, Any] = json.loads(done.stdout)
    if "error" in answer:
        log.info("workbook_refused", rule=answer["error"])
        raise _refusal(answer["error"], answer["told"])
    return answer


def _refusal(rule: str, told: list[Any]) -> FileRefusedError:
    if rule == "no_sheet":
        names = ", ".join(told[1][:20])
        return FileRefusedError(
            _l(
                "There is no sheet “%(name)s”. There are: %(names)s.",
                name=str(told[0])[:60],
                names=names,
            ),
            option="sheet",
            suggestion=told[1][0],
        )
    if rule == "too_wide":
        return FileRefusedError(
            _l("The sheet has %(num)s columns; 500 are the most. Is it the right one?", num=told[0])
        )
    return FileRefusedError(REFUSALS[rule])
