"""Exports of other communities: a FlaskBB database and a folder of Discourse's JSON, generated.

Threads of three years with five replies each by a tenth as many members, sentences of real reviews,
quotes, names and links to one another. The same seed makes the same export.
"""

import csv
import io
import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.searching import SEED, Words

REPLIES = 5
BOARDS = 8
LIKED_OF = 4  # every so many threads have somebody who liked them
PHOTO_OF = 100  # every so many threads of Discourse have a picture
START = datetime(2021, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=3 * 365)

_FLASKBB = """
CREATE TABLE users (id INTEGER PRIMARY KEY, username VARCHAR(200), email VARCHAR(200),
  password VARCHAR(120), date_joined DATETIME, signature TEXT, activated BOOLEAN);
CREATE TABLE forums (id INTEGER PRIMARY KEY, category_id INTEGER, title VARCHAR(255),
  description TEXT, external VARCHAR(200));
CREATE TABLE topics (id INTEGER PRIMARY KEY, forum_id INTEGER, title VARCHAR(255),
  user_id INTEGER, username VARCHAR(200), date_created DATETIME, first_post_id INTEGER,
  hidden BOOLEAN);
CREATE TABLE posts (id INTEGER PRIMARY KEY, topic_id INTEGER, user_id INTEGER,
  username VARCHAR(200), content TEXT, date_created DATETIME, date_modified DATETIME,
  hidden BOOLEAN);
"""


@dataclass(frozen=True, slots=True)
class Told:
    """How many of each an export holds."""

    boards: int
    members: int
    threads: int
    replies: int
    likes: int

    @property
    def rows(self) -> int:
        """Return all of them together."""
        return self.boards + self.members + self.threads + self.replies + self.likes


def flaskbb(path: Path, threads: int) -> Told:
    """Write a FlaskBB database; return what is in it."""
    told = _told(threads, likes=0)
    words, chance = _talk()
    posts = 0
    with sqlite3.connect(path) as base:
        base.executescript(_FLASKBB)
        base.executemany(
            "INSERT INTO users VALUES (?, ?, ?, 'pbkdf2:sha256:x', ?, ?, ?)",
            (
                (n, _name(n), f"{_name(n)}@old.example", _plain(_joined(n)), "", n % 9 != 0)
                for n in range(1, told.members + 1)
            ),
        )
        base.executemany(
            "INSERT INTO forums VALUES (?, 1, ?, ?, NULL)",
            ((n, f"老版 {n}", words.text(20)) for n in range(1, told.boards + 1)),
        )
        for n in range(1, threads + 1):
            posts += 1
            at, author = _written(n, threads), chance.randrange(told.members) + 1
            topic = (
                n, n % told.boards + 1, words.text(12)[:24], author, _name(author), _plain(at),
                posts, 0,
            )  # fmt: skip
            base.execute("INSERT INTO topics VALUES (?, ?, ?, ?, ?, ?, ?, ?)", topic)
            rows = [(posts, n, author, _name(author), words.text(120), _plain(at), None, 0)]
            for floor in range(1, REPLIES + 1):
                posts += 1
                who = chance.randrange(told.members) + 1
                text = f"@{_name(author)} {words.text(40)}\n\n[前文](/topic/{max(1, n - floor)})"
                after = _plain(at + timedelta(hours=floor))
                rows.append((posts, n, who, _name(who), text, after, None, 0))
            base.executemany("INSERT INTO posts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    base.close()
    return told


def discourse(folder: Path, threads: int, photo: Callable[[int], bytes]) -> Told:
    """Write a folder of Discourse's JSON; return what is in it.

    Args:
        folder: is made.
        threads: how many.
        photo: makes a picture, of a number.
    """
    told = _told(threads, likes=threads // LIKED_OF)
    words, chance = _talk()
    for name in ("t", "u", "likes", "uploads"):
        (folder / name).mkdir(parents=True)
    boards = [
        {"id": n, "name": f"老版 {n}", "slug": f"old-{n}", "description_text": words.text(20)}
        for n in range(1, told.boards + 1)
    ]
    _write(folder / "categories.json", {"category_list": {"categories": boards}})
    (folder / "user-list.csv").write_text(_users(told.members), encoding="utf-8")
    for n in range(1, threads + 1):
        if n % PHOTO_OF == 0:
            (folder / "uploads" / f"p{n}.jpg").write_bytes(photo(n))
        posts = list(_posts(n, threads, told.members, words, chance))
        topic = {
            "id": n, "title": words.text(12)[:24], "category_id": n % told.boards + 1,
            "archetype": "regular", "post_stream": {"posts": posts},
        }  # fmt: skip
        _write(folder / "t" / f"{n}.json", topic)
        if n % LIKED_OF == 0:
            other = posts[0]["user_id"] % told.members + 1
            liked = {"post_action_users": [{"id": other}]}
            _write(folder / "likes" / f"{n}-1.json", liked)
    return told


def _posts(
    n: int, threads: int, members: int, words: Words, chance: random.Random
) -> Iterator[dict[str, Any]]:
    at, before = _written(n, threads), 0
    for number in range(1, REPLIES + 2):
        author = chance.randrange(members) + 1
        text = words.text(120 if number == 1 else 40)
        if number == 1 and n % PHOTO_OF == 0:
            text += f"\n\n![锅|320x240](upload://p{n}.jpg)"
        if number > 1:
            quoted = f'[quote="{_name(before)}, post:{number - 1}, topic:{n}"]\n真香\n[/quote]'
            text = f"{quoted}\n\n@{_name(before)} {text}\n\n/t/{max(1, n - number)}/1"
        said = (at + timedelta(hours=number)).isoformat().replace("+00:00", "Z")
        yield {
            "id": n * 10 + number, "user_id": author, "username": _name(author), "topic_id": n,
            "created_at": said, "updated_at": said, "version": 1, "post_number": number,
            "post_type": 1, "raw": text,
            "reply_to_post_number": number - 1 if number > 1 else None,
        }  # fmt: skip
        before = author


def _users(members: int) -> str:
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(("id", "name", "username", "email", "created_at", "active"))
    for n in range(1, members + 1):
        joined = f"{_joined(n):%Y-%m-%d %H:%M:%S} UTC"
        active = "true" if n % 9 else "false"
        rows.writerow((n, f"老客 {n}", _name(n), f"{_name(n)}@old.example", joined, active))
    return file.getvalue()


def _told(threads: int, *, likes: int) -> Told:
    return Told(BOARDS, max(20, threads // 10), threads, threads * REPLIES, likes)


def _talk() -> tuple[Words, random.Random]:
    chance = random.Random(SEED)
    return Words(chance), chance


def _name(n: int) -> str:
    return f"lao{n}"


def _joined(n: int) -> datetime:
    return START - timedelta(days=30) + timedelta(minutes=n)


def _written(n: int, threads: int) -> datetime:
    return START + SPAN / threads * n


def _plain(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _write(path: Path, said: Any) -> None:
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
