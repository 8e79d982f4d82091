"""What becomes of a member's rows when he leaves, and which of them he may take along.

Identity closes the account; it lies too low to know who keeps rows of a member. So every domain
says in its manifest what is deleted, what is blanked, and what he can have in his own file::

    leaving.register(
        "community",
        gone=[Gone(BOOKMARK.c.member_id, _l("bookmarks"))],
        blank=[Blank(GRANT.c.member_id, {"note": ""})],
        shown=[Shown(THREAD.c.author_id, _l("posts"))],
        prepare=take_down_some,
        close=recount,
    )

A column that names a member and is declared nowhere keeps his number: once the profile is blank it
names nobody, and what must add up (the ledger, orders, votes) goes on adding up.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from app.kernel import i18n
from app.kernel.db import changed, db

PIECE = 500
SECRET = frozenset(
    (
        *("digest", "csrf", "password_hash", "ticket", "code_hash", "fingerprint", "request_key"),
        *("p256dh", "auth", "endpoint_digest", "device_digest", "net_digest", "auth_version"),
        *("tail_digest", "head_hash", "url_digest", "form_digest", "wording"),
    )
)
"""Columns that prove or open something: they stand in nobody's file."""


Where = Callable[[int], sa.ColumnElement[bool]]
"""Member id -> which rows."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Rows that are deleted, and stand in the member's own file before.

    Attributes:
        column: names the member, or leads to him by ``where``.
        label: heading in his file; None: nothing he could read.
        hide: columns that are nobody's business, beside those that are secret everywhere.
        where: which rows, for a member; None: those of the column.
    """

    column: sa.Column[Any]
    label: object | None = None
    hide: frozenset[str] = frozenset()
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Blank:
    """Rows that stay with what is personal in them written over.

    Attributes:
        column: names the member, or leads to him by ``where``.
        values: column -> what is written.
        where: which rows, for a member; None: those of the column.
    """

    column: sa.Column[Any]
    values: Mapping[str, Any]
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows that stay as they are and stand in the member's own file."""

    column: sa.Column[Any]
    label: object
    hide: frozenset[str] = frozenset()
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody leaves.

    Attributes:
        keeps_posts: what he wrote stays, under "Former member".
    """

    member_id: int
    keeps_posts: bool


Prepare = Callable[[Wish], bool]
"""Do one bounded piece before the last step, in transactions of its own; return if more is left."""

Close = Callable[[Wish], object]
"""Do what is left, in the transaction that closes the account."""

Again = Callable[[int], object]
"""What is done for a member who leaves, and again daily for what reached him late."""

Photos = Callable[[int], Sequence[tuple[str, str]]]
"""Member id -> (name in the file, key in the storage) of pictures that are his."""


@dataclass(frozen=True, slots=True)
class Domain:
    """How one domain lets a member go."""

    name: str
    gone: tuple[Gone, ...] = ()
    blank: tuple[Blank, ...] = ()
    shown: tuple[Shown, ...] = ()
    prepare: Prepare | None = None
    close: Close | None = None
    again: Again | None = None
    photos: Photos | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a member's own file.

    Attributes:
        key: the table's name.
        label: lazily translated.
    """

    key: str
    label: object
    part: Gone | Shown


_domains: dict[str, Domain] = {}


def register(
    name: str,
    *,
    gone: Sequence[Gone] = (),
    blank: Sequence[Blank] = (),
    shown: Sequence[Shown] = (),
    prepare: Prepare | None = None,
    close: Close | None = None,
    again: Again | None = None,
    photos: Photos | None = None,
) -> None:
    """Say how a domain lets a member go. Called from its manifest.

    Args:
        name: the domain.
        gone: rows that are deleted.
        blank: rows that stay, written over.
        shown: rows that stay as they are and are his to read.
        prepare: what takes longer than one transaction may.
        close: what else is done with the rest, before rows are deleted.
        again: what is done then, and daily for what reached him late.
        photos: pictures that belong into his file.
    """
    _domains[name] = Domain(
        name, tuple(gone), tuple(blank), tuple(shown), prepare, close, again, photos
    )


def domains() -> list[Domain]:
    """Return the domains by name."""
    return [_domains[name] for name in sorted(_domains)]


