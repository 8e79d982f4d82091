"""CSV, FlaskBB and Discourse: small samples of each, written after their own documentation."""

import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries as community
from app.identity.models import IdentityClue, Member
from app.integrations.movein.reading import Package, format_of
from app.integrations.movein.types import Format, PackageError
from app.kernel.db import db
from tests.community.reading import text_of
from tests.factories.identity import Browser
from tests.integrations.movein.packages import a_package, drifts, moved, told, troubles

# --- CSV -----------------------------------------------------------------------------------------

CSV = {
    "boards.csv": "id,name_zh,name_en,slug\n1,火锅,Hot pots,hot-pots\n",
    "members.csv": (
        "id,username,email,email_verified,created_at\n"
        "7,mei,mei@old.example,yes,2018-01-02T03:04:05+08:00\n8,bo,,,2019-01-01T00:00:00Z\n"
    ),
    "threads.csv": (
        "id,board,author,title,text,created_at,urls\n"
        '12,1,7,番茄锅,"煮了\n两个小时, 真的",2020-05-01T12:00:00Z,/t/12|/topic/12\n'
        '13,1,7,"Un""quoted","x",2020-05-01,\n'
    ),
    "replies.csv": "id,thread,author,text,created_at\na,12,8,真香,2020-05-01T13:00:00Z\n",
    "likes.csv": "thread,member\n12,8\n",
    "readme.txt": "not a part of it",
}


def test_csv_files_move_in(app: Flask, client: Browser, tmp_path: Path) -> None:
    for name, text in CSV.items():
        (tmp_path / name).write_text(text, encoding="utf-8-sig")
    assert format_of(Package(tmp_path)) is Format.CSV
    job = moved(tmp_path, form=Format.CSV)
    assert troubles(job) == [("no_zone", 4)]
    found = told()
    assert [row[0] for row in found] == ["番茄锅", 1]
    assert (found[0][5], found[1][1]) == (1, "真香")
    assert client.get("/topic/12-any-words").status_code == 301
    assert drifts() == []


def test_a_csv_of_another_encoding_is_named_by_its_lines(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "boards.csv").write_bytes("id,name\n1,火锅\n2,Soup\n".encode("gbk"))
    job = moved(tmp_path, form=Format.CSV)
    assert troubles(job) == [("not_utf8", 2)]
    assert job.counts["board"] == 1


# --- FlaskBB -------------------------------------------------------------------------------------

FLASKBB = """
CREATE TABLE users (id INTEGER PRIMARY KEY, username VARCHAR(200), email VARCHAR(200),
  password VARCHAR(120), date_joined DATETIME, signature TEXT, activated BOOLEAN);
CREATE TABLE categories (id INTEGER PRIMARY KEY, title VARCHAR(255));
CREATE TABLE forums (id INTEGER PRIMARY KEY, category_id INTEGER, title VARCHAR(255),
  description TEXT, external VARCHAR(200));
CREATE TABLE topics (id INTEGER PRIMARY KEY, forum_id INTEGER, title VARCHAR(255),
  user_id INTEGER, username VARCHAR(200), date_created DATETIME, first_post_id INTEGER,
  hidden BOOLEAN);
CREATE TABLE posts (id INTEGER PRIMARY KEY, topic_id INTEGER, user_id INTEGER,
  username VARCHAR(200), content TEXT, date_created DATETIME, date_modified DATETIME,
  hidden BOOLEAN);
INSERT INTO users VALUES (1, 'mei', 'mei@old.example', 'pbkdf2:sha256:x', '2015-01-02 03:04:05',
  'Soup first.', 1), (2, 'bo', 'bo@old.example', 'x', '2015-02-03 00:00:00.000000', NULL, 0);
INSERT INTO categories VALUES (1, 'Kitchen');
INSERT INTO forums VALUES (3, 1, 'Soups', 'All of them', NULL), (4, 1, 'Shop', '', 'https://x');
INSERT INTO topics VALUES
  (12, 3, 'Tomato soup', 1, 'mei', '2016-01-01 10:00:00', 20, 0),
  (13, 3, 'Hidden', 1, 'mei', '2016-01-01 10:00:00', 23, 1);
INSERT INTO posts VALUES
  (20, 12, 1, 'mei', '**Two** hours. See [this](/topic/12-tomato-soup).', '2016-01-01 10:00:00',
   '2016-01-02 10:00:00', 0),
  (21, 12, 2, 'bo', '> Two hours.' || char(10) || char(10) || '@mei really?',
   '2016-01-01 11:00:00', NULL, 0),
  (22, 12, NULL, 'gone', 'I was here.', '2016-01-01 12:00:00', NULL, 0),
  (23, 13, 1, 'mei', 'hidden', '2016-01-01 10:00:00', NULL, 0),
  (24, 12, 2, 'bo', 'taken down', '2016-01-01 13:00:00', NULL, 1);
"""


