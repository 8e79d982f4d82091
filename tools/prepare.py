"""Make .venv and keep it in step with the pinned requirements. Standard library only.

Nothing is done twice: a stamp in .venv holds the hash of what was installed.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUN = ("requirements.txt",)
DEVELOP = ("requirements.txt", "requirements-dev.txt")
DATA = ("requirements-data.txt",)


class PreparationError(RuntimeError):
    """Something could not be installed. The message says what to do."""


def say(step: str, text: str) -> None:
    """Print one line of progress."""
    print(f"  {step:<10} {text}", flush=True)


@contextmanager
def step(name: str, doing: str) -> Iterator[None]:
    """Tell what is being done, and afterwards how long it took."""
    say(name, doing)
    started = time.monotonic()
    yield
    say(name, f"done in {time.monotonic() - started:.1f} s")


def ensure_packages(files: tuple[str, ...] = RUN, *, data: bool = False) -> Path:
    """Return the Python of .venv with the pinned packages of ``files`` installed.

    Args:
        files: requirement files, relative to the project.
        data: also install requirements-data.txt, without what it depends on.

    Raises:
        PreparationError: a package could not be installed.
    """
    python = VENV / "bin" / "python"
    sets = [(files, ()), *([(DATA, ("--no-deps",))] if data else [])]
    if python.exists() and all(_is_installed(names) for names, _ in sets):
        return python
    instance = ROOT / "instance"
    instance.mkdir(exist_ok=True)
    with (instance / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # bin/run and bin/test may start together
        if not _works(python):
            with step("python", f"making .venv with Python {sys.version.split()[0]}"):
                _call([sys.executable, "-m", "venv", "--clear", str(VENV)], "making .venv failed")
        for names, flags in sets:
            if not _is_installed(names):
                _install(python, names, flags)
    return python


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0


def _is_installed(files: tuple[str, ...]) -> bool:
    stamp = _stamp(files)
    return stamp.exists() and stamp.read_text() == _digest([ROOT / name for name in files])


def _stamp(files: tuple[str, ...]) -> Path:
    return VENV / f".installed-{files[-1]}"


def _install(python: Path, files: tuple[str, ...], options: tuple[str, ...]) -> None:
    lines = sum("==" in line for name in files for line in (ROOT / name).open())
    with step("packages", f"installing {lines} pinned packages from {files[-1]}"):
        pip = [str(python), "-m", "pip", "install", "-qq", "--no-input", "--no-compile"]
        pip += ["--disable-pip-version-check", *options]
        for name in files:
            pip += ["-r", name]
        _call(pip, "pip could not install the packages: is the package index reachable?")
    _stamp(files).write_text(_digest([ROOT / name for name in files]))


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _call(command: list[str], failure: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "PYTHONPATH"}}
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        raise PreparationError(failure)
