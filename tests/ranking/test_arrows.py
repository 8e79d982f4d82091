"""The arrows of a leaderboard are in the sprite, which takes its names from templates."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_arrow_is_named_in_a_template() -> None:
    told = (ROOT / "app" / "ranking" / "shown.py").read_text(encoding="utf-8")
    arrows = set(re.findall(r'Move\("([a-z-]+)"', told))
    templates = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")
    )
    assert arrows
    assert {arrow for arrow in arrows if f"icon('{arrow}')" not in templates} == set()
