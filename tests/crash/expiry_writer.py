"""Runs the sweeps of expiry a few wallets a commit, for ever: the writer that a kill test kills.

    python -m tests.crash.expiry_writer URL FOLDER

waits: for every line on its input it forks a child that tells members what will expire, lets
points expire, closes days and rolls them up, in small portions. It prints ``pid N`` first, a line
after every commit, and ``done`` when nothing is left to do.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from app import create_app
from app.kernel import clock
from app.kernel.db import db
from app.ledger import service as ledger
from app.loyalty import service as loyalty
from app.notify import service as notify
from tests.conftest import test_config

LATER = datetime(2026, 9, 20, 4, tzinfo=UTC)
PORTION = 7


def sweep() -> None:
    """Do everything that is due, a commit at a time; say so after each."""
    place = loyalty.note_expiring(limit=PORTION)
    say("noted")
    while place is not None:
        place = loyalty.note_expiring(place, limit=PORTION)
        say("noted")
    after: int | None = 0
    while after is not None:
        _told, after = loyalty.tell_expiring(after, limit=PORTION)
        say("told")
    while notify.mail_due(PORTION):
        say("mailed")
    while ledger.expire_due(PORTION):
        say("expired")
    while ledger.close_days(3):
        say("closed")
    while ledger.roll_up(3):
        say("rolled")
    say("done")


def say(word: str) -> None:
    """Print a word at once."""
    os.write(1, f"{word}\n".encode())


def main(url: str, folder: str) -> None:
    """Fork a child that sweeps for every line that comes in."""
    app = create_app(test_config(url, Path(folder)))
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            with app.app_context(), clock.frozen(LATER):
                sweep()
                db.session.remove()
            os._exit(0)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("gone")


if __name__ == "__main__":
    main(*sys.argv[1:])
