"""Figures and how they are printed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured of one thing.

    Attributes:
        times: seconds that each single one took.
        spent: seconds of the clock in which all of them happened.
        each: how many units one of them stands for (a batch of 500 postings: 500).
        cpu: seconds of processor time of whoever does the work; None where unknown.
    """

    name: str
    times: Sequence[float]
    spent: float
    each: int = 1
    cpu: float | None = None

    @property
    def rate(self) -> float:
        """Return units per second."""
        return len(self.times) * self.each / self.spent

    def at(self, share: float) -> float:
        """Return the time in seconds that ``share`` of them did not exceed."""
        ranked = sorted(self.times)
        return ranked[min(len(ranked) - 1, int(len(ranked) * share))]

    @property
    def cpu_each(self) -> float | None:
        """Return seconds of processor time for one unit; None where unknown."""
        return self.cpu / (len(self.times) * self.each) if self.cpu else None


def table(title: str, unit: str, figures: Sequence[Figure], against: str) -> str:
    """Return a Markdown table; ``against`` names the line that is 1.00."""
    base = next(figure for figure in figures if figure.name == against)
    head = [title, f"{unit}/s", "p50 ms", "p99 ms", "of its rate"]
    if base.cpu_each:
        head += ["CPU ms", "times its CPU"]
    rows = [head, ["---", *["---:"] * (len(head) - 1)]]
    rows.extend(_cells(figure, base) for figure in figures)
    return "\n".join([f"Compared with: {against}\n", *_lines(rows)])


def _cells(figure: Figure, base: Figure) -> list[str]:
    cells = [figure.name, f"{figure.rate:,.0f}"]
    cells += [f"{figure.at(share) * 1_000:.1f}" for share in (0.5, 0.99)]
    cells.append(f"{figure.rate / base.rate:.3f}")
    if base.cpu_each and figure.cpu_each:
        cells += [f"{figure.cpu_each * 1_000:.3f}", f"{figure.cpu_each / base.cpu_each:.1f}"]
    return cells


def _lines(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        padded = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"| {' | '.join(padded)} |"
