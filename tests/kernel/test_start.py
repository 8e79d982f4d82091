"""A start is quick: what the last one compiled is taken as it is."""

from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from tests.conftest import test_config as config_for

NAME = "errors/404.html"


def _start(folder: Path) -> Flask:
    return create_app(config_for(f"sqlite:///{folder / 'start.db'}", folder, testing=False))


def test_templates_are_compiled_once_for_all_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _start(tmp_path).jinja_env.get_template(NAME)
    again = _start(tmp_path)
    monkeypatch.setattr(again.jinja_env, "compile", None)  # whoever compiles, fails
    assert again.jinja_env.get_template(NAME).name == NAME


def test_nobody_else_may_write_what_is_run(tmp_path: Path) -> None:
    _start(tmp_path)
    assert (tmp_path / "templates").stat().st_mode & 0o077 == 0