def _flaskbb(path: Path) -> Path:
    with sqlite3.connect(path) as base:
        base.executescript(FLASKBB)
    base.close()
    return path


def test_a_flaskbb_forum_moves_in(app: Flask, client: Browser, tmp_path: Path) -> None:
    place = _flaskbb(tmp_path / "flaskbb.sqlite")
    before = place.read_bytes()
    assert format_of(Package(place)) is Format.FLASKBB
    job = moved(place, form=Format.FLASKBB)
    assert troubles(job) == []
    found = told()
    assert [row[:2] for row in found] == [
        ("Tomato soup", "mei"), (1, "Two hours. @mei really?"), (2, "I was here.")
    ]  # fmt: skip
    assert found[0][2].isoformat() == "2016-01-01T10:00:00+00:00"
    assert place.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["flaskbb.sqlite"]
    for old in ("/topic/12-tomato-soup", "/topic/12", "/post/20", "/post/21"):
        answer = client.get(old)
        assert (answer.status_code, answer.location[:3]) == (301, "/p/")
    page = text_of(client.get(client.get("/topic/12").location))
    assert f'href="{client.get("/topic/12").location}"' in page
    assert client.get("/forum/3-soups").location == "/b/soups"
    # Only who had followed the link in his letter can be found by his address.
    clues = db.session.execute(sa.select(Member.display_name).join(
        IdentityClue, IdentityClue.member_id == Member.id)).scalars().all()  # fmt: skip
    assert clues == ["mei"]
    assert moved(place, form=Format.FLASKBB).counts["known"] == job.counts["read"]
    assert drifts() == []


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + b"\0" * 4_000, b"nothing"])
def test_another_file_is_no_flaskbb(app: Flask, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "forum.db").write_bytes(content)
    with pytest.raises(PackageError):
        moved(tmp_path, form=Format.FLASKBB)


def test_another_database_is_no_flaskbb(app: Flask, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "forum.db") as base:
        base.execute("CREATE VIEW users AS SELECT 1 AS id")
    base.close()
    with pytest.raises(PackageError):
        moved(tmp_path, form=Format.FLASKBB)


# --- Discourse -----------------------------------------------------------------------------------


def _post(number: int, user: int, **more: Any) -> dict[str, Any]:
    return {
        "id": 100 + number, "user_id": user, "username": {1: "mei", 2: "bo.b"}.get(user, ""),
        "created_at": f"2019-03-0{number}T10:00:00.123Z", "post_number": number, "post_type": 1,
        "updated_at": "2019-04-01T10:00:00.000Z", "version": 1, "topic_id": 12, **more,
    }  # fmt: skip


DISCOURSE: dict[str, Any] = {
    "categories.json": {"category_list": {"categories": [
        {"id": 5, "name": "Soups", "slug": "soups", "description_text": "All of them",
         "subcategory_list": [{"id": 6, "name": "Clear", "slug": "clear"}]},
    ]}},
    "u/mei.json": {"user": {"id": 1, "username": "mei", "name": "Mei", "bio_raw": "Soup first.",
                            "created_at": "2018-01-01T00:00:00.000Z", "admin": True}},
    "t/12.json": {
        "id": 12, "title": "Tomato soup", "category_id": 6, "archetype": "regular",
        "post_stream": {"posts": [
            _post(1, 1, raw="Two hours.\n\n![soup|690x388](upload://abc.png)", version=2),
            _post(2, 2, cooked='<p>Really? <a class="mention" href="/u/mei">@mei</a></p>',
                  reply_to_post_number=1),
            _post(3, 1, raw="joined", post_type=3),
        ]},
    },
    "t/12/posts-2.json": {"post_stream": {"posts": [
        _post(4, 9, reply_to_post_number=2,
              raw='[quote="bo.b, post:2, topic:12"]\nReally?\n[/quote]\n\nYes. /t/12/2'),
        _post(5, 1, raw="gone", user_deleted=True),
    ]}},
    "t/13.json": {"id": 13, "title": "A letter", "archetype": "private_message",
                  "post_stream": {"posts": [_post(1, 1, raw="secret", topic_id=13)]}},
    "likes/12-2.json": {"post_action_users": [{"id": 1, "username": "mei"}]},
}  # fmt: skip
USERS = (
    "id,name,username,email,title,created_at,active,admin\n"
    "1,Mei,mei,mei@old.example,,2018-01-01 00:00:00 UTC,true,true\n"
    "2,Bo,bo.b,bo@old.example,,2018-02-01 00:00:00 UTC,false,false\n"
)


