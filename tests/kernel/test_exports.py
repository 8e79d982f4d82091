"""Exports: every row once, whatever dies on the way; nothing in them acts as a formula."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from python_calamine import load_workbook

from app.identity.types import MemberRow
from app.kernel import audit, clock, exports, jobs
from app.kernel.db import db
from app.kernel.errors import ConflictError, ForbiddenError, NotFoundError
from app.kernel.exports import Column, ColumnKind, Export, Format, registry, service, writing
from app.kernel.permissions import Permission
from app.kernel.types import Page

ALL = frozenset(Permission)
KIND = "tests.numbers"
NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "plain", "'=1", "a=1", ""]


class Shelf:
    """A list to be exported, that counts how often each page is read and may break."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: list[str | None] = []
        self.break_at: str | None = "never"

    def rows(self, params: Mapping[str, str], after: str | None, limit: int) -> Page[Any]:
        self.asked.append(after)
        if after == self.break_at:
            raise SystemExit("killed")
        start = int(after or 0)
        numbers = range(start + 1, min(start + limit, self.count) + 1)
        rows = [(n, f"row {n}", params.get("colour", "")) for n in numbers]
        return Page(rows, str(numbers[-1]) if numbers and numbers[-1] < self.count else None)


@pytest.fixture
def shelf(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    made = Shelf(95)
    monkeypatch.setattr(service, "PAGE_ROWS", 10)
    exports.register(
        Export(
            KIND, "Numbers", Permission.ORDERS_SEE,
            (Column("n", ColumnKind.INTEGER), Column("text"), Column("colour")),
            made.rows, ("colour",), lambda _params: made.count,
        )
    )  # fmt: skip
    yield made
    registry._exports.pop(KIND, None)


def _ask(staff: MemberRow, format_: Format = Format.CSV, **params: str) -> str:
    return exports.ask(KIND, format_, params, asked_by=staff.id, allowed=ALL)


def _run() -> None:
    while service.write_next():
        pass


def _csv(staff: MemberRow, code: str, encoding: str = "utf-8-sig") -> list[list[str]]:
    path = exports.path_of(exports.job(code, staff.id))
    return list(csv.reader(io.StringIO(path.read_text(encoding=encoding))))


def _numbers(rows: list[list[str]]) -> list[int]:
    return [int(row[0]) for row in rows[1:]]


def test_an_export_is_written_in_the_background(staff: MemberRow, shelf: Shelf) -> None:
    code = _ask(staff, colour="red", size="dropped")
    assert exports.job(code, staff.id).finished_at is None
    assert jobs.run("exports.write").handled > 0
    done = exports.job(code, staff.id)
    assert (done.rows_done, done.row_count, done.is_there) == (95, 95, True)
    rows = _csv(staff, code)
    assert rows[:2] == [["n", "text", "colour"], ["1", "row 1", "red"]]
    assert _numbers(rows) == list(range(1, 96))
    left = {path.suffix for path in exports.path_of(done).parent.iterdir()}
    assert left == {".csv", ".lock"}


def test_the_audit_knows_who_took_how_much(staff: MemberRow, shelf: Shelf) -> None:
    _ask(staff)
    _run()
    told = db.session.execute(
        sa.select(audit.AuditEntry.action, audit.AuditEntry.actor_id, audit.AuditEntry.detail)
        .where(audit.AuditEntry.action.like("export.%"))
        .order_by(audit.AuditEntry.id)
    ).all()
    assert [(row.action, row.actor_id, json.loads(row.detail)) for row in told] == [
        ("export.asked", staff.id, {"kind": KIND, "format": "csv"}),
        ("export.written", staff.id, {"kind": KIND, "rows": 95}),
    ]


@pytest.mark.parametrize("format_", list(Format))
@pytest.mark.parametrize("stop", ["10", "40", "90"])
def test_a_killed_export_goes_on_without_a_row_twice(
    staff: MemberRow, shelf: Shelf, format_: Format, stop: str
) -> None:
    code = _ask(staff, format_)
    shelf.break_at = stop
    with pytest.raises(SystemExit):
        service.write_next()
    db.session.rollback()
    assert exports.job(code, staff.id).rows_done == int(stop)
    shelf.break_at = "never"
    _run()
    assert shelf.asked.count("0") == 0
    assert shelf.asked.count(None) == 1, "it began anew"
    path = exports.path_of(exports.job(code, staff.id))
    if format_ is Format.XLSX:
        cells = load_workbook(path).get_sheet_by_index(0).to_python()
        assert [row[0] for row in cells[1:]] == list(range(1, 96))
    else:
        encoding = "gb18030" if format_ is Format.GBK else "utf-8-sig"
        assert _numbers(_csv(staff, code, encoding)) == list(range(1, 96))


def test_a_spool_is_cut_back_to_its_mark(tmp_path: Path) -> None:
    spool = writing.Spool(tmp_path / "x.spool")
    mark = spool.add(spool.mark(), [(1, "a")], "1")
    with spool.path.open("ab") as file:  # a page whose mark never came, and half a line
        file.write(b'[2, "b"]\n[3, "c')
    assert spool.mark() == mark
    spool.add(spool.mark(), [(2, "二")], None)
    assert list(spool.rows()) == [[1, "a"], [2, "二"]]
    assert spool.mark().is_whole


@pytest.mark.parametrize("wreck", ["", "{", "[]", '{"size": "many"}', '{"else": 1}'])
def test_without_a_readable_mark_an_export_begins_anew(
    staff: MemberRow, shelf: Shelf, wreck: str
) -> None:
    code = _ask(staff)
    shelf.break_at = "40"
    with pytest.raises(SystemExit):
        service.write_next()
    db.session.rollback()
    mark = exports.path_of(exports.job(code, staff.id)).with_suffix(".mark")
    mark.write_text(wreck)
    shelf.break_at = "never"
    _run()
    assert _numbers(_csv(staff, code)) == list(range(1, 96))


def test_an_empty_list_is_an_empty_file(staff: MemberRow, shelf: Shelf) -> None:
    shelf.count = 0
    codes = [_ask(staff, format_) for format_ in (Format.CSV, Format.XLSX)]
    _run()
    assert _csv(staff, codes[0]) == [["n", "text", "colour"]]
    path = exports.path_of(exports.job(codes[1], staff.id))
    assert load_workbook(path).get_sheet_by_index(0).to_python() == [["n", "text", "colour"]]


def test_an_export_that_breaks_says_so_and_blocks_nobody(staff: MemberRow, shelf: Shelf) -> None:
    exports.register(
        Export("tests.broken", "Broken", Permission.ORDERS_SEE, (), lambda *_a: 1 / 0)  # type: ignore[arg-type]
    )
    broken = exports.ask("tests.broken", Format.CSV, {}, asked_by=staff.id, allowed=ALL)
    fine = _ask(staff)
    _run()
    assert exports.job(broken, staff.id).error == "failed"
    assert exports.job(fine, staff.id).is_there
    registry._exports.pop("tests.broken")


def test_files_are_deleted_after_a_week(staff: MemberRow, shelf: Shelf) -> None:
    code = _ask(staff)
    _run()
    path = exports.path_of(exports.job(code, staff.id))
    assert jobs.run("exports.forget").handled == 0
    with clock.frozen(clock.now() + timedelta(days=7)):
        assert not exports.job(code, staff.id).is_there
        assert jobs.run("exports.forget").handled > 0
    assert not path.exists()


def test_only_who_may_can_ask_and_nobody_asks_without_end(staff: MemberRow, shelf: Shelf) -> None:
    with pytest.raises(ForbiddenError):
        exports.ask(KIND, Format.CSV, {}, asked_by=staff.id, allowed=frozenset())
    with pytest.raises(NotFoundError):
        exports.ask("tests.nothing", Format.CSV, {}, asked_by=staff.id, allowed=ALL)
    code = _ask(staff)
    for _n in range(4):
        _ask(staff)
    with pytest.raises(ConflictError):
        _ask(staff)
    with pytest.raises(NotFoundError):
        exports.job(code, staff.id + 1)


# --- cells ---------------------------------------------------------------------------------------

COLUMNS = (
    Column("text"), Column("n", ColumnKind.INTEGER), Column("money", ColumnKind.MONEY),
    Column("at", ColumnKind.MOMENT), Column("day", ColumnKind.DAY),
    Column("share", ColumnKind.SHARE),
)  # fmt: skip
AT = datetime(2026, 9, 1, 4, 30, tzinfo=UTC)


def _written(tmp_path: Path, write: Callable[..., None], rows: list[Any], **more: Any) -> Path:
    spool = writing.Spool(tmp_path / "x.spool")
    spool.add(spool.mark(), rows, None)
    path = tmp_path / "x.out"
    write(path, COLUMNS, spool.rows(), **more)
    return path


def test_text_that_could_be_a_formula_is_escaped_in_csv(tmp_path: Path) -> None:
    rows = [(text, -5, -1_05, AT, date(2026, 9, 1), 0.25) for text in NASTY]
    path = _written(tmp_path, writing.write_csv, rows, encoding="utf-8")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.reader(file))[1:]
    assert [row[0] for row in cells] == [
        "'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", "'\n=1", "'＝1+1",
        "plain", "'=1", "a=1", "",
    ]  # fmt: skip
    assert cells[0][1:] == ["-5", "-1.05", "2026-09-01 12:30:00", "2026-09-01", "0.25"]


