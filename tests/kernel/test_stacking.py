"""Tables are told their headings, so that each row can be a card on a phone."""

import re
from pathlib import Path

import pytest

from app.kernel.stacking import stacked
from tests.kernel.test_css_rules import PAGES, name

HEAD = (
    '<thead><tr><th scope="col"><span class="vh">Choose</span></th><th scope="col">Order</th>'
    '<th scope="col" class="r">Paid &amp; kept <span class="vh">in all</span></th>'
    '<th scope="col" colspan="2">Values</th><th scope="col" aria-label="Actions"></th></tr></thead>'
)


def _cells(body: str) -> list[tuple[str, str]]:
    """Return the label and the text of every cell and row heading."""
    html = stacked(f"{HEAD}<tbody><tr>{body}</tr></tbody>").partition("</thead>")[2]
    found = re.findall(r"<(?:td|th)\b([^>]*)>(.*?)</(?:td|th)>", html)
    labels = [re.search(r'data-label="([^"]*)"', rest) for rest, _text in found]
    return [
        (label[1] if label else "", text)
        for label, (_rest, text) in zip(labels, found, strict=True)
    ]


class TestStacked:
    def test_a_cell_has_the_heading_of_its_column_as_a_label(self) -> None:
        cells = _cells('<td></td><th scope="row">A-1</th><td class="num r">¥8</td>')

        assert cells == [("", ""), ("", "A-1"), ("Paid &amp; kept", "¥8")]

    def test_columns_are_counted_with_their_spans(self) -> None:
        cells = _cells('<td colspan="2">x</td><td>¥8</td><td>a</td><td>b</td><td>go</td>')

        assert [label for label, _text in cells] == ["", "Paid &amp; kept", "Values", "Values", ""]

    def test_a_figure_as_row_heading_says_what_it_counts(self) -> None:
        cells = _cells('<td></td><th scope="row" class="num r">7</th>')

        assert cells[1] == ("Order", "7")

    def test_every_row_begins_at_the_first_column(self) -> None:
        html = stacked(f"{HEAD}<tbody><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></tbody>")

        assert re.findall(r'data-label="([^"]*)"', html) == ["Order"]

    def test_what_was_a_table_stays_one_for_readers_of_the_screen(self) -> None:
        html = stacked('<thead><tr><th scope="col">A</th></tr></thead><tbody><tr><td>1</td></tr>')

        assert re.findall(r'role="(\w+)"', html) == [
            "rowgroup", "row", "columnheader", "rowgroup", "row", "cell",
        ]  # fmt: skip


# A month is no list; what stands under a chart has three narrow columns.
PLAIN = {"month-grid", "topic-month", "heat", "perks"}


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_tables_of_pages_come_from_the_macro(path: Path) -> None:
    if "mail" in path.parts or path.name in {"data.html", "takeout.html"}:
        return

    found = re.findall(r"<table\b[^>]*>", path.read_text("utf-8"))

    assert [tag for tag in found if not any(f'"{kind}"' in tag for kind in PLAIN)] == []
