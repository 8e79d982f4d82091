"""Moves a community in by small chunks, for ever: the writer that a kill test kills.

    python -m tests.crash.movein_writer URL FOLDER PLACE

waits: for every line on its input it forks a child that goes on with the move. It prints ``pid N``
first, a line after every commit, ``complete`` at the end, and ``gone`` when the child is.
"""

import os
import sys
from pathlib import Path

from app import create_app
from app.integrations.movein.service import moving, staging, writings
from app.kernel.db import db
from tests.conftest import test_config
from tests.integrations.movein.packages import steps


def say(word: str) -> None:
    """Print a word at once."""
    os.write(1, f"{word}\n".encode())


def main(url: str, folder: str, place: str) -> None:
    """Fork a child that moves for every line that comes in."""
    staging.CHUNK, writings.THREADS, writings.REPLIES, moving.ROWS = 40, 4, 8, 10
    app = create_app(test_config(url, Path(folder)))
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            with app.app_context():
                for _job in steps(Path(place)):
                    say("commit")
                db.session.remove()
            say("complete")
            os._exit(0)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("gone")


if __name__ == "__main__":
    main(*sys.argv[1:])
