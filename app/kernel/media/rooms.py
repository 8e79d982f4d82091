"""Folders to work in, which outlive nobody.

What lies in one is a member's photo or video. A process that is killed leaves its folder behind, so
each is held by a lock that the system lets go with the process, and whoever needs a folder next
clears away those that nobody holds any more.
"""

import fcntl
import shutil
import tempfile
import time
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
    return sum(_remove_if_left(found) for found in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))


def _remove_if_left(found: Path) -> bool:
    # wall time, as files have it: the house's clock may stand still in a test
    with suppress(OSError):
        if time.time() - found.stat().st_mtime < YOUNG:
            return False
        with (found / LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(found)
            return True
    return False
