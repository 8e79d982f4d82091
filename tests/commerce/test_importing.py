"""``flask orders import``: rows become orders, orders points; twice is once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from app.commerce import queries, service
from app.commerce.events import OrderPaid
from app.commerce.models import ImportBatch, ImportIssue, Order, OrderAward, OrderLine
from app.commerce.reading import Options, inspect, units
from app.commerce.types import (
    BatchState,
    Counts,
    IssueKind,
    LineDraft,
    OrderState,
    SeedChannel,
    SeedOrder,
    SeedProduct,
    UnknownChannelError,
)
from app.identity import queries as people
from app.identity.types import MemberRow, MemberState
from app.kernel import clock, facts, verify
from app.kernel.db import db
from app.ledger import queries as ledger
from app.ledger.models import Txn
from tests.factories.commerce import (
    HEADER,
    a_channel,
    a_draft,
    a_file,
    many_rows,
    points_of,
)


def _run(app: Flask, path: Path, *options: str) -> Result:
    db.session.remove()
    return app.test_cli_runner().invoke(
        args=["orders", "import", str(path), "--channel", "tmall", *options]
    )


def _imported(app: Flask, path: Path, *options: str) -> str:
    result = _run(app, path, *options)
    assert result.exit_code == 0, result.output
    return result.output


def _counts(output: str) -> dict[str, int]:
    line = next(line for line in output.splitlines() if line.startswith("new "))
    words = line.split()
    return {name: int(number) for name, number in zip(words[::2], words[1::2], strict=True)}


def _count(model: type[object]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def _nothing_drifts() -> bool:
    return not any(report.drifts for report in verify.run(("commerce.awards", "commerce.states")))


def _only_order() -> Order:
    return db.session.scalars(sa.select(Order)).one()


# --- the good case -------------------------------------------------------------------------------


def test_rows_become_orders_buyers_and_points(app: Flask, tmp_path: Path) -> None:
    channel = a_channel()
    output = _imported(app, a_file(tmp_path, many_rows(40)))
    assert _counts(output)["new"] == 40
    totals = queries.totals(channel.id)
    assert (totals.orders, totals.buyers, totals.points) == (40, 7, points_of(40))
    assert totals.paid_minor == points_of(40) * 100 + 40 * 50
    assert _nothing_drifts()
    members = db.session.scalars(sa.select(Order.member_id).distinct()).all()
    assert {people.get_member(member).state for member in members} == {MemberState.SILENT}
    balances = ledger.balances(members)
    assert sum(balance.pending for balance in balances.values()) == points_of(40)
    assert sum(balance.growth for balance in balances.values()) == points_of(40)


def test_a_second_import_changes_nothing(app: Flask, tmp_path: Path) -> None:
    a_channel()
    path = a_file(tmp_path, many_rows(40))
    _imported(app, path)
    before = [_count(model) for model in (Order, OrderLine, OrderAward, facts.FactRow)]
    counts = _counts(_imported(app, path))
    assert counts == {"new": 0, "duplicate": 40, "changed": 0, "kept_aside": 0, "bad": 0}
    db.session.rollback()
    after = [_count(model) for model in (Order, OrderLine, OrderAward)]
    assert after == before[:3]
    assert _nothing_drifts()


def test_a_longer_file_adds_only_what_is_new(app: Flask, tmp_path: Path) -> None:
    a_channel()
    _imported(app, a_file(tmp_path, many_rows(10)))
    counts = _counts(_imported(app, a_file(tmp_path, many_rows(12))))
    assert (counts["new"], counts["duplicate"]) == (2, 10)


def test_a_gbk_export_of_a_shop_goes_in_without_options(app: Flask, tmp_path: Path) -> None:
    a_channel()
    header = ("订单编号", "买家会员名", "订单付款时间", "买家实际支付金额")
    rows = [('="20260831001"', "林小满", "2026-08-31 12:00:00", "￥88.80\t")]
    path = a_file(tmp_path, rows, header=header, encoding="gbk", delimiter="\t")
    assert _counts(_imported(app, path))["new"] == 1
    order = _only_order()
    assert (order.external_id, order.paid_minor) == ("20260831001", 8880)


def test_the_points_wait_until_the_return_window_is_over(app: Flask, tmp_path: Path) -> None:
    a_channel(window=7)
    _imported(app, a_file(tmp_path, [("T1", "lin", "2026-08-31", "12.99")]))
    order = _only_order()
    assert order.window_ends_on == date(2026, 9, 7)
    assert ledger.balance(order.member_id).pending == 12
    with clock.frozen(clock.day_end(date(2026, 9, 7)) - timedelta(seconds=1)):
        assert ledger.balance(order.member_id).available == 0
    with clock.frozen(clock.day_end(date(2026, 9, 7))):
        assert ledger.balance(order.member_id).available == 12


def test_points_come_at_once_where_the_window_is_over_already(app: Flask, tmp_path: Path) -> None:
    a_channel(window=7)
    _imported(app, a_file(tmp_path, [("T1", "lin", "2026-08-24", "12")]))
    assert ledger.balance(_only_order().member_id).available == 12


def test_orders_of_nothing_or_cents_are_kept_and_earn_nothing(app: Flask, tmp_path: Path) -> None:
    channel = a_channel()
    rows = [("T1", "lin", "2026-08-31", "0"), ("T2", "lin", "2026-08-31", "0.99")]
    _imported(app, a_file(tmp_path, rows))
    totals = queries.totals(channel.id)
    assert (totals.orders, totals.points, _count(Txn)) == (2, 0, 0)
    assert set(db.session.scalars(sa.select(OrderAward.points))) == {0}  # rules are frozen
    assert _nothing_drifts()


def test_every_order_is_told_once_as_a_fact_of_its_day(app: Flask, tmp_path: Path) -> None:
    a_channel()
    path = a_file(tmp_path, [("T1", "lin", "2026-08-31", "12.50")])
    _imported(app, path)
    _imported(app, path)
    row = db.session.scalars(
        sa.select(facts.FactRow).where(facts.FactRow.name == OrderPaid.name)
    ).one()
    assert (row.on_date, row.actor_id) == (date(2026, 8, 31), _only_order().member_id)


def test_lines_of_one_order_anywhere_in_the_file_are_one_order(app: Flask, tmp_path: Path) -> None:
    a_channel()
    rows = [(f"T{n % 30}", f"b{n % 30}", "2026-08-31", "0.50", f"SKU-{n}", 2) for n in range(90)]
    path = a_file(tmp_path, rows, header=(*HEADER, "sku", "qty"))
    assert _counts(_imported(app, path))["new"] == 30
    assert (_count(OrderLine), set(db.session.scalars(sa.select(Order.paid_minor)))) == (90, {150})
    db.session.rollback()
    assert _counts(_imported(app, path))["duplicate"] == 30


def test_an_order_number_that_comes_twice_in_a_file_is_one_order(
    app: Flask, tmp_path: Path
) -> None:
    a_channel()
    first, other = ("T1", "lin", "2026-08-31", "5"), ("T1", "lin", "2026-08-31", "6")
    counts = _counts(_imported(app, a_file(tmp_path, [first, first, other, other])))
    assert counts == {"new": 1, "duplicate": 1, "changed": 2, "kept_aside": 1, "bad": 0}
    assert _only_order().paid_minor == 500
    assert _nothing_drifts()


def test_one_number_in_two_channels_is_two_orders(app: Flask, tmp_path: Path) -> None:
    a_channel()
    a_channel("douyin")
    path = a_file(tmp_path, [("T1", "lin", "2026-08-31", "5")])
    _imported(app, path)
    _imported(app, path, "--channel", "Douyin")
    assert _count(Order) == 2
    assert len(set(db.session.scalars(sa.select(Order.member_id)))) == 2


def test_the_row_number_can_serve_as_order_number(app: Flask, tmp_path: Path) -> None:
    a_channel()
    path = a_file(tmp_path, [("lin", "2026-08-31", "5")] * 3, header=HEADER[1:])
    assert _counts(_imported(app, path, "--order-from-row"))["new"] == 3
    assert _counts(_imported(app, path, "--order-from-row"))["duplicate"] == 3


def test_currencies_come_from_the_row_or_the_channel(app: Flask, tmp_path: Path) -> None:
    a_channel()
    rows = [("T1", "lin", "2026-08-31", "5", "usd"), ("T2", "lin", "2026-08-31", "5", "")]
    _imported(app, a_file(tmp_path, rows, header=(*HEADER, "currency")))
    assert set(db.session.scalars(sa.select(Order.currency))) == {"USD", "CNY"}


def test_a_dry_run_tells_everything_and_writes_nothing(app: Flask, tmp_path: Path) -> None:
    a_channel()
    _imported(app, a_file(tmp_path, many_rows(5)))
    rows = [
        *many_rows(7), ("T1", "buyer-1", "2026-08-31", "99"),
        ("T7", "buyer-0", "2026-08-31", "7.50"), ("T8", "x", "soon", "1"),
    ]  # fmt: skip
    counts = _counts(_imported(app, a_file(tmp_path, rows), "--dry-run"))
    assert counts == {"new": 2, "duplicate": 6, "changed": 1, "kept_aside": 1, "bad": 1}
    assert (_count(Order), _count(ImportBatch), _count(ImportIssue)) == (5, 1, 0)


# --- bad input -----------------------------------------------------------------------------------


def test_bad_rows_go_to_a_file_beside_and_good_rows_go_on(app: Flask, tmp_path: Path) -> None:
    a_channel()
    rows = [*many_rows(3), ("=cmd", "lin", "2026-08-31", "-5"), ("T9", "lin", "31/8", "5")]
    output = _imported(app, a_file(tmp_path, rows))
    assert (_counts(output)["new"], _counts(output)["bad"]) == (3, 2)
    errors = tmp_path / "orders.errors.csv"
    assert str(errors) in output
    lines = errors.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("order,buyer,paid_at,total,")
    assert lines[1].startswith("'=cmd,lin,2026-08-31,'-5,4,total: ")
    issues = db.session.scalars(sa.select(ImportIssue).order_by(ImportIssue.row_number)).all()
    assert [(i.row_number, i.line_number, i.reason, i.kind) for i in issues] == [
        (4, 5, "amount_negative", IssueKind.BAD),
        (5, 6, "date_bad", IssueKind.BAD),
    ]


def test_the_error_file_can_go_elsewhere(app: Flask, tmp_path: Path) -> None:
    a_channel()
    out = tmp_path / "elsewhere.csv"
    _imported(app, a_file(tmp_path, [("T1", "lin", "soon", "5")]), "--errors", str(out))
    assert out.exists()
    assert not (tmp_path / "orders.errors.csv").exists()


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        ("order;buyer;paid_at;total\nT1;a;2026-08-31;1\n", ("--delimiter", ","), "--delimiter ';'"),
        ("order,buyer,paid_at,total,total\nT1,a,2026-08-31,1,2\n", (), "total"),
        ("order,buyer,total\nT1,a,1\n", (), "--mapping 'paid_at=…'"),
        ("order,buyer,paid_at,total\n", (), "orders.csv"),
        ("", (), "orders.csv"),
        ("order,buyer,paid_at,total\nT1,a,2026-08-31,1\n", ("--mapping", "ordre=x"), "ordre=x"),
        ("order,buyer,paid_at,total\nT1,a,2026-08-31,1\n", ("--encoding", "x-no"), "--encoding"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_write(
    app: Flask, tmp_path: Path, content: str, options: tuple[str, ...], told: str
) -> None:
    a_channel()
    path = tmp_path / "orders.csv"
    path.write_text(content)
    result = _run(app, path, *options)
    assert result.exit_code == 1
    assert told in result.output
    assert (_count(Order), _count(ImportBatch)) == (0, 0)


def test_an_unknown_channel_is_told_with_the_command_that_makes_it(
    app: Flask, tmp_path: Path
) -> None:
    result = _run(app, a_file(tmp_path, many_rows(1)))
    assert result.exit_code == 1
    assert "flask channels add" in result.output


def test_an_order_seen_before_with_another_total_is_kept_aside(app: Flask, tmp_path: Path) -> None:
    a_channel()
    _imported(app, a_file(tmp_path, many_rows(5)))
    other = a_file(tmp_path, [("T3", "buyer-3", "2026-08-31", "9.99")], name="other.csv")
    counts = _counts(_imported(app, other))
    assert (counts["changed"], counts["kept_aside"]) == (1, 1)
    again = _counts(_imported(app, other))
    assert (again["changed"], again["kept_aside"]) == (1, 0)
    order = db.session.scalars(sa.select(Order).where(Order.external_id == "T3")).one()
    assert (order.paid_minor, order.state) == (350, OrderState.DISPUTED)
    assert [each.new_paid_minor for each in queries.kept_aside().items] == [999]
    assert _nothing_drifts()


@pytest.mark.parametrize(
    "row",
    [
        ("T1", "somebody else", "2026-08-31", "1.50"),
        ("T1", "buyer-1", "2026-08-30", "1.50"),
    ],
)
def test_another_buyer_or_day_is_kept_aside_too(
    app: Flask, tmp_path: Path, row: tuple[str, ...]
) -> None:
    a_channel()
    _imported(app, a_file(tmp_path, many_rows(1)))
    assert _counts(_imported(app, a_file(tmp_path, [row])))["kept_aside"] == 1


def test_another_hour_of_the_same_day_is_the_same_order(app: Flask, tmp_path: Path) -> None:
    a_channel()
    _imported(app, a_file(tmp_path, [("T1", "lin", "2026-08-31", "1")]))
    later = a_file(tmp_path, [("T1", "lin", "2026-08-31 23:59", "1.00")])
    assert _counts(_imported(app, later))["duplicate"] == 1


# --- chunks, positions, resuming -----------------------------------------------------------------


def test_an_import_that_stopped_goes_on_where_it_was(app: Flask, tmp_path: Path) -> None:
    channel = a_channel()
    path = a_file(tmp_path, [*many_rows(25), ("T0", "x", "soon", "1")])
    errors = tmp_path / "errors.csv"

    class StoppedError(Exception):
        pass

    def stop(position: int) -> None:
        if position >= 12:
            raise StoppedError

    with pytest.raises(StoppedError):
        service.import_file(
            path, channel, Options(), errors_path=errors, on_progress=stop, chunk_rows=4
        )
    assert (_count(Order), queries.batches().items[0].batch.position) == (12, 12)
    report = service.import_file(path, channel, Options(), errors_path=errors, chunk_rows=5)
    assert report.is_complete
    assert report.batch.counts == Counts(new=25, bad=1)
    assert (_count(Order), _count(ImportBatch), _count(ImportIssue)) == (25, 1, 1)
    assert len(errors.read_text().splitlines()) == 2
    assert _nothing_drifts()


def test_a_chunk_is_taken_by_one_of_two_importers(app: Flask, tmp_path: Path) -> None:
    channel = a_channel()
    reading = inspect(a_file(tmp_path, many_rows(1)), Options())
    batch = service.open_batch(
        channel,
        file_name="orders.csv",
        file_digest=reading.digest,
        mapping=reading.as_json(),
        mapping_digest=reading.mapping_digest,
        row_count=1,
    )
    rows = {"start": 0, "end": 1, "drafts": [a_draft()], "bad": []}
    assert service.take_chunk(batch.id, channel, **rows) == Counts(new=1)  # type: ignore[arg-type]
    assert service.take_chunk(batch.id, channel, **rows) is None  # type: ignore[arg-type]
    assert queries.batch_by_id(batch.id).counts == Counts(new=1)


def test_a_failing_chunk_leaves_nothing_behind(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = a_channel()

    def broken(_notes: object) -> list[int]:
        raise RuntimeError("no facts today")

    monkeypatch.setattr(facts, "publish_many", broken)
    with pytest.raises(RuntimeError, match="no facts today"):
        service.import_file(
            a_file(tmp_path, many_rows(3)), channel, Options(), errors_path=tmp_path / "e.csv"
        )
    batch = queries.batches().items[0].batch
    assert (batch.position, batch.state, batch.counts) == (0, BatchState.RUNNING, Counts())
    assert (_count(Order), _count(OrderAward)) == (0, 0)


def test_units_are_the_same_every_time(app: Flask, tmp_path: Path) -> None:
    rows = [(f"T{n % 5}", "lin", "2026-08-31", "1", "S") for n in range(20)]
    path = a_file(tmp_path, rows, header=(*HEADER, "sku"))
    reading, channel = inspect(path, Options()), a_channel()
    assert list(units(path, reading, channel)) == list(units(path, reading, channel))


def test_a_chunk_costs_the_same_number_of_statements_at_any_size(
    app: Flask, tmp_path: Path, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    channel = a_channel()
    spent = []
    for name, rows in (("small", many_rows(10)), ("large", many_rows(400, buyers=200)[10:])):
        path = a_file(tmp_path, rows, name=f"{name}.csv")
        with count_statements() as statements:
            service.import_file(path, channel, Options(), errors_path=tmp_path / "e.csv")
        spent.append(len(statements))
    assert max(spent) <= 42  # on PostgreSQL one more: a lock shared with who publishes rules
    assert spent[1] - spent[0] <= 4


# --- channels and bulk doors ---------------------------------------------------------------------


def test_channels_are_made_and_listed_by_command(app: Flask) -> None:
    runner = app.test_cli_runner()
    made = runner.invoke(
        args=["channels", "add", "jd", "--name", "JD", "--window", "7", "--buyer", "phone"]
    )
    assert made.exit_code == 0, made.output
    assert "jd\tJD\t7\tCNY\tphone" in runner.invoke(args=["channels", "list"]).output
    assert runner.invoke(args=["channels", "add", "J D", "--name", "x"]).exit_code == 2
    assert queries.get_channel_by_name("jd ").name == "JD"
    with pytest.raises(UnknownChannelError):
        queries.get_channel_by_name("nowhere")


def test_bulk_doors_make_what_is_not_there_yet(app: Flask, alice: MemberRow) -> None:
    service.seed_products([SeedProduct("DIP-1", "麻酱", "Sesame dip", "dips", 1990)])
    service.seed_channels([SeedChannel("tmall", "Tmall", 7), SeedChannel("jd", "JD", 15)])
    lines = (LineDraft("DIP-1", 2, 3980), LineDraft("POT-9", 1, 20))
    seeds = [
        SeedOrder("tmall", "1", clock.now(), lines, member_id=alice.id),
        SeedOrder("jd", "1", clock.now(), lines, buyer="somebody"),
    ]
    assert service.seed_orders(seeds) == Counts(new=2)
    assert service.seed_orders(seeds) == Counts(duplicate=2)
    assert ledger.balance(alice.id).pending == 40
    assert _nothing_drifts()
