"""Tell the plan in a process of its own: one core makes the year up, another writes it down."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from zoneinfo import ZoneInfo

from app.demo.plan import Happening, plan
from app.kernel import clock

LARGE = 2_000  # threads; for a smaller plan a process is not worth its start
SOME = 2_000  # happenings sent at once

Arguments = tuple[int, int, int, int, datetime, str]


def told(members: int, threads: int, orders: int, seed: int, now: datetime) -> Iterator[Happening]:
    """Yield the plan in the zone of the brand, see :func:`app.demo.plan.plan`."""
    arguments = (members, threads, orders, seed, now, clock.zone().key)
    yield from _plan(arguments) if threads < LARGE else _elsewhere(arguments)


def _plan(arguments: Arguments) -> Iterator[Happening]:
    members, threads, orders, seed, now, zone = arguments
    return plan(members, threads, orders, seed=seed, now=now, zone=ZoneInfo(zone))


def _elsewhere(arguments: Arguments) -> Iterator[Happening]:
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    teller = context.Process(target=_send, args=(there, arguments), daemon=True)
    teller.start()
    there.close()  # so that this end hears when the teller is gone
    try:
        while some := here.recv():
            yield from some
        teller.join()
    finally:
        teller.terminate()
        here.close()


def _send(there: Connection, arguments: Arguments) -> None:
    """Send the plan in parts, an empty one at the end. The pipe makes a fast teller wait."""
    happenings = _plan(arguments)
    try:
        while some := list(islice(happenings, SOME)):
            there.send(some)
        there.send([])
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # nobody listens any more
