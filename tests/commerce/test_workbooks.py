"""Workbooks: what Excel does to orders, and what is refused."""

import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.commerce.reading import Options, inspect, units, unpack
from app.commerce.reading.workbook import Unpacked, to_csv
from app.commerce.types import (
    ChannelRow,
    FileRefusedError,
    IdentityKind,
    LineKind,
    OrderDraft,
    Problem,
    Unit,
)
from tests.factories.commerce import HEADER, a_channel, many_rows
from tests.factories.workbooks import a_workbook

SHOP = ChannelRow(1, "tmall", "Tmall", 7, "CNY", IdentityKind.BUYER_ID)
LINES = (*HEADER, "sku", "qty")


def _units(folder: Path, path: Path) -> list[Unit]:
    target = folder / "rows.csv"
    to_csv(path, target)
    return list(units(target, inspect(target, Options()), SHOP))


def _orders(folder: Path, *rows: tuple[object, ...], more: Any = None) -> list[OrderDraft]:
    found = _units(folder, a_workbook(folder, {"A": rows}, more=more))
    assert not [row for unit in found for row in unit.bad], found
    return [unit.order for unit in found if unit.order]


def _problems(folder: Path, path: Path) -> list[tuple[int, Problem, str]]:
    return [
        (row.line_number, row.problem, row.column)
        for unit in _units(folder, path)
        for row in unit.bad
    ]


def _refusal(folder: Path, path: Path, sheet: str = "") -> str:
    with pytest.raises(FileRefusedError) as refused:
        to_csv(path, folder / "rows.csv", sheet)
    assert not (folder / "rows.csv").exists()
    assert not list(folder.glob("*.part"))
    return str(refused.value)


# --- values --------------------------------------------------------------------------------------


def test_date_cells_and_numbers_are_read_as_they_are_meant(tmp_path: Path) -> None:
    noon = datetime(2026, 8, 31, 12, 0, 7)  # noqa: DTZ001 - as a cell holds it
    first, second = _orders(
        tmp_path,
        HEADER,
        (4012345, "lin", noon, 12.5),
        ("T2", 13800138000, date(2026, 8, 31), 88),
    )
    assert (first.external_id, first.paid_minor) == ("4012345", 1250)
    assert first.paid_at == datetime(2026, 8, 31, 4, 0, 7, tzinfo=UTC)
    assert (second.buyer, second.paid_minor) == ("13800138000", 8800)
    assert second.paid_at == datetime(2026, 8, 30, 16, tzinfo=UTC)


def test_formats_do_not_change_values_and_formulas_count_as_they_were_computed(
    tmp_path: Path,
) -> None:
    def more(book: Any, sheets: Mapping[str, Any]) -> None:
        sheets["A"].write_number(1, 3, 1234.5, book.add_format({"num_format": '"¥"#,##0.00'}))
        sheets["A"].write_formula(2, 3, "=0.1+0.2", None, 0.30000000000000004)
        sheets["A"].write_number(3, 3, 0.5, book.add_format({"num_format": "0%"}))

    rows = [(f"T{n}", "lin", "2026-08-31", None) for n in range(3)]
    assert [o.paid_minor for o in _orders(tmp_path, HEADER, *rows, more=more)] == [123450, 30, 50]


def test_an_order_number_that_lost_its_last_digits_is_named(tmp_path: Path) -> None:
    rows = [HEADER, (4012345678901234567, "lin", "2026-08-31", 5), ("T2", "lin", "2026-08-31", 5)]
    path = a_workbook(tmp_path, {"A": rows})
    assert _problems(tmp_path, path) == [(2, Problem.ORDER_SHORTENED, "order")]


def test_cells_that_show_an_error_are_named(tmp_path: Path) -> None:
    def more(_book: Any, sheets: Mapping[str, Any]) -> None:
        sheets["A"].write_formula(1, 3, "=NA()", None, "#N/A")
        sheets["A"].write_formula(2, 1, "=1/0", None, "#DIV/0!")

    rows = [HEADER, ("T1", "lin", "2026-08-31", None), ("T2", None, "2026-08-31", 5)]
    path = a_workbook(tmp_path, {"A": rows}, more=more)
    assert _problems(tmp_path, path) == [
        (2, Problem.CELL_ERROR, "total"),
        (3, Problem.CELL_ERROR, "buyer"),
    ]


def test_a_line_of_the_file_is_a_row_of_the_sheet(tmp_path: Path) -> None:
    rows = [(), ("", *HEADER), (), ("", "T\n1", "lin", "2026-08-31", "x")]
    assert _problems(tmp_path, a_workbook(tmp_path, {"A": rows})) == [
        (4, Problem.AMOUNT_BAD, "total")
    ]


# --- merged cells --------------------------------------------------------------------------------


def _merged(*places: tuple[int, int, int, object]) -> Any:
    def more(_book: Any, sheets: Mapping[str, Any]) -> None:
        for top, bottom, column, value in places:
            sheets["A"].merge_range(top, column, bottom, column, value)

    return more


def test_an_order_number_merged_over_its_lines_is_filled_down(tmp_path: Path) -> None:
    rows = [LINES]
    rows += [(None, None, "2026-08-31", n, f"S{n}", 1) for n in (1, 2, 3)]  # type: ignore[misc]
    rows += [("T2", "man", "2026-08-31", 9, "S9", 1)]  # type: ignore[list-item]
    (first, second) = _orders(tmp_path, *rows, more=_merged((1, 3, 0, "T1"), (1, 3, 1, "lin")))
    assert (first.external_id, first.buyer, first.paid_minor, len(first.lines)) == (
        "T1", "lin", 600, 3,
    )  # fmt: skip
    assert (second.external_id, len(second.lines)) == ("T2", 1)


