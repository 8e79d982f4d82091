"""A move from its first row to its end, chunk by chunk; every chunk is one transaction.

Killed anywhere, it goes on where the last commit left it. Paused, it stops before the next chunk.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from app.integrations.movein import queries
from app.integrations.movein.queries import Item
from app.integrations.movein.reading import Package, records
from app.integrations.movein.service import jobs, photos, staging, ties, writings
from app.integrations.movein.service.people import (
    former_member,
    settle_boards,
    settle_members,
)
from app.integrations.movein.types import (
    PHASES,
    ItemState,
    Job,
    JobState,
    Kind,
    Phase,
)

Settle = Callable[[Job, Sequence[Item]], Job]
ROWS = 500


class Mover:
    """Drives one move. Its steps may be taken by several processes one after the other."""

    def __init__(self, job: Job, package: Package) -> None:
        self.job = job
        self._package = package
        self._former_id: int | None = None

    def steps(self) -> Iterator[Job]:
        """Take one step after the other; yield the job after each commit.

        Raises:
            PackageError: the package can't be read to its end; what came in stays.
            StoppedError: the job was paused or dropped, or somebody else drives it.
        """
        while self.job.state is JobState.RUNNING and self.job.phase is not Phase.END:
            for job in self._phase(self.job.phase):
                self.job = job
                yield job
            following = PHASES[PHASES.index(self.job.phase) + 1]
            if following is Phase.END:
                self.job = jobs.finish(self.job)
            else:
                self.job = jobs.enter(self.job, following)
            yield self.job

    def _phase(self, phase: Phase) -> Iterator[Job]:
        if phase is Phase.READING:
            yield from self._read()
        elif phase is Phase.PHOTOS:
            yield from self._hang()
        elif phase is Phase.LINKS:
            for kind in (Kind.THREAD, Kind.REPLY):
                yield from self._settle(kind, self._links, writings.THREADS, ItemState.LINKING)
        else:
            kind, settle, size = self._how(phase)
            yield from self._settle(kind, settle, size, ItemState.WAITING)

    def _how(self, phase: Phase) -> tuple[Kind, Settle, int]:
        return {
            Phase.BOARDS: (Kind.BOARD, settle_boards, ROWS),
            Phase.MEMBERS: (Kind.MEMBER, settle_members, ROWS),
            Phase.THREADS: (Kind.THREAD, self._threads, writings.THREADS),
            Phase.REPLIES: (Kind.REPLY, self._replies, writings.REPLIES),
            Phase.LIKES: (Kind.LIKE, ties.settle_likes, ROWS),
            Phase.FOLLOWS: (Kind.FOLLOW, ties.settle_follows, ROWS),
            Phase.ALBUM: (Kind.PHOTO, ties.settle_album, ROWS),
        }[phase]

    def _read(self) -> Iterator[Job]:
        stream = records(self._package, self.job.format, self.job.options)
        for _done in islice(stream, self.job.position):
            pass
        while chunk := list(islice(stream, staging.CHUNK)):
            yield staging.stage(self.job, chunk)

    def _settle(self, kind: Kind, settle: Settle, size: int, state: ItemState) -> Iterator[Job]:
        while items := queries.next_items(self.job.source, kind, state, size):
            yield settle(self.job, items)

    def _hang(self) -> Iterator[Job]:
        while (job := photos.hang_next(self.job, self._package)) is not None:
            yield job

    def _threads(self, job: Job, items: Sequence[Item]) -> Job:
        return writings.settle_threads(job, items, self._former(), self._package.has)

    def _replies(self, job: Job, items: Sequence[Item]) -> Job:
        return writings.settle_replies(job, items, self._former(), self._package.has)

    def _links(self, job: Job, items: Sequence[Item]) -> Job:
        return writings.settle_links(job, items, self._package.has)

    def _former(self) -> int:
        if self._former_id is None:
            self._former_id = former_member(self.job.source)
        return self._former_id


def close(steps: Iterator[Job]) -> None:
    """Let go of what a generator holds open."""
    with suppress(AttributeError):
        steps.close()  # type: ignore[attr-defined]  # a generator
