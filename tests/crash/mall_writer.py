"""Redeems for one member after the other, and says after every commit whose turn it was.

``python -m tests.crash.mall_writer DATABASE_URL INSTANCE FROM MEMBER MEMBER …``: the victim of the
kill test. Every purchase has the request key of its turn, so that going on anew buys nothing twice.
"""

import sys
from pathlib import Path

from app import create_app
from app.kernel.errors import DomainError
from app.rewards import service
from app.rewards.types import Basket
from tests.conftest import test_config
from tests.factories.mall import HOME


def main(url: str, instance: str, start: str, turns: str, *members: str) -> None:
    """Go on to the end, or until somebody kills this process."""
    with create_app(test_config(url, Path(instance))).app_context():
        for turn in range(int(start), int(turns)):
            basket = Basket(
                slug="mug", seen_points=100, request_key=f"turn-{turn:012d}", address=HOME
            )
            member_id = int(members[turn % len(members)])
            try:
                done = service.buy(member_id, basket)
                if turn % 3 == 0:
                    service.cancel(member_id, done.code)
            except DomainError as error:
                print(f"refused {error}", flush=True)  # noqa: T201 - the protocol
            print(turn, flush=True)  # noqa: T201 - the protocol
    print("complete", flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main(*sys.argv[1:])
