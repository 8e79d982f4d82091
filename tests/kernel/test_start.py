"""A start is quick: what the last one compiled is taken as it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from tests.conftest import ROOT
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


def test_what_python_compiled_is_kept_where_nothing_may_lie_beside_the_sources(
    tmp_path: Path,
) -> None:
    script = (
        "import os, sys; sys.path.insert(0, 'tools'); import start; start.keep_compiled();"
        "print(os.environ.get('PYTHONDONTWRITEBYTECODE'), os.environ['PYTHONPYCACHEPREFIX'])"
    )
    forbidden = {
        "PYTHONDONTWRITEBYTECODE": "1", "POTLUCK_INSTANCE_DIR": str(tmp_path / "instance"),
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"}
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, env=kept | forbidden, capture_output=True, text=True, timeout=60, check=True,
    ).stdout.split()  # fmt: skip
    folder = tmp_path / "instance" / "pycache"
    assert told == ["None", str(folder)]
    assert folder.stat().st_mode & 0o077 == 0
