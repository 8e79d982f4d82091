"""Files of shops as they are: mixed encodings, totals, states, sources, refunds."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.commerce.reading import DayOrder, Options, Reading, inspect, peek, units, words
from app.commerce.types import (
    ChannelRow,
    Field,
    FileKind,
    FileRefusedError,
    IdentityKind,
    LineKind,
    OrderDraft,
    Problem,
    RefundDraft,
    RefundPhase,
    Unit,
)
from tests.factories.commerce import HEADER, a_file

SHOP = ChannelRow(1, "tmall", "Tmall", 7, "CNY", IdentityKind.BUYER_ID)
LINES = (*HEADER, "sku", "qty")
DAY = "2026-08-31"
REFUNDS = Options(kind=FileKind.REFUNDS)
REFUND_HEADER = (
    *("refund", "order", "refund amount", "refund date"),
    *("sku", "qty", "refund type", "status"),
)


def _units(path: Path, options: Options | None = None) -> list[Unit]:
    return list(units(path, inspect(path, options or Options()), SHOP))


def _orders(path: Path, options: Options | None = None) -> list[OrderDraft]:
    found = _units(path, options)
    assert not [row for unit in found for row in unit.bad], found
    return [unit.order for unit in found if unit.order]


def _problems(path: Path, options: Options | None = None) -> list[tuple[int, Problem]]:
    return [(row.line_number, row.problem) for unit in _units(path, options) for row in unit.bad]


# --- encodings -----------------------------------------------------------------------------------


def _mixed(folder: Path, utf8: int, gbk: int) -> Path:
    lines = [f"T{n},林小满的买家,{DAY},1".encode() for n in range(utf8)]
    lines += [f"G{n},林小满的买家,{DAY},1".encode("gbk") for n in range(gbk)]
    path = folder / "mixed.csv"
    path.write_bytes(b"\n".join([b"order,buyer,paid_at,total", *lines]))
    return path


def test_the_odd_line_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = _mixed(tmp_path, 9, 1)
    assert _problems(path) == [(11, Problem.ENCODING_MIXED)]
    assert sum(unit.order is not None for unit in _units(path)) == 9


def test_a_file_of_two_encodings_is_refused_with_the_lines(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError) as refused:
        inspect(_mixed(tmp_path, 3, 3), Options())
    assert (refused.value.option, refused.value.line_number) == ("encoding", 5)
    assert "line 2 is UTF-8" in str(refused.value)


def test_numbers_that_a_spreadsheet_cut_before_saving_are_named(tmp_path: Path) -> None:
    cut = [(f"40123456789012{n}0000", "lin", DAY, "1") for n in range(3)]
    path = a_file(tmp_path, [*cut, ("T1", "lin", DAY, "1")])
    assert [problem for _line, problem in _problems(path)] == [Problem.ORDER_SHORTENED] * 3
    sound = [("4012345678901230000", "lin", DAY, "1"), ("4012345678901231234", "lin", DAY, "1")]
    assert len(_orders(a_file(tmp_path, sound))) == 2


# --- totals --------------------------------------------------------------------------------------


def _with_totals(folder: Path, *rows: tuple[object, ...]) -> Path:
    return a_file(folder, rows, header=(*LINES, "整单实付金额", "运费"))


def test_lines_must_add_up_to_the_orders_total(tmp_path: Path) -> None:
    path = _with_totals(
        tmp_path,
        ("T1", "lin", DAY, "1", "A", 1, "3.00", ""),
        ("T1", "lin", DAY, "2", "B", 1, "3.00", ""),
        ("T2", "lin", DAY, "1", "A", 1, "3.00", ""),
        ("T2", "lin", DAY, "2.01", "B", 1, "3.00", ""),
    )
    assert _problems(path) == [(4, Problem.TOTAL_MISMATCH), (5, Problem.TOTAL_MISMATCH)]
    assert [unit.order.external_id for unit in _units(path) if unit.order] == ["T1"]


def test_what_is_missing_to_the_total_may_be_the_shipping_fee(tmp_path: Path) -> None:
    (order,) = _orders(
        _with_totals(
            tmp_path,
            ("T1", "lin", DAY, "1", "A", 1, "9", "6"),
            ("T1", "lin", DAY, "2", "B", 1, "9", "6"),
        )
    )
    assert order.paid_minor == 900
    assert order.lines[-1].kind is LineKind.SHIPPING


def test_totals_that_stand_on_the_first_row_only_count_for_all(tmp_path: Path) -> None:
    """As Shopify writes them: what belongs to the order stands on its first row."""
    header = ("Name", "Email", "Financial Status", "Paid at", "Fulfilled at", "Currency",
              "Subtotal", "Shipping", "Taxes", "Total", "Lineitem quantity", "Lineitem name",
              "Lineitem price", "Lineitem sku", "Cancelled at")  # fmt: skip
    rows = [
        ("#1001", "a@b.example", "paid", "2026-08-31 09:00:00 +0800", "", "USD", "30", "5", "0",
         "32", "1", "Dip", "10", "DIP", ""),
        ("#1001", "a@b.example", "", "", "", "", "", "", "", "", "2", "Pot", "10", "POT", ""),
        ("#1002", "a@b.example", "paid", "2026-08-31 09:00:00 +0800", "", "USD", "50", "0", "0",
         "50", "1", "Gift card 50", "50", "", ""),
    ]  # fmt: skip
    first, second = _orders(a_file(tmp_path, rows, header=header))
    assert [(line.sku, line.qty, line.paid_minor) for line in first.lines] == [
        ("DIP", 1, 900), ("POT", 2, 1800), (None, 1, 500),
    ]  # fmt: skip
    assert (first.currency, first.email, first.paid_minor) == ("USD", "a@b.example", 3200)
    assert [line.kind for line in second.lines] == [LineKind.GIFT_CARD]


def test_points_and_vouchers_are_told_apart_from_money(tmp_path: Path) -> None:
    path = a_file(tmp_path, [("T1", "lin", DAY, "9", "2.50")], header=(*HEADER, "积分抵扣"))
    assert _orders(path)[0].not_money_minor == 250
    more = a_file(tmp_path, [("T1", "lin", DAY, "9", "10")], header=(*HEADER, "积分抵扣"))
    assert _problems(more) == [(2, Problem.TOTAL_MISMATCH)]


def test_a_currency_that_changes_within_an_order_is_named(tmp_path: Path) -> None:
    rows = [("T1", "lin", DAY, "1", "A", 1, "CNY"), ("T1", "lin", DAY, "1", "B", 1, "USD")]
    path = a_file(tmp_path, rows, header=(*LINES, "currency"))
    assert [problem for _line, problem in _problems(path)] == [Problem.CURRENCY_MIXED] * 2


def test_two_orders_under_one_number_are_named(tmp_path: Path) -> None:
    rows = [("T1", "lin", DAY, "1", "A", 1), ("T1", "man", "2026-08-30", "7", "B", 1)]
    path = a_file(tmp_path, rows, header=LINES)
    assert [problem for _line, problem in _problems(path)] == [Problem.ORDER_MIXED] * 2


# --- states, moments, sources --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "paid", "cancelled", "problem"),
    [
        ("交易成功", DAY, False, None), ("已取消", DAY, True, None), ("Cancelled", DAY, True, None),
        ("wc-refunded", DAY, True, None), ("等待买家付款", "", False, Problem.NOT_PAID),
        ("pending", DAY, False, Problem.NOT_PAID), ("交易关闭", "", False, Problem.NOT_PAID),
    ],
)  # fmt: skip
def test_states_are_read_in_both_languages(
    tmp_path: Path, state: str, paid: str, cancelled: bool, problem: Problem | None
) -> None:
    path = a_file(tmp_path, [("T1", "lin", paid, "9", state)], header=(*HEADER, "订单状态"))
    if problem is not None:
        assert _problems(path) == [(2, problem)]
    else:
        assert _orders(path)[0].is_cancelled is cancelled


def test_moments_and_contacts_come_along(tmp_path: Path) -> None:
    header = (*HEADER, "最后修改时间", "发货时间", "确认收货时间", "联系手机", "邮箱")
    row = (
        "T1",
        "lin",
        DAY,
        "9",
        "2026-08-31 12:00",
        "2026-08-31 10:00",
        "",
        "13800138000",
        "a@b.c",
    )
    (order,) = _orders(a_file(tmp_path, [row], header=header))
    assert order.updated_at == datetime(2026, 8, 31, 4, tzinfo=UTC)
    assert (order.shipped_at, order.received_at) == (datetime(2026, 8, 31, 2, tzinfo=UTC), None)
    assert (order.phone, order.email) == ("13800138000", "a@b.c")
    assert "138" not in repr(order)


@pytest.mark.parametrize(("order", "month"), [(DayOrder.DAY_FIRST, 4), (DayOrder.MONTH_FIRST, 3)])
def test_days_that_do_not_begin_with_the_year_need_telling(
    tmp_path: Path, order: DayOrder, month: int
) -> None:
    path = a_file(tmp_path, [("T1", "lin", "03/04/2026 12:00", "9")])
    assert _orders(path, Options(day_order=order))[0].paid_at.month == month
    assert _problems(path) == [(2, Problem.DATE_BAD)]
    reading = inspect(path, Options(day_order=order, currency="EUR"))
    assert Reading.from_json(reading.as_json()) == reading


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (("主订单编号", "子订单编号", "选购商品", "商品数量", "商家编码", "商品单价",
          "订单应付金额", "运费", "收件人手机号", "支付完成时间", "订单状态"),
         {Field.ORDER: 0, Field.LINE: 1, Field.TOTAL: 6, Field.QTY: 3, Field.PAID_AT: 9}),
        (("订单号", "订单状态", "商品总价(元)", "邮费(元)", "用户实付金额(元)",
          "商品数量(件)", "手机",
          "支付时间", "商家编码-规格维度"),
         {Field.ORDER: 0, Field.TOTAL: 4, Field.QTY: 5, Field.BUYER: 6, Field.SKU: 8}),
        (("订单号", "商家SKUID", "商品名称", "订购数量", "京东价", "订单金额",
          "应付金额", "下单帐号",
          "付款确认时间"),
         {Field.ORDER: 0, Field.SKU: 1, Field.ORDER_TOTAL: 6, Field.PRICE: 4, Field.BUYER: 7}),
        (("订单号", "订单状态", "付款时间", "订单实际支付金额", "SKU编码(自定义)",
          "商品价格", "商品数量",
          "收件人手机"),
         {Field.ORDER: 0, Field.ORDER_TOTAL: 3, Field.SKU: 4, Field.PRICE: 5}),
        (("Order Number", "Order Status", "Order Date", "Email (Billing)", "Phone (Billing)",
          "Order Total Amount", "SKU", "Quantity", "Item Cost", "Item Name", "Billing Email"),
         {Field.ORDER: 0, Field.ORDER_TOTAL: 5, Field.SKU: 6, Field.PRICE: 8, Field.BUYER: 10}),
    ],
    ids=["douyin", "pinduoduo", "jd", "wechat", "woocommerce"],
)  # fmt: skip
def test_exports_of_known_shops_are_recognised(
    tmp_path: Path, header: tuple[str, ...], wanted: dict[Field, int]
) -> None:
    path = a_file(tmp_path, [["1"] * len(header)], header=header)
    found = inspect(path, Options()).layout.columns
    assert wanted.items() <= found.items()
    assert (Field.TOTAL in found) != (Field.ORDER_TOTAL in found)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("运费", LineKind.SHIPPING), ("Gift card", LineKind.GIFT_CARD),
     ("gift card 50", LineKind.GIFT_CARD),
     ("礼品卡（100元）", LineKind.GIFT_CARD), ("gift card holder", LineKind.GOODS),
     ("礼品卡包装盒", LineKind.GOODS), ("补差价", LineKind.OTHER), ("麻酱 200g", LineKind.GOODS)],
)  # fmt: skip
def test_lines_are_told_apart_by_words(cell: str, kind: LineKind) -> None:
    assert words.line_kind(cell) is kind


def test_the_first_values_of_every_column_are_shown(tmp_path: Path) -> None:
    rows = [(f"T{n % 5}", "x" * 90, "", "5") for n in range(9)]
    seen = peek(a_file(tmp_path, rows), "utf-8", Options())
    assert seen.columns[0].samples == ("T0", "T1", "T2")
    assert seen.columns[1].samples == ("x" * 40 + "…",)
    assert seen.columns[2].samples == ()


# --- refunds -------------------------------------------------------------------------------------


def _refunds(path: Path) -> list[RefundDraft]:
    found = _units(path, REFUNDS)
    assert not [row for unit in found for row in unit.bad], found
    return [refund for unit in found for refund in unit.refunds]


def test_refunds_are_read_with_line_phase_and_state(tmp_path: Path) -> None:
    rows = [
        ("R1", "T1", "-12.50", DAY, "DIP", "1", "退货退款", "退款成功"),
        ("R2", "T2", "5", DAY, "", "", "未发货仅退款", "退款关闭"),
    ]
    first, second = _refunds(a_file(tmp_path, rows, header=REFUND_HEADER))
    assert (first.amount_minor, first.line_ref, first.qty) == (1250, "DIP", 1)
    assert (first.phase, first.is_cancelled) == (RefundPhase.AFTER_RECEIPT, False)
    assert (second.qty, second.line_ref) == (0, "")
    assert (second.phase, second.is_cancelled) == (RefundPhase.BEFORE_SHIPPING, True)


@pytest.mark.parametrize(
    ("written", "phase"),
    [("未发货仅退款", RefundPhase.BEFORE_SHIPPING), ("not shipped", RefundPhase.BEFORE_SHIPPING),
     ("已发货仅退款", RefundPhase.AFTER_SHIPPING), ("In transit", RefundPhase.AFTER_SHIPPING),
     ("退货退款", RefundPhase.AFTER_RECEIPT), ("Return and refund", RefundPhase.AFTER_RECEIPT),
     ("仅退款", None), ("something else", None)],
)  # fmt: skip
def test_phases_are_read_in_both_languages(written: str, phase: RefundPhase | None) -> None:
    assert words.phase(written) is phase


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("", "T1", "5", DAY, "", "", "", ""), Problem.REFUND_MISSING),
        (("R1", "", "5", DAY, "", "", "", ""), Problem.ORDER_MISSING),
        (("R1", "T1", "x", DAY, "", "", "", ""), Problem.AMOUNT_BAD),
        (("R1", "T1", "5", "soon", "", "", "", ""), Problem.DATE_BAD),
        (("R1", "T1", "5", DAY, "", "x", "", ""), Problem.QTY_BAD),
        (("R1", "T1", "5", DAY, "", "", "", "退款中"), Problem.REFUND_PENDING),
        (("1.2E+15", "T1", "5", DAY, "", "", "", ""), Problem.ORDER_SHORTENED),
    ],
)
def test_bad_refunds_are_named(tmp_path: Path, row: tuple[str, ...], problem: Problem) -> None:
    assert _problems(a_file(tmp_path, [row], header=REFUND_HEADER), REFUNDS) == [(2, problem)]


def test_a_refund_over_several_lines_is_one_refund_a_line(tmp_path: Path) -> None:
    rows = [("R1", "T1", "5", DAY, sku, "1", "", "") for sku in ("A", "B", "A")]
    found = _refunds(a_file(tmp_path, rows, header=REFUND_HEADER))
    assert [(each.external_id, each.line_ref) for each in found] == [
        ("R1#A", "A"), ("R1#B", "B"), ("R1#A", "A"),
    ]  # fmt: skip


def test_rows_of_a_refund_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    rows = [("R1", "T1", amount, DAY, "A", "1", "", "") for amount in ("5", "6")]
    path = a_file(tmp_path, rows, header=REFUND_HEADER)
    assert [problem for _line, problem in _problems(path, REFUNDS)] == [Problem.REFUND_MIXED] * 2
