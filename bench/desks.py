"""What the team's desks cost in a large house: figures of health, and a night of the topic miner.

The posts are those of ``bench.searching``. Every second one has a reply, each was liked once and
read on two days, and facts tell of the writing and the liking. Times are of the
services' own calls.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.community import service as community
from app.community.queries import THREAD
from app.community.service.seeding_views import SeedViews, seed_views
from app.community.types import SeedLike, SeedReply
from app.config import Config
from app.identity.models import Member
from app.insight.queries import health
from app.kernel import clock
from app.kernel.db import db
from app.ops.service import mining
from bench import searching
from bench.community import opened, settings
from bench.copies import multiply
from bench.stores import Store

PERIODS = (7, 28, 90)
ASKED = 5
LOADED = 2_000


def measure(store: Store, folder: Path, posts: int, copies: int = 1) -> Iterator[str]:
    """Yield lines of a Markdown table: what was asked, seconds of wall and of processor time."""
    config = Config.from_env(
        {**settings(folder, 8000), "POTLUCK_DATABASE_URL": store.make("figures")}
    )
    with opened(config):
        logging.disable(logging.INFO)
        db.create_all()
        chance = random.Random(searching.SEED)
        searching.load(posts // copies, searching.Words(chance), chance)
        _answer(chance)
        multiply(copies)
        if store.name == "PostgreSQL":
            db.session.execute(sa.text("ANALYZE"))
            db.session.commit()
        yield "| what | s at most | processor s at most |"
        yield "| --- | ---: | ---: |"
        for days in PERIODS:
            yield _line(f"health of {days} days", lambda days=days: health(days), ASKED)  # type: ignore[misc]
        yield _line("a night of the miner, 35 days anew", _night, 1)
        yield _line("a night of the miner, one day more", _next_night, 1)


def _line(name: str, act: Callable[[], object], often: int) -> str:
    walls, works = [], []
    for _ in range(often):
        began, worked = time.perf_counter(), time.process_time()
        act()
        walls.append(time.perf_counter() - began)
        works.append(time.process_time() - worked)
        db.session.rollback()
    return f"| {name} | {max(walls):.3f} | {max(works):.3f} |"


def _night() -> None:
    while mining.mine_some():
        pass


def _next_night() -> None:
    with clock.frozen(clock.now() + timedelta(days=1)):
        _night()


def _answer(chance: random.Random) -> None:
    people = list(db.session.scalars(sa.select(Member.id)))
    rows = db.session.execute(
        sa.select(THREAD.c.id, THREAD.c.created_at).order_by(THREAD.c.id)
    ).all()
    for first in range(0, len(rows), LOADED):
        some = rows[first : first + LOADED]
        _load(some, people, chance)


def _load(rows: Sequence[Any], people: Sequence[int], chance: random.Random) -> None:
    pick = chance.choice
    later = [(row.id, row.created_at + timedelta(minutes=chance.randint(1, 600))) for row in rows]
    community.seed_replies(
        [SeedReply(key, pick(people), "抄作业了，谢谢分享！", at) for key, at in later[::2]]
    )
    community.seed_likes([SeedLike(key, pick(people), at) for key, at in later])
    seed_views(
        [
            SeedViews(key, clock.business_date(at) + timedelta(days=n), 2, 4, 3)
            for key, at in later
            for n in (0, 1)
        ]
    )
