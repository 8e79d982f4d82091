"""Rows of a file of refunds to refunds."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.commerce.reading import values, words
from app.commerce.reading.layout import Reading
from app.commerce.reading.rows import RawRow, bad, moment_parser, spoilt, wrong_shape
from app.commerce.reading.values import BadCellError
from app.commerce.types import (
    BadRow,
    ChannelRow,
    Field,
    Problem,
    RefundDraft,
    RefundPhase,
    Unit,
)

CANCELLED, PENDING = "cancelled", "pending"


def builder(reading: Reading, channel: ChannelRow) -> Callable[[Sequence[RawRow]], Unit]:
    """Return a function that makes a unit of the rows of one refund."""
    return _Builder(reading, channel).build


class _Builder:
    """Reads rows of one layout."""

    def __init__(self, reading: Reading, channel: ChannelRow) -> None:
        self._layout, self._is_lenient = reading.layout, reading.is_lenient
        self._is_shortened = reading.is_shortened
        self._width = len(reading.layout.header)
        self._currency = reading.currency or channel.currency
        self._refunded_at = moment_parser(reading, Field.REFUNDED_AT)
        self._updated_at = moment_parser(reading, Field.UPDATED_AT)

    def build(self, rows: Sequence[RawRow]) -> Unit:
        """Return the refunds that these rows are, or why they are none."""
        found: dict[int, BadRow] = {}
        drafts: list[RefundDraft] = []
        for row in rows:
            wrong = wrong_shape(row, self._width, is_lenient=self._is_lenient)
            if wrong is not None:
                found[row[0]] = wrong
                continue
            try:
                drafts.append(self._draft(row))
            except BadCellError as error:
                found[row[0]] = bad(row, error.problem, self._layout.name_of(error.field))
        if found:
            return Unit(len(rows), bad=spoilt(rows, found))
        if len(drafts) > 1 and _contradict(drafts):
            return Unit(len(rows), bad=tuple(bad(row, Problem.REFUND_MIXED) for row in rows))
        return Unit(len(rows), refunds=_by_line(drafts))

    def _cell(self, cells: Sequence[str], field: Field) -> str:
        at = self._layout.columns.get(field)
        return "" if at is None else cells[at].strip(" \t")

    def _draft(self, row: RawRow) -> RefundDraft:
        number, line_number, cells = row
        refund = values.refund_number(self._cell(cells, Field.REFUND))
        order = values.order_number(self._cell(cells, Field.ORDER))
        for name, field in ((refund, Field.REFUND), (order, Field.ORDER)):
            if self._is_shortened and values.is_cut(name):
                raise BadCellError(Problem.ORDER_SHORTENED, field)
        state = words.refund_state(self._cell(cells, Field.STATE))
        if state == PENDING:
            raise BadCellError(Problem.REFUND_PENDING, Field.STATE)
        updated = self._cell(cells, Field.UPDATED_AT)
        return RefundDraft(
            refund,
            order,
            values.currency(self._cell(cells, Field.CURRENCY)) or self._currency,
            values.refunded_minor(self._cell(cells, Field.AMOUNT)),
            self._refunded_at(self._cell(cells, Field.REFUNDED_AT)),
            self._line_ref(cells),
            values.quantity(self._cell(cells, Field.QTY), 0),
            self._phase(cells),
            state == CANCELLED,
            self._updated_at(updated) if updated else None,
            number,
            line_number,
        )

    def _line_ref(self, cells: Sequence[str]) -> str:
        line = values.line_number(self._cell(cells, Field.LINE))
        return line or values.sku(self._cell(cells, Field.SKU)) or ""

    def _phase(self, cells: Sequence[str]) -> RefundPhase | None:
        return words.phase(self._cell(cells, Field.PHASE))


def _contradict(drafts: Sequence[RefundDraft]) -> bool:
    """Return whether rows of one refund tell two orders or currencies, or two amounts of a line.

    A line may come twice when each row tells when it was changed: then the later one holds.
    """
    whole = {(draft.order_external_id, draft.currency) for draft in drafts}
    versions = {(draft.line_ref, draft.updated_at) for draft in drafts}
    figures = {
        (draft.line_ref, draft.updated_at, draft.amount_minor, draft.qty, draft.is_cancelled)
        for draft in drafts
    }
    return len(whole) > 1 or len(figures) > len(versions)


def _by_line(drafts: Sequence[RefundDraft]) -> tuple[RefundDraft, ...]:
    """Return one refund a line: where a number covers several, each gets a number of its own."""
    lines = Counter(draft.line_ref for draft in drafts)
    if len(lines) < 2:  # noqa: PLR2004 - one line keeps the shop's number
        return tuple(drafts)
    return tuple(
        replace(draft, external_id=f"{draft.external_id}#{draft.line_ref}") for draft in drafts
    )
