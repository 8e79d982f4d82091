"""A row as it came becomes a record: checked, cleaned, in the words of the documented format."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from app.integrations.movein.reading.package import PathError, clean_path
from app.integrations.movein.reading.values import (
    BadValueError,
    flag_of,
    id_of,
    line_of,
    list_of,
    moment_of,
    old_path,
    text_of,
)
from app.integrations.movein.types import (
    MAX_TEXT,
    Kind,
    Options,
    Problem,
    Text,
    Trouble,
)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # of what has no moment of its own, to be sorted by
MAX_RANK = 2**62
MAX_LISTED = 20  # photos and addresses of one row that are looked at
MAX_BIO = 2_000
PART = 120

Fields = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """A row that can be taken in.

    Attributes:
        at: what rows of its kind are sorted by.
        fields: plain values only; moments as ISO texts.
    """

    kind: Kind
    id: str
    at: datetime
    fields: Fields
    part: str
    line: int
    notes: tuple[Problem, ...] = ()

    @property
    def rank(self) -> int:
        """Return its number there, for rows of one moment."""
        number = self.fields.get("number") or self.id
        return int(number) if str(number).isdecimal() and int(number) < MAX_RANK else 0

    @property
    def handle(self) -> str | None:
        """Return by what others mention a member."""
        name = self.fields.get("username") if self.kind is Kind.MEMBER else None
        return name.casefold()[:64] if name else None

    @cached_property
    def digest(self) -> str:
        """Return what tells whether the row has changed."""
        plain = json.dumps([self.at.isoformat(), self.fields], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()


class Reader:
    """Turns rows into records, as the options say."""

    def __init__(self, options: Options, text: Text = Text.MARKDOWN) -> None:
        self._options = options
        self._text = options.text or text

    def read(self, row: Mapping[str, Any], part: str, line: int) -> Record | Problem:
        """Return the record of a row, or what is wrong with it."""
        kind_text = str(row.get("type", ""))[:16]
        part = part[-PART:]
        try:
            kind = Kind(kind_text)
        except ValueError:
            return Problem(Trouble.UNKNOWN_TYPE, line, "", "", part)
        renamed = self._options.fields.get(kind.value)
        if renamed:
            row = {renamed.get(name, name): value for name, value in row.items()}
        source_id = ""
        try:
            source_id = id_of(row, "id") or _made_id(kind, row)
            if not source_id:
                raise BadValueError(Trouble.NO_ID)  # noqa: TRY301 - one way to say no
            fields, at, notes = getattr(self, f"_{kind.value}")(row)
        except BadValueError as error:
            return Problem(error.trouble, line, kind.value, source_id, part)
        if at is not None and (edited := fields.get("edited_at")) is not None:
            fields["edited_at"] = edited.isoformat() if edited > at else None
        told = tuple(Problem(each, line, kind.value, source_id, part) for each in notes)
        return Record(kind, source_id, at or LONG_AGO, fields, part, line, told)

    # --- one for each kind; they return fields, moment, notes

    def _board(self, row: Mapping[str, Any]) -> tuple[Fields, datetime | None, list[Trouble]]:
        name = line_of(row, "name")
        names = {"zh": line_of(row, "name_zh") or name, "en": line_of(row, "name_en") or name}
        if not names["zh"] or not names["en"]:
            raise BadValueError(Trouble.MISSING)
        about = line_of(row, "about")
        urls = _urls(row)
        return {**names, "slug": line_of(row, "slug"), "about": about, "urls": urls}, None, []

    def _member(self, row: Mapping[str, Any]) -> tuple[Fields, datetime | None, list[Trouble]]:
        is_gone = flag_of(row, "deleted")
        username = line_of(row, "username")
        name = line_of(row, "name") or username
        joined = moment_of(row, "created_at", self._options.zone)
        if not is_gone and (not name or joined is None):
            raise BadValueError(Trouble.MISSING)
        if is_gone:
            return {"gone": True, "username": username, "urls": _urls(row)}, joined, []
        photos, notes = _paths([avatar] if (avatar := line_of(row, "avatar")) else [])
        fields = {
            "username": username,
            "name": name,
            "bio": text_of(row, "bio", MAX_BIO),
            "email": line_of(row, "email"),
            "email_verified": flag_of(row, "email_verified"),
            "phone": line_of(row, "phone"),
            "phone_verified": flag_of(row, "phone_verified"),
            "avatar": photos[0] if photos else "",
            "urls": _urls(row),
        }
        return fields, joined, notes

    def _written(self, row: Mapping[str, Any]) -> tuple[Fields, datetime, list[Trouble]]:
        """Read what threads and replies have alike."""
        at = moment_of(row, "created_at", self._options.zone)
        if at is None:
            raise BadValueError(Trouble.MISSING)
        form = line_of(row, "format")
        try:
            text = Text(form) if form else self._text
        except ValueError as error:
            raise BadValueError(Trouble.MISSING) from error
        listed = list_of(row, "photos")
        photos, notes = _paths(listed[:MAX_LISTED])
        fields = {
            "author": id_of(row, "author"),
            "text": text_of(row, "text", MAX_TEXT),
            "format": text.value,
            "edited_at": moment_of(row, "edited_at", self._options.zone),
            "photos": photos,
            "urls": _urls(row),
        }
        return fields, at, notes

    def _thread(self, row: Mapping[str, Any]) -> tuple[Fields, datetime, list[Trouble]]:
        fields, at, notes = self._written(row)
        title, board = line_of(row, "title"), id_of(row, "board")
        if not title or not board:
            raise BadValueError(Trouble.MISSING)
        if not fields["text"] and not fields["photos"]:
            raise BadValueError(Trouble.BLANK)
        return {**fields, "title": title, "board": board}, at, notes

    def _reply(self, row: Mapping[str, Any]) -> tuple[Fields, datetime, list[Trouble]]:
        fields, at, notes = self._written(row)
        thread = id_of(row, "thread")
        if not thread:
            raise BadValueError(Trouble.MISSING)
        if not fields["text"]:
            raise BadValueError(Trouble.BLANK)
        if fields["photos"]:
            notes.append(Trouble.REPLY_PHOTO)
        more = {
            "thread": thread,
            "reply_to": id_of(row, "reply_to"),
            "number": id_of(row, "number"),
        }
        return {**fields, **more}, at, notes

    def _like(self, row: Mapping[str, Any]) -> tuple[Fields, datetime | None, list[Trouble]]:
        thread, reply = id_of(row, "thread"), id_of(row, "reply")
        member = id_of(row, "member")
        if bool(thread) == bool(reply) or not member:
            raise BadValueError(Trouble.MISSING)
        at = moment_of(row, "created_at", self._options.zone)
        return {"thread": thread, "reply": reply, "member": member, "has_at": bool(at)}, at, []

    def _follow(self, row: Mapping[str, Any]) -> tuple[Fields, datetime | None, list[Trouble]]:
        member, follows = id_of(row, "member"), id_of(row, "follows")
        if not member or not follows or member == follows:
            raise BadValueError(Trouble.MISSING)
        return (
            {"member": member, "follows": follows},
            moment_of(row, "created_at", self._options.zone),
            [],
        )

    def _photo(self, row: Mapping[str, Any]) -> tuple[Fields, datetime | None, list[Trouble]]:
        thread, position = id_of(row, "thread"), id_of(row, "position") or "0"
        try:
            path = clean_path(line_of(row, "path"))
        except PathError as error:
            raise BadValueError(Trouble.BAD_PATH) from error
        if not thread or not position.isdecimal() or len(position) > 4:  # noqa: PLR2004 - far too many
            raise BadValueError(Trouble.MISSING)
        return {"thread": thread, "path": path, "number": position}, None, []


def _made_id(kind: Kind, row: Mapping[str, Any]) -> str:
    """Return the id of a row that needs none of its own: what it joins is its id."""
    if kind is Kind.LIKE:
        thing = f"r{reply}" if (reply := id_of(row, "reply")) else f"t{id_of(row, 'thread')}"
        return f"{thing}:{id_of(row, 'member')}"
    if kind is Kind.FOLLOW:
        return f"{id_of(row, 'member')}:{id_of(row, 'follows')}"
    if kind is Kind.PHOTO:
        digest = hashlib.sha256(str(row.get("path", "")).encode("utf-8", "replace")).hexdigest()
        return f"{id_of(row, 'thread')}:{digest[:16]}"
    return ""


def _paths(texts: list[str]) -> tuple[list[str], list[Trouble]]:
    """Return the paths that can be followed, once each, and what is wrong with the others."""
    paths: dict[str, None] = {}
    notes: list[Trouble] = []
    for text in texts:
        try:
            paths[clean_path(text)] = None
        except PathError:
            notes = [Trouble.BAD_PATH]
    return list(paths), notes


def _urls(row: Mapping[str, Any]) -> list[str]:
    given = list_of(row, "urls") + list_of(row, "url")
    found = dict.fromkeys(old_path(each) for each in given[:MAX_LISTED])
    return [path for path in found if path]
