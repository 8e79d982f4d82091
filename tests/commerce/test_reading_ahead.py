"""A big file is read by a process of its own: the same units in the same order."""

import gc
import subprocess
from pathlib import Path

import pytest

from app.commerce.reading import Options, ahead, inspect, units
from app.commerce.types import ChannelRow, FileKind, IdentityKind
from tests.factories.commerce import HEADER, a_file

SHOP = ChannelRow(1, "tmall", "Tmall", 7, "CNY", IdentityKind.PHONE)
LONG_AGO = "2020-01-31 12:00:00"


@pytest.fixture(autouse=True)
def any_file_is_big(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "FROM_ROWS", 2)


def _rows(count: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (f"T{n // 2}", "13800138000", LONG_AGO, f"{n}.50", f"SKU-{n % 3}", 1 + n % 2)
        for n in range(count)
    ]
    rows[5] = ("T2", "nobody", LONG_AGO, "x", "", 1)
    return rows


def test_it_yields_what_reading_here_would(tmp_path: Path) -> None:
    path = a_file(tmp_path, _rows(301), header=(*HEADER, "sku", "qty"))
    reading = inspect(path, Options())
    here = list(units(path, reading, SHOP))
    assert list(ahead.units_ahead(path, reading, SHOP)) == here
    assert any(unit.bad for unit in here)
    assert any(unit.order for unit in here)


def test_refunds_too(tmp_path: Path) -> None:
    rows = [(f"R{n}", f"T{n}", "2020-01-31", f"{n}.00") for n in range(1, 30)]
    header = ("refund_id", "order", "refunded_at", "amount")
    path = a_file(tmp_path, rows, header=header)
    reading = inspect(path, Options(kind=FileKind.REFUNDS))
    here = list(units(path, reading, SHOP))
    assert list(ahead.units_ahead(path, reading, SHOP)) == here
    assert any(unit.refunds for unit in here)


def test_a_reader_that_falls_is_no_end_of_the_file(tmp_path: Path) -> None:
    path = a_file(tmp_path, _rows(40), header=(*HEADER, "sku", "qty"))
    reading = inspect(path, Options())
    path.unlink()
    with pytest.raises(RuntimeError, match="FileNotFoundError"):
        list(ahead.units_ahead(path, reading, SHOP))


def test_whoever_stops_early_leaves_no_process_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *args: object, **more: object) -> None:
            super().__init__(*args, **more)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    path = a_file(tmp_path, _rows(8_000), header=(*HEADER, "sku", "qty"))
    stream = ahead.units_ahead(path, inspect(path, Options()), SHOP)
    next(stream)
    del stream
    gc.collect()
    (child,) = started
    assert child.returncode is not None
