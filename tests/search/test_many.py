"""Words that many entries have: PostgreSQL walks for them, and finds what it would find at once."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service as community
from app.community.service import watching
from app.community.types import SeedThread
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.search.queries import fitting
from app.search.types import Sort
from tests.factories.community import some_boards
from tests.factories.goods import a_product
from tests.factories.search import ids_of, search

ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("锅", {}),
    ("火锅", {}),
    ("麻辣锅", {}),
    ("麻辣锅 番茄", {}),
    ("spicy", {}),
    ("第三锅", {}),
    ("锅", {"sort": Sort.NEWEST}),
    ("麻辣锅", {"sort": Sort.NEWEST, "has_photo": True}),
    ("没有的", {}),
)


@pytest.fixture
def posts(app: Flask, alice: MemberRow, bob: MemberRow) -> str:
    """Sixty posts of two writers in ninety days; some say it in the title, some are called so."""
    some_boards()
    start = clock.now() - timedelta(days=90)
    titles = ("麻辣锅", "番茄麻辣锅", "第三锅", "spicy pot", "火锅")
    community.seed_threads(
        [
            SeedThread(
                (alice, bob)[n % 3 == 0].id, "pot", titles[n % 5],
                ("麻辣锅，番茄火锅。", "今晚的锅 spicier")[n % 7 == 0],
                start + timedelta(days=n * 3 / 2),
            )
            for n in range(60)
        ]
    )  # fmt: skip
    a_product(name_zh="麻辣锅底料")
    return bob.yid


def _everything(**more: Any) -> list[Any]:
    found = []
    for text, options in ASKED:
        both = {**options, **more}
        found.append((text, ids_of(text, **both), dict(search(text, **both).counts)))
    return found


def test_walking_finds_what_the_index_finds(
    posts: str, alice: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching.block(alice.id, posts)
    today = clock.business_date()
    month = {"since": today - timedelta(days=60), "until": today - timedelta(days=30)}
    wanted = [_everything(), _everything(viewer_id=alice.id), _everything(**month)]
    assert all(any(ids for _, ids, _ in each) for each in wanted)
    for most in (1, 7):
        monkeypatch.setattr(fitting, "MANY_WORDS", most)
        monkeypatch.setattr(fitting, "MANY_PHRASES", most)
        walked = [_everything(), _everything(viewer_id=alice.id), _everything(**month)]
        assert walked == wanted


def test_a_search_takes_the_index_whatever_the_planner_believes(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("the planner of PostgreSQL")
    query = "SELECT proname, proconfig FROM pg_proc WHERE proname LIKE 'search\\_fitting%'"
    ways = {name: set(way) for name, way in db.session.execute(sa.text(query))}
    only = {"enable_seqscan=off", "enable_indexscan=off"}
    assert ways == {"search_fitting": only, "search_fitting_days": only}
