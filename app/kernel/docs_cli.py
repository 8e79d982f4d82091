"""``flask docs``: pages of docs/generated, printed from the code so that they cannot be wrong."""

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.config import ROOT
from app.kernel import facts, jobs
from app.kernel.permissions import ROLE_PERMISSIONS, Permission, Role

FOLDER = ROOT / "docs" / "generated"
SETTING = re.compile(r"^#?\s?(POTLUCK_[A-Z_]+)=(.*)$")
HEAD = "<!-- Written by `flask docs write`. Change the code, not this page. -->\n"

group = AppGroup("docs", help="Pages of docs/generated, printed from the code.")


@group.command("write")
def write_command() -> None:
    """Write every page of docs/generated."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        click.echo(f"docs/generated/{name}")


@group.command("check")
def check_command() -> None:
    """Name the pages that are not what the code says (exit 1)."""
    old = stale()
    for name in old:
        click.echo(f"docs/generated/{name} is out of date")
    if old:
        click.echo("run: flask docs write")
        sys.exit(1)


def stale() -> list[str]:
    """Return the pages that differ from what the code says, and pages that nobody prints."""
    wanted = pages()
    standing = {p.name: p.read_text(encoding="utf-8") for p in FOLDER.glob("*.md")}
    return sorted(n for n in {*wanted, *standing} if wanted.get(n) != standing.get(n))


def pages() -> dict[str, str]:
    """Return every page: file name -> text."""
    makers: dict[str, Callable[[], Iterator[str]]] = {
        "permissions.md": _permissions,
        "settings.md": _settings,
        "pages.md": _pages,
        "facts.md": _facts,
        "sweeps.md": _sweeps,
    }
    return {name: HEAD + "\n".join(maker()) + "\n" for name, maker in makers.items()}


def _permissions() -> Iterator[str]:
    yield "\n# Roles and permissions\n"
    yield f"| permission | {' | '.join(role.value for role in Role)} |"
    yield f"| --- |{' :-: |' * len(Role)}"
    for permission in Permission:
        marks = ("✓" if permission in ROLE_PERMISSIONS[role] else " " for role in Role)
        yield f"| `{permission.value}` | {' | '.join(marks)} |"


def _settings() -> Iterator[str]:
    yield "\n# Settings\n"
    yield "Read from the environment, else from `.env` (see `.env.example`).\n"
    yield "| setting | default | meaning |"
    yield "| --- | --- | --- |"
    for name, default, meaning in settings(ROOT / ".env.example"):
        yield f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |"


def settings(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (name, default, meaning) of every setting that ``.env.example`` lists."""
    meaning: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := SETTING.match(line):
            yield found[1], found[2].strip().strip('"'), " ".join(meaning)
            meaning = []
        elif line.startswith("# ") and not line.startswith("# ---"):
            meaning.append(line[2:])
        else:
            meaning = []


def _pages() -> Iterator[str]:
    yield "\n# Pages\n"
    yield "Who may come in: `public`, `member`, or a permission.\n"
    yield "| address | methods | who | endpoint |"
    yield "| --- | --- | --- | --- |"
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint)):
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        who = getattr(current_app.view_functions[rule.endpoint], "__access__", "?")
        yield f"| `{rule.rule}` | {methods} | {who} | `{rule.endpoint}` |"


def _facts() -> Iterator[str]:
    yield "\n# Facts\n"
    yield "What happened, kept for ever; who hears of it.\n"
    yield "| fact | fields | meaning | listeners |"
    yield "| --- | --- | --- | --- |"
    # By name: a dataclass with slots is made twice, and the first one lingers.
    kinds = {kind.name: kind for kind in _fact_types(facts.Fact)}
    for _, kind in sorted(kinds.items()):
        named = ", ".join(f"`{each.name}`" for each in fields(kind))
        heard = ", ".join(f"`{name}`" for name in _listeners_of(kind.name))
        yield f"| `{kind.name}` | {named} | {_first_line(kind)} | {heard} |"


def _fact_types(base: type[facts.Fact]) -> Iterator[type[facts.Fact]]:
    for kind in base.__subclasses__():
        if kind.__module__.startswith("app."):
            yield kind
        yield from _fact_types(kind)


def _listeners_of(name: str) -> list[str]:
    return sorted(listener.name for listener in facts._listeners[name])  # noqa: SLF001 - the kernel's own


def _sweeps() -> Iterator[str]:
    yield "\n# Sweeps\n"
    yield "What the worker does by itself.\n"
    yield "| sweep | when | what |"
    yield "| --- | --- | --- |"
    for each in jobs.sweeps():
        when = f"daily from {each.at:%H:%M}" if each.at else f"every {_in_words(each.every)}"
        yield f"| `{each.name}` | {when} | {each.purpose} |"


def _in_words(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {word}"
    return f"{seconds} s"


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def init_app(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(group)
