"""Export jobs: asked for, written by the worker, fetched, deleted."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app
from flask_babel import force_locale

from app.kernel import audit, clock, i18n, ids, jobs
from app.kernel.db import changed, db, use_case
from app.kernel.errors import ConflictError, ForbiddenError, NotFoundError
from app.kernel.exports.models import ExportJob
from app.kernel.exports.registry import Export, find
from app.kernel.exports.writing import Spool, write_csv, write_xlsx
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission
from app.kernel.types import Page, Ref

log = structlog.get_logger(__name__)

SWEEP = "exports.write"
PAGE_ROWS = 2_000
PAGES_AT_ONCE = 25  # of one export; then the others have their turn
KEPT = timedelta(days=7)
MAX_WAITING = 5  # of one person
MAX_VALUE = 200
LIST_ROWS = 30

JOBS = ExportJob.__table__


class Format(StrEnum):
    """How the file is written."""

    CSV = "csv"
    GBK = "csv-gbk"
    XLSX = "xlsx"

    @property
    def ending(self) -> str:
        """Return the end of the file's name."""
        return "xlsx" if self is Format.XLSX else "csv"


@dataclass(frozen=True, slots=True)
class JobRow:
    """An export as its page shows it.

    Attributes:
        export: what it is; None where its domain is gone.
        is_there: its file can be fetched.
    """

    id: int
    code: str
    kind: str
    export: Export | None
    format: Format
    asked_at: datetime
    finished_at: datetime | None
    rows_done: int
    row_count: int | None
    error: str
    expires_at: datetime

    @property
    def is_there(self) -> bool:
        """Return whether its file can be fetched."""
        return bool(self.finished_at) and not self.error and clock.now() < self.expires_at

    @property
    def title(self) -> object:
        """Return what it is, in words."""
        return self.export.title if self.export else self.kind


@use_case
def ask(
    kind: str,
    format_: Format,
    params: Mapping[str, str],
    *,
    asked_by: int,
    allowed: frozenset[Permission],
) -> str:
    """Ask for an export; the worker writes it. Return its code.

    Args:
        kind: what.
        format_: how.
        params: filters as the list's address has them; unknown and empty ones are dropped.
        asked_by: who.
        allowed: what he may do.

    Raises:
        NotFoundError: there is no such export.
        ForbiddenError: he may not have it.
        ConflictError: he waits for too many already.
    """
    export = find(kind)
    if export is None:
        raise NotFoundError
    if export.permission not in allowed:
        raise ForbiddenError
    waiting = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(JOBS)
        .where(JOBS.c.asked_by == asked_by, JOBS.c.finished_at.is_(None))
    )
    if (waiting or 0) >= MAX_WAITING:
        raise ConflictError(_l("Wait until one of your exports is done; five are on their way."))
    now, job_id, code = clock.now(), ids.next_id(), ids.new_code()
    kept = {name: params[name][:MAX_VALUE] for name in export.params if params.get(name)}
    db.session.execute(
        sa.insert(ExportJob),
        [
            {
                "id": job_id,
                "code": code,
                "kind": kind,
                "params": kept,
                "format": format_.value,
                "locale": i18n.locale_code(),
                "asked_by": asked_by,
                "asked_at": now,
                "expires_at": now + KEPT,
            }
        ],
    )
    audit.note(asked_by, "export.asked", Ref("export", job_id), kind=kind, format=format_.value)
    jobs.nudge(SWEEP)
    return code


# --- reading -------------------------------------------------------------------------------------


def jobs_of(member_id: int, after: str | None = None, limit: int = LIST_ROWS) -> Page[JobRow]:
    """Return somebody's exports, the newest first. One statement."""
    conditions = [JOBS.c.asked_by == member_id]
    if after and after.isascii() and after.isdecimal() and len(after) < 19:  # noqa: PLR2004 - below 2**63
        conditions.append(JOBS.c.id < int(after))
    rows = db.session.execute(
        sa.select(JOBS).where(*conditions).order_by(JOBS.c.id.desc()).limit(limit + 1)
    ).all()
    next_key = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page([_row(row) for row in rows[:limit]], next_key)


