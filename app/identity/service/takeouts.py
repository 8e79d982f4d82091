"""A member's own file: everything that is his, for him to keep. Written by the worker."""

import fcntl
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog

from app.identity import queries
from app.identity.models import Member, MemberTakeout
from app.identity.queries.leaving import Takeout
from app.kernel import clock, i18n, ids, jobs, leaving
from app.kernel.db import changed, db, use_case
from app.kernel.errors import ConflictError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.media.storage import storage

log = structlog.get_logger(__name__)

SWEEP = "identity.write_takeouts"
KEPT = timedelta(days=7)
PAUSE = timedelta(hours=1)  # between two files of one member
NOTE_EVERY = 20  # photos between two looks at the bar


@use_case
def ask_for_takeout(member_id: int) -> str:
    """Ask for the file of everything that is a member's; return its code.

    Raises:
        ConflictError: one is on its way, or was asked for within the hour.
    """
    now = clock.now()
    changed(sa.update(Member).where(Member.id == member_id).values(version=Member.version))
    latest = queries.takeouts_of(member_id)
    if latest and (latest[0].is_written or latest[0].asked_at > now - PAUSE):
        raise ConflictError(_l("Your last file is fresh. Ask for another one in an hour."))
    code = ids.new_code()
    row = {
        "id": ids.next_id(),
        "code": code,
        "member_id": member_id,
        "locale": i18n.locale_code(),
        "asked_at": now,
        "expires_at": now + KEPT,
    }
    db.session.execute(sa.insert(MemberTakeout), [row])
    jobs.nudge(SWEEP)
    return code


def takeout_path(code: str) -> Path:
    """Return where a file is, or will be."""
    return leaving.folder() / f"{code}.zip"


def write_takeouts() -> int:
    """Write the files that wait; return how many were finished.

    A file that was cut off begins anew: it reads what is true then.
    """
    done = 0
    for waiting in queries.waiting_takeouts():
        db.session.rollback()
        with _alone(waiting.code) as is_mine:
            if is_mine and not jobs.stopping():
                done += _write_or_note(waiting)
    return done


def forget_takeouts() -> int:
    """Delete files that are a week old; return how many."""
    kept = queries.kept_takeouts()
    db.session.rollback()
    dead = [path for path in leaving.folder().iterdir() if path.name.partition(".")[0] not in kept]
    for path in dead:
        path.unlink(missing_ok=True)
    return len(dead)


@contextmanager
def _alone(code: str) -> Iterator[bool]:
    """Hold a file while it is written; a killed worker lets go by dying."""
    with (leaving.folder() / f"{code}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def _write_or_note(waiting: Takeout) -> int:
    draft = takeout_path(waiting.code).with_suffix(".part")
    try:
        is_whole = _write(waiting, draft)
    except sa.exc.OperationalError:  # the database is away; the next round begins anew
        raise
    except Exception as error:
        db.session.rollback()
        log.exception("takeout_failed", takeout=waiting.code, error=type(error).__name__)
        _finish(waiting.id, 0, "failed")
        draft.unlink(missing_ok=True)
        return 1
    if not is_whole:
        return 0
    draft.replace(takeout_path(waiting.code))
    _finish(waiting.id, takeout_path(waiting.code).stat().st_size)
    return 1


def _write(waiting: Takeout, draft: Path) -> bool:
    """Write everything; return False where the worker is going down."""
    sections, photos = leaving.sections(), leaving.photos_of(waiting.member_id)
    total = len(sections) + len(photos) + 1
    _note(waiting.id, 0, total)
    counted: list[tuple[object, str, int]] = []
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as bundle:
        for place, section in enumerate(sections):
            if jobs.stopping():
                return False
            count = _write_section(bundle, section, waiting.member_id)
            if count:
                counted.append((section.label, section.key, count))
            db.session.rollback()
            if place % NOTE_EVERY == 0:
                _note(waiting.id, place + 1, total)
        for place, (name, key) in enumerate(photos):
            if jobs.stopping():
                return False
            _write_photo(bundle, name, key)
            if place % NOTE_EVERY == 0:
                _note(waiting.id, len(sections) + place + 1, total)
        bundle.writestr("index.html", _index(waiting, counted, len(photos)))
    return True


def _write_section(bundle: zipfile.ZipFile, section: leaving.Section, member_id: int) -> int:
    """Write the rows of one section, a line each; return how many."""
    rows = leaving.rows_of(section, member_id)
    first = next(rows, None)
    if first is None:
        return 0
    count = 1
    with bundle.open(f"data/{section.key}.ndjson", "w") as file:
        file.write(_line(first))
        for row in rows:
            file.write(_line(row))
            count += 1
    return count


def _line(row: dict[str, object]) -> bytes:
    return json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n"


def _write_photo(bundle: zipfile.ZipFile, name: str, key: str) -> None:
    data = storage().get(key)
    if data is not None:  # where the shelf has lost it, the rest is his all the same
        bundle.writestr(zipfile.ZipInfo(f"photos/{name}"), data)


def _index(waiting: Takeout, counted: list[tuple[object, str, int]], photo_count: int) -> str:
    return leaving.printed(
        "identity/takeout.html",
        waiting.locale,
        asked_at=waiting.asked_at,
        profile=queries.get_profile(waiting.member_id),
        contacts=queries.contacts_of(waiting.member_id),
        sections=counted,
        photo_count=photo_count,
    )


@use_case
def _note(takeout_id: int, done: int, total: int) -> None:
    changed(
        sa.update(MemberTakeout)
        .where(MemberTakeout.id == takeout_id)
        .values(done=done, total=total)
    )


@use_case
def _finish(takeout_id: int, size: int, error: str = "") -> None:
    changed(
        sa.update(MemberTakeout)
        .where(MemberTakeout.id == takeout_id, MemberTakeout.finished_at.is_(None))
        .values(finished_at=clock.now(), size=size, error=error)
    )
