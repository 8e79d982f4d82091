"""A Discourse forum from a folder of the JSON that its own addresses give.

``categories.json`` (or ``site.json``), ``t/<id>.json`` with further pages of posts in any file
below ``t/``, ``u/<name>.json``, the user list's CSV, ``likes/<topic>-<post number>.json`` (from
``/post_action_users.json?id=…&post_action_type_id=2``), uploads under their short names or paths.
Source: Discourse's serializers (post, topic view, user). docs/migration-in.md has the whole list.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from typing import Any

from app.integrations.movein.reading.lines import Raw
from app.integrations.movein.reading.package import Package
from app.integrations.movein.types import MAX_LINE, Problem, Trouble

REGULAR = 1  # post_type: others are notes of moderators and small actions
MAX_FILE = 64 * 1024 * 1024


def discourse_rows(package: Package) -> Iterator[Raw | Problem]:
    """Yield boards, members, threads, replies and likes."""
    yield from _boards(package)
    yield from _members(package)
    for name in package.names:
        if _is_below(name, "t"):
            yield from _topic(package, name)
    for name in package.names:
        if _is_below(name, "likes"):
            yield from _likes(package, name)


def _is_below(name: str, folder: str) -> bool:
    return name.lower().endswith(".json") and f"/{name}".rpartition(f"/{folder}/")[1] != ""


def _load(package: Package, name: str) -> Any:
    """Return what a file says, or what is wrong with it."""
    with package.open(name) as stream:
        data = stream.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        return Problem(Trouble.LINE_TOO_LONG, 1, part=name)
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Problem(Trouble.NOT_UTF8, 1, part=name)
    except (ValueError, RecursionError):
        return Problem(Trouble.NOT_JSON, 1, part=name)


def _dict(value: Any, *names: str) -> dict[str, Any]:
    """Follow names into nested objects; what is none is an empty one."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _boards(package: Package) -> Iterator[Raw | Problem]:
    for name in package.names:
        if name.rpartition("/")[2] not in {"categories.json", "site.json"}:
            continue
        told = _load(package, name)
        if isinstance(told, Problem):
            yield told
            continue
        listed = _dicts(_dict(told, "category_list").get("categories"))
        for each in _with_children(listed or _dicts(_dict(told).get("categories"))):
            yield _board(each), name, 1


def _with_children(categories: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield categories and those below them: two levels, as Discourse has by default, or three."""
    waiting = [(each, 0) for each in reversed(categories)]
    while waiting:
        each, depth = waiting.pop()
        yield each
        if depth < 2:  # noqa: PLR2004 - the third level
            below = _dicts(each.get("subcategory_list"))
            waiting += [(child, depth + 1) for child in reversed(below)]


def _board(each: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "board", "id": each.get("id"), "name": each.get("name"),
        "about": each.get("description_text"), "slug": each.get("slug"),
        "url": f"/c/{each.get('id')}",
    }  # fmt: skip


def _members(package: Package) -> Iterator[Raw | Problem]:
    """Yield people: those of the list know their addresses, pages know what they say."""
    listed: dict[str, tuple[Mapping[str, Any], str, int]] = {}
    for name in package.names:
        if name.lower().endswith(".csv"):
            listed.update(_list_of(package, name))
    for name in package.names:
        if not _is_below(name, "u"):
            continue
        told = _load(package, name)
        if isinstance(told, Problem):
            yield told
            continue
        user = _dict(told, "user")
        known = listed.pop(str(user.get("username", "")).lower(), None)
        yield _member(user, known[0] if known else {}), name, 1
    for row, name, line in listed.values():
        yield _member({}, row), name, line


def _list_of(package: Package, name: str) -> Iterator[tuple[str, tuple[Any, str, int]]]:
    """Yield the rows of Discourse's own export of users, by name."""
    with package.open(name) as stream:
        text = TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
        csv.field_size_limit(MAX_LINE)
        rows = csv.DictReader(text)
        try:
            if not {"id", "username", "email"} <= set(rows.fieldnames or ()):
                return
            for row in rows:
                yield str(row["username"]).lower(), (row, name, rows.line_num)
        except csv.Error:
            return
        finally:
            text.detach()


def _member(user: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    username = user.get("username") or row.get("username")
    email = row.get("email") or user.get("email")
    made = user.get("created_at") or str(row.get("created_at") or "").replace(" UTC", "Z")
    return {
        "type": "member",
        "id": user.get("id") or row.get("id"),
        "username": username,
        "name": user.get("name") or row.get("name"),
        "bio": user.get("bio_raw"),
        "created_at": made,
        "email": email,
        # An account becomes active by the link in a letter to its address.
        "email_verified": bool(email) and str(row.get("active", "")).lower() == "true",
        "avatar": user.get("avatar_file"),
        "url": f"/u/{username}",
    }


def _topic(package: Package, name: str) -> Iterator[Raw | Problem]:
    told = _load(package, name)
    if isinstance(told, Problem):
        yield told
        return
    topic = _dict(told)
    if topic.get("archetype", "regular") != "regular" or topic.get("deleted_at"):
        return
    for post in _dicts(_dict(topic, "post_stream").get("posts")):
        skipped = (
            post.get("post_type", REGULAR) != REGULAR
            or post.get("hidden")
            or post.get("deleted_at")
            or post.get("user_deleted")
        )
        if skipped:
            continue
        if post.get("post_number") == 1:
            yield _thread(topic, post), name, 1
        else:
            yield _reply(post), name, 1


def _written(post: Mapping[str, Any]) -> dict[str, Any]:
    raw = post.get("raw")
    version = post.get("version")
    is_edited = isinstance(version, int) and version > 1
    return {
        "author": post.get("user_id"),
        "text": raw if raw is not None else post.get("cooked"),
        "format": "discourse" if raw is not None else "html",
        "created_at": post.get("created_at"),
        "edited_at": post.get("updated_at") if is_edited else None,
    }


def _thread(topic: Mapping[str, Any], post: Mapping[str, Any]) -> dict[str, Any]:
    number = topic.get("id") or post.get("topic_id")
    return {
        **_written(post),
        "type": "thread",
        "id": number,
        "board": topic.get("category_id"),
        "title": topic.get("title"),
        "urls": [f"/t/{number}", f"/t/{number}/1"],
    }


def _reply(post: Mapping[str, Any]) -> dict[str, Any]:
    topic, number = post.get("topic_id"), post.get("post_number")
    answered = post.get("reply_to_post_number")
    return {
        **_written(post),
        "type": "reply",
        "id": f"{topic}/{number}",
        "thread": topic,
        "number": number,
        "reply_to": f"{topic}/{answered}" if answered and answered != 1 else None,
        "url": f"/t/{topic}/{number}",
    }


def _likes(package: Package, name: str) -> Iterator[Raw | Problem]:
    told = _load(package, name)
    if isinstance(told, Problem):
        yield told
        return
    # The file says who liked; its name says what: <topic>-<post number>.json
    topic, _dash, number = name.rpartition("/")[2].removesuffix(".json").partition("-")
    thing = {"thread": topic} if number in {"", "1"} else {"reply": f"{topic}/{number}"}
    for each in _dicts(_dict(told).get("post_action_users")):
        yield {"type": "like", **thing, "member": each.get("id")}, name, 1
