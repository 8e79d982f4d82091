"""Files of orders: what is found out, what is refused and with which words."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.commerce.reading import Options, RefusedRows, inspect, safe_cell, units, values
from app.commerce.reading import layout as layouts
from app.commerce.reading.values import BadCellError
from app.commerce.types import (
    BadRow,
    ChannelRow,
    Field,
    FileRefusedError,
    IdentityKind,
    OrderDraft,
    Problem,
    Unit,
)
from tests.factories.commerce import HEADER, a_file

SHOP = ChannelRow(1, "tmall", "Tmall", 7, "CNY", IdentityKind.BUYER_ID)
LINES = (*HEADER, "sku", "qty")
GOOD = ("T1", "lin", "2026-08-31", "12.50")
TAOBAO = ("订单编号", "买家会员名", "订单付款时间", "买家实际支付金额")


def _read(path: Path, options: Options | None = None, channel: ChannelRow = SHOP) -> list[Unit]:
    return list(units(path, inspect(path, options or Options()), channel))


def _orders(path: Path, options: Options | None = None) -> list[OrderDraft]:
    found = _read(path, options)
    assert not [row for unit in found for row in unit.bad]
    return [unit.order for unit in found if unit.order]


def _problems(path: Path, channel: ChannelRow = SHOP) -> list[tuple[int, Problem, str]]:
    return [
        (row.line_number, row.problem, row.column)
        for unit in _read(path, channel=channel)
        for row in unit.bad
    ]


def _refusal(path: Path, options: Options | None = None) -> FileRefusedError:
    with pytest.raises(FileRefusedError) as refused:
        inspect(path, options or Options())
    return refused.value


# --- encodings and delimiters --------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    path = a_file(
        tmp_path, [("T1", "林小满", "2026-08-31", "12")], header=TAOBAO, encoding=encoding
    )
    assert [order.buyer for order in _orders(path)] == ["林小满"]


def test_a_gbk_character_late_in_a_long_file_is_found(tmp_path: Path) -> None:
    rows = [(f"T{n}", "lin", "2026-08-31", "1") for n in range(60_000)]
    path = a_file(tmp_path, [*rows, ("T", "满", "2026-08-31", "1")], encoding="gbk")
    assert inspect(path, Options()).encoding == "gb18030"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_out(tmp_path: Path, delimiter: str) -> None:
    path = a_file(tmp_path, [GOOD], delimiter=delimiter)
    assert inspect(path, Options()).delimiter == delimiter


def test_a_wrong_delimiter_is_refused_with_the_right_one(tmp_path: Path) -> None:
    refused = _refusal(a_file(tmp_path, [GOOD], delimiter=";"), Options(delimiter=","))
    assert (refused.option, refused.suggestion, refused.line_number) == ("delimiter", ";", 1)
    assert "“;”" in str(refused)


def test_a_single_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order buyer\n1 2\n")
    assert "comma" in str(_refusal(path))


def test_a_wrong_encoding_is_refused_with_line_and_suggestion(tmp_path: Path) -> None:
    path = a_file(tmp_path, [GOOD, ("T2", "满", "2026-08-31", "1")], encoding="gbk")
    refused = _refusal(path, Options(encoding="utf-8"))
    assert (refused.option, refused.suggestion, refused.line_number) == ("encoding", "gb18030", 3)


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13"])
def test_an_encoding_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    assert _refusal(a_file(tmp_path, [GOOD]), Options(encoding=name)).option == "encoding"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "single column"),
        (b"order,buyer,paid_at,total\n", "no orders"),
        (b"PK\x03\x04whatever", "workbook"),
        (b"order,buyer\x00,paid_at,total\n1,2,3,4\n", "no text file"),
        (b'order,buyer,paid_at,total\n"T1,lin,2026-08-31,1\n' + b"x,y\n" * 30_000, "quotation"),
    ],
)
def test_files_that_are_no_table_are_refused(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    assert word in str(_refusal(path))


# --- columns -------------------------------------------------------------------------------------


def test_usual_headers_are_found_in_both_languages(tmp_path: Path) -> None:
    row = ("T1", "lin", "2026-08-31 08:00", "8.88", "DIP-1", "2", "CNY")
    for header in (
        (*TAOBAO, "商家编码", "购买数量", "币种"),
        ("Order ID", "Customer_ID", "Paid at", "Amount", "SKU", "Quantity", "Currency"),
    ):
        (order,) = _orders(a_file(tmp_path, [row], header=header))
        assert (order.paid_minor, order.lines[0].sku, order.lines[0].qty) == (888, "DIP-1", 2)


def test_the_better_of_two_known_headers_is_taken(tmp_path: Path) -> None:
    header = ("订单编号", "买家会员名", "订单创建时间", "订单付款时间", "买家实际支付金额")
    path = a_file(tmp_path, [("T1", "lin", "2026-08-01", "2026-08-31", "1")], header=header)
    assert _orders(path)[0].paid_at == datetime(2026, 8, 30, 16, tzinfo=UTC)


def test_a_mapping_names_unusual_columns(tmp_path: Path) -> None:
    header = ("Beleg", "Kunde, Name", "Datum", "Summe")
    mapping = layouts.split_mapping('order=Beleg,"buyer=Kunde, Name",paid_at=datum,total=Summe')
    (order,) = _orders(a_file(tmp_path, [GOOD], header=header), Options(mapping=mapping))
    assert (order.external_id, order.buyer) == ("T1", "lin")


def test_a_missing_column_is_named_with_what_the_header_has(tmp_path: Path) -> None:
    refused = _refusal(a_file(tmp_path, [("T1", "lin", "1")], header=("order", "buyer", "total")))
    assert refused.option == "mapping"
    assert "paid_at=…" in str(refused)
    assert "order, buyer, total" in str(refused)


def test_a_mapping_to_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    refused = _refusal(a_file(tmp_path, [GOOD]), Options(mapping={Field.TOTAL: "Summe"}))
    assert "“Summe”" in str(refused)


def test_a_column_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    path = a_file(tmp_path, [(*GOOD, "13")], header=(*HEADER, "total"))
    assert "2 times" in str(_refusal(path))


@pytest.mark.parametrize("text", ["order", "colour=Red", "order=", "=Order"])
def test_a_mapping_that_is_none_says_how_to_write_one(text: str) -> None:
    with pytest.raises(FileRefusedError, match="field=column"):
        layouts.split_mapping(text)


def test_the_row_number_serves_where_there_is_no_order_number(tmp_path: Path) -> None:
    path = a_file(tmp_path, [("lin", "2026-08-31", "1")] * 2, header=HEADER[1:])
    numbers = [o.external_id for o in _orders(path, Options(order_from_row=True))]
    assert numbers == ["1", "2"]


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        ("12", 1200), ("12.5", 1250), ("12.50", 1250), ("12.5000", 1250), ("0", 0), ("-0", 0),
        ("1,234.50", 123450), ("¥12.00", 1200), ("￥１２．５０", 1250), ("12元", 1200),
        ("$ 7.07", 707), ("+3", 300), ('="9.90"', 990), ("'5", 500), ("\t6\t", 600),
    ],
)  # fmt: skip
def test_amounts_are_read_exactly(cell: str, minor: int) -> None:
    assert values.amount_minor(cell) == minor


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("", Problem.AMOUNT_BAD), ("twelve", Problem.AMOUNT_BAD), ("1.234", Problem.AMOUNT_BAD),
        ("1,23", Problem.AMOUNT_BAD), ("1.2.3", Problem.AMOUNT_BAD), ("NaN", Problem.AMOUNT_BAD),
        ("inf", Problem.AMOUNT_BAD), ("1e5", Problem.AMOUNT_BAD), ("CNY 5", Problem.AMOUNT_BAD),
        ("²", Problem.AMOUNT_BAD), ("-12.00", Problem.AMOUNT_NEGATIVE),
        ("\u22125", Problem.AMOUNT_NEGATIVE), ("9" * 40, Problem.AMOUNT_TOO_BIG),
        ("99999999999", Problem.AMOUNT_TOO_BIG),
    ],
)  # fmt: skip
def test_amounts_that_are_none_are_told_apart(cell: str, problem: Problem) -> None:
    with pytest.raises(BadCellError) as bad:
        values.amount_minor(cell)
    assert bad.value.problem is problem


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-08-31", "2026-08-30T16:00"), ("20260831", "2026-08-30T16:00"),
        ("2026/8/31 9:05", "2026-08-31T01:05"), ("2026-08-31 09:05:07", "2026-08-31T01:05:07"),
        ("2026-08-31T09:05:07.250", "2026-08-31T01:05:07"), ("2026.8.31", "2026-08-30T16:00"),
        ("2026年8月31日 09:05", "2026-08-31T01:05"), ("20260831090507", "2026-08-31T01:05:07"),
        ("2026-08-31T09:05:07Z", "2026-08-31T09:05:07"),
        ("2026-08-31 09:05:07+02:00", "2026-08-31T07:05:07"),
        ("2026-08-31 09:05 +0200", "2026-08-31T07:05"),
    ],
)  # fmt: skip
def test_moments_are_read_in_the_brands_zone(cell: str, moment: str) -> None:
    wanted = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert values.moment(cell, values.latest_moment()) == wanted


@pytest.mark.parametrize(
    "cell", ["", "yesterday", "31.08.2026", "2026-02-30", "2026-13-01", "08/31/2026", "0001-01-01",
             "2026-08-31 25:00", "2026-08-31 noon", "1756600000", "2026-08-31T09:05:07+99:00"],
)  # fmt: skip
def test_dates_that_are_none_are_refused(cell: str) -> None:
    with pytest.raises(BadCellError) as bad:
        values.moment(cell, values.latest_moment())
    assert bad.value.problem is Problem.DATE_BAD


def test_a_day_still_to_come_is_refused() -> None:
    with pytest.raises(BadCellError) as bad:
        values.moment("2026-09-02", values.latest_moment())
    assert bad.value.problem is Problem.DATE_FUTURE


@pytest.mark.parametrize("cell", ["0", "-1", "1.5", "many", "1000001", "9" * 30])
def test_quantities_that_are_none_are_refused(cell: str) -> None:
    with pytest.raises(BadCellError):
        values.quantity(cell)


@pytest.mark.parametrize(("cell", "code"), [("", ""), ("usd", "USD"), ("RMB", "CNY")])
def test_currencies_are_iso_codes(cell: str, code: str) -> None:
    assert values.currency(cell) == code


# --- bad rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "problem", "column"),
    [
        (("T1", "lin", "2026-08-31"), Problem.FIELDS, ""),
        ((*GOOD, "x", "y", "z"), Problem.FIELDS, ""),
        (("", "lin", "2026-08-31", "1", ""), Problem.ORDER_MISSING, "order"),
        (("7" * 129, "lin", "2026-08-31", "1", ""), Problem.ORDER_TOO_LONG, "order"),
        (("1.23E+15", "lin", "2026-08-31", "1", ""), Problem.ORDER_SHORTENED, "order"),
        (("T1", " ", "2026-08-31", "1", ""), Problem.BUYER_MISSING, "buyer"),
        (("T1", "b" * 129, "2026-08-31", "1", ""), Problem.BUYER_TOO_LONG, "buyer"),
        (("T1", "lin", "soon", "1", ""), Problem.DATE_BAD, "paid_at"),
        (("T1", "lin", "2027-01-01", "1", ""), Problem.DATE_FUTURE, "paid_at"),
        (("T1", "lin", "2026-08-31", "x", ""), Problem.AMOUNT_BAD, "total"),
        (("T1", "lin", "2026-08-31", "-1", ""), Problem.AMOUNT_NEGATIVE, "total"),
        (("T1", "lin", "2026-08-31", "1", "XXZ"), Problem.CURRENCY_UNKNOWN, "currency"),
    ],
)
def test_a_bad_row_is_named_and_good_rows_go_on(
    tmp_path: Path, row: tuple[str, ...], problem: Problem, column: str
) -> None:
    good = ("T2", "lin", "2026-08-31", "1", "CNY")
    path = a_file(tmp_path, [good, row, ("T3", *good[1:])], header=(*HEADER, "currency"))
    assert _problems(path) == [(3, problem, column)]
    assert [unit.order.external_id for unit in _read(path) if unit.order] == ["T2", "T3"]


def test_empty_lines_and_line_breaks_in_cells_keep_the_line_numbers_right(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text('order,buyer,paid_at,total\n\n"T\n1",lin,2026-08-31,1\n\nT2,lin,soon,1\n')
    assert _problems(path) == [(6, Problem.DATE_BAD, "paid_at")]


def test_a_channel_of_telephone_numbers_takes_only_these(tmp_path: Path) -> None:
    shop = ChannelRow(1, "mini", "Mini", 7, "CNY", IdentityKind.PHONE)
    rows = [("T1", "138 0013 8000", "2026-08-31", "1"), ("T2", "lin", "2026-08-31", "1")]
    path = a_file(tmp_path, rows)
    assert [u.order.buyer for u in _read(path, channel=shop) if u.order] == ["+8613800138000"]
    assert _problems(path, shop) == [(3, Problem.BUYER_NO_CONTACT, "buyer")]


# --- lines of orders -----------------------------------------------------------------------------


def _line(order: str, total: str, sku: str = "A", buyer: str = "lin") -> tuple[str, ...]:
    return (order, buyer, "2026-08-31", total, sku, "1")


def test_rows_of_one_order_are_its_lines(tmp_path: Path) -> None:
    rows = [_line("T1", "1.10"), _line("T1", "2.20", "B"), _line("T2", "3")]
    found = _orders(a_file(tmp_path, rows, header=LINES))
    assert [(o.external_id, o.paid_minor, len(o.lines)) for o in found] == [
        ("T1", 330, 2),
        ("T2", 300, 1),
    ]


def test_rows_of_one_order_may_stand_anywhere(tmp_path: Path) -> None:
    rows = [_line("T1", "1"), _line("T2", "2"), _line("T1", "4", "B"), _line("T3", "8")]
    path = a_file(tmp_path, rows, header=LINES)
    assert inspect(path, Options()).is_scattered
    assert [(o.external_id, o.paid_minor, o.row) for o in _orders(path)] == [
        ("T1", 500, 1),
        ("T2", 200, 2),
        ("T3", 800, 4),
    ]
    assert sum(unit.rows for unit in _read(path)) == 4


def test_what_is_gathered_has_no_name_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [_line(f"T{n % 2000}", "1", sku="A" * 900) for n in range(24_000)]
    path = a_file(tmp_path, rows, header=LINES)
    shelf = tmp_path / "temporary"
    shelf.mkdir()
    for name in ("SQLITE_TMPDIR", "TMPDIR"):
        monkeypatch.setenv(name, str(shelf))
    monkeypatch.setattr(tempfile, "tempdir", str(shelf))
    found = units(path, inspect(path, Options()), SHOP)
    assert next(found).rows == 12  # more was read than its memory holds
    assert not list(shelf.iterdir())


def test_one_bad_row_makes_its_whole_order_wait(tmp_path: Path) -> None:
    rows = [_line("T1", "1"), _line("T1", "x"), _line("T2", "2")]
    path = a_file(tmp_path, rows, header=LINES)
    assert _problems(path) == [
        (2, Problem.ORDER_SPOILT, ""),
        (3, Problem.AMOUNT_BAD, "total"),
    ]
    assert [u.order.external_id for u in _read(path) if u.order] == ["T2"]


def test_rows_of_one_order_must_agree_on_the_buyer(tmp_path: Path) -> None:
    path = a_file(tmp_path, [_line("T1", "1"), _line("T1", "2", buyer="man")], header=LINES)
    assert [problem for _line_, problem, _column in _problems(path)] == [Problem.ORDER_MIXED] * 2


def test_rows_without_an_order_number_do_not_run_together(tmp_path: Path) -> None:
    path = a_file(tmp_path, [_line("", "1"), _line("", "2"), _line("T1", "3")], header=LINES)
    assert [unit.rows for unit in _read(path)] == [1, 1, 1]


def test_a_column_that_is_no_order_number_is_refused(tmp_path: Path) -> None:
    path = a_file(tmp_path, [_line("shop", "1")] * 1001, header=LINES)
    assert "order number?" in str(_refusal(path))


def test_without_skus_a_row_is_an_order(tmp_path: Path) -> None:
    path = a_file(tmp_path, [GOOD, GOOD])
    assert [order.paid_minor for order in _orders(path)] == [1250, 1250]


# --- the error file ------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"
    assert safe_cell("2026-08-31") == "2026-08-31"


def test_the_error_file_can_be_corrected_and_imported(tmp_path: Path) -> None:
    path = a_file(tmp_path, [GOOD, ("=T2", "@lin", "soon", "5")])
    reading = inspect(path, Options())
    out = tmp_path / "errors.csv"
    with RefusedRows(out, reading.layout.header) as refused:
        for unit in units(path, reading, SHOP):
            refused.write(unit.bad)
    written = out.read_text("utf-8-sig")
    assert "'=T2,'@lin,soon,5,2,paid_at: This is no date." in written
    out.write_text(written.replace("soon", "2026-08-30"), "utf-8-sig")
    assert [(o.external_id, o.buyer) for o in _orders(out)] == [("=T2", "@lin")]


def test_no_bad_rows_no_error_file(tmp_path: Path) -> None:
    out = tmp_path / "errors.csv"
    out.write_text("of an earlier run")
    with RefusedRows(out, HEADER) as refused:
        refused.write([])
    assert not out.exists()


def test_the_error_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    out = tmp_path / "errors.csv"
    with RefusedRows(out, HEADER) as refused:
        refused.write([BadRow(1, 2, Problem.FIELDS, cells=("a",))])
    assert out.stat().st_mode & 0o077 == 0
