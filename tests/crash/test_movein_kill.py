"""kill -9 at any instant of a community's moving in: everything comes in once, on its floor."""

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries as community
from app.integrations.movein import queries
from app.kernel.db import db
from tests.conftest import Database
from tests.forks import Fork, forked
from tests.integrations.movein.packages import SOURCE, Row, a_package, drifts, moved

pytestmark = pytest.mark.crash

MEMBERS, THREADS, REPLIES = 12, 30, 3
SHORT, LONG = 3, 40  # kills


def _rows() -> list[Row]:
    """Return a community in no order: threads with replies that answer each other, and likes."""
    day = "2020-05-{:02}T12:{:02}:00Z"
    rows: list[Row] = [{"type": "board", "id": 1, "name": "Pots", "slug": "pots"}]
    rows += [
        {"type": "member", "id": n, "username": f"m{n}", "created_at": day.format(1, 0)}
        for n in range(MEMBERS)
    ]
    for n in range(THREADS):
        rows.append(
            {"type": "thread", "id": f"t{n}", "board": 1, "author": n % MEMBERS,
             "title": f"锅 {n}", "text": "煮了**两个**小时。",
             "created_at": day.format(1 + n % 28, 0)}
        )  # fmt: skip
        rows += [
            {"type": "reply", "id": f"r{n}-{k}", "thread": f"t{n}", "author": (n + k) % MEMBERS,
             "text": f"{k}", "created_at": day.format(1 + n % 28, k), "number": k,
             **({"reply_to": f"r{n}-{k - 1}"} if k > 1 else {})}
            for k in range(1, REPLIES + 1)
        ]  # fmt: skip
        rows.append({"type": "like", "thread": f"t{n}", "member": (n + 1) % MEMBERS})
    random.Random(20260904).shuffle(rows)
    return rows


def _run(victim: Fork, commits: int, delay: float) -> bool:
    """Let a child move and kill it some time after a commit; return whether it was killed."""
    victim.tell("go")
    done, is_complete, child = 0, False, 0
    for line in victim.stdout:
        word = line.strip()
        if word == "gone":
            return not is_complete
        if word.startswith("pid "):
            child = int(word[4:])
        is_complete = is_complete or word == "complete"
        done += word == "commit"
        if done == commits and child:
            time.sleep(delay)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            commits = 0
    raise AssertionError("the nursery fell")


def _round(database: Database, folder: Path, kills: int) -> None:
    rows, chance = _rows(), random.Random(20260905)
    place = a_package(folder / "old", rows)
    where = (database.url, str(database.folder), str(place))
    with forked("tests.crash.movein_writer", *where) as victim:
        killed = sum(
            _run(victim, chance.randrange(1, 9), chance.random() * 0.03) for _ in range(kills)
        )
        assert killed >= min(kills, SHORT)
        assert not _run(victim, -1, 0)
    db.session.rollback()
    assert queries.unfinished_job(SOURCE) is None
    thread, reply = community.THREAD, community.REPLY
    titles = db.session.scalars(sa.select(thread.c.title)).all()
    assert sorted(titles) == sorted(f"锅 {n}" for n in range(THREADS))
    floors = db.session.execute(
        sa.select(reply.c.thread_id, reply.c.floor, reply.c.excerpt, reply.c.reply_to)
    ).all()
    assert len(floors) == THREADS * REPLIES
    assert all(str(row.floor) == row.excerpt for row in floors)
    assert all((row.reply_to or 0) == row.floor - 1 for row in floors)
    assert drifts() == []
    assert moved(place).counts["known"] == len(rows)


@pytest.mark.timeout(300)
def test_a_move_killed_at_random_instants_brings_everything_in_once(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    _round(database, tmp_path, SHORT)


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_a_move_survives_many_kills(app: Flask, database: Database, tmp_path: Path) -> None:
    _round(database, tmp_path, LONG)
