"""What the house rules are checked against: the sources, and an application without a database."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from tests.conftest import ROOT, test_config


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Return its path inside the project."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def domain(self) -> str:
        """Return the domain of app/ that it belongs to; empty for app/config.py and the like."""
        parts = self.path.relative_to(ROOT).parts
        return parts[1] if len(parts) > 2 and parts[0] == "app" else ""


@cache
def sources(folder: str) -> tuple[Source, ...]:
    """Return every Python file under a folder of the project."""
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Source(path, text, ast.parse(text)))
    return tuple(found)


@pytest.fixture(scope="session")
def bare_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application as it is built, on a database that nobody made."""
    folder = tmp_path_factory.mktemp("bare")
    return create_app(test_config(f"sqlite:///{folder / 'none.db'}", folder))
