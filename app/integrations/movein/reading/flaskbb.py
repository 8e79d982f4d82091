"""A FlaskBB forum from its SQLite file, read only.

Source: FlaskBB's models (users, forums, topics, posts). Columns that an older or newer version
lacks are left out.

Texts are Markdown; moments are UTC without a zone. Passwords, groups and permissions are not
read.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.integrations.movein.reading.lines import Raw
from app.integrations.movein.reading.package import Package
from app.integrations.movein.types import PackageError, Problem
from app.kernel import sqlite
from app.kernel.i18n import lazy_gettext as _l

HEAD = b"SQLite format 3\x00"
# What is read of each table; those with a star may be missing.
COLUMNS = {
    "users": ("id", "username", "email", "date_joined", "*signature", "*activated"),
    "forums": ("id", "title", "*description", "*external"),
    "topics": (
        "id", "forum_id", "title", "user_id", "username", "date_created", "first_post_id",
        "*hidden",
    ),
    "posts": (
        "id", "topic_id", "user_id", "username", "content", "date_created", "*date_modified",
        "*hidden",
    ),
}  # fmt: skip


def flaskbb_rows(package: Package) -> Iterator[Raw | Problem]:
    """Yield boards, members, threads and replies of the database in a package.

    Raises:
        PackageError: there is no such database in it.
    """
    name = _database_in(package)
    with package.on_disk(name) as path:
        yield from _rows(path, name)


def _database_in(package: Package) -> str:
    for name in package.names:
        if name.lower().endswith((".sqlite", ".sqlite3", ".db")):
            with package.open(name) as stream:
                if stream.read(len(HEAD)) == HEAD:
                    return name
    raise PackageError(_l("There is no SQLite file (.sqlite, .db) of FlaskBB in it."))


def _rows(path: Path, part: str) -> Iterator[Raw | Problem]:
    driver = sqlite.driver()
    # Immutable: not even a journal is written beside it.
    base = driver.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        base.execute("PRAGMA trusted_schema=OFF")
        base.execute("PRAGMA query_only=ON")
        base.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        tables = {name: _columns(base, name) for name in COLUMNS}
        for table, make in (
            ("forums", _board), ("users", _member), ("topics", _thread), ("posts", _reply)
        ):  # fmt: skip
            for row in _select(base, table, tables[table]):
                if (made := make(row)) is not None:
                    yield made, part, row["id"]
    except (driver.DatabaseError, KeyError, ValueError) as error:
        raise PackageError(_l("This is no database of FlaskBB, or it is damaged.")) from error
    finally:
        base.close()


def _columns(base: Any, table: str) -> list[str]:
    kind = base.execute("SELECT type FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    there = {row[1] for row in base.execute(f"PRAGMA table_info({table})")}
    needed = {name for name in COLUMNS[table] if not name.startswith("*")}
    if kind != ("table",) or not needed <= there:
        raise PackageError(_l("This is no database of FlaskBB, or it is damaged."))
    wanted = [name.lstrip("*") for name in COLUMNS[table]]
    return [name for name in wanted if name in there]


def _select(base: Any, table: str, columns: list[str]) -> Iterator[dict[str, Any]]:
    names = [f"t.{name}" for name in columns]
    join = ""
    if table == "topics":  # a thread's text is its first post
        names += ["p.content", "p.date_modified" if _has(base, "date_modified") else "NULL"]
        join = " LEFT JOIN posts p ON p.id = t.first_post_id"
        columns = [*columns, "content", "date_modified"]
    elif table == "posts":
        names.append("o.id")
        join = " LEFT JOIN topics o ON o.first_post_id = t.id"
        columns = [*columns, "opens"]
    statement = f"SELECT {', '.join(names)} FROM {table} t{join} ORDER BY t.id"  # noqa: S608 - our own names
    for row in base.execute(statement):
        yield dict(zip(columns, row, strict=True))


def _has(base: Any, column: str) -> bool:
    return any(row[1] == column for row in base.execute("PRAGMA table_info(posts)"))


def _utc(text: Any) -> str | None:
    return f"{text}Z" if isinstance(text, str) and text else None


def _board(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row.get("external"):  # a link to elsewhere
        return None
    return {
        "type": "board", "id": row["id"], "name": row["title"], "about": row.get("description"),
        "url": f"/forum/{row['id']}",
    }  # fmt: skip


def _member(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "member",
        "id": row["id"],
        "username": row["username"],
        "email": row["email"],
        "email_verified": bool(row.get("activated")),
        "created_at": _utc(row["date_joined"]),
        "bio": row.get("signature"),
        "url": f"/user/{row['username']}",
    }


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "author": row["user_id"],
        "text": row["content"],
        "created_at": _utc(row["date_created"]),
        "edited_at": _utc(row.get("date_modified")),
    }


def _thread(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row.get("hidden"):
        return None
    return {
        **_written(row),
        "type": "thread",
        "board": row["forum_id"],
        "title": row["title"],
        "urls": [f"/topic/{row['id']}", f"/post/{row['first_post_id']}"],
    }


def _reply(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row.get("hidden") or row["opens"] is not None:
        return None
    return {
        **_written(row), "type": "reply", "thread": row["topic_id"], "url": f"/post/{row['id']}"
    }  # fmt: skip