def test_text_is_text_in_xlsx_and_numbers_and_dates_are_what_they_are(tmp_path: Path) -> None:
    rows: list[Any] = [(text, -5, -1_05, AT, date(2026, 9, 1), 0.25) for text in NASTY]
    rows.append(("20260901000012345678", None, None, None, None, None))
    rows.append(("https://example.com", 1, 100, AT, date(2026, 9, 1), 1.0))
    path = _written(tmp_path, writing.write_xlsx, rows)
    cells = load_workbook(path).get_sheet_by_index(0).to_python()[1:]
    assert [row[0] for row in cells[:8]] == NASTY[:8]
    assert cells[0][1:] == [-5, -1.05, AT.replace(hour=12, tzinfo=None), date(2026, 9, 1), 0.25]
    assert cells[12][0] == "20260901000012345678"
    assert cells[12][1:] == [""] * 5
    import zipfile

    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.namelist()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert not any("externalLink" in name for name in names)


def test_signs_that_no_file_can_hold_do_not_break_it(tmp_path: Path) -> None:
    rows = [("a\x00b\ud800c\x01", 1, 1, AT, date(2026, 9, 1), 0.0)]
    csv_path = _written(tmp_path, writing.write_csv, rows, encoding="utf-8")
    assert "ab?c" in csv_path.read_text(encoding="utf-8-sig")
    (tmp_path / "x.mark").unlink()
    xlsx_path = _written(tmp_path, writing.write_xlsx, rows)
    assert load_workbook(xlsx_path).get_sheet_by_index(0).to_python()[1][1] == 1


def test_a_full_sheet_goes_on_on_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SHEET_ROWS", 3)
    rows = [(f"{n}", n, n, AT, date(2026, 9, 1), 0.0) for n in range(7)]
    path = _written(tmp_path, writing.write_xlsx, rows)
    book = load_workbook(path)
    told = [len(book.get_sheet_by_name(name).to_python()) - 1 for name in book.sheet_names]
    assert told == [3, 3, 1]
