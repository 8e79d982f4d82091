"""A file of order lines, brought in with its points: lines a second, processor time, memory.

Five lines an order, on an empty SQLite database, by the path that ``flask orders import`` takes.
``--profile`` tells where the time goes.
"""

import cProfile
import csv
import pstats
import random
import resource
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from app.commerce import queries, service
from app.commerce.reading import Options, inspect, units
from app.commerce.types import SeedChannel
from app.config import Config
from app.kernel.db import db
from bench.community import SEED, opened, settings

HEADER = (
    *("订单编号", "子订单编号", "买家会员名", "订单付款时间"),
    *("商品实际支付金额", "商家编码", "购买数量"),
)
LINES_OF_AN_ORDER = 5
MEGABYTE = 1024.0  # of the kilobytes that the kernel counts in


@dataclass(frozen=True, slots=True)
class Measured:
    """What an import took.

    Attributes:
        peaks: most memory of the process in megabytes: at the start, after a tenth, at the end.
    """

    lines: int
    orders: int
    points: int
    wall: float
    cpu: float
    reading_cpu: float
    peaks: tuple[float, float, float]

    def told(self) -> str:
        """Return it as lines of text."""
        start, tenth, end = self.peaks
        return (
            f"{self.lines:,} lines, {self.orders:,} orders, {self.points:,} points\n"
            f"  wall {self.wall:.1f} s: {self.lines / self.wall:,.0f} lines/s\n"
            f"  cpu  {self.cpu:.1f} s: {self.lines / self.cpu:,.0f} lines/s\n"
            f"  of it reading alone {self.reading_cpu:.1f} s: "
            f"{self.lines / self.reading_cpu:,.0f} lines/s\n"
            f"  memory {start:.0f} MB at the start, {tenth:.0f} after a tenth, {end:.0f} at the end"
        )


def generate(path: Path, lines: int) -> None:
    """Write a file of order lines; every buyer comes about eight times."""
    chance = random.Random(SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(lines // LINES_OF_AN_ORDER):
            buyer = f"买家{chance.randrange(max(1, lines // 40))}"
            paid = f"2026-08-{chance.randrange(1, 31):02d} 12:{number % 60:02d}:00"
            for line in range(LINES_OF_AN_ORDER):
                amount = f"{chance.randrange(500, 20_000) / 100:.2f}"
                sku = f"SKU-{chance.randrange(400)}"
                order = f"4012{number:015d}"
                writer.writerow((order, f"{order}{line}", buyer, paid, amount, sku, 1))


def measure(folder: Path, lines: int, *, profile: bool = False) -> Measured:
    """Import so many generated lines into an empty database; return what it took."""
    path = folder / "orders.csv"
    generate(path, lines)
    url = f"sqlite:///{folder / 'imports.db'}"
    config = Config.from_env({**settings(folder, 8000), "POTLUCK_DATABASE_URL": url})
    with opened(config):
        db.create_all()
        channel = service.open_channel(SeedChannel("tmall", "Tmall", 7))
        peaks = [_peak()]

        def note(done: int) -> None:
            if len(peaks) == 1 and done >= lines // 10:
                peaks.append(_peak())

        profiler = cProfile.Profile(time.process_time) if profile else None
        wall, cpu = time.perf_counter(), time.process_time()
        with profiler or nullcontext():
            service.import_file(
                path, channel, Options(), errors_path=folder / "errors.csv", on_progress=note
            )
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        if profiler is not None:
            pstats.Stats(profiler).sort_stats("tottime").print_stats(45)
        peaks.append(_peak())
        reading = time.process_time()
        for _unit in units(path, inspect(path, Options()), channel):
            pass
        reading = time.process_time() - reading
        totals = queries.totals(channel.id)
    start, tenth, end = (peaks * 2)[:3] if len(peaks) < 3 else peaks
    return Measured(lines, totals.orders, totals.points, wall, cpu, reading, (start, tenth, end))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
