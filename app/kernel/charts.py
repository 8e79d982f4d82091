"""Geometry of the charts that the server prints: paths, ticks and points, never markup.

A chart's plane is 1000 wide and 300 high, its origin top left; positions of text and marks are
percentages of it, so the SVG can stretch and its text cannot.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 1000.0, 300.0
SPARK_WIDTH, SPARK_TOP, SPARK_BOTTOM = 100.0, 4.0, 28.0
NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
HEAT_STEPS = 8

Xy = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tick:
    """A grid line.

    Attributes:
        at: percent from the top.
    """

    value: int
    at: float


@dataclass(frozen=True, slots=True)
class Point:
    """One position of a line, for the table and for hovering.

    Attributes:
        x, y: percent from the left and the top.
        before: the value of the period compared with, if there is one.
    """

    label: str
    value: int
    before: int | None
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class LineChart:
    """A line with its area, perhaps a second line to compare with.

    Attributes:
        current, area, previous: SVG paths; previous is empty without a comparison.
        labels: what stands under the chart, evenly spread.
    """

    current: str
    area: str
    previous: str
    ticks: tuple[Tick, ...]
    labels: tuple[str, ...]
    points: tuple[Point, ...]


def line(
    values: Sequence[int],
    labels: Sequence[str],
    *,
    before: Sequence[int] = (),
    label_count: int = 5,
    tick_count: int = 3,
) -> LineChart:
    """Return the geometry of a line chart.

    Args:
        values: one per position, oldest first.
        labels: the name of each position (a day), as long as ``values``.
        before: the same positions of the period compared with, or nothing.
        label_count: how many labels to print under the chart.
        tick_count: how many grid lines at most.
    """
    low, high, step = scale([*values, *before], tick_count)
    xs = _spread(len(values))
    curve = [(x, _height(value, low, high)) for x, value in zip(xs, values, strict=True)]
    compared = [
        (x, _height(v, low, high)) for x, v in zip(_spread(len(before)), before, strict=True)
    ]
    path = smooth(curve)
    grid = range(low + step, high + 1, step)
    return LineChart(
        current=path,
        area=f"{path}L{WIDTH:g} {HEIGHT:g}L0 {HEIGHT:g}Z" if path else "",
        previous=smooth(compared),
        ticks=tuple(Tick(t, _percent(_height(t, low, high), HEIGHT)) for t in grid),
        labels=_some(labels, label_count),
        points=tuple(
            Point(
                label=label,
                value=value,
                before=before[index] if index < len(before) else None,
                x=_percent(curve[index][0], WIDTH),
                y=_percent(curve[index][1], HEIGHT),
            )
            for index, (label, value) in enumerate(zip(labels, values, strict=True))
        ),
    )


def sparkline(values: Sequence[float]) -> str:
    """Return the path of a small line in a plane of 100 x 32; empty under two values."""
    if len(values) < 2:  # noqa: PLR2004 - a line needs two ends
        return ""
    low, high = min(values), max(values)
    tall = SPARK_BOTTOM - SPARK_TOP
    width = SPARK_WIDTH / (len(values) - 1)
    points = (
        f"{width * index:.1f} {SPARK_BOTTOM - tall * (value - low) / ((high - low) or 1):.1f}"
        for index, value in enumerate(values)
    )
    return "M" + "L".join(points)


def scale(values: Sequence[int], tick_count: int = 3) -> tuple[int, int, int]:
    """Return (lowest, highest, step) of a readable axis: whole steps of 1, 2, 2.5 or 5 times 10ⁿ.

    The axis starts at zero unless the values keep far above it.
    """
    low, high = min(values, default=0), max(values, default=0)
    start = 0 if low >= 0 and low < high * 0.6 else low
    rough = max((high - start) / (tick_count + 1), 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = max(1, round(next(n * power for n in NICE if n * power >= rough)))
    bottom = math.floor(start / step) * step
    top = max(math.ceil(high / step) * step, bottom + step)
    return bottom, top if top > high else top + step, step


def smooth(points: Sequence[Xy]) -> str:
    """Return a rounded path through the points that never leaves the range of its neighbours.

    Monotone cubic interpolation, so that a count never seems to dip below zero. Source: Fritsch and
    Carlson, SIAM J. Numer. Anal. 17 (1980), with the flatter side as the slope.
    """
    if not points:
        return ""
    slopes = _slopes(points)
    parts = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for index, (start, end) in enumerate(pairwise(points)):
        third = (end[0] - start[0]) / 3
        handles = (
            start[0] + third,
            start[1] + third * slopes[index],
            end[0] - third,
            end[1] - third * slopes[index + 1],
        )
        parts.append("C{:.1f} {:.1f} {:.1f} {:.1f} ".format(*handles) + f"{end[0]:g} {end[1]:g}")
    return "".join(parts)


def _slopes(points: Sequence[Xy]) -> list[float]:
    """Return the curve's slope at every point: 0 at a turn, else that of the flatter side."""
    rises = [(b[1] - a[1]) / (b[0] - a[0] or 1.0) for a, b in pairwise(points)]
    if not rises:
        return [0.0]
    inner = [
        0.0 if before * after <= 0 else math.copysign(min(abs(before), abs(after)), before)
        for before, after in pairwise(rises)
    ]
    return [rises[0], *inner, rises[-1]]


def share(value: float, whole: float) -> float:
    """Return a percentage for a bar, 0 to 100, with one decimal."""
    return round(min(100.0, max(0.0, 100 * value / whole)), 1) if whole > 0 else 0.0


def heat_step(percent: float, lowest: float = 32.0, width: float = 6.0) -> int:
    """Return the ramp's step (0 to 7) of a cohort cell: 7 is everybody, the rest by ``width``."""
    if percent >= 100:  # noqa: PLR2004 - percent
        return HEAT_STEPS - 1
    return int(max(0, min(HEAT_STEPS - 2, round((percent - lowest) / width))))


def _curve(values: Sequence[int], low: int, high: int) -> list[Xy]:
    xs = _spread(len(values))
    return [(x, _height(value, low, high)) for x, value in zip(xs, values, strict=True)]


def _spread(count: int) -> list[float]:
    return [round(WIDTH * n / max(1, count - 1), 1) for n in range(count)]


def _height(value: float, low: int, high: int) -> float:
    return round(HEIGHT - HEIGHT * (value - low) / (high - low), 1)


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2)


def _some(labels: Sequence[str], count: int) -> tuple[str, ...]:
    if len(labels) <= count:
        return tuple(labels)
    return tuple(labels[round(n * (len(labels) - 1) / (count - 1))] for n in range(count))
