"""Rules of the house that a linter does not know."""

import ast
import json
import re
from pathlib import Path

from tests.architecture.conftest import sources
from tests.conftest import ROOT

CLOCK = {"app/kernel/clock.py", "app/kernel/jobs.py", "app/kernel/worker.py"}
MARKUP = ("app/kernel/text/",)  # the sanitiser calls text HTML for a living
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK|NotImplemented(?:Error)?)\b")
SKIPPED = {".git", ".venv", "node_modules", "instance", "static/dist", "app/translations"}
TEXT = {
    ".py",
    ".html",
    ".txt",
    ".js",
    ".css",
    ".md",
    ".mjs",
    ".toml",
    ".sh",
    ".yaml",
    ".in",
    ".json",
}


def _files() -> list[Path]:
    found = []
    for path in sorted(ROOT.rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        inside = any(name == skip or name.startswith(f"{skip}/") for skip in SKIPPED)
        wanted = path.suffix in TEXT or path.parent.name in {"bin", ".ci"}
        if wanted and not inside and "__pycache__" not in name and path.is_file():
            found.append(path)
    return found


def test_the_clock_is_asked_by_the_clock_alone() -> None:
    banned = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today"}
    wrong = [
        f"{source.name}:{node.lineno} {ast.unparse(node.func)}"
        for source in sources("app")
        if source.name not in CLOCK
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).removeprefix("datetime.") in banned
    ]
    assert wrong == []


def test_templates_never_switch_escaping_off() -> None:
    switches = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in (ROOT / "templates").rglob("*.html")
        for match in switches.finditer(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_code_calls_text_html_only_with_a_reason() -> None:
    """``Markup`` of a constant is harmless; of anything else the line must say why it is."""
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in sources("app")
        if not source.name.startswith(MARKUP)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"Markup", "markupsafe.Markup"}
        and any(not isinstance(argument, ast.Constant) for argument in node.args)
        and "noqa: S704 - " not in source.text.splitlines()[node.lineno - 1]
    ]
    assert wrong == []


def test_nothing_is_left_unfinished() -> None:
    allowed = {"tests/architecture/test_source_rules.py", "docs/decisions"}
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in _files()
        if not path.relative_to(ROOT).as_posix().startswith(tuple(allowed))
        for match in UNFINISHED.finditer(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_no_machine_is_named_in_the_tree() -> None:
    """No paths of a developer's machine, no package index by name."""
    pattern = re.compile("/(root|Users|work)/|/home/[a-z]|pypi-mirror|registry[.]npm")
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in _files()
        if path.name != "test_source_rules.py"
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_the_lock_file_names_no_host() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    named = [name for name, package in lock["packages"].items() if "resolved" in package]
    assert named == []


def test_pins_are_exact() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-data.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line.strip() and not line.strip().startswith("#"):
                assert re.match(r"^[a-z0-9._-]+(\[[a-z,]+\])?==\S+", line, re.IGNORECASE), line