def test_an_amount_merged_over_lines_is_named_and_not_counted_twice(tmp_path: Path) -> None:
    rows = [LINES, *[("T1", "lin", "2026-08-31", None, f"S{n}", 1) for n in (1, 2)]]
    path = a_workbook(tmp_path, {"A": rows}, more=_merged((1, 2, 3, 30)))
    assert [problem for _line, problem, _column in _problems(tmp_path, path)] == [
        Problem.ORDER_SPOILT,
        Problem.AMOUNT_MERGED,
    ]


def test_an_order_total_merged_over_lines_is_shared_among_them(tmp_path: Path) -> None:
    header = ("order", "buyer", "paid_at", "整单实付金额", "sku", "qty", "price", "运费")
    rows = [
        header,
        ("T1", "lin", "2026-08-31", None, "A", 2, 10, 5),
        ("T1", "lin", "2026-08-31", None, "B", 1, 10, 5),
    ]
    (order,) = _orders(tmp_path, *rows, more=_merged((1, 2, 3, 25)))
    assert [(line.sku, line.paid_minor, line.kind) for line in order.lines] == [
        ("A", 1334, LineKind.GOODS),
        ("B", 666, LineKind.GOODS),
        (None, 500, LineKind.SHIPPING),
    ]
    assert order.paid_minor == 2500


# --- sheets --------------------------------------------------------------------------------------


def test_the_first_sheet_with_rows_is_taken_unless_another_is_named(tmp_path: Path) -> None:
    sheets = {"Notes": [], "August": [HEADER, *many_rows(2)], "July": [HEADER, *many_rows(3)]}
    path = a_workbook(tmp_path, sheets)
    assert to_csv(path, tmp_path / "a.csv") == Unpacked("August", ("Notes", "August", "July"), 3)
    assert to_csv(path, tmp_path / "b.csv", "July").rows == 4
    assert "August" in _refusal(tmp_path, path, "May")


def test_hidden_sheets_are_left_alone(tmp_path: Path) -> None:
    def more(_book: Any, sheets: Mapping[str, Any]) -> None:
        sheets["Old"].hide()

    sheets = {"New": [HEADER, *many_rows(1)], "Old": [HEADER, *many_rows(2)]}
    path = a_workbook(tmp_path, sheets, more=more)
    assert to_csv(path, tmp_path / "a.csv").sheets == ("New",)


# --- refusals ------------------------------------------------------------------------------------


def test_empty_workbooks_are_refused(tmp_path: Path) -> None:
    assert "empty" in _refusal(tmp_path, a_workbook(tmp_path, {"A": [], "B": []}))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"PK\x03\x04 and nothing more", "broken"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, ".xls"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_what_is_no_open_workbook_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, word: str
) -> None:
    path = tmp_path / "orders.xlsx"
    path.write_bytes(content)
    assert word in _refusal(tmp_path, path)


def _rewritten(path: Path, part: str, change: Any) -> Path:
    """Return a copy of a workbook with one part changed."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return target


def test_zip_bombs_are_refused_before_anybody_unpacks_them(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, {"A": [HEADER, *many_rows(1)]})
    bomb = _rewritten(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<row ", b" " * (40 << 20) + b"<row ", 1),
    )
    assert bomb.stat().st_size < 200_000
    assert "too large" in _refusal(tmp_path, bomb)


@pytest.mark.parametrize(
    ("place", "word"), [(b'r="XFD9"', "columns"), (b'r="Z1048576"', "too large")]
)
def test_a_cell_far_out_does_not_make_a_giant_of_a_small_sheet(
    tmp_path: Path, place: bytes, word: str
) -> None:
    path = a_workbook(tmp_path, {"A": [HEADER, *many_rows(8)]})
    row = place.strip(b'r="ABCDEFGHIJKLMNOPQRSTUVWXYZ')
    far = b'<row r="' + row + b'"><c ' + place + b"><v>1</v></c></row></sheetData>"
    changed = _rewritten(
        path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", far)
    )
    assert word in _refusal(tmp_path, changed)


def test_entities_are_refused(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, {"A": [HEADER, *many_rows(1)]})
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha">]><workbook'
    changed = _rewritten(path, "xl/workbook.xml", lambda xml: xml.replace(b"<workbook", laughs, 1))
    assert "broken" in _refusal(tmp_path, changed)


def test_a_workbook_of_too_many_cells_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "MAX_CELLS", 20)
    path = a_workbook(tmp_path, {"A": [HEADER, *many_rows(30)]})
    with pytest.raises(unpack.RefusedError, match="too_large"):
        unpack.unpack(path, tmp_path / "rows.csv", "")


def test_a_workbook_is_imported_by_command_and_unpacked_once(app: Flask, tmp_path: Path) -> None:
    a_channel()
    path = a_workbook(tmp_path, {"A": [HEADER, *many_rows(4)], "B": [HEADER, *many_rows(6)]})
    runner = app.test_cli_runner()
    for options, counts in (((), "new 4"), ((), "duplicate 4"), (("--sheet", "B"), "new 2")):
        done = runner.invoke(args=["orders", "import", str(path), "--channel", "tmall", *options])
        assert done.exit_code == 0, done.output
        assert counts in done.output
    unpacked = list((Path(app.config["POTLUCK"].instance_dir) / "imports").glob("book*.csv"))
    assert len(unpacked) == 2
    assert all(each.stat().st_mode & 0o077 == 0 for each in unpacked)
