"""Measure everything in one run, interleaved, and print ratios.

    .venv/bin/python -m bench
    .venv/bin/python -m bench --threads 20000 --postgres postgresql://…/postgres

Absolute times depend on the machine and on what else it does; the ratios inside one run are the
figures to compare. Cases take turns in short rounds, so that a slow minute hits all alike.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from itsdangerous import URLSafeTimedSerializer

from app.kernel.db import db
from bench import postings
from bench.client import Client, Request
from bench.seed import Session, Town, build
from bench.serving import SECRET, make_app, postgres_copy, served


@dataclass(slots=True)
class Case:
    """Something to ask a server for, and what its rounds took (mean seconds a request)."""

    name: str
    client: Client
    next_request: Callable[[], Request]
    share: float = 1.0  # of the requests of a round
    rounds: list[float] = field(default_factory=list)


def main() -> None:
    """Seed, serve, measure, print."""
    parser = argparse.ArgumentParser("python -m bench", description="Ratios against the floor.")
    add = parser.add_argument
    add("--members", type=int, default=1_000)
    add("--threads", type=int, default=3_000)
    add("--rounds", type=int, default=7, help="how often all cases take turns")
    add("--requests", type=int, default=120, help="requests of a case in a round")
    add("--postings", type=int, default=400, help="ledger postings in a round")
    add(
        "--postgres",
        metavar="URL",
        help="measure PostgreSQL too: a database that may create others",
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="potluck-bench-") as name:
        folder = Path(name)
        _pages("SQLite", f"sqlite:///{folder / 'pages.db'}", folder, chosen)
        _ledger("SQLite", postings.on_sqlite(folder, **_size(chosen)))
        if chosen.postgres:
            url = chosen.postgres.replace("postgresql://", "postgresql+psycopg://")
            with postgres_copy(url) as copy:
                _pages("PostgreSQL", copy, folder, chosen)
            _ledger("PostgreSQL", postings.on_postgres(url, folder, **_size(chosen)))


def _size(chosen: argparse.Namespace) -> dict[str, int]:
    return {"count": chosen.postings, "members": 50, "rounds": min(chosen.rounds, 5)}


# --- pages ---------------------------------------------------------------------------------------


def _pages(kind: str, url: str, folder: Path, chosen: argparse.Namespace) -> None:
    check_ins = (chosen.rounds + 1) * max(1, chosen.requests // 4)
    app = make_app(url, folder, migrated=True)
    with app.app_context():
        members = max(chosen.members, check_ins + 1)
        town = build(members=members, threads=chosen.threads, sessions=check_ins + 1)
        db.session.remove()
        db.engine.dispose()
    with ExitStack() as stack:
        floor = Client(stack.enter_context(served("bench.empty:app")))
        house = Client(stack.enter_context(served("wsgi:app", url=url, folder=folder)))
        cases = list(_cases(floor, house, town))
        for round_ in range(chosen.rounds + 1):
            for case in cases:
                count = max(1, int(chosen.requests * case.share))
                seconds = [case.client.send(case.next_request()) for _ in range(count)]
                if round_:  # the first one warms up
                    case.rounds.append(sum(seconds) / count)
    _print_pages(kind, cases, chosen)


def _cases(floor: Client, house: Client, town: Town) -> Iterator[Case]:
    fan, *rest = town.sessions
    page = {"Accept": "text/html", "Accept-Language": "zh-CN"}
    signed = {**page, "Cookie": f"potluck={fan.token}"}
    waiting = iter(rest)
    nothing = Request("GET", "/")
    yield Case("empty Flask route", floor, lambda: nothing)
    for name, path, headers in (
        ("home, guest", "/", page),
        ("home, member", "/", signed),
        ("thread, guest", f"/p/{town.thread}", page),
        ("thread, member", f"/p/{town.thread}", signed),
        ("wallet, member", "/me/wallet", signed),
    ):
        request = Request("GET", path, headers)
        yield Case(name, house, lambda request=request: request)  # type: ignore[misc]
    yield Case("check-in, POST", house, lambda: _check_in(next(waiting)), share=0.25)


def _check_in(session: Session) -> Request:
    token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(session.csrf)
    headers = {
        "Accept": "text/html",
        "Cookie": f"potluck={session.token}",
        "X-CSRFToken": str(token),
    }
    return Request("POST", "/checkin", headers, expected=303)


def _print_pages(kind: str, cases: list[Case], chosen: argparse.Namespace) -> None:
    floor = cases[0].rounds
    print(
        f"\n{kind}, {chosen.threads} threads, one keep-alive client, median of {len(floor)} rounds"
    )
    print(f"{'':<22}{'ms':>8}{'x floor':>10}{'(least to most)':>20}")
    for case in cases:
        ratios = [ours / base for ours, base in zip(case.rounds, floor, strict=True)]
        spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
        print(
            f"{case.name:<22}{median(case.rounds) * 1000:>8.2f}{median(ratios):>10.1f}{spread:>20}"
        )


# --- ledger --------------------------------------------------------------------------------------


def _ledger(kind: str, rounds: list[postings.Rates]) -> None:
    ratios = [rates.raw / rates.ours for rates in rounds]
    print(f"\n{kind}, ledger postings of two books, a commit each, median of {len(rounds)} rounds")
    print(f"{'':<22}{'a second':>10}{'statements':>12}")
    print(f"{'raw driver, same rows':<22}{median(r.raw for r in rounds):>10.0f}", end="")
    print(f"{median(r.statements for r in rounds):>12.1f}")
    print(f"{'ledger.post':<22}{median(r.ours for r in rounds):>10.0f}")
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(f"cost against the raw driver: {median(ratios):.2f} x ({spread})")


if __name__ == "__main__":
    main()
