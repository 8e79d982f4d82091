"""Chart geometry: axes a person can read, paths that stay inside their plane."""

import re

import pytest

from app.kernel import charts


@pytest.mark.parametrize(
    ("values", "axis"),
    [
        ([5_200, 6_900], (5_000, 7_000, 500)),  # keeps far above zero
        ([0, 90], (0, 100, 25)),
        ([3, 18, 7], (0, 20, 5)),
        ([0, 0, 0], (0, 1, 1)),
        ([], (0, 1, 1)),
        ([7], (7, 8, 1)),
    ],
)
def test_an_axis_has_round_numbers_and_holds_every_value(
    values: list[int], axis: tuple[int, int, int]
) -> None:
    low, high, step = charts.scale(values)

    assert (low, high, step) == axis
    assert all(low <= value <= high for value in values)


@pytest.mark.parametrize("values", [[5, 9, 2, 8], [100_000, 250_000], [1], [0, 0], [3] * 90])
def test_every_point_lies_inside_the_plane(values: list[int]) -> None:
    chart = charts.line(values, [str(n) for n in range(len(values))])

    assert all(0 <= point.x <= 100 and 0 <= point.y <= 100 for point in chart.points)
    assert all(0 <= tick.at <= 100 for tick in chart.ticks)
    assert [point.value for point in chart.points] == values


def test_more_is_higher() -> None:
    low, high = charts.line([10, 90], ["a", "b"]).points

    assert high.y < low.y
    assert (low.x, high.x) == (0, 100)


def test_a_comparison_draws_a_second_line_and_stands_in_the_table() -> None:
    chart = charts.line([4, 5, 6], ["a", "b", "c"], before=[1, 2])

    assert chart.previous.startswith("M0 ")
    assert [point.before for point in chart.points] == [1, 2, None]


def test_the_area_is_the_line_closed_at_the_bottom() -> None:
    chart = charts.line([4, 5], ["a", "b"])

    assert chart.area == f"{chart.current}L1000 300L0 300Z"


def test_nothing_to_draw_is_drawn_as_nothing() -> None:
    chart = charts.line([], [])

    assert (chart.current, chart.area, chart.previous, chart.points) == ("", "", "", ())


def test_labels_are_thinned_from_end_to_end() -> None:
    chart = charts.line([1] * 30, [str(n) for n in range(30)])

    assert chart.labels == ("0", "7", "14", "22", "29")


def test_a_sparkline_spans_its_width_and_uses_its_height() -> None:
    path = charts.sparkline([2, 8, 5])

    assert path == "M0.0 28.0L50.0 4.0L100.0 16.0"


@pytest.mark.parametrize("values", [[], [4]])
def test_a_sparkline_needs_two_values(values: list[float]) -> None:
    assert charts.sparkline(values) == ""


def test_a_flat_sparkline_is_a_line() -> None:
    assert set(re.findall(r" (\d+\.\d)", charts.sparkline([3, 3, 3]))) == {"28.0"}


@pytest.mark.parametrize(
    ("value", "whole", "percent"), [(1, 3, 33.3), (5, 4, 100.0), (-1, 4, 0.0), (1, 0, 0.0)]
)
def test_a_share_is_a_percentage_that_fits_its_bar(
    value: float, whole: float, percent: float
) -> None:
    assert charts.share(value, whole) == percent


@pytest.mark.parametrize(("percent", "step"), [(100, 7), (99, 6), (50, 3), (32, 0), (0, 0)])
def test_a_heat_step_is_one_of_eight(percent: float, step: int) -> None:
    assert charts.heat_step(percent) == step


def test_a_curve_stays_between_its_neighbours() -> None:
    path = charts.smooth([(0, 300), (100, 300), (200, 300), (300, 0), (400, 120)])
    heights = [float(y) for _x, y in re.findall(r"([\d.-]+) ([\d.-]+)", path)]
    assert max(heights) <= 300
    assert min(heights) >= 0
