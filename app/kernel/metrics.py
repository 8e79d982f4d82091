"""Figures for Prometheus: requests of all web processes, facts waiting, sweeps, the worker's pulse.

Every web process counts into a file of its own under ``instance/metrics``; whichever is asked adds
them up. What the database knows (lag, sweeps) is read when somebody asks.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from app.config import Config
from app.kernel import clock, facts, jobs
from app.kernel.logs import seconds_taken

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram
    from prometheus_client.core import Metric

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

_counters: dict[str, Any] = {}


def folder(config: Config) -> Path:
    """Return where the processes of this copy keep their counts."""
    return config.instance_dir / "metrics"


def forget(config: Config) -> None:
    """Throw away the counts of earlier runs; called before the web processes start."""
    shutil.rmtree(folder(config), ignore_errors=True)
    folder(config).mkdir(parents=True, exist_ok=True)


def init_app(app: Flask) -> None:
    """Count every request of this application."""
    _prepare(app.config["POTLUCK"])
    app.after_request(_count)


def _prepare(config: Config) -> None:
    """Make the counters once a process; the library reads the folder's name when first imported."""
    if _counters:
        return
    if "prometheus_client" not in sys.modules:
        os.environ[FOLDER_VARIABLE] = str(folder(config))
    folder(config).mkdir(parents=True, exist_ok=True)
    from prometheus_client import Counter, Histogram

    _counters["requests"] = Counter(
        "potluck_requests", "Answered requests.", ("endpoint", "method", "status")
    )
    _counters["seconds"] = Histogram(
        "potluck_request_seconds", "Time to answer, in seconds.", ("endpoint",), buckets=BUCKETS
    )


def _count(response: Response) -> Response:
    requests: Counter = _counters["requests"]
    seconds: Histogram = _counters["seconds"]
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    requests.labels(endpoint, method, str(response.status_code)).inc()
    seconds.labels(endpoint).observe(seconds_taken())
    return response


def exposition() -> tuple[bytes, str]:
    """Return all figures in Prometheus' text format, and its content type."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.exposition import CONTENT_TYPE_LATEST
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_FromDatabase())
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _FromDatabase:
    """Figures that stand in the database."""

    def collect(self) -> Iterator["Metric"]:
        yield from _fact_figures()
        yield from _sweep_figures()


def _fact_figures() -> Iterator["Metric"]:
    from prometheus_client.core import GaugeMetricFamily

    waiting = GaugeMetricFamily("potluck_facts_waiting", "Facts not told yet.", labels=["listener"])
    failed = GaugeMetricFamily("potluck_facts_failed", "Facts given up.", labels=["listener"])
    lag = GaugeMetricFamily(
        "potluck_fact_lag_seconds", "Age of the oldest waiting fact.", labels=["listener"]
    )
    for row in facts.lags():
        waiting.add_metric([row.listener], row.waiting)
        failed.add_metric([row.listener], row.failed)
        lag.add_metric([row.listener], row.oldest_seconds)
    yield from (waiting, failed, lag)


def _sweep_figures() -> Iterator["Metric"]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    handled = CounterMetricFamily("potluck_sweep_handled", "Rows handled.", labels=["sweep"])
    failures = GaugeMetricFamily("potluck_sweep_failures", "Failed runs running.", labels=["sweep"])
    finished = GaugeMetricFamily(
        "potluck_sweep_finished_timestamp_seconds", "Last noted end of a run.", labels=["sweep"]
    )
    runs = jobs.last_runs()
    for run in runs.values():
        handled.add_metric([run.name], run.handled_total)
        failures.add_metric([run.name], run.failures)
        finished.add_metric([run.name], run.finished_at.timestamp())
    yield from (handled, failures, finished)
    if runs:
        last = max(run.finished_at for run in runs.values())
        yield GaugeMetricFamily(
            "potluck_worker_silence_seconds",
            "Time since a worker last showed that it lives (it does every 30 s).",
            value=max(0.0, (clock.now() - last).total_seconds()),
        )
