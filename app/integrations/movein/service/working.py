"""Packages come in, wait, are looked through and moved in the background, and are forgotten."""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import structlog

from app.integrations.movein import queries
from app.integrations.movein.reading import Package, PathError, clean_path, format_of
from app.integrations.movein.service import jobs
from app.integrations.movein.service.foreseeing import Foreseer
from app.integrations.movein.service.moving import Mover, close
from app.integrations.movein.types import (
    Format,
    Job,
    JobState,
    Options,
    PackageError,
    StoppedError,
)
from app.kernel import clock, i18n, ids
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l

log = structlog.get_logger(__name__)

SLICE_SECONDS = 15.0  # the worker's other sweeps get a turn after this long
BLOCK = 1 << 20
KEPT = timedelta(days=7)
SOURCE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?")
SUFFIXES = (".zip", ".ndjson", ".jsonl", ".sqlite", ".db")


class _OpenWork:
    """A move or dry run between two turns of the worker: at most one in a process."""

    def __init__(self, job: Job, folders: tuple[Path, Path]) -> None:
        self.package = Package(place_of(job, *folders), job.name if job.is_upload else "")
        self.job = job
        self.steps: Iterator[Job]
        if job.state is JobState.CHECKING:
            self.steps = _check(job, self.package)
        else:
            self.steps = Mover(job, self.package).steps()

    def is_of(self, job: Job) -> bool:
        """Return whether it goes on exactly where the row says."""
        return self.job == job

    def close(self) -> None:
        """Let go of everything."""
        close(self.steps)
        self.package.close()


_open: list[_OpenWork] = []


def _check(job: Job, package: Package) -> Iterator[Job]:
    """Look a package through; a kill begins again at its first row."""
    foreseer = Foreseer(job.source, package, job.format, job.options)
    for rows in foreseer.look():
        db.session.rollback()  # only reads: no transaction stays open meanwhile
        job = jobs.note_checked(job, rows)
        yield job
    job = jobs.finish_check(job, foreseer.foreseen, foreseer.problems)
    yield job


def work(uploads: Path, inbox: Path, should_stop: Callable[[], bool] | None = None) -> int:
    """Go on with the oldest move for some seconds; return how many steps were taken."""
    job = queries.job_at_work()
    db.session.rollback()
    if job is None:
        _let_go()
        return 0
    until = time.monotonic() + SLICE_SECONDS
    steps = 0
    try:
        running = _running(job, (uploads, inbox))
        for step in running.steps:
            running.job = step
            steps += 1
            if running.job.is_over or time.monotonic() > until or (should_stop and should_stop()):
                break
        else:
            _let_go()
    except PackageError as error:
        log.info("movein_refused", job=job.code)
        _let_go()
        with i18n.in_locale("en"):  # as the catalogues know it; who reads it has it translated
            jobs.refuse(job.id, str(error.message))
        return 1
    except StoppedError:
        _let_go()
        return 0
    except BaseException:
        _let_go()
        raise
    if running.job.is_over or running.job.state is JobState.CHECKED:
        _let_go()
    return max(1, steps)


def _running(job: Job, folders: tuple[Path, Path]) -> _OpenWork:
    if _open and _open[0].is_of(job):
        return _open[0]
    _let_go()
    _open.append(_OpenWork(job, folders))
    return _open[0]


def _let_go() -> None:
    while _open:
        _open.pop().close()


def place_of(job: Job, uploads: Path, inbox: Path) -> Path:
    """Return where the package of a move lies.

    Raises:
        PackageError: it names a place that is not below its folder.
    """
    kind, _colon, name = job.place.partition(":")
    if kind == "upload":
        return uploads / name
    if kind == "inbox":
        return inside(inbox, name)
    return Path(job.place)


def inside(folder: Path, name: str) -> Path:
    """Return a path below a folder, wherever its links lead.

    Raises:
        PackageError: it is not there, or leads out.
    """
    try:
        path = (folder / clean_path(name)).resolve(strict=True)
    except (PathError, OSError) as error:
        raise PackageError(_l("There is nothing of this name in the inbox folder.")) from error
    if not path.is_relative_to(folder.resolve()):
        raise PackageError(_l("There is nothing of this name in the inbox folder."))
    return path


# --- coming in -----------------------------------------------------------------------------------


def receive(uploads: Path, stream: BinaryIO, file_name: str) -> str:
    """Put an upload down; return its place.

    Raises:
        PackageError: its name says that it is no package.
    """
    suffix = Path(file_name.replace("\\", "/")).suffix.lower()
    if suffix not in SUFFIXES:
        raise PackageError(_l("Upload a ZIP or an .ndjson file."))
    uploads.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{ids.new_code()}{suffix}"
    path = uploads / name
    with path.open("xb") as file:
        path.chmod(0o600)  # people stand in it
        for block in iter(lambda: stream.read(BLOCK), b""):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return f"upload:{name}"


def begin(
    folders: tuple[Path, Path],
    place: str,
    source: str,
    *,
    name: str,
    form: Format | None,
    options: Options,
    started_by: int,
) -> Job:
    """Begin a move from the console: it is looked through first.

    Args:
        folders: of uploads, and the inbox.
        place: ``upload:<name>`` or ``inbox:<path>``.
        source: what that community is called here.
        name: of the package, for people.
        form: how it is written; None: its files tell.
        options: what its mapping file says.
        started_by: who asks.

    Raises:
        PackageError: the package can't be read; an upload is gone again.
        UnderWayError: a move from the same place is not over.
    """
    kind, _colon, path = place.partition(":")
    where = folders[0] / path if kind == "upload" else inside(folders[1], path)
    try:
        package = Package(where, name)
        try:
            form = form or format_of(package)
        finally:
            package.close()
        return jobs.open_job(
            source,
            form=form,
            name=name,
            place=place,
            options=options,
            state=JobState.CHECKING,
            is_upload=True,
            started_by=started_by,
        )
    except BaseException:
        if kind == "upload":
            where.unlink(missing_ok=True)
        raise


def in_inbox(inbox: Path) -> list[str]:
    """Return what lies in the inbox folder, by name."""
    if not inbox.is_dir():
        return []
    found = [path.name for path in inbox.iterdir() if not path.name.startswith(".")]
    return sorted(found)[:100]


def forget_uploads(uploads: Path) -> int:
    """Delete uploaded packages a week after the last use of them: people stand in them."""
    if not uploads.is_dir():
        return 0
    busy = queries.places_in_use()
    before = (clock.now() - KEPT).timestamp()
    gone = 0
    for path in sorted(uploads.iterdir()):
        if f"upload:{path.name}" in busy or path.stat().st_mtime > before:
            continue
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            gone += 1
    return gone
