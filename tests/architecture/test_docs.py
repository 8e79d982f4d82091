"""Generated pages are fresh, every setting is documented, every decision and word has its page."""

import re
import tomllib
from pathlib import Path

from flask import Flask

from app.config import Config
from app.kernel import docs_cli
from tests.conftest import ROOT

VARIABLE = re.compile(r"\bPOTLUCK_[A-Z][A-Z_]*[A-Z]\b")
FOR_TESTS = {
    "POTLUCK_TEST_POSTGRES_URL",
    "POTLUCK_TEST_REDIS_URL",
    "POTLUCK_CHROMIUM",
    "POTLUCK_PYTHON",
}
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def test_generated_pages_are_what_the_code_says(bare_app: Flask) -> None:
    with bare_app.app_context():
        assert docs_cli.stale() == [], "run: flask docs write"


def test_every_setting_is_listed_in_the_example() -> None:
    read = {
        name
        for folder in ("app", "tools")
        for path in (ROOT / folder).rglob("*.py")
        for name in VARIABLE.findall(path.read_text(encoding="utf-8"))
    }
    listed = [name for name, _default, _meaning in docs_cli.settings(ROOT / ".env.example")]
    assert len(listed) == len(set(listed)), "a setting is listed twice"
    assert set(listed) == read - FOR_TESTS


def test_every_setting_says_what_it_means() -> None:
    settings = list(docs_cli.settings(ROOT / ".env.example"))
    assert [name for name, _default, meaning in settings if len(meaning) < 12] == []


def test_the_examples_defaults_are_the_codes(tmp_path: Path) -> None:
    """Reading every default of .env.example gives the same configuration as reading none."""
    own = {"POTLUCK_INSTANCE_DIR": str(tmp_path), "POTLUCK_SECRET_KEY": "0123456789abcdef" * 4}
    written = {
        name: default
        for name, default, _meaning in docs_cli.settings(ROOT / ".env.example")
        if default
    }
    assert Config.from_env({**written, **own}) == Config.from_env(own)


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_the_readme_names_what_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:bin|docs|app|bench|tools|tests|migrations)/[\w/.-]*)`", text)
    assert named, "the README has no map"
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_changelog_knows_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
