"""Run a whole copy on this machine: prepare if something changed, then website and worker.

Runs in .venv and imports nothing of the application: a second start must reach its first page in a
few seconds. Two children, each in a process group of its own, start and stop together.
"""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 90.0
STOP_SECONDS = 12.0
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ANYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound


class SettingError(ValueError):
    """A setting makes no sense. The message says what to write."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run, from the environment."""

    host: str
    port: int
    web_workers: int

    @property
    def address(self) -> str:
        """Return where this machine reaches the website."""
        host = "127.0.0.1" if self.host in ANYWHERE else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def read_plan() -> Plan:
    """Return how to run.

    Raises:
        SettingError: a number is none, or the port is taken.
    """
    plan = Plan(
        host=os.environ.get("POTLUCK_HOST", "").strip() or "127.0.0.1",
        port=_whole("POTLUCK_PORT", 8000, 1, 65_535),
        web_workers=_whole("POTLUCK_WEB_WORKERS", 2, 1, 64),
    )
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((plan.host, plan.port))
        except OSError as error:
            message = (
                f"{plan.host}:{plan.port} can't be used ({error.strerror or error}): "
                "choose another with --port or POTLUCK_PORT."
            )
            raise SettingError(message) from error
    return plan


def _whole(name: str, default: int, low: int, high: int) -> int:
    text = os.environ.get(name, "").strip() or str(default)
    if not text.isdecimal() or not low <= int(text) <= high:
        message = f"{name} is {text!r}: write a whole number from {low} to {high}."
        raise SettingError(message)
    return int(text)


# --- is there anything to prepare? ---------------------------------------------------------------


def prepare_if_changed() -> int:
    """Run app.kernel.serve unless code, templates, settings and database are those of last time."""
    stamp = instance() / "prepared"
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text() == wanted and database_is_there():
        return 0
    stamp.unlink(missing_ok=True)
    code = subprocess.run(
        [sys.executable, "-m", "app.kernel.serve"], cwd=ROOT, check=False
    ).returncode
    if code == 0:
        stamp.write_text(fingerprint())
    return code


def instance() -> Path:
    """Return the folder of what this copy owns."""
    named = os.environ.get("POTLUCK_INSTANCE_DIR", "").strip()
    folder = Path(named) if named else ROOT / "instance"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fingerprint() -> str:
    """Return a hash of everything that preparing depends on: file times, sizes, settings."""
    digest = hashlib.sha256()
    for folder in ("app", "templates", "static/src", "migrations"):
        for base, folders, files in os.walk(ROOT / folder):
            folders[:] = sorted(set(folders) - {"__pycache__"})
            for path in (Path(base) / name for name in sorted(files) if not name.endswith(".mo")):
                digest.update(_facts_of(path))
    for name in (
        "build.mjs",
        "package-lock.json",
        "requirements.txt",
        ".env",
        "static/dist/manifest.json",
    ):
        digest.update(_facts_of(ROOT / name))
    for name, value in sorted(os.environ.items()):
        if name.startswith("POTLUCK_"):
            digest.update(f"{name}={value}\0".encode())
    return digest.hexdigest()


def _facts_of(path: Path) -> bytes:
    try:
        known = path.stat()
    except OSError:
        return f"{path} missing\0".encode()
    return f"{path} {known.st_mtime_ns} {known.st_size}\0".encode()


def database_is_there() -> bool:
    """Return whether the database is a file that exists; a server may have changed meanwhile."""
    url = os.environ.get("POTLUCK_DATABASE_URL", "").strip()
    if not url:
        return (instance() / "potluck.db").exists()
    return url.startswith("sqlite:///") and Path(url.removeprefix("sqlite:///")).exists()


def has_demo() -> bool:
    """Return whether a demo community was loaded here and is wanted."""
    wanted = os.environ.get("POTLUCK_DEMO", "").strip().lower() not in {"0", "false", "no", "off"}
    return wanted and any(path.read_text() == "loaded" for path in instance().glob("demo-*"))


# --- running -------------------------------------------------------------------------------------


