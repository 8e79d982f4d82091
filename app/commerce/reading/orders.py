"""Rows of a file of orders to orders with their lines."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.commerce.reading import values, words
from app.commerce.reading.layout import Reading
from app.commerce.reading.rows import (
    Parse,
    RawRow,
    bad,
    head_parsers,
    merged,
    moment_parser,
    read_head,
    spoilt,
    wrong_shape,
)
from app.commerce.reading.values import BadCellError
from app.commerce.types import (
    BadRow,
    ChannelRow,
    Field,
    LineDraft,
    LineKind,
    OrderDraft,
    Problem,
    Unit,
)

CANCELLED, NOT_PAID = "cancelled", "not_paid"
PRICE_SHARE = 1  # what a line without a price weighs against its neighbours: one per piece


def builder(reading: Reading, channel: ChannelRow) -> Callable[[Sequence[RawRow]], Unit]:
    """Return a function that makes a unit of the rows of one order."""
    return _Builder(reading, channel).build


class _Builder:
    """Reads rows of one layout. Made once for a file: what does not change is looked up here."""

    def __init__(self, reading: Reading, channel: ChannelRow) -> None:
        layout = reading.layout
        self._layout, self._is_lenient = layout, reading.is_lenient
        self._is_shortened = reading.is_shortened
        self._currency = reading.currency or channel.currency
        self._width = len(layout.header)
        columns = layout.columns
        self._order, self._total = columns.get(Field.ORDER), columns.get(Field.TOTAL)
        self._sku, self._qty = columns.get(Field.SKU), columns.get(Field.QTY)
        self._line, self._kind = columns.get(Field.LINE), columns.get(Field.LINE_KIND)
        self._price = columns.get(Field.PRICE)
        self._has_lines = layout.has_lines
        parsers = self._parsers(reading, channel)
        if self._has_lines and self._total is not None:
            self._part = columns.get(Field.NOT_MONEY)
            parsers.pop(Field.NOT_MONEY)
        else:
            self._part = None
        self._heads = head_parsers(layout, parsers)
        self._fields = [field for field, _at, _parse in self._heads]
        self._places = [at for _field, at, _parse in self._heads]
        self._last_told: list[str] | None = None
        self._last_head: tuple[Any, ...] = ()

    def _parsers(self, reading: Reading, channel: ChannelRow) -> dict[Field, Parse]:
        kind = channel.identity_kind
        parsers: dict[Field, Parse] = {
            Field.BUYER: lambda cell: values.buyer(cell, kind),
            Field.CURRENCY: lambda cell: values.currency(cell) or None,
            Field.PAID_AT: moment_parser(reading, Field.PAID_AT),
            Field.STATE: words.order_state,
            Field.PHONE: values.contact,
            Field.EMAIL: values.contact,
        }
        for field in (Field.UPDATED_AT, Field.SHIPPED_AT, Field.RECEIVED_AT):
            parsers[field] = moment_parser(reading, field)
        for field in (Field.ORDER_TOTAL, Field.SHIPPING, Field.NOT_MONEY):
            parsers[field] = _amount_parser(field)
        return parsers

    def build(self, rows: Sequence[RawRow]) -> Unit:
        """Return the order that these rows are, or why they are none."""
        try:
            return Unit(len(rows), self._draft(rows))
        except _SpoiltError as wrong:
            return Unit(len(rows), bad=wrong.rows)

    def _draft(self, rows: Sequence[RawRow]) -> OrderDraft:
        read = self._read(rows)
        told, contradiction = merged([head for _line, _part, head in read])
        if contradiction is not None:
            is_money = self._fields[contradiction] is Field.CURRENCY
            raise _SpoiltError.all(
                rows, Problem.CURRENCY_MIXED if is_money else Problem.ORDER_MIXED
            )
        head = dict(zip(self._fields, told, strict=True))
        self._refuse_unpaid(rows, head)
        lines = self._settled(rows, [line for line, _part, _head in read], head)
        paid_minor = sum([line.paid_minor for line in lines])
        number, line_number, cells = rows[0]
        parts = sum([part for _line, part, _head in read])
        not_money = parts + (head.get(Field.NOT_MONEY) or 0)
        if not_money > paid_minor:
            raise _SpoiltError.all(
                rows, Problem.TOTAL_MISMATCH, self._layout.name_of(Field.NOT_MONEY)
            )
        return OrderDraft(
            str(number) if self._order is None else values.order_number(cells[self._order]),
            head[Field.BUYER],
            head.get(Field.CURRENCY) or self._currency,
            paid_minor,
            head[Field.PAID_AT],
            tuple(lines),
            number,
            line_number,
            head.get(Field.UPDATED_AT),
            not_money,
            head.get(Field.STATE) == CANCELLED,
            head.get(Field.SHIPPED_AT),
            head.get(Field.RECEIVED_AT),
            head.get(Field.PHONE) or "",
            head.get(Field.EMAIL) or "",
        )

    # --- one row ---------------------------------------------------------------------------------

    def _read(self, rows: Sequence[RawRow]) -> list[tuple[LineDraft, int, tuple[Any, ...]]]:
        found: dict[int, BadRow] = {}
        read = []
        for row in rows:
            shape = wrong_shape(row, self._width, is_lenient=self._is_lenient)
            if shape is not None:
                found[row[0]] = shape
                continue
            try:
                read.append(self._row(row[2]))
            except BadCellError as wrong:
                found[row[0]] = bad(row, wrong.problem, self._layout.name_of(wrong.field))
        if found:
            raise _SpoiltError(spoilt(rows, found))
        return read

    def _row(self, cells: Sequence[str]) -> tuple[LineDraft, int, tuple[Any, ...]]:
        if self._order is not None:
            number = values.order_number(cells[self._order])
            if self._is_shortened and values.is_cut(number):
                raise BadCellError(Problem.ORDER_SHORTENED, Field.ORDER)
        head = self._head(cells)
        line = LineDraft(
            None if self._sku is None else values.sku(cells[self._sku]),
            1 if self._qty is None else values.quantity(cells[self._qty]),
            self._amount(cells),
            LineKind.GOODS if self._kind is None else words.line_kind(cells[self._kind]),
            None if self._line is None else values.line_number(cells[self._line]),
        )
        part = 0
        if self._part is not None and cells[self._part].strip():
            part = values.own_amount(cells[self._part], Field.NOT_MONEY)
        return line, part, head

    def _head(self, cells: Sequence[str]) -> tuple[Any, ...]:
        """Return what a row tells of the whole order; mostly the row before told the same."""
        told = [cells[at] for at in self._places]
        if told != self._last_told:
            self._last_head = read_head(cells, self._heads)
            self._last_told = told
        return self._last_head

    def _amount(self, cells: Sequence[str]) -> int:
        """Return what a row says it cost: its amount, or else its price as a weight."""
        if self._total is not None:
            return values.own_amount(cells[self._total])
        if self._price is None or not cells[self._price].strip():
            return PRICE_SHARE
        return values.own_amount(cells[self._price], Field.PRICE)

    # --- the whole -------------------------------------------------------------------------------

    def _refuse_unpaid(self, rows: Sequence[RawRow], head: Mapping[Field, Any]) -> None:
        state = head.get(Field.STATE)
        is_paid = head.get(Field.PAID_AT) is not None
        if state == NOT_PAID or (state == CANCELLED and not is_paid):
            raise _SpoiltError.all(rows, Problem.NOT_PAID)
        if head.get(Field.BUYER) is None:
            raise _SpoiltError.all(rows, Problem.BUYER_MISSING, self._layout.name_of(Field.BUYER))
        if not is_paid:
            raise _SpoiltError.all(rows, Problem.DATE_BAD, self._layout.name_of(Field.PAID_AT))

    def _settled(
        self, rows: Sequence[RawRow], lines: Sequence[LineDraft], head: Mapping[Field, Any]
    ) -> Sequence[LineDraft]:
        """Return the lines with what was paid for each; shipping is a line of its own.

        Raises:
            _SpoiltError: they don't add up to the order's total. To the cent: a shop's own export
                is exact, so a difference means a missing row or the wrong column.
        """
        shipping: int = head.get(Field.SHIPPING) or 0
        total: int | None = head.get(Field.ORDER_TOTAL)
        goods = list(lines)
        if self._total is None:
            if total is None or total < shipping:
                raise self._mismatch(rows)
            goods = _shared(goods, total - shipping)
        elif not self._has_lines:
            if shipping > goods[0].paid_minor:
                raise self._mismatch(rows)
            goods = [_costing(goods[0], goods[0].paid_minor - shipping)]
        else:
            paid = sum([line.paid_minor for line in goods])
            if total is None or paid == total:
                return goods
            if paid + shipping != total:
                raise self._mismatch(rows)
        if shipping:
            goods.append(LineDraft(None, 1, shipping, LineKind.SHIPPING))
        return goods

    def _mismatch(self, rows: Sequence[RawRow]) -> "_SpoiltError":
        field = Field.ORDER_TOTAL if Field.ORDER_TOTAL in self._layout.columns else Field.SHIPPING
        return _SpoiltError.all(rows, Problem.TOTAL_MISMATCH, self._layout.name_of(field))


class _SpoiltError(Exception):
    """Rows that are no order."""

    def __init__(self, rows: tuple[BadRow, ...]) -> None:
        self.rows = rows
        super().__init__()

    @classmethod
    def all(cls, rows: Sequence[RawRow], problem: Problem, column: str = "") -> "_SpoiltError":
        """Return that all rows are wrong in the same way."""
        return cls(tuple(bad(row, problem, column) for row in rows))


def _amount_parser(field: Field) -> Parse:
    return lambda cell: values.amount_minor(cell, field)


def _costing(line: LineDraft, paid_minor: int) -> LineDraft:
    return LineDraft(line.sku, line.qty, paid_minor, line.kind, line.external_id)


def _shared(lines: Sequence[LineDraft], total: int) -> list[LineDraft]:
    """Split a total over lines by price x pieces, exactly; cents left over go to the first ones."""
    weights = [line.paid_minor * line.qty for line in lines]
    whole = sum(weights)
    if not whole:
        weights, whole = [line.qty for line in lines], sum(line.qty for line in lines)
    shares = [total * weight // whole for weight in weights]
    for at in range(total - sum(shares)):
        shares[at % len(shares)] += 1
    return [_costing(line, share) for line, share in zip(lines, shares, strict=True)]
