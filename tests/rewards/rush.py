"""One of two processes whose members all want the same thing.

``python -m tests.rewards.rush DATABASE_URL INSTANCE MEMBER MEMBER …``: says ``ready``, waits for a
line, lets its members buy from eight threads, and says how many got what, as JSON.
"""

import json
import sys
import threading
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.kernel.db import db
from app.kernel.errors import DomainError
from app.rewards import service
from app.rewards.types import Basket
from tests.conftest import test_config
from tests.factories.mall import HOME

THREADS = 8


def main(url: str, instance: str, *members: str) -> None:
    """Buy, once for each member."""
    app = create_app(test_config(url, Path(instance)))
    with app.app_context():
        db.session.execute(sa.text("SELECT 1"))
        db.session.remove()
    print("ready", flush=True)  # noqa: T201 - the protocol
    sys.stdin.readline()
    got: list[str] = []
    threads = [
        threading.Thread(target=_run, args=(app, members[n::THREADS], got)) for n in range(THREADS)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    print(json.dumps(Counter(got)), flush=True)  # noqa: T201 - the protocol


def _run(app: Flask, members: tuple[str, ...], got: list[str]) -> None:
    with app.app_context():
        for member in members:
            basket = Basket(
                slug="mug", seen_points=100, request_key=f"rush-{member:0>20}", address=HOME
            )
            try:
                service.buy(int(member), basket)
                got.append("order")
            except DomainError as error:
                got.append(type(error).__name__)
            finally:
                db.session.remove()


if __name__ == "__main__":
    main(*sys.argv[1:])