class House:
    """Website and worker: they start, run and stop together."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()
        self._asked = 0
        self._open = False

    def run(self) -> int:
        """Start both, wait for a signal or a death, stop both; return the exit code."""
        for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(kind, self._on_signal)
        try:
            return self._serve()
        finally:
            self._shut_down()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked += 1
        self._stop.set()

    def _serve(self) -> int:
        self._start("website", web_command(self._plan))
        if not self._wait_until_ready():
            return int(not self._stop.is_set())
        self._open = True
        # After the first page: both at once would share the processor and delay it.
        self._start("worker", flask_command("worker"))
        self._welcome()
        while not self._stop.wait(0.2):
            if self._dead():
                return 1
        return 0

    def _start(self, name: str, command: list[str]) -> None:
        # A group of its own: Ctrl-C in the terminal must reach us only, else the website's workers
        # hear it twice and hang.
        self._children[name] = subprocess.Popen(command, cwd=ROOT, process_group=0)

    def _wait_until_ready(self) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while not self._stop.is_set() and not self._dead():
            ready, reason = is_ready(self._plan.address, os.environ["POTLUCK_BASE_URL"])
            if ready:
                return True
            if time.monotonic() > deadline:
                print(f"\nNot ready after {READY_SECONDS:.0f} s: {reason}", file=sys.stderr)
                (instance() / "prepared").unlink(missing_ok=True)
                return False
            self._stop.wait(0.05)
        return False

    def _welcome(self) -> None:
        print(f"\n  Potluck is open:  {self._plan.address}\n", flush=True)
        if has_demo():
            subprocess.run(
                flask_command("demo", "accounts"), cwd=ROOT, check=False, process_group=0
            )
        if self._plan.host not in LOOPBACK:
            shown = os.environ["POTLUCK_BASE_URL"]
            print(f"\n  It answers under POTLUCK_BASE_URL only, which is {shown}")
        print("\n  Ctrl-C stops everything.\n", flush=True)

    def _dead(self) -> bool:
        for name, child in self._children.items():
            if child.poll() is not None:
                print(f"\nThe {name} ended by itself (exit {child.returncode}).", file=sys.stderr)
                return True
        return False

    def _shut_down(self) -> None:
        """Ask each child once; whoever stays too long, or through a second Ctrl-C, is killed."""
        for name, child in self._children.items():
            if child.poll() is None and self._open:
                child.send_signal(signal.SIGINT if name == "website" else signal.SIGTERM)
        asked, deadline = max(self._asked, 1), time.monotonic() + STOP_SECONDS
        while self._open and any(child.poll() is None for child in self._children.values()):
            if time.monotonic() > deadline or self._asked > asked:
                break
            time.sleep(0.02)
        for child in self._children.values():
            with suppress(ProcessLookupError):  # the group is gone: as it should be
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        print("\n  Potluck has stopped.", flush=True)


def web_command(plan: Plan) -> list[str]:
    """Return the command of the website: granian, some processes of four threads."""
    options = {
        "interface": "wsgi",
        "host": plan.host,
        "port": plan.port,
        "workers": plan.web_workers,
        "blocking-threads": 4,
        "backpressure": 64,
        "workers-kill-timeout": 10,
        "log-level": "warning",
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    return [
        sys.executable,
        "-m",
        "granian",
        *flags,
        "--no-ws",
        "--respawn-failed-workers",
        "wsgi:app",
    ]


def flask_command(*words: str) -> list[str]:
    """Return one of the application's own commands."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


def is_ready(address: str, base_url: str, *, timeout: float = 5.0) -> tuple[bool, str]:
    """Ask ``/readyz`` once, by the name the site is known by; return the answer and why not."""
    request = Request(f"{address}/readyz", headers={"Host": urlsplit(base_url).netloc})  # noqa: S310 - always http
    try:
        with urlopen(request, timeout=timeout) as answer:  # noqa: S310 - always http
            return answer.status == 200, ""
    except HTTPError as error:
        return False, error.read(2_000).decode(errors="replace")
    except (URLError, OSError) as error:
        return False, str(error)


def main() -> int:
    """Prepare and run; return the exit code."""
    load_dotenv(ROOT / ".env")
    try:
        plan = read_plan()
    except SettingError as error:
        print(f"\nPotluck did not start. {error}", file=sys.stderr)
        return 2
    if not os.environ.get("POTLUCK_BASE_URL", "").strip():
        os.environ["POTLUCK_BASE_URL"] = plan.address
    try:
        if code := prepare_if_changed():
            return code
    except KeyboardInterrupt:  # the child has said so
        return 130
    return House(plan).run()


if __name__ == "__main__":
    sys.exit(main())
