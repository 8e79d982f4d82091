"""The dry run: what an import of a file would do, without writing anything."""

from collections.abc import Callable
from pathlib import Path

from app.commerce import policy, queries
from app.commerce.reading import Options, Reading, RefusedRows, inspect, units
from app.commerce.service import naming
from app.commerce.service.chunking import Chunk, chunks
from app.commerce.service.files import Progress, noting
from app.commerce.types import (
    ChannelRow,
    Counts,
    FileKind,
    Foreseen,
    KnownOrder,
    OrderDraft,
    RefundDraft,
    RefundVersion,
    Verdict,
)
from app.identity import queries as people
from app.identity.types import MemberState
from app.kernel.db import db

LOOK_ROWS = 2_000
COUNTED = {
    Verdict.REVIVE: Counts(new=1),
    Verdict.DUPLICATE: Counts(duplicate=1),
    Verdict.REPLACE: Counts(changed=1),
    Verdict.ASIDE: Counts(changed=1, kept_aside=1),
}


def dry_run(
    path: Path,
    channel: ChannelRow,
    options: Options,
    *,
    errors_path: Path,
    on_begin: Callable[[Reading], None] | None = None,
    on_progress: Progress | None = None,
) -> tuple[Foreseen, Path | None]:
    """Say what an import of a CSV file would do; write nothing but the error file.

    Raises:
        FileRefusedError: it can't be imported.
    """
    reading = inspect(path, options)
    if on_begin is not None:
        on_begin(reading)
    foreseer = Foreseer(channel, options.kind)
    with RefusedRows(errors_path, reading.layout.header) as refused:
        stream = noting(units(path, reading, channel), refused)
        for chunk in chunks(stream, 0, LOOK_ROWS):
            foreseer.look(chunk)
            if on_progress is not None:
                on_progress(chunk.end)
    return foreseer.foreseen, errors_path if refused.count else None


class Foreseer:
    """Counts chunk after chunk. Remembers the figures of everything the file would add."""

    def __init__(self, channel: ChannelRow, kind: FileKind) -> None:
        self.foreseen = Foreseen()
        self._channel, self._kind = channel, kind
        self._orders: dict[int, KnownOrder] = {}  # what the file adds or changes, by hash
        self._refunds: dict[int, RefundVersion] = {}
        self._buyers: set[int] = set()

    def look(self, chunk: Chunk) -> None:
        """Count a chunk. Holds no snapshot afterwards."""
        for row in chunk.bad:
            self.foreseen.note_bad(row)
        self.foreseen.counts += Counts(bad=len(chunk.bad))
        if self._kind is FileKind.REFUNDS:
            self._look_at_refunds(chunk.refunds)
        else:
            self._look_at_orders(chunk.orders)
        db.session.rollback()

    def _look_at_orders(self, drafts: list[OrderDraft]) -> None:
        told = naming.foresee_numbers(self._channel, drafts)
        known = queries.known_orders(self._channel.id, [draft.external_id for draft in told])
        new = []
        for draft in told:
            marks = policy.fingerprints(self._channel, draft)
            held = self._orders.get(hash(draft.external_id)) or known.get(draft.external_id)
            verdict = Verdict.REVIVE
            if held is not None:
                verdict = policy.judge(held, marks, draft)
            if verdict in {Verdict.REVIVE, Verdict.REPLACE}:
                held = KnownOrder(marks[0], draft.updated_at, draft.currency)
                self._orders[hash(draft.external_id)] = held
            self.foreseen.counts += COUNTED[verdict]
            if verdict is Verdict.REVIVE:
                new.append(draft)
                self.foreseen.money[draft.currency] += draft.paid_minor
        self._count_buyers(new)

    def _look_at_refunds(self, drafts: list[RefundDraft]) -> None:
        known = queries.known_refunds(self._channel.id, [draft.external_id for draft in drafts])
        numbers = []
        for draft in drafts:
            version = policy.refund_version(draft)
            held = self._refunds.get(hash(draft.external_id)) or known.get(draft.external_id)
            if held is None or not held.fingerprint:
                verdict = Verdict.REVIVE
                numbers.append(draft.order_external_id)
                self.foreseen.money[draft.currency] += draft.amount_minor
            elif policy.refund_rank(version) > policy.refund_rank(held):
                verdict = Verdict.REPLACE
            else:
                verdict = Verdict.DUPLICATE
            if verdict is not Verdict.DUPLICATE:
                self._refunds[hash(draft.external_id)] = version
            self.foreseen.counts += COUNTED[verdict]
        there = queries.known_numbers(self._channel.id, numbers)
        self.foreseen.waiting += sum(number not in there for number in numbers)

    def _count_buyers(self, drafts: list[OrderDraft]) -> None:
        fresh = {
            draft.buyer: [each for each in (draft.phone, draft.email) if each]
            for draft in drafts
            if hash(draft.buyer) not in self._buyers
        }
        if not fresh:
            return
        self._buyers.update(map(hash, fresh))
        states = people.known_buyers(self._channel.code, fresh)
        silent = sum(state is MemberState.SILENT for state in states.values())
        self.foreseen.known_silent += silent
        self.foreseen.members += len(states) - silent
        self.foreseen.new_silent += len(fresh) - len(states)