def _discourse(place: Path) -> Path:
    with zipfile.ZipFile(place, "w") as archive:
        for name, told_so in DISCOURSE.items():
            archive.writestr(f"export/{name}", json.dumps(told_so))
        archive.writestr("export/user-list-190401.csv", USERS)
        archive.writestr("export/t/broken.json", '{"id": 14, "title"')
    return place


def test_a_discourse_forum_moves_in(app: Flask, client: Browser, tmp_path: Path) -> None:
    place = _discourse(tmp_path / "discourse.zip")
    assert format_of(Package(place)) is Format.DISCOURSE
    job = moved(place, form=Format.DISCOURSE)
    assert troubles(job) == [("not_json", 1)]
    found = told()
    assert [row[:2] for row in found] == [
        ("Tomato soup", "Mei"), (1, "Really? @Mei"), (2, "@Bo ↗ Really? Yes. /t/12/2")
    ]  # fmt: skip
    assert (found[0][3] is not None, found[1][5], found[2][2]) == (True, 1, 1)
    code = client.get("/t/tomato-soup/12").location
    for old, new in (
        ("/t/tomato-soup/12/2", f"{code}#f-1"), ("/t/12/4", f"{code}#f-2"), ("/t/12/99", code),
        ("/t/tomato-soup/12/1", code), ("/c/soups/clear/6", "/b/clear"),
    ):  # fmt: skip
        answer = client.get(old)
        assert (answer.status_code, answer.location) == (301, new)
    page = text_of(client.get(code))
    assert f'href="{code}#f-1"' in page
    assert db.session.scalar(sa.text("SELECT count(*) FROM member_role")) == 0
    assert moved(place, form=Format.DISCOURSE).counts["known"] > 5
    assert drifts() == []


# --- old addresses -------------------------------------------------------------------------------


def test_old_addresses_lead_to_where_things_stand_now(
    app: Flask, client: Browser, tmp_path: Path, count_statements: Any
) -> None:
    moved(a_package(tmp_path))
    code = db.session.scalar(
        sa.select(community.THREAD.c.code).where(community.THREAD.c.title == "番茄锅")
    )
    db.session.rollback()
    with count_statements() as seen:
        answer = client.get("/t/any-words/12/3?u=mei")
    assert (answer.status_code, answer.location) == (301, f"/p/{code}#f-2")
    assert len(seen) == 1
    assert client.get("/t/any-words/99").status_code == 404
    assert client.post("/t/any-words/12/3").status_code in {400, 404, 405}
    assert client.head("/t/any-words/12/3").status_code == 404
    yid = db.session.scalar(sa.select(Member.yid).where(Member.display_name == "Mei"))
    assert client.get("/u/mei").location == f"/u/{yid}"
    assert client.get("/u/MEI").status_code == 404
    assert client.get("/c/pots/1").location == "/b/hot-pots"
    page = text_of(client.get(client.get("/t/13").location))
    assert f'href="/p/{code}#f-2"' in page
    assert f'href="/p/{code}"' in page
    assert f'href="/u/{yid}"' in page


def test_a_page_of_ours_is_never_taken_over(app: Flask, client: Browser, tmp_path: Path) -> None:
    row = {"type": "board", "id": 1, "name": "Evil", "slug": "evil", "urls": ["/", "/signin", "/b"]}
    moved(a_package(tmp_path, [row]))
    assert [client.get(path).status_code for path in ("/", "/signin", "/b")] == [200, 200, 200]
