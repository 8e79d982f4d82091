"""The HTTP client: a process of its own, a few kept-alive connections, each asks and waits.

Reads a plan (JSON) from standard input, asks its targets in turns, writes what it saw to standard
output. Closed loop: a connection sends its next request when the answer to the last is complete, so
the rate is what the server can do with that many people at once, not what was thrown at it.
"""

import json
import os
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Any

HEAD_END = b"\r\n\r\n"
MAX_ANSWER = 4_000_000
PATIENCE = 30.0  # seconds without any answer: the server is stuck


class UnexpectedAnswerError(RuntimeError):
    """The server said something else than it should: no figure would mean anything."""


@dataclass(slots=True)
class Target:
    """What is asked, and what came back.

    Attributes:
        requests: the requests without their end; used over and over, or ``once`` each.
        group: process group of the server, for its processor time.
    """

    name: str
    port: int
    status: int
    group: int
    requests: Iterator[bytes]
    times: list[float] = field(default_factory=list)
    spent: float = 0.0
    cpu: float = 0.0


class Connection:
    """One kept-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()
        self._sent_at = 0.0

    def fileno(self) -> int:
        """Return the descriptor, for the selector."""
        return self._socket.fileno()

    def ask(self, request: bytes) -> None:
        """Send one request; it is far smaller than a socket's buffer."""
        self._buffer.clear()
        self._sent_at = time.perf_counter()
        self._socket.sendall(request)

    def read(self, status: int) -> float | None:
        """Take what has come; return the seconds from request to complete answer, or None yet.

        Raises:
            UnexpectedAnswerError: another status, or an answer without a length.
        """
        part = self._socket.recv(262_144)
        self._buffer += part
        end = self._buffer.find(HEAD_END)
        if not part or len(self._buffer) > MAX_ANSWER:
            raise UnexpectedAnswerError("the connection was closed, or the answer never ends")
        if end < 0:
            return None
        head = bytes(self._buffer[:end]).lower()
        if int(head[9:12]) != status:
            raise UnexpectedAnswerError(f"expected {status}: {bytes(self._buffer[:1_500])!r}")
        _, found, rest = head.partition(b"content-length: ")
        if not found:
            raise UnexpectedAnswerError(f"no content-length: {head!r}")
        if len(self._buffer) < end + len(HEAD_END) + int(rest.split(b"\r\n", 1)[0]):
            return None
        return time.perf_counter() - self._sent_at

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def ask_for_a_while(target: Target, seconds: float, connections: int) -> tuple[list[float], float]:
    """Ask one target; return the times of its answers and the seconds that all of it took."""
    people = [Connection(target.port) for _ in range(connections)]
    times: list[float] = []
    with selectors.DefaultSelector() as waiting:
        started = time.perf_counter()
        for person in people:
            waiting.register(person, selectors.EVENT_READ)
            _go_on(person, target, waiting)
        while waiting.get_map():
            for person in _heard_from(waiting, target):
                taken = person.read(target.status)
                if taken is None:
                    continue
                times.append(taken)
                if time.perf_counter() - started > seconds:
                    waiting.unregister(person)
                else:
                    _go_on(person, target, waiting)
        ended = time.perf_counter()
    for person in people:
        person.close()
    return times, ended - started


def _go_on(person: Connection, target: Target, waiting: selectors.BaseSelector) -> None:
    """Let a connection ask the next thing; it is done when there is none."""
    request = next(target.requests, None)
    if request is None:
        waiting.unregister(person)
    else:
        person.ask(request)


def _heard_from(waiting: selectors.BaseSelector, target: Target) -> list[Connection]:
    ready = waiting.select(PATIENCE)
    if not ready:
        raise UnexpectedAnswerError(f"{target.name}: no answer for {PATIENCE:.0f} s")
    return [key.fileobj for key, _ in ready if isinstance(key.fileobj, Connection)]


def cpu_seconds(group: int) -> float:
    """Return the processor time of a process group so far; 0 where there is no /proc."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def requests_of(given: dict[str, Any], people: Iterator[int]) -> Iterator[bytes]:
    """Yield a target's requests, each as from another address: rate limits stay on, none is hit."""
    texts = given["requests"] if given["once"] else cycle(given["requests"])
    for text in texts:
        number = next(people)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        head, _, body = text.partition("\r\n\r\n")
        yield f"{head}\r\nX-Forwarded-For: {address}\r\n\r\n{body}".encode()


def main() -> None:
    """Run the plan: warm up, then all targets in turns, until each had its seconds."""
    plan = json.load(sys.stdin)
    people = count(1)
    targets = [
        Target(
            name=given["name"], port=given["port"], status=given["status"], group=given["group"],
            requests=requests_of(given, people),
        )
        for given in plan["targets"]
    ]  # fmt: skip
    for target in targets:  # both processes load and compile what the pages need
        ask_for_a_while(target, plan["turn"], plan["connections"])
    for _ in range(plan["turns"]):
        for target in targets:
            before = cpu_seconds(target.group)
            times, spent = ask_for_a_while(target, plan["turn"], plan["connections"])
            target.times += times
            target.spent += spent
            target.cpu += cpu_seconds(target.group) - before
    seen = [{"name": t.name, "times": t.times, "spent": t.spent, "cpu": t.cpu} for t in targets]
    json.dump(seen, sys.stdout)


if __name__ == "__main__":
    main()