def job(code: str, member_id: int) -> JobRow:
    """Return one of somebody's exports. One statement.

    Raises:
        NotFoundError: there is none of that code, or it is somebody else's.
    """
    row = db.session.execute(
        sa.select(JOBS).where(JOBS.c.code == ids.read_code(code), JOBS.c.asked_by == member_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return _row(row)


def _row(row: Any) -> JobRow:
    return JobRow(
        row.id,
        row.code,
        row.kind,
        find(row.kind),
        Format(row.format),
        row.asked_at,
        row.finished_at,
        row.rows_done,
        row.row_count,
        row.error,
        row.expires_at,
    )


def path_of(found: JobRow) -> Path:
    """Return where the file of an export is, or will be."""
    return _folder() / f"{found.code}.{found.format.ending}"


def _folder() -> Path:
    folder: Path = current_app.config["POTLUCK"].instance_dir / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# --- the worker ----------------------------------------------------------------------------------


@jobs.sweep(SWEEP, every=timedelta(seconds=5), drain=True)
def write_next() -> int:
    """Go on with the oldest export that waits; return how many pages were written."""
    waits = sa.select(JOBS).where(JOBS.c.finished_at.is_(None)).order_by(JOBS.c.id)
    waiting = db.session.execute(waits).all()
    db.session.rollback()
    for each in waiting:
        with _mine(each.code) as is_mine:
            # Another worker may have finished it before it let go.
            row = db.session.execute(waits.where(JOBS.c.id == each.id)).one_or_none()
            db.session.rollback()
            if is_mine and row is not None:
                return _go_on(row)
    return 0


@contextmanager
def _mine(code: str) -> Iterator[bool]:
    """Hold an export while it is written; a killed worker lets go by dying."""
    with (_folder() / f"{code}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def _go_on(row: Any) -> int:
    found, export = _row(row), find(row.kind)
    if export is None or clock.now() >= row.expires_at:
        _finish(row.id, row.asked_by, row.kind, rows=row.rows_done, error="gone")
        _delete_files(row.code)
        return 1
    spool = Spool(_folder() / f"{row.code}.spool")
    try:
        return _write(row, found, export, spool)
    except sa.exc.OperationalError:  # the database is away; the next round goes on
        raise
    except Exception as error:
        db.session.rollback()
        log.exception("export_failed", export=row.code, error=type(error).__name__)
        _finish(row.id, row.asked_by, row.kind, rows=spool.mark().rows, error="failed")
        _delete_files(row.code)
        return 1


def _write(row: Any, found: JobRow, export: Export, spool: Spool) -> int:
    mark, pages = spool.mark(), 0
    if row.started_at is None:
        _start(row.id, export.count(row.params) if export.count else None)
    while not mark.is_whole and pages < PAGES_AT_ONCE and not jobs.stopping():
        with force_locale(row.locale):
            page = export.rows(row.params, mark.after, PAGE_ROWS)
        db.session.rollback()
        mark = spool.add(mark, page.items, page.next_key)
        _note_progress(row.id, mark.rows)
        pages += 1
    if mark.is_whole and not jobs.stopping():
        _make_file(path_of(found), found.format, export, spool, row.locale)
        _finish(row.id, row.asked_by, row.kind, rows=mark.rows)
        spool.delete()
        pages += 1
    return pages


def _make_file(path: Path, format_: Format, export: Export, spool: Spool, locale: str) -> None:
    with force_locale(locale):
        if format_ is Format.XLSX:
            write_xlsx(path, export.columns, spool.rows())
        else:
            encoding = "gb18030" if format_ is Format.GBK else "utf-8"
            write_csv(path, export.columns, spool.rows(), encoding=encoding)


@use_case
def _start(job_id: int, row_count: int | None) -> None:
    changed(
        sa.update(ExportJob)
        .where(ExportJob.id == job_id)
        .values(started_at=clock.now(), row_count=row_count)
    )


@use_case
def _note_progress(job_id: int, rows: int) -> None:
    changed(sa.update(ExportJob).where(ExportJob.id == job_id).values(rows_done=rows))


@use_case
def _finish(job_id: int, asked_by: int, kind: str, *, rows: int, error: str = "") -> None:
    done = changed(
        sa.update(ExportJob)
        .where(ExportJob.id == job_id, ExportJob.finished_at.is_(None))
        .values(finished_at=clock.now(), rows_done=rows, row_count=rows, error=error)
    )
    if done and not error:
        audit.note(asked_by, "export.written", Ref("export", job_id), kind=kind, rows=rows)


@jobs.sweep("exports.forget", every=timedelta(hours=1))
def forget() -> int:
    """Delete files of exports that are a week old, and what nobody owns any more."""
    alive = set(
        db.session.scalars(
            sa.select(JOBS.c.code).where(
                JOBS.c.expires_at > clock.now(),
                sa.or_(JOBS.c.finished_at.is_(None), JOBS.c.error == ""),
            )
        )
    )
    db.session.rollback()
    dead = [path for path in _folder().iterdir() if path.name.partition(".")[0] not in alive]
    for path in dead:
        path.unlink(missing_ok=True)
    return len(dead)


def _delete_files(code: str) -> None:
    for path in _folder().glob(f"{code}.*"):
        if path.suffix != ".lock":
            path.unlink(missing_ok=True)
