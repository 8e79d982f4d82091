"""What the worker does with uploaded files: unpack, look through, import, forget."""

import csv
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import structlog

from app.commerce import queries
from app.commerce.reading import RefusedRows, find_encoding, inspect, units
from app.commerce.service import drafts
from app.commerce.service.batches import begin, refuse
from app.commerce.service.chunking import Chunk, chunks
from app.commerce.service.files import OpenImport, noting, unpacked_at
from app.commerce.service.foreseeing import LOOK_ROWS, Foreseer
from app.commerce.types import (
    ROLLBACK_DAYS,
    Batch,
    Draft,
    DraftState,
    FileRefusedError,
    Refusal,
)
from app.kernel import clock, ids, jobs
from app.kernel.i18n import lazy_gettext as _l

log = structlog.get_logger(__name__)

SLICE_SECONDS = 15.0  # the worker's other sweeps get a turn after this long
BLOCK = 1 << 20
STALE = 50
KEPT_SUFFIXES = {".csv", ".xlsx", ".part", ".lock"}
GONE = _l("The uploaded file is gone. Upload it again.")
_open_imports: dict[int, OpenImport] = {}  # at most one: the worker does one after the other
_open_checks: dict[int, "OpenCheck"] = {}


def _its_time() -> Callable[[], bool]:
    until = time.monotonic() + SLICE_SECONDS
    return lambda: jobs.stopping() or time.monotonic() > until


# --- uploads -------------------------------------------------------------------------------------


def receive(folder: Path, stream: BinaryIO) -> tuple[str, Path]:
    """Put an uploaded file down under a new code; return both."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    code = ids.new_code()
    path = folder / f"{code}.csv"
    with path.open("xb") as file:
        path.chmod(0o600)  # buyers stand in it
        for block in iter(lambda: stream.read(BLOCK), b""):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return code, path


def errors_path(folder: Path, batch: Batch) -> Path:
    """Return where the bad rows of an uploaded file are written."""
    return folder / f"{batch.code}-errors.csv"


def import_uploads(folder: Path) -> int:
    """Go on with the oldest queued upload for some seconds; return how many rows that did."""
    batch = queries.next_upload()
    if batch is None:
        return 0
    path = folder / f"{queries.draft_code_of(batch.id) or batch.code}.csv"
    if not path.exists():
        refuse(batch.id, Refusal.GONE)
        return 1
    batch = begin(batch.id)
    try:
        running = _running(folder, batch, path)
        goes_on = running.go_on(_its_time())
    except (csv.Error, UnicodeError):
        log.exception("import_unreadable", batch=batch.code)
        _close_all(_open_imports)
        refuse(batch.id, Refusal.UNREADABLE)
        return 1
    except BaseException:
        _close_all(_open_imports)
        raise
    if not goes_on:
        _close_all(_open_imports)
    return running.position - batch.position


def _running(folder: Path, batch: Batch, path: Path) -> OpenImport:
    """Return the import as an earlier turn left it, or open it anew."""
    running = _open_imports.get(batch.id)
    if running is None or running.position != batch.position:
        _close_all(_open_imports)
        channel = queries.get_channel(batch.channel_id)
        running = OpenImport(batch, channel, path, errors_path(folder, batch))
        _open_imports[batch.id] = running
    return running


def _close_all(opened: "dict[int, OpenImport] | dict[int, OpenCheck]") -> None:
    for each in opened.values():
        each.close()
    opened.clear()


# --- drafts --------------------------------------------------------------------------------------


def prepare_drafts(folder: Path) -> int:
    """Go on with the oldest file in preparation for some seconds; return what that did."""
    for draft in queries.drafts_at_work():
        check = _open_checks.get(draft.id)
        lock = check.lock if check is not None else _locked(folder, draft)
        if lock is None:
            continue  # another worker is at it
        if draft.state is DraftState.ARRIVING:
            _close_all(_open_checks)
            with lock:
                _unpack(folder, draft)
            return 1
        return _check(folder, draft, lock)
    return 0


def _locked(folder: Path, draft: Draft) -> BinaryIO | None:
    """Take a draft for this process; None when another one has it. A kill lets go of it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (folder / f"{draft.code}.lock").open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _unpack(folder: Path, draft: Draft) -> None:
    book, target = drafts.book_of(folder, draft), drafts.file_of(folder, draft)
    try:
        made = unpacked_at(book, target, draft.options.get("sheet", ""))
        found = find_encoding(target, "utf-8")
    except FileRefusedError as error:
        drafts.refuse_draft(draft.id, error)
        return
    except FileNotFoundError:
        drafts.refuse_draft(draft.id, FileRefusedError(GONE))
        return
    told = {
        "sheet": made.sheet,
        "sheets": list(made.sheets),
        "found": {"encoding": found.encoding, "is_lenient": False},
    }
    drafts.note_arrived(draft.id, told)


