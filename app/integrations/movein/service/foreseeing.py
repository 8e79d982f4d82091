"""The dry run: what a move would do. Nothing is written but the job's own figures."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from app.integrations.movein import queries
from app.integrations.movein.reading import Package, Record, records
from app.integrations.movein.service import staging
from app.integrations.movein.types import (
    KEPT_TROUBLES,
    Format,
    Kind,
    Options,
    Problem,
    Trouble,
)

CHUNK = 1_000
# Which fields of a kind name a row of another kind, and what is said where it is missing.
REFERENCES: dict[Kind, tuple[tuple[str, Kind, Trouble], ...]] = {
    Kind.THREAD: (("board", Kind.BOARD, Trouble.NO_BOARD),),
    Kind.REPLY: (("thread", Kind.THREAD, Trouble.NO_THREAD),),
    Kind.LIKE: (
        ("thread", Kind.THREAD, Trouble.NO_THING),
        ("reply", Kind.REPLY, Trouble.NO_THING),
        ("member", Kind.MEMBER, Trouble.NO_MEMBER),
    ),
    Kind.FOLLOW: (
        ("member", Kind.MEMBER, Trouble.NO_MEMBER),
        ("follows", Kind.MEMBER, Trouble.NO_MEMBER),
    ),
    Kind.PHOTO: (("thread", Kind.THREAD, Trouble.NO_THREAD),),
}


class Foreseer:
    """Looks through a package and counts what would come of it.

    Ids are remembered by their hash: a million rows take some tens of megabytes.
    """

    def __init__(self, source: str, package: Package, form: Format, options: Options) -> None:
        self._source, self._package, self._options = source, package, options
        self._stream = records(package, form, options)
        self._seen: dict[Kind, set[str]] = {kind: set() for kind in Kind}
        self._open: list[tuple[Kind, str, Problem]] = []
        self.rows = 0
        self.counts: Counter[str] = Counter()
        self.new: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()
        self.problems: list[Problem] = []

    def look(self) -> Iterator[int]:
        """Look at one chunk after the other; yield how many rows were looked at.

        Raises:
            PackageError: the package can't be read to its end.
        """
        while chunk := list(islice(self._stream, CHUNK)):
            self.rows += len(chunk)
            self._look_at(chunk)
            yield self.rows
        self._close_references()

    def _look_at(self, chunk: Sequence[Record | Problem]) -> None:
        self._say(each for each in chunk if isinstance(each, Problem))
        rows, twice = staging.once(chunk)
        self._say(twice)
        known = queries.known_items(self._source, rows.keys())
        for (kind, source_id), record in rows.items():
            if source_id in self._seen[kind]:
                self._say([staging.twice_over(record)])
                continue
            self._seen[kind].add(source_id)
            self._say(record.notes)
            before = known.get((kind, source_id))
            if before is None:
                self.new[kind.value] += 1
                self.counts["new"] += 1
            else:
                self.counts["known" if before.digest == record.digest else "changed"] += 1
            self._refer(record)

    def _refer(self, record: Record) -> None:
        for name, kind, trouble in REFERENCES.get(record.kind, ()):
            wanted = record.fields.get(name)
            if not wanted or wanted in self._seen[kind]:
                continue
            if kind is Kind.BOARD and wanted in self._options.boards:
                continue
            about = Problem(trouble, record.line, record.kind.value, record.id, record.part)
            self._open.append((kind, wanted, about))
        for path in record.fields.get("photos") or ():
            if not self._package.has(path):
                self._say(
                    [
                        Problem(
                            Trouble.NO_PHOTO, record.line, record.kind.value, record.id, path[-120:]
                        )
                    ]
                )

    def _close_references(self) -> None:
        """Name the rows whose other row came neither in the package nor before."""
        still = [each for each in self._open if each[1] not in self._seen[each[0]]]
        for start in range(0, len(still), CHUNK):
            some = still[start : start + CHUNK]
            known = queries.known_items(self._source, {(kind, wanted) for kind, wanted, _p in some})
            missing = [told for kind, wanted, told in some if (kind, wanted) not in known]
            self.counts["aside"] += len(missing)
            self._say(missing)

    def _say(self, problems: Any) -> None:
        for each in problems:
            self.troubles[each.trouble.value] += 1
            self.counts["notes" if each.is_note else "bad"] += 1
            if len(self.problems) < KEPT_TROUBLES:
                self.problems.append(each)

    @property
    def foreseen(self) -> dict[str, Any]:
        """Return what a job's row keeps."""
        return {
            "rows": self.rows,
            "counts": dict(self.counts),
            "new": dict(self.new),
            "troubles": dict(self.troubles),
        }
