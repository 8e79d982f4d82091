"""Sweeps: when they are due, how they run, what is noted, and the worker that runs them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path

import pytest
from flask import Flask

from app.kernel import clock, jobs, worker
from app.kernel.db import db, use_case
from tests.conftest import NOON, ROOT, SECRET


@pytest.fixture(autouse=True)
def own_timetable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test has a timetable of its own, and nothing remembered."""
    monkeypatch.setattr(jobs, "_sweeps", dict(jobs._sweeps))
    for memory in (jobs._recorded_at, jobs._failures, jobs._nudged_at, worker._waiting):
        memory.clear()
    yield
    jobs._stop.clear()


def _sweep(every: timedelta, at: wall_time | None = None) -> jobs.Sweep:
    return jobs.Sweep("t.sweep", lambda: 0, every, at)


def test_a_sweep_is_due_when_its_time_has_passed() -> None:
    each = _sweep(timedelta(minutes=5))
    assert each.is_due(NOON, None)
    assert not each.is_due(NOON, NOON - timedelta(minutes=4, seconds=59))
    assert each.is_due(NOON, NOON - timedelta(minutes=5))


def test_a_daily_sweep_waits_for_its_hour_in_the_brands_zone() -> None:
    each = _sweep(timedelta(days=1), wall_time(3, 0))
    at_three = datetime(2026, 8, 31, 19, 0, tzinfo=UTC)  # 03:00 of 1 September in Shanghai
    before, yesterday = at_three - timedelta(seconds=1), at_three - timedelta(days=1)
    assert not each.is_due(before, None)
    assert not each.is_due(before, yesterday)
    assert each.is_due(at_three, yesterday)
    assert each.is_due(at_three + timedelta(hours=20), yesterday)
    assert not each.is_due(at_three + timedelta(hours=20), at_three)


def test_a_broken_sweep_comes_less_often_but_comes() -> None:
    each = _sweep(timedelta(seconds=2))
    assert not each.is_due(NOON, NOON - timedelta(seconds=7), failures=2)
    assert each.is_due(NOON, NOON - timedelta(seconds=8), failures=2)
    assert each.is_due(NOON, NOON - timedelta(minutes=10), failures=50)


def test_a_timetable_refuses_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="a second is the shortest"):
        jobs.sweep("t.fast", every=timedelta(milliseconds=1))
    with pytest.raises(ValueError, match="daily"):
        jobs.sweep("t.odd", every=timedelta(hours=2), at=wall_time(3, 0))


def test_a_draining_sweep_runs_until_nothing_is_left(app: Flask) -> None:
    left = [3, 2, 1]

    @jobs.sweep("t.drain", every=timedelta(minutes=1), drain=True)
    def drain() -> int:
        return left.pop() if left else 0

    assert jobs.run("t.drain").handled == 6
    run = jobs.last_runs()["t.drain"]
    assert (run.handled, run.handled_total, run.runs, run.failures) == (6, 6, 1, 0)


def test_a_draining_sweep_stops_early_when_the_worker_goes_down(app: Flask) -> None:
    @jobs.sweep("t.endless", every=timedelta(minutes=1), drain=True)
    def endless() -> int:
        jobs.stop()
        return 1

    assert jobs.run("t.endless").handled == 1


def test_an_error_is_caught_and_noted_without_its_text(app: Flask) -> None:
    @jobs.sweep("t.broken", every=timedelta(minutes=1))
    def broken() -> int:
        raise ValueError("mei@example.com")

    assert isinstance(jobs.run("t.broken").error, ValueError)
    jobs.run("t.broken")
    run = jobs.last_runs()["t.broken"]
    assert (run.error, run.failures, run.runs) == ("ValueError", 2, 2)


def test_idle_runs_of_a_frequent_sweep_are_not_all_written(app: Flask) -> None:
    @jobs.sweep("t.idle", every=timedelta(seconds=2))
    def idle() -> int:
        return 0

    for _ in range(16):  # 30 seconds and a bit
        jobs.run("t.idle")
        clock.tick(timedelta(seconds=2))
    assert jobs.last_runs()["t.idle"].runs == 2


def test_a_nudge_waits_for_the_commit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(worker, "enqueue", lambda _app, name: sent.append(name))

    @use_case
    def writes(*, fails: bool) -> None:
        jobs.nudge("t.nudged")
        assert sent == []
        if fails:
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        writes(fails=True)
    assert sent == []
    writes(fails=False)
    assert sent == ["t.nudged"]
    jobs.nudge("t.nudged")
    assert sent == ["t.nudged"], "a second nudge within a second says nothing new"


def test_a_queue_that_is_away_does_not_fail_the_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_app: Flask, _name: str) -> None:
        raise OSError("gone")

    monkeypatch.setattr(worker, "enqueue", away)
    jobs.nudge("t.any")


def test_a_timetable_asks_once_until_the_sweep_has_begun(app: Flask) -> None:
    table = worker.Timetable(app)
    table.load()
    later = NOON + timedelta(seconds=10)
    assert "facts.deliver" in table.take_due(NOON)
    assert "facts.deliver" not in table.take_due(later)
    worker._run(app, "facts.deliver")
    assert "facts.deliver" in table.take_due(later)


def test_commands_list_and_run(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "never ran" in runner.invoke(args=["jobs", "list"]).output
    done = runner.invoke(args=["jobs", "run", "facts.deliver", "limits.prune"])
    assert done.exit_code == 0
    assert "facts.deliver: handled 0" in done.output
    assert "0 s ago" in runner.invoke(args=["jobs", "list"]).output
    unknown = runner.invoke(args=["jobs", "run", "no.such"])
    assert unknown.exit_code == 1
    assert "there are: " in unknown.output


def test_a_spoilt_queue_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    path.write_bytes(b"this is no database, it is a power cut" * 200)
    worker._replace_if_broken(path)
    assert not path.exists()
    worker._replace_if_broken(path)


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_keeps_time_hears_nudges_and_stops_cleanly(
    app: Flask, tmp_path: Path, kind: signal.Signals
) -> None:
    """A real process: sweeps run by themselves, and a signal ends it with 0."""
    db.session.remove()
    environment = {
        **os.environ,
        "POTLUCK_SECRET_KEY": SECRET,
        "POTLUCK_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "POTLUCK_INSTANCE_DIR": str(tmp_path),
        "POTLUCK_LOG_FORMAT": "json",
        "POTLUCK_MEDIA_URL": f"file://{tmp_path}/media",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while "worker.heartbeat" not in jobs.last_runs() and time.monotonic() < deadline:
            db.session.rollback()
            time.sleep(0.1)
    finally:
        process.send_signal(kind)
        output, _ = process.communicate(timeout=20)
    assert process.returncode == 0, output
    assert "worker.heartbeat" in jobs.last_runs(), output
    said = [json.loads(line)["event"] for line in output.splitlines() if line.startswith("{")]
    assert said[0] == "worker_started"
    assert said[-1] == "worker_stopped"
