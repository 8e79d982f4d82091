"""``python -m bench``: what pages and postings cost, as ratios measured in one run."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from app.kernel import clock
from bench import checkins, desks, granting, imports, moving, pages, postings, ranking, searching
from bench.stores import SQLiteStore, Store, postgres
from bench.table import table

ABOUT = """\
Measure pages against an empty Flask route and ledger postings against the raw driver, in one run,
in turns. Everything lives in a temporary folder; nothing but the loopback is used."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m bench", description=ABOUT)
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="how long each thing is measured (default 3)"
    )
    parser.add_argument(
        "--postgres", metavar="URL", help="a server's maintenance database, to post there too"
    )
    parser.add_argument(
        "--only",
        choices=[
            "pages",
            "postings",
            "imports",
            "checkins",
            "granting",
            "search",
            "ranking",
            "desks",
            "moving",
        ],
        help="measure only this",
    )
    parser.add_argument(
        "--members", type=int, default=10_000, help="who check in, or get a day (default 10000)"
    )
    parser.add_argument(
        "--lines", type=int, default=200_000, help="order lines to import (default 200000)"
    )
    parser.add_argument(
        "--posts", type=int, default=200_000, help="posts to search among (default 200000)"
    )
    parser.add_argument(
        "--copies",
        type=int,
        default=1,
        help="with --only desks: load so many times fewer posts, and copy them in the database",
    )
    parser.add_argument(
        "--activities", type=int, default=1_000_000, help="lines to rank (default 1000000)"
    )
    parser.add_argument(
        "--threads", type=int, default=20_000, help="threads that move in (default 20000)"
    )
    parser.add_argument(
        "--profile", action="store_true", help="with --only imports: tell where the time goes"
    )
    chosen = parser.parse_args()
    if not 0.5 <= chosen.seconds <= 120:
        parser.error("--seconds must be from 0.5 to 120")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="potluck-bench-")))
        stores: list[Store] = [SQLiteStore(folder)]
        if chosen.postgres:
            stores.append(stack.enter_context(postgres(chosen.postgres)))
        print(
            f"{clock.now():%Y-%m-%d}, Python {platform.python_version()}, {_machine()}\n",
            flush=True,
        )
        if chosen.only in {None, "pages"}:
            _measure_pages(folder, chosen.seconds)
        if chosen.only in {None, "postings"}:
            _measure_postings(stores, folder, chosen.seconds)
        alone = {
            "checkins": lambda: _measure_checkins(stores, folder, chosen.members),
            "granting": lambda: _measure_granting(stores, folder, chosen.members),
            "search": lambda: _measure_search(stores, folder, chosen.posts),
            "moving": lambda: _measure_moving(folder, chosen.threads),
            "desks": lambda: _measure_desks(stores, folder, chosen.posts, chosen.copies),
            "ranking": lambda: _measure_ranking(stores, folder, chosen.activities),
        }
        if chosen.only in alone:
            alone[chosen.only]()
        if chosen.only == "imports":  # minutes, so only when asked for
            _say(f"imports: {chosen.lines:,} order lines")
            print(imports.measure(folder, chosen.lines, profile=chosen.profile).told(), flush=True)


def _machine() -> str:
    """Return cores and load; on a busy machine times mean little and ratios a little more."""
    cores, load = os.cpu_count() or 1, os.getloadavg()[0]
    busy = " (busy: run this again when it is quiet)" if load > cores / 2 else ""
    return f"{cores} cores, load {load:.1f} before the start{busy}"


def _measure_pages(folder: Path, seconds: float) -> None:
    _say("pages: seeding a community, then asking in turns")
    figures = pages.measure(folder / "site", seconds)
    title = f"{pages.CONNECTIONS} connections"
    print(table(title, "requests", figures, pages.EMPTY), end="\n\n", flush=True)


def _measure_postings(stores: Sequence[Store], folder: Path, seconds: float) -> None:
    for store in stores:
        for batch in (False, True):
            _say(f"postings on {store.name}, {'500 at a time' if batch else 'one at a time'}")
            figures = postings.measure(store, folder, seconds, batch=batch)
            against = postings.raw_name(store, batch=batch)
            unit = "postings"
            print(table(store.name, unit, figures, against), end="\n\n", flush=True)


def _measure_checkins(stores: Sequence[Store], folder: Path, members: int) -> None:
    for store in stores:
        _say(f"check-ins on {store.name}: {members:,} members at midnight")
        figures = checkins.measure(store, folder, members)
        title = f"{store.name}, {checkins.THREADS} threads"
        print(table(title, "done", figures, checkins.POSTED), end="\n\n", flush=True)


def _measure_granting(stores: Sequence[Store], folder: Path, members: int) -> None:
    for store in stores:
        _say(f"a granted day on {store.name}: {members:,} members")
        found = granting.measure(store, folder, members)
        print(f"{store.name}, {found.told()}\n", flush=True)


def _measure_search(stores: Sequence[Store], folder: Path, posts: int) -> None:
    for store in stores:
        _say(f"search on {store.name}: {posts:,} posts")
        print(
            f"{store.name}\n\n{searching.told(*searching.measure(store, folder, posts))}\n",
            flush=True,
        )


def _measure_desks(stores: Sequence[Store], folder: Path, posts: int, copies: int) -> None:
    for store in stores:
        _say(f"health and the miner on {store.name}: {posts:,} posts")
        print(f"{store.name}\n", flush=True)
        for line in desks.measure(store, folder, posts, copies):
            print(line, flush=True)
        print(flush=True)


def _measure_ranking(stores: Sequence[Store], folder: Path, activities: int) -> None:
    for store in stores:
        _say(f"leaderboards on {store.name}: {activities:,} activities")
        found = ranking.measure(store, folder, activities, max(1, activities // 10))
        print(f"{store.name}\n\n{found.told()}\n", flush=True)


def _measure_moving(folder: Path, threads: int) -> None:
    _say(f"moving in: {threads:,} threads from FlaskBB and from Discourse")
    for line in moving.measure(folder, threads):
        print(line, flush=True)


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
