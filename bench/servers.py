"""Granian on a free port of the loopback, with the settings of ``bin/run``."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
FLAGS = {  # as in tools/house.py
    "interface": "wsgi",
    "host": "127.0.0.1",
    "workers": "2",
    "blocking-threads": "4",
    "backpressure": "64",
    "workers-kill-timeout": "10",
    "log-level": "warning",
}
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running website: its port and its process group."""

    port: int
    group: int


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    application: str, path: str, *, port: int, settings: Mapping[str, str]
) -> Iterator[Server]:
    """Run an application while the block runs.

    Args:
        application: ``module:name``.
        path: what answers 200 when it is there.
        port: where.
        settings: environment variables on top of the present ones.

    Raises:
        RuntimeError: it did not come up.
    """
    words = [word for name, value in FLAGS.items() for word in (f"--{name}", value)]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *words, "--port", str(port), "--no-ws", application],
        cwd=ROOT,
        env={**os.environ, **settings},
        process_group=0,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}{path}", process)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    message = f"{url} did not come up"
    raise RuntimeError(message)
