"""What the two databases are told: the same tokens and questions in their own writing.

Tokens hold letters and digits only, so nothing of a query can be taken for an operator. Marks
(kind, board, author) begin with a private sign that no text has.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import blake2b

from app.search.policy.tokens import GAP, Tokens, runs_of, tokens_of
from app.search.types import Document, Phrase

MARK = "\ue001"
TITLE = "\ue002"
"""Before a word that stands in a title, on PostgreSQL: its index keeps no weights."""

EPOCH = datetime(1990, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
TAIL_BITS = 22
PARITY = 1 << 21
"""The bit by which entries of one thing in two neighbouring generations differ."""

LARGEST = 2**63 - 1
"""Above every id that an entry can have."""

_LAST_POSITION = 16_383
_APART = 2


# --- entries -------------------------------------------------------------------------------------


def first_id(at: datetime) -> int:
    """Return the smallest id that an entry of this moment can have."""
    return max(0, (at - EPOCH) // MILLISECOND) << TAIL_BITS


def first_id_of_day(day: date, zone: tzinfo) -> int:
    """Return the smallest id that an entry of this day can have."""
    return first_id(datetime.combine(day, time(), tzinfo=zone))


def entry_id(at: datetime, thing_id: int, generation: int = 0, attempt: int = 0) -> int:
    """Return the id of an entry: its moment, a bit of the generation, the end of the thing's id.

    Args:
        at: when the thing came to be.
        thing_id: of its domain.
        generation: of the index.
        attempt: how many ids before this one were somebody else's; from 1 on the end is a hash.
    """
    tail = thing_id
    if attempt:
        hashed = blake2b(f"{thing_id} {attempt}".encode(), digest_size=4).digest()
        tail = int.from_bytes(hashed)
    tail &= PARITY - 1
    return first_id(at) | tail | (PARITY if generation & 1 else 0)


@dataclass(frozen=True, slots=True)
class Written:
    """A document as an index takes it."""

    tokens: Tokens
    marks: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, str, str]:
        """Return title, body and marks for FTS5."""
        found = self.tokens
        title = " ".join((*found.title, GAP, *found.title_signs))
        body = " ".join((*found.body, GAP, *found.body_signs))
        return title, body, " ".join(self.marks)

    @property
    def vector(self) -> str:
        """Return a ``tsvector``; signs stand at the last place, next to nothing.

        What stands in a title is there a second time under a name of its own: a search of titles
        finds it by the index, and the planner knows how rare it is.
        """
        places: dict[str, list[str]] = {mark: [] for mark in self.marks}
        found = self.tokens
        for token, at in _numbered(found.title, 1):
            for name in (token, f"{TITLE}{token}"):
                places.setdefault(name, []).append(str(at))
        for token, at in _numbered(found.body, len(found.title) + _APART):
            places.setdefault(token, []).append(str(at))
        for sign in found.title_signs:
            for name in (sign, f"{TITLE}{sign}"):
                places.setdefault(name, []).append(str(_LAST_POSITION))
        for sign in found.body_signs:
            places.setdefault(sign, [str(_LAST_POSITION)])
        return " ".join(
            f"'{token}':{','.join(at)}" if at else f"'{token}'" for token, at in places.items()
        )


def _numbered(tokens: Sequence[str], start: int) -> Iterator[tuple[str, int]]:
    return ((token, at) for at, token in enumerate(tokens, start) if token != GAP)


def written(document: Document) -> Written:
    """Return a document ready for an index."""
    marks = [mark("kind", document.kind), *(mark(name, number) for name, number in document.marks)]
    marks += [_called(title) for title in document.title if title]
    return Written(tokens_of(document.title, document.body), tuple(dict.fromkeys(marks)))


def mark(name: str, value: str | int) -> str:
    """Return the token of a mark."""
    return f"{MARK}{name}{value}"


def _called(title: str) -> str:
    return mark("called", _digest(runs_of(title)))


def _digest(parts: Iterable[str]) -> str:
    return blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def digest_of(document: Document, layout: int = 0) -> str:
    """Return what tells whether a document has changed, or the way in which it is written."""
    marks = [f"{name}:{number}" for name, number in document.marks]
    parts = [*document.title, "\x1e", *document.body, "\x1e", *marks]
    return _digest([*parts, f"\x1e{layout}"] if layout else parts)


# --- questions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """What an entry must have.

    Attributes:
        marks: of each group one.
        called: the digest mark of a title that is exactly what was typed.
    """

    phrases: tuple[Phrase, ...]
    marks: tuple[tuple[str, ...], ...]
    called: str


def question(
    kind: str,
    runs: Sequence[Sequence[str]],
    phrases: tuple[Phrase, ...],
    marks: Iterable[tuple[str, ...]],
) -> Question:
    """Return what entries of a kind must have."""
    called = mark("called", _digest(run for phrase in runs for run in phrase))
    return Question(phrases, ((mark("kind", kind),), *marks), called)


def fts_question(asked: Question, rank: int | None) -> str:
    """Return the FTS5 expression for entries of a rank; None: of any."""
    marks = " AND ".join(f"({' OR '.join(_quoted(m) for m in group)})" for group in asked.marks)
    words = " AND ".join(_fts_phrase(phrase) for phrase in asked.phrases)
    base = f"(marks : ({marks}))"
    called = f"marks : {_quoted(asked.called)}"
    if rank == 2:  # noqa: PLR2004 - called exactly so
        return f"{base} AND ({called})"
    if rank == 1:
        return f"({base} AND (title : ({words}))) NOT ({called})"
    everywhere = f"{base} AND ({{title body}} : ({words}))"
    if rank is None:
        return everywhere
    return f"({everywhere}) NOT ((title : ({words})) OR ({called}))"


def _fts_phrase(phrase: Phrase) -> str:
    return f"{_quoted(' '.join(phrase.tokens))}{' *' if phrase.is_open else ''}"


def _quoted(text: str) -> str:
    return f'"{text}"'


def ts_question(asked: Question, rank: int | None) -> str:
    """Return the ``tsquery`` for entries of a rank; None: of any."""
    marks = " & ".join(_ts_group(group) for group in asked.marks)
    words = " & ".join(_ts_phrase(phrase, "") for phrase in asked.phrases)
    title = " & ".join(_ts_phrase(phrase, TITLE) for phrase in asked.phrases)
    if rank == 2:  # noqa: PLR2004 - called exactly so
        return f"{marks} & '{asked.called}'"
    if rank == 1:
        return f"{marks} & ({title}) & !'{asked.called}'"
    if rank is None:
        return f"{marks} & {words}"
    return f"{marks} & {words} & !({title}) & !'{asked.called}'"


def _ts_phrase(phrase: Phrase, where: str) -> str:
    last = len(phrase.tokens) - 1
    parts = []
    for at, token in enumerate(phrase.tokens):
        star = ":*" if phrase.is_open and at == last else ""
        parts.append(f"'{where}{token}'{star}")
    return f"({' <-> '.join(parts)})"


def _ts_group(group: Iterable[str]) -> str:
    return f"({' | '.join(_single(each) for each in group)})"


def _single(text: str) -> str:
    return f"'{text}'"
