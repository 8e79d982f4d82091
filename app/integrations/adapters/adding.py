"""Making a shop's lines add up to its total, to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.commerce.types import LineDraft, LineKind
from app.integrations.types import PayloadError, Trouble


@dataclass(slots=True)
class Line:
    """A line on its way to a draft; ``minor`` may still be below zero (a discount as a fee)."""

    sku: str | None
    qty: int
    minor: int
    kind: LineKind = LineKind.GOODS
    external_id: str | None = None


def add_up(
    lines: Sequence[Line], total: int, path: str, *, rest_is_fee: bool = False
) -> tuple[LineDraft, ...]:
    """Return the lines as drafts whose sum is ``total``.

    Discounts that stand as lines below zero are taken off the goods in proportion. Up to a cent a
    line is rounding and goes to the largest line.

    Args:
        lines: as the shop tells them.
        total: what was paid, in minor units.
        path: where the total stands, for the complaint.
        rest_is_fee: what the total has beyond the lines is a fee (duties, tips).

    Raises:
        PayloadError: they don't add up.
    """
    kept = [line for line in lines if line.minor >= 0]
    spread(kept, sum(line.minor for line in lines if line.minor < 0), path)
    rest = total - sum(line.minor for line in kept)
    if rest and kept and abs(rest) <= len(lines):
        largest = max(kept, key=lambda line: line.minor)
        largest.minor, rest = largest.minor + rest, 0
    elif rest > 0 and rest_is_fee:
        kept.append(Line(None, 1, rest, LineKind.OTHER, "fee"))
        rest = 0
    if rest or not kept or any(line.minor < 0 for line in kept):
        raise PayloadError(Trouble.TOTALS, path)
    return tuple(
        LineDraft(line.sku, line.qty, line.minor, line.kind, line.external_id) for line in kept
    )


def spread(lines: Sequence[Line], off: int, path: str) -> None:
    """Take ``off`` (zero or less) from the goods in proportion, to the cent.

    Raises:
        PayloadError: there is not so much to take it from.
    """
    goods = [line for line in lines if line.kind is LineKind.GOODS and line.minor > 0]
    for line, part in zip(goods, shares([line.minor for line in goods], -off), strict=True):
        line.minor -= part
    if off and (not goods or any(line.minor < 0 for line in goods)):
        raise PayloadError(Trouble.TOTALS, path)


def shares(weights: Sequence[int], amount: int) -> list[int]:
    """Split an amount in proportion to weights; the parts add up to it exactly."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(amount * weights[n] % total), n))
    for number in by_remainder[: amount - sum(parts)]:
        parts[number] += 1
    return parts