def columns() -> dict[tuple[str, str], str]:
    """Return every declared column with what becomes of its rows."""
    found: dict[tuple[str, str], str] = {}
    for domain in domains():
        for fate, parts in (
            ("shown", domain.shown),
            ("blank", domain.blank),
            ("gone", domain.gone),
        ):
            for part in parts:
                found[part.column.table.name, part.column.name] = fate
    return found


def sections() -> list[Section]:
    """Return what stands in a member's own file, domain by domain."""
    found: dict[str, Section] = {}
    for domain in domains():
        parts: list[Gone | Shown] = [*domain.shown, *domain.gone]
        for part in parts:
            if part.label is not None:
                key = part.column.table.name
                key = key if key not in found else f"{key}-{part.column.name}"
                found[key] = Section(key, part.label, part)
    return list(found.values())


def rows_of(section: Section, member_id: int, piece: int = PIECE) -> Iterator[dict[str, Any]]:
    """Yield a member's rows of a section as plain values, in the order they were made.

    One statement a piece, by keyset.
    """
    part = section.part
    table = part.column.table
    keys = list(table.primary_key.columns)
    hidden = SECRET | part.hide | ({part.column.name} if part.where is None else set())
    names = [column.name for column in table.columns if column.name not in hidden]
    after: tuple[Any, ...] | None = None
    while True:
        query = sa.select(table).where(_of(part, member_id)).order_by(*keys).limit(piece)
        if after is not None:
            query = query.where(sa.tuple_(*keys) > sa.tuple_(*map(sa.literal, after)))
        rows = db.session.execute(query).mappings().all()
        for row in rows:
            yield {name: _plain(row[name]) for name in names}
        if len(rows) < piece:
            return
        after = tuple(rows[-1][key.name] for key in keys)


def prepare(wish: Wish) -> bool:
    """Do one piece of what must be done before the last step; return whether more is left."""
    return any(domain.prepare(wish) for domain in domains() if domain.prepare is not None)


def close(wish: Wish) -> None:
    """Delete and blank everything of a member, in the current transaction."""
    for domain in domains():
        if domain.close is not None:
            domain.close(wish)
    forget(wish.member_id)


def forget(member_id: int) -> int:
    """Delete and blank what a member's rows hold; return how many were deleted. Twice is once."""
    deleted = 0
    for domain in domains():
        if domain.again is not None:
            domain.again(member_id)
        for part in domain.blank:
            changed(sa.update(_table(part)).where(_of(part, member_id)).values(**part.values))
        for gone in domain.gone:
            deleted += changed(sa.delete(_table(gone)).where(_of(gone, member_id)))
    return deleted


def left_over(member_id: int, of: str | None = None) -> dict[str, int]:
    """Return how many rows that should be gone still name a member, by column. One statement.

    Args:
        member_id: who has left.
        of: the rows of one domain only; None: of all.
    """
    parts = [part for each in domains() if of in {None, each.name} for part in each.gone]
    if not parts:
        return {}
    counts = [
        sa.select(sa.func.count())
        .select_from(_table(part))
        .where(_of(part, member_id))
        .scalar_subquery()
        for part in parts
    ]
    row = db.session.execute(sa.select(*counts)).one()
    names = [f"{part.column.table.name}.{part.column.name}" for part in parts]
    return {name: int(count) for name, count in zip(names, row, strict=True) if count}


def photos_of(member_id: int) -> list[tuple[str, str]]:
    """Return the pictures of a member's file: (name there, key in the storage)."""
    return [
        each
        for domain in domains()
        if domain.photos is not None
        for each in domain.photos(member_id)
    ]


def folder() -> Path:
    """Return where members' own files lie; nobody but the house reads there."""
    found: Path = current_app.config["POTLUCK"].instance_dir / "takeouts"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def printed(template: str, locale: str, **context: object) -> str:
    """Return a page of a member's file, printed by the worker: no request, no viewer."""
    found = current_app.jinja_env.get_template(template)
    with force_locale(locale):
        return found.render(brand=current_app.config["BRAND"], lang=i18n.TAGS[locale], **context)


def _of(part: Gone | Blank | Shown, member_id: int) -> sa.ColumnElement[bool]:
    return part.column == member_id if part.where is None else part.where(member_id)


def _table(part: Gone | Blank) -> sa.Table:
    table = part.column.table
    assert isinstance(table, sa.Table)  # noqa: S101 - columns of tables only
    return table


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it. Ids are texts: a reader's numbers may be too short."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return str(value)
    return value
