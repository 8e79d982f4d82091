"""What is pinned installs on the oldest Python that the README names."""

from importlib import metadata
from pathlib import Path

from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]
OLDEST = "3.11.0"


def _pinned() -> dict[str, str]:
    lines = [
        line.split(";")[0].strip().rstrip("\\").strip()
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / name).read_text().splitlines()
        if "==" in line and not line.lstrip().startswith("#")
    ]
    return dict(line.split("==", 1) for line in lines)


def test_every_pin_installs_on_the_oldest_python() -> None:
    pinned = _pinned()
    assert len(pinned) > 50
    wants = {}
    for name in pinned:
        try:
            wants[name] = (
                metadata.distribution(name.split("[")[0]).metadata["Requires-Python"] or ""
            )
        except metadata.PackageNotFoundError:  # not for this machine
            continue
    assert {n: w for n, w in wants.items() if OLDEST not in SpecifierSet(w)} == {}
