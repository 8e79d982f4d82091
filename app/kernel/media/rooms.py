"""Folders to work in, which outlive nobody.

What lies in one is a member's photo or video. A process that is killed leaves its folder behind, so
each is held by a lock that the system lets go with the process, and whoever needs a folder next
clears away those that nobody holds any more.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "potluck-room-"
LOCK = ".held"
YOUNG = 60.0  # seconds after which a folder that nobody holds was not made a moment ago


@contextmanager
def room() -> Iterator[Path]:
    """Yield an empty folder of one's own, gone afterwards."""
    clear_up()
    made = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with (made / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def clear_up() -> int:
    """Remove the folders of processes that were killed; return how many."""
    now = _now_on_disk()
    found = Path(tempfile.gettempdir()).glob(f"{PREFIX}*")
    return sum(_remove_if_left(each, now) for each in found)


def _now_on_disk() -> float:
    """Return the file system's own time, which files are dated by."""
    with tempfile.TemporaryFile() as fresh:
        return os.fstat(fresh.fileno()).st_mtime


def _remove_if_left(found: Path, now: float) -> bool:
    with suppress(OSError):
        if now - found.stat().st_mtime < YOUNG:
            return False
        with (found / LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(found)
            return True
    return False
