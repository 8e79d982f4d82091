"""Post for ever and say what is committed: the writer that crash tests kill.

    python -m tests.crash.ledger_writer URL FOLDER [FIRST]

posts commands with the keys FIRST, FIRST + 1, … and prints each key once its commit is
acknowledged. The database must be migrated (``--prepare`` does that and exits). With ``--nursery``
the program waits instead: for every line ``KEY`` on its input it forks a child that writes from
that key on and prints ``pid N``, so that a test need not start Python for every kill.

Even keys earn 5 points and 2 growth for one of seven members, odd ones spend 3 or are refused (then
nothing is written and nothing printed). :func:`problems` says what is wrong afterwards.
"""

import os
import sys
from collections.abc import Collection
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.kernel.db import db
from app.ledger import models, service, verifier
from app.ledger.types import Earn, Fund, InsufficientPointsError, Part, Posted, Spend
from tests.conftest import migrate, test_config

SCOPE = "crash"
MEMBERS = 7


def open_app(url: str, folder: Path) -> Flask:
    """Return an application on this database; files go into ``folder``."""
    return create_app(test_config(url, folder))


def post(key: int) -> Posted | None:
    """Post the command of a key; None if it was refused."""
    member_id = 1 + key // 2 % MEMBERS
    named: dict[str, Any] = {"scope": SCOPE, "key": str(key)}
    if key % 2 == 0:
        part = Part("order.paid", 5, 2, fund=Fund.ORDER)
        return service.post(Earn(member_id=member_id, parts=(part,), **named))
    try:
        return service.post(Spend(member_id=member_id, points=3, reason="reward", **named))
    except InsufficientPointsError:
        return None


def write(app: Flask, first: int) -> None:
    """Post from a key on, printing each acknowledged one, until somebody ends us."""
    with app.app_context():
        for key in count(first):
            if post(key) is not None:
                os.write(1, f"{key}\n".encode())


def problems(app: Flask, acknowledged: Collection[int]) -> list[str]:
    """Return what is wrong: drift, or an acknowledged key that is not there exactly once."""
    with app.app_context():
        found = list(verifier.drifts())
        keys = db.session.scalars(sa.select(models.TXN.c.key).where(models.TXN.c.scope == SCOPE))
        kept = [int(key) for key in keys]
        db.session.remove()
        db.engine.dispose()
    lost = sorted(set(acknowledged) - set(kept))
    if lost:
        found.append(f"{len(lost)} acknowledged keys are lost: {lost[:5]}")
    if len(kept) != len(set(kept)):
        found.append("a key was posted twice")
    return found


def nursery(app: Flask) -> None:
    """Fork a writer for every key that is asked for."""
    with app.app_context():
        db.engine.dispose()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            write(app, int(line))
        os.write(1, f"pid {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"gone\n")


def main(*arguments: str) -> None:
    """Write, prepare or keep a nursery, as the flags say."""
    flags = {word for word in arguments if word.startswith("--")}
    url, folder, *first = [word for word in arguments if word not in flags]
    app = open_app(url, Path(folder))
    if "--prepare" in flags:
        migrate(app)
    elif "--nursery" in flags:
        nursery(app)
    else:
        write(app, int(first[0]) if first else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