def _check(folder: Path, draft: Draft, lock: BinaryIO) -> int:
    check = _checking(folder, draft, lock)
    if check is None:
        return 1
    before = check.position
    try:
        goes_on = check.go_on(_its_time())
    except BaseException:
        _close_all(_open_checks)
        raise
    if not goes_on:
        _close_all(_open_checks)
    return max(1, check.position - before)


def _checking(folder: Path, draft: Draft, lock: BinaryIO) -> "OpenCheck | None":
    """Return the dry run as an earlier turn left it, or begin it; None: the file can't be read."""
    check = _open_checks.get(draft.id)
    if check is not None and (check.options, check.position) == (draft.options, draft.position):
        return check
    if check is not None:
        check.lock = None  # ours goes on
    _close_all(_open_checks)
    try:
        check = _open_checks[draft.id] = OpenCheck(folder, draft, lock)
    except (FileRefusedError, FileNotFoundError) as error:
        lock.close()
        told = error if isinstance(error, FileRefusedError) else FileRefusedError(GONE)
        drafts.choose_again(draft.id, error=told)
        return None
    return check


class OpenCheck:
    """A dry run between two turns of the worker. A kill starts it again from the first row."""

    def __init__(self, folder: Path, draft: Draft, lock: BinaryIO | None) -> None:
        self.lock, self.options, self.position = lock, draft.options, 0
        self._draft_id, self._stack = draft.id, ExitStack()
        path, options = drafts.file_of(folder, draft), drafts.options_of(draft)
        self._reading = inspect(path, options)
        channel = queries.get_channel(draft.channel_id)
        refused = self._stack.enter_context(
            RefusedRows(drafts.errors_of(folder, draft), self._reading.layout.header)
        )
        self._foreseer = Foreseer(channel, draft.kind)
        stream = noting(units(path, self._reading, channel), refused)
        self._chunks: Iterator[Chunk] = chunks(stream, 0, LOOK_ROWS)
        self._goes_on = drafts.begin_check(draft.id, self._reading.rows)

    def go_on(self, should_stop: Callable[[], bool]) -> bool:
        """Look at chunks until there is none, or it is time; return whether it goes on."""
        if not self._goes_on:
            return False
        for chunk in self._chunks:
            self._foreseer.look(chunk)
            if not drafts.note_checked(self._draft_id, chunk.start, chunk.end):
                return False  # dropped, or other columns were chosen
            self.position = chunk.end
            if should_stop():
                return True
        self._stack.close()  # the error file is whole before anybody is told of it
        drafts.finish_check(self._draft_id, self.position, self._foreseer.foreseen, self._reading)
        return False

    def close(self) -> None:
        """Let go of the files and of the draft."""
        self._chunks.close()  # type: ignore[attr-defined]  # a generator
        self._stack.close()
        if self.lock is not None:
            self.lock.close()


# --- forgetting ----------------------------------------------------------------------------------


def remove_files(folder: Path, draft: Draft) -> None:
    """Delete what a dropped draft leaves on disk."""
    for path in folder.glob(f"{draft.code}*"):
        path.unlink(missing_ok=True)


def forget_old_uploads(folder: Path) -> int:
    """Give up drafts and delete files older than a week; return how many files."""
    before = clock.now() - timedelta(days=ROLLBACK_DAYS)
    for draft in queries.stale_drafts(before, STALE):
        if drafts.drop_draft(draft.id, actor_id=None):
            remove_files(folder, draft)
    if not folder.is_dir():
        return 0
    busy = queries.unfinished_codes() | queries.codes_in_use()
    old = [
        path
        for path in folder.iterdir()
        if path.suffix in KEPT_SUFFIXES
        and path.stat().st_mtime < before.timestamp()
        and path.name.partition(".")[0].partition("-")[0] not in busy
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
