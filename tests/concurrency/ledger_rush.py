"""Many do the same at the same instant: threads of this process, or of another one.

As a program: ``python -m tests.concurrency.ledger_rush URL FOLDER MOMENT THREADS NAME [ARGS]``; it
says ``ready``, waits for a line, and prints what came out as JSON.
"""

import json
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask

from app.kernel import clock
from app.kernel.db import db, use_case
from app.kernel.errors import DomainError
from app.kernel.types import Ref
from app.ledger import service
from app.ledger.types import Capture, Earn, Fund, Part, Release, Reverse, Spend
from tests.forks import forked

Act = Callable[[str], str]
"""Takes a key of its own; returns a word for what came out."""


def spend_one(member: str) -> Act:
    def act(key: str) -> str:
        posted = service.post(
            Spend(member_id=int(member), points=1, reason="reward", scope="race", key=key)
        )
        return f"spent {posted.txn_id}"

    return act


def earn_same(member: str, key: str) -> Act:
    def act(_own_key: str) -> str:
        part = Part("order.paid", 7, 7, fund=Fund.ORDER)
        posted = service.post(
            Earn(
                member_id=int(member), parts=(part,), source=Ref("order", 1), scope="race", key=key
            )
        )
        return f"{'new' if posted.is_new else 'again'} {posted.txn_id}"

    return act


def earn_own(member: str) -> Act:
    def act(key: str) -> str:
        part = Part("like.received", 1, 1, fund=Fund.CONTENT)
        service.post(Earn(member_id=int(member), parts=(part,), scope="race", key=key))
        return "earned"

    return act


def settle(hold: str) -> Act:
    def act(key: str) -> str:
        hold_id = int(hold)
        if hash(key) % 2:
            service.post(Capture(hold_id=hold_id, scope="race", key=key))
        else:
            service.post(Release(hold_id=hold_id, scope="race", key=key))
        return "settled"

    return act


def undo(txn: str) -> Act:
    def act(key: str) -> str:
        service.post(Reverse(txn_id=int(txn), scope="race", key=key))
        return "undone"

    return act


def pass_between(one: str, other: str) -> Act:
    @use_case
    def act(key: str) -> str:
        pair = [int(one), int(other)]
        giver, taker = pair if hash(key) % 2 else reversed(pair)
        service.lock_wallets([giver, taker])
        service.post(Spend(member_id=giver, points=1, reason="x", scope="race", key=f"{key}-"))
        part = Part("x", 1, fund=Fund.GIFT)
        service.post(Earn(member_id=taker, parts=(part,), scope="race", key=f"{key}+"))
        return "passed"

    return act


def sweep() -> Act:
    return lambda _key: f"matured {service.mature_due(limit=5)}"


def sweep_or_spend(members: str) -> Act:
    def act(key: str) -> str:
        prefix, number = (int(part) for part in key.split(":"))
        if number % 2:
            return f"matured {service.mature_due(limit=5)}"
        member_id = 1 + (prefix * 4 + number // 2) % int(members)
        service.post(Spend(member_id=member_id, points=1, reason="x", scope="race", key=key))
        return "spent"

    return act


ACTS: dict[str, Callable[..., Act]] = {
    "spend_one": spend_one,
    "earn_same": earn_same,
    "earn_own": earn_own,
    "settle": settle,
    "undo": undo,
    "pass_between": pass_between,
    "sweep": sweep,
    "sweep_or_spend": sweep_or_spend,
}


def rush(app: Flask, act: Act, prefix: str, threads: int) -> list[str]:
    """Let that many threads do it at once."""
    gate = threading.Barrier(threads)

    def one(number: int) -> str:
        with app.app_context():
            gate.wait(timeout=60)
            try:
                return act(f"{prefix}{number}")
            except DomainError as refusal:
                return refusal.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


def from_two_processes(app: Flask, threads: int, name: str, *arguments: object) -> list[str]:
    """Rush from threads here and as many in each of two other processes."""
    words = [str(argument) for argument in arguments]
    config = app.config["POTLUCK"]
    where = (config.database_url, str(config.instance_dir), clock.now().isoformat())
    with ExitStack() as stack:
        others = [
            stack.enter_context(
                forked("tests.concurrency.ledger_rush", *where, f"{number}:{threads}", name, *words)
            )
            for number in (1, 2)
        ]
        for other in others:
            assert other.stdout.readline() == "ready\n"
        for other in others:
            other.tell("go")
        results = rush(app, ACTS[name](*words), "0:", threads)
        for other in others:
            results += json.loads(other.stdout.readline())
    return results


def main(*arguments: str) -> None:
    """Rush as the words say, once the parent says so."""
    from app import create_app
    from tests.conftest import test_config

    url, folder, moment, crowd, name, *words = arguments
    prefix, threads = crowd.split(":")
    app = create_app(test_config(url, Path(folder)))
    with clock.frozen(datetime.fromisoformat(moment) + timedelta(seconds=int(prefix))):
        print("ready", flush=True)  # noqa: T201 - said to the parent
        sys.stdin.readline()
        results = rush(app, ACTS[name](*words), f"{prefix}:", int(threads))
    print(json.dumps(results), flush=True)  # noqa: T201 - said to the parent
    with app.app_context():
        db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
