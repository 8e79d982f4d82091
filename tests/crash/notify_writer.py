"""Tells members and sends what goes out, a few at a commit: the writer that a kill test kills.

    python -m tests.crash.notify_writer URL FOLDER

waits: for every line on its input it forks a child that decides what goes out, writes letters and
digests and sends messages to devices, in small portions. What a device was sent goes as a line into
``FOLDER/rang``. It prints ``pid N`` first, a line after every commit, and ``done`` at the end.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

from app import create_app
from app.kernel import clock
from app.kernel.db import db
from app.kernel.outbound import Answer, Asked
from app.notify import service as notify
from app.notify.service.mailing import write_digests, write_letters
from tests.conftest import NOON, test_config

PORTION = 3


def sweep(folder: Path) -> None:
    """Do everything that is due, a commit at a time; say so after each."""

    def fetch(asked: Asked) -> Answer:
        with (folder / "rang").open("a", encoding="ascii") as file:
            file.write(f"{asked.url} {asked.headers['Topic']}\n")
        return Answer(201, {}, b"")

    while notify.dispatch(PORTION):
        say("decided")
    while write_letters(PORTION):
        say("written")
    while write_digests(1):
        say("gathered")
    while notify.push_due(fetch, lambda _link: "/", PORTION):
        say("rang")
    say("done")


def say(word: str) -> None:
    """Print a word at once."""
    os.write(1, f"{word}\n".encode())


def main(url: str, folder: str) -> None:
    """Fork a child that sweeps for every line that comes in, so many days later as it says."""
    app = create_app(test_config(url, Path(folder)))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            with app.app_context(), clock.frozen(NOON + timedelta(days=int(line))):
                sweep(Path(folder))
                db.session.remove()
            os._exit(0)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("gone")


if __name__ == "__main__":
    main(*sys.argv[1:])
