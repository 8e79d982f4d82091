"""Moving in from FlaskBB and from Discourse: rows a second, memory, and what two kills cost.

The command itself runs, in a process of its own on a migrated, empty SQLite database: killed with
-9 while it reads, killed again while it takes in, then to its end. What came in is counted against
what the export holds, and every stored figure is computed anew.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from app.config import Config
from app.kernel import verify
from bench import exports
from bench.community import opened, settings
from bench.servers import ROOT

SOURCE = "old-forum"
LOOKED = 0.5  # seconds between two looks at how far it is
MEGABYTE = 1024.0  # of the kilobytes that the kernel counts in
TABLES = {"reading": "movein_item", "replies": "reply"}
SHARES = {"reading": 0.5, "replies": 0.3}  # where it is killed: phase -> how far it is by then


class LostError(RuntimeError):
    """Something is not there, or twice."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move took, all its attempts together.

    Attributes:
        peak: most memory of any attempt, in megabytes.
        killed: what it was doing at each kill, with the rows done by then.
    """

    name: str
    rows: int
    wall: float
    cpu: float
    peak: float
    killed: tuple[str, ...]

    def told(self) -> str:
        """Return it as a line of text."""
        killed = f"; killed {', '.join(self.killed)}" if self.killed else ""
        return (
            f"{self.name}: {self.rows:,} rows in {self.wall:.0f} s of wall time, {self.cpu:.0f} s "
            f"of processor time ({self.rows / self.cpu:,.0f} rows a second), "
            f"memory {self.peak:.0f} MB at most{killed}"
        )


def measure(folder: Path, threads: int) -> Iterator[str]:
    """Yield a line for each move: FlaskBB and Discourse, each in one go and with two kills.

    Raises:
        LostError: something did not come in, came in twice, or a figure drifts.
    """
    flaskbb = folder / "flaskbb.sqlite"
    makers: dict[str, tuple[Path, Callable[[], exports.Told]]] = {
        "flaskbb": (flaskbb, lambda: exports.flaskbb(flaskbb, threads)),
        "discourse": (
            folder / "discourse", lambda: exports.discourse(folder / "discourse", threads, _photo)
        ),
    }  # fmt: skip
    told = {form: make() for form, (_place, make) in makers.items()}
    for kills in ({}, SHARES):
        for form, (place, _make) in makers.items():
            home = folder / f"{form}-{len(kills)}"
            home.mkdir()
            yield _move(home, form, place, told[form], kills).told()


def _move(
    home: Path, form: str, place: Path, told: exports.Told, kills: Mapping[str, float]
) -> Moved:
    house = {**os.environ, **settings(home, 8000)}
    _flask(house, home, "db", "upgrade").wait()
    words = ["movein", "run", str(place), "--source", SOURCE, "--format", form]
    words += ["--errors", str(home / "errors.csv")]
    began, cpu, peak, killed = time.perf_counter(), 0.0, 0.0, []
    status = 0
    for phase, share in [*kills.items(), ("", 1.0)]:
        mover = _flask(house, home, *words)
        due = int(share * (told.rows if phase == "reading" else told.replies))
        is_due = bool(phase)
        while not _is_over(mover):
            peak = max(peak, _peak(mover.pid))
            if is_due and (done := _done(home / "potluck.db", TABLES[phase])) >= due:
                killed.append(f"{phase} at {done:,}")
                os.kill(mover.pid, signal.SIGKILL)
                is_due = False
            time.sleep(LOOKED)
        _pid, status, used = os.wait4(mover.pid, 0)
        cpu += used.ru_utime + used.ru_stime
    if status:
        raise LostError(f"{form} ended with {status}: {(home / 'log').read_text()[-2_000:]}")
    wall = time.perf_counter() - began
    _check(home, told)
    name = f"{form}, {'two kills' if kills else 'in one go'}"
    return Moved(name, told.rows, wall, cpu, peak, tuple(killed))


def _flask(house: Mapping[str, str], home: Path, *words: str) -> subprocess.Popen[bytes]:
    with (home / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=ROOT, env=dict(house), stdout=log, stderr=log,
        )  # fmt: skip


def _is_over(mover: subprocess.Popen[bytes]) -> bool:
    return bool(os.waitid(os.P_PID, mover.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT))


def _done(base: Path, table: str) -> int:
    with sqlite3.connect(f"file:{base}?mode=ro", uri=True) as reader:
        found = reader.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own
    reader.close()
    return int(found[0])


def _peak(pid: int) -> float:
    """Return the most memory that a process has had; what wait4 says begins with its parent's."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / MEGABYTE
    return 0.0  # it has just ended


def _check(home: Path, told: exports.Told) -> None:
    """Count what came in, and compute every stored figure anew."""
    expected = {
        "thread": told.threads, "reply": told.replies, "thread_like": told.likes,
        # There is one more: the former member.
        "member WHERE display_name LIKE 'lao%' OR display_name LIKE '老客%'": told.members,
    }  # fmt: skip
    with sqlite3.connect(home / "potluck.db") as reader:
        for rows, count in expected.items():
            found = reader.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]  # noqa: S608
            if found != count:
                raise LostError(f"{rows}: {found:,} instead of {count:,}")
    reader.close()
    config = Config.from_env({**settings(home, 8000)})
    with opened(config):
        drifts = [drift for report in verify.run() for drift in report.drifts]
    if drifts:
        raise LostError(f"{len(drifts)} figures drift: {drifts[:3]}")


def _photo(n: int) -> bytes:
    file = BytesIO()
    colour = (n * 37 % 256, n * 91 % 256, n * 13 % 256)
    Image.new("RGB", (320, 240), colour).save(file, "JPEG")
    return file.getvalue()
