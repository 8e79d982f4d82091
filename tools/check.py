"""What bin/test does: get what the checks need, run them in order, stop at the first that fails."""

import argparse
import ctypes.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prepare import DEVELOP, ROOT, PreparationError, ensure_packages

ABOUT = (
    "Check everything: style, types, house rules, templates, migrations, tests, browser journeys."
)
MORE = """\
Words that are not options go to pytest: bin/test tests/ledger -x

With -k or paths only the tests run. PostgreSQL, Redis and Chromium are those of the system where
they exist; the first two come from wheels otherwise. POTLUCK_TEST_POSTGRES_URL,
POTLUCK_TEST_REDIS_URL and POTLUCK_CHROMIUM name others.
"""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FONTS = ("fonts-noto-cjk", "fonts-noto-color-emoji")
FUSE = "libfuse2"


class CheckFailedError(RuntimeError):
    """A stage failed. The message is its name, and what to do where that is known."""


def options() -> argparse.ArgumentParser:
    """Return the options of bin/test."""
    parser = argparse.ArgumentParser(
        "bin/test", description=ABOUT, epilog=MORE, formatter_class=argparse.RawTextHelpFormatter
    )
    add = parser.add_argument
    add("-k", metavar="EXPRESSION", help="only tests whose name matches")
    add("--fast", action="store_true", help="SQLite only; no browser, no crash tests")
    add("--long", action="store_true", help="the long kill, power-cut and property runs too")
    add("--jobs", type=int, metavar="N", help="test processes (default: one a core, at most 4)")
    return parser


class Run:
    """One run of the checks."""

    def __init__(self, chosen: argparse.Namespace, words: list[str], scratch: Path) -> None:
        self.chosen, self.words = chosen, words
        self.python = sys.executable
        self.environment = {
            **os.environ,
            "POTLUCK_INSTANCE_DIR": str(scratch),
            "PYTHON_DOTENV_DISABLED": "1",  # a developer's .env must not decide a test
            "PYTHONWARNINGS": "",
        }
        if self.environment.pop("PYTHONDONTWRITEBYTECODE", ""):  # hundreds of processes start
            self.environment["PYTHONPYCACHEPREFIX"] = str(scratch / "pycache")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Name what runs, and how long it took."""
        print(f"  {name:<12}", end="", flush=True)
        started = time.monotonic()
        yield
        print(f"ok  {time.monotonic() - started:6.1f} s", flush=True)

    def call(self, name: str, *command: str) -> None:
        """Run a tool of .venv; show what it says only when it fails.

        Raises:
            CheckFailedError: it did.
        """
        with self.stage(name):
            done = subprocess.run(
                [Path(self.python).parent / command[0], *command[1:]],
                cwd=ROOT, env=self.environment,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            )  # fmt: skip
            if done.returncode:
                print(f"FAILED\n{done.stdout}")
                raise CheckFailedError(name)

    def everything(self) -> None:
        """Run all stages in order."""
        self.python = str(ensure_packages(DEVELOP, data=True))
        if not self.chosen.fast:
            self.environment["POTLUCK_CHROMIUM"] = ensure_chromium()
            ensure_fuse()
        self.call("front end", "python", "-m", "app.kernel.serve", "build")
        if not self.chosen.k and not self.words:
            self.static_checks()
        self.tests()

    def static_checks(self) -> None:
        """Run what reads the code without running it."""
        self.call("format", "ruff", "format", "--check", ".")
        self.call("lint", "ruff", "check", ".")
        self.call("types", "mypy")
        self.call("floors", "lint-imports")
        self.call("sizes", "python", "tools/size.py")
        self.call("templates", "djlint", "--lint", "--quiet", "templates")

    def tests(self) -> None:
        """Run pytest over all cores; its summary is the last thing it prints.

        Raises:
            CheckFailedError: a test failed.
        """
        jobs = self.chosen.jobs or min(os.cpu_count() or 1, 4)
        command = [self.python, "-m", "pytest", "-q", "-n", str(jobs), "--dist", "loadgroup"]
        for name in ("fast", "long"):
            command += [f"--{name}"] if getattr(self.chosen, name) else []
        command += ["-k", self.chosen.k] if self.chosen.k else []
        print("  tests", flush=True)
        if subprocess.run(
            [*command, *self.words], cwd=ROOT, env=self.environment, check=False
        ).returncode:
            raise CheckFailedError("tests")


def ensure_chromium() -> str:
    """Return a Chromium of the system, installing one where that is allowed.

    Raises:
        CheckFailedError: there is none; the message says what to install.
    """
    if found := os.environ.get("POTLUCK_CHROMIUM") or _which(CHROMIUM):
        return found
    if _may_install():
        print("  chromium    installing it with apt-get", flush=True)
        _apt_get("chromium", *FONTS)
        if found := _which(CHROMIUM):
            return found
    message = (
        "chromium: the browser tests need one. Install it (Debian: apt-get install chromium "
        f"{' '.join(FONTS)}), or name one in POTLUCK_CHROMIUM, or leave them out with --fast"
    )
    raise CheckFailedError(message)


def ensure_fuse() -> None:
    """Install the library of the power-cut tests where that is allowed; they say so otherwise."""
    if Path("/dev/fuse").exists() and not ctypes.util.find_library("fuse") and _may_install():
        _apt_get("fuse", FUSE)


def _which(names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_get(*packages: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        subprocess.run(
            ["apt-get", *words], env=environment, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def main() -> int:
    """Run the checks; return the exit code."""
    chosen, words = options().parse_known_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="potluck-check-") as scratch:
        try:
            Run(chosen, words, Path(scratch)).everything()
        except (CheckFailedError, PreparationError) as error:
            print(f"\nFAILED at {error} ({_minutes(started)})", file=sys.stderr)
            return 1
    print(f"\nAll good. {_minutes(started)}")
    return 0


def _minutes(started: float) -> str:
    seconds = round(time.monotonic() - started)
    return f"{seconds // 60} min {seconds % 60} s of wall time"


if __name__ == "__main__":
    sys.exit(main())
