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
    application: str, path: str, *, port: int, settings: Mapping[str, str], folder: Path
) -> Iterator[Server]:
    """Run an application while the block runs.

    Args:
        application: ``module:name``.
        path: what answers 200 when it is there.
        port: where.
        settings: environment variables on top of the present ones.
        folder: where its log goes.

    Raises:
        RuntimeError: it did not come up.
    """
    log = folder / f"{application.partition(':')[0]}.log"
    words = [word for name, value in FLAGS.items() for word in (f"--{name}", value)]
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "granian", *words, "--port", str(port), "--no-ws", application],
            cwd=ROOT,
            env={**os.environ, **settings},
            process_group=0,
            stdout=lines,
            stderr=lines,
        )
    try:
        if not _is_up(f"http://127.0.0.1:{port}{path}", process):
            message = f"{application} did not come up:\n{log.read_text(errors='replace')[-2_000:]}"
            raise RuntimeError(message)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _is_up(url: str, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return True
        except (URLError, OSError):
            time.sleep(0.1)
    return False
