"""What an order's current rows come to: a function of the set of rows, never of their arrival.

Refunds of one line are summed and count up to what was paid for that line; refunds that name an
item standing on several lines are spread over these; refunds of the whole order over what is left
of the goods, and what exceeds these over the rest. Spreading is in proportion, by the largest
remainder, ties to the lower line. Sums come first and shares after, so a refund in parts is the
refund in one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from app.commerce.types import (
    LineFigures,
    LineKind,
    LineStanding,
    OrderFigures,
    RefundFigures,
    RefundStanding,
    Standing,
)

Target = tuple[int, ...]
"""Numbers of the lines that a refund is for; none: the whole order."""


def order_standing(
    order: OrderFigures, lines: Sequence[LineFigures], refunds: Iterable[RefundFigures]
) -> Standing:
    """Return where an order stands, computed from its current rows.

    Only goods earn. What was paid by other means than money lessens what earns in proportion.
    Cancelled refunds and those in another currency count as nothing. An order in another currency
    than its channel's earns nothing: points are counted in the channel's own.
    """
    lines = sorted(lines, key=lambda line: line.line_no)
    refund_list = sorted(refunds, key=_in_order)
    named = {refund.id: _named(lines, refund) for refund in refund_list}
    by_target: dict[Target, list[RefundFigures]] = defaultdict(list)
    for refund in refund_list:
        if refund.is_active and refund.currency == order.currency:
            by_target[named[refund.id]].append(refund)
    left = {line.line_no: line.paid_minor for line in lines}
    effective: dict[int, int] = {}
    for target in sorted(by_target, key=lambda numbers: (not numbers, len(numbers), numbers)):
        group = by_target[target]
        counted = _take(left, _pools(lines, target), sum(each.amount_minor for each in group))
        effective |= _shared(counted, group)
    pieces = _pieces(lines, left, by_target)
    standing_lines = tuple(
        LineStanding(
            line.line_no,
            line.kind,
            line.qty,
            line.paid_minor,
            line.paid_minor - left[line.line_no],
            pieces[line.line_no],
        )
        for line in lines
    )
    return Standing(
        gross_minor=order.paid_minor,
        refunded_minor=sum(line.refunded_minor for line in standing_lines),
        earning_minor=_earning(order, standing_lines),
        lines=standing_lines,
        refunds={
            refund.id: RefundStanding(effective.get(refund.id, 0), _only(named[refund.id]))
            for refund in refund_list
        },
    )


def _in_order(refund: RefundFigures) -> tuple[object, ...]:
    return refund.refunded_at, refund.external_id, refund.id


def _named(lines: Sequence[LineFigures], refund: RefundFigures) -> Target:
    """Return the lines a refund names: by the channel's own number, else by SKU, else none."""
    ref = refund.line_ref
    if not ref:
        return ()
    by_number = tuple(line.line_no for line in lines if line.external_id == ref)
    return by_number or tuple(line.line_no for line in lines if line.sku == ref)


def _only(target: Target) -> int | None:
    return target[0] if len(target) == 1 else None


def _pools(lines: Sequence[LineFigures], target: Target) -> list[list[int]]:
    """Return the lines to take from, in groups: the second only when the first is used up."""
    if target:
        return [list(target)]
    goods = [line.line_no for line in lines if line.kind is LineKind.GOODS]
    return [goods, [line.line_no for line in lines if line.line_no not in goods]]


def _take(left: dict[int, int], pools: Iterable[Sequence[int]], wanted: int) -> int:
    """Take up to ``wanted`` out of what is left; return how much there was."""
    taken = 0
    for numbers in pools:
        weights = [left[number] for number in numbers]
        share = min(wanted - taken, sum(weights))
        for number, part in zip(numbers, spread(share, weights), strict=True):
            left[number] -= part
        taken += share
    return taken


def _shared(counted: int, group: Iterable[RefundFigures]) -> dict[int, int]:
    """Return what of each refund counts: the earliest ones first, what exceeds is the last's."""
    effective = {}
    for refund in group:
        effective[refund.id] = min(counted, refund.amount_minor)
        counted -= effective[refund.id]
    return effective


def _pieces(
    lines: Sequence[LineFigures],
    left: Mapping[int, int],
    by_target: Mapping[Target, Sequence[RefundFigures]],
) -> dict[int, int]:
    """Return how many pieces of each line came back; all of them when all its money did."""
    most = {line.line_no: line.qty for line in lines}
    back = dict.fromkeys(most, 0)
    for target in sorted(by_target, key=lambda numbers: (len(numbers), numbers)):
        wanted = sum(refund.qty for refund in by_target[target])
        for number in target:
            share = min(wanted, most[number] - back[number])
            back[number] += share
            wanted -= share
    for line in lines:
        if line.paid_minor and not left[line.line_no]:
            back[line.line_no] = line.qty
    return back


def _earning(order: OrderFigures, lines: Iterable[LineStanding]) -> int:
    """Return what points are computed from, rounded down to a minor unit."""
    if order.is_void or order.is_foreign or order.paid_minor <= 0:
        return 0
    goods = sum(line.left_minor for line in lines if line.earns)
    money = order.paid_minor - max(0, min(order.not_money_minor, order.paid_minor))
    return min(goods, order.paid_minor) * money // order.paid_minor


def points_by_line(lines: Sequence[LineStanding], points: int) -> dict[int, int]:
    """Return each line's share of an order's points; together they are exactly these."""
    shares = spread(points, [line.left_minor if line.earns else 0 for line in lines])
    return {line.line_no: share for line, share in zip(lines, shares, strict=True)}


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Split ``amount`` ≥ 0 in proportion to weights ≥ 0 by the largest remainder.

    Ties go to the earlier one; weights of 0 get nothing. With ``amount`` no more than the sum of
    the weights no share exceeds its weight.
    """
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    shares = [amount * weight // total for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda at: (-(amount * weights[at] % total), at))
    for at in by_rest[: amount - sum(shares)]:
        shares[at] += 1
    return shares
