"""Ids. Internal ones are time-sortable integers; public ones are short random codes.

One injectable generator serves every table, so a replayed command log yields the same ids on every
database (see docs/decisions/ids.md).
"""

import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from app.kernel import clock

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
EPOCH_MILLISECONDS = int(EPOCH.timestamp()) * 1000
SEQUENCE_BITS = 22
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U
CODE_LENGTH = 12  # 60 random bits
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Generator(Protocol):
    """What makes ids."""

    def next_id(self) -> int:
        """Return a new positive integer < 2**63, greater than the one before."""

    def next_ids(self, count: int) -> range:
        """Return so many of them, as ``next_id`` would one by one."""

    def random_bits(self, bits: int) -> int:
        """Return that many random bits."""


class SystemGenerator:
    """Milliseconds since 2024 and a random tail; monotonic inside a process.

    Two processes in one millisecond meet with a chance of one in four million; the primary key
    then refuses the second, and ``use_case`` runs it again with a new id.
    """

    def __init__(self) -> None:
        self._begin()
        os.register_at_fork(after_in_child=self._begin)  # it must not repeat its parent

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next_id(self) -> int:
        """Return a new id."""
        return self.next_ids(1)[0]

    def next_ids(self, count: int) -> range:
        """Return new ids, one after the other."""
        first = (clock.milliseconds() - EPOCH_MILLISECONDS) << SEQUENCE_BITS
        with self._lock:
            if self._last < first:  # the first of its millisecond; the others follow one by one
                self._last = first | secrets.randbits(SEQUENCE_BITS - 1)
            else:
                self._last += 1
            start = self._last
            self._last += count - 1
        return range(start, start + count)

    def random_bits(self, bits: int) -> int:
        """Return bits from the system's random source."""
        return secrets.randbits(bits)


class SeededGenerator:
    """The same ids for the same commands: a counter and a splitmix64 stream. Tests and replays."""

    def __init__(self, seed: int = 1, start: int = 1) -> None:
        self._state = seed & (2**64 - 1)
        self._next = start

    def next_id(self) -> int:
        """Return 1, 2, 3 and so on."""
        return self.next_ids(1)[0]

    def next_ids(self, count: int) -> range:
        """Return the next ones."""
        self._next += count
        return range(self._next - count, self._next)

    def random_bits(self, bits: int) -> int:
        """Return the next bits of the stream (at most 64). Source: Steele et al., splitmix64."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & (2**64 - 1)
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
        return (z ^ (z >> 31)) >> (64 - bits)


_generators: list[Generator] = [SystemGenerator()]


_SHIFTS = range(50, -10, -10)
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_DOUBLED = {symbol: 2 * value // 32 + 2 * value % 32 for symbol, value in _VALUE.items()}
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_PAIR_SUMS = [_VALUE[pair[0]] + _DOUBLED[pair[1]] for pair in _PAIRS]


def next_id() -> int:
    """Return a new internal id: a positive integer, ascending with time."""
    return _generators[-1].next_id()


def next_ids(count: int) -> range:
    """Return so many new internal ids, ascending: cheaper than one by one."""
    return _generators[-1].next_ids(count)


def new_code() -> str:
    """Return a new public code (Yid, thread code): 60 random bits and a check character."""
    value = _generators[-1].random_bits(CODE_LENGTH * 5)
    pairs = [(value >> shift) & 1023 for shift in _SHIFTS]
    total = sum([_PAIR_SUMS[pair] for pair in pairs])  # what check_character adds up, two by two
    return "".join([_PAIRS[pair] for pair in pairs]) + ALPHABET[-total % 32]


def check_character(body: str) -> str:
    """Return the Luhn mod 32 check character of a code's body."""
    total = sum([_DOUBLED[symbol] for symbol in body[::-2]])
    total += sum([_VALUE[symbol] for symbol in body[-2::-2]])
    return ALPHABET[-total % 32]


def read_code(text: str) -> str | None:
    """Return the canonical form of a code as a person typed it, or None if it cannot be one."""
    code = text.strip().upper().replace("-", "").replace(" ", "").translate(_READ_AS)
    if len(code) != CODE_LENGTH + 1 or any(c not in ALPHABET for c in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


@contextmanager
def generated_by(generator: Generator) -> Iterator[None]:
    """Take ids from ``generator`` inside the block."""
    _generators.append(generator)
    try:
        yield
    finally:
        _generators.pop()


IdFactory = Callable[[], int]
