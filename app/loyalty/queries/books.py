"""Which rules hold, and every version that ever did.

A decision about points reads the present version in its own statement. Pages may be a few seconds
behind: they ask :func:`shown`, which looks for a newer version only now and then.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.kernel.db import db, dialect_name
from app.loyalty import policy
from app.loyalty.models import LoyaltyBook
from app.loyalty.types import RuleBook

BOOK = cast("sa.Table", LoyaltyBook.__table__)
LOOK_EVERY_SECONDS = 5.0

DECIDING = 0x0B00C << 32
"""The advisory lock of whoever decides by the rules (shared) and of who publishes them (alone)."""


class _Deciding(FunctionElement[int]):
    """Nothing, as a number; on PostgreSQL it takes the lock of who decides until the commit."""

    type = sa.Integer()
    inherit_cache = True


@compiles(_Deciding)
def _in_line(_element: Any, _compiler: Any, **_more: Any) -> str:
    return "0"  # SQLite's writers are in line anyway


@compiles(_Deciding, "postgresql")
def _sharing(_element: Any, _compiler: Any, **_more: Any) -> str:
    return f"length(pg_advisory_xact_lock_shared({DECIDING})::text)"


_LAST = sa.func.coalesce(sa.func.max(BOOK.c.version), 1)
NEWEST = sa.select(_LAST + _Deciding()).scalar_subquery()
"""The number of the version that holds, to be used inside a statement that decides.

While who asked is at it, none is published. A statement that had to wait for a new version has
still read the old one: :data:`PLAINLY` in a later statement tells.
"""

PLAINLY = sa.select(_LAST).scalar_subquery()
"""The same, without the lock."""


def decide_alone() -> None:
    """Wait until everybody who decides by the rules has committed, and let nobody begin."""
    if dialect_name() == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(DECIDING)))


_read: dict[int, RuleBook] = {1: policy.V1}
_shown: dict[str, Any] = {"version": 1, "looked": None}


def get(version: int) -> RuleBook:
    """Return a version; one statement the first time a process asks for it.

    Raises:
        LookupError: there is no such version.
    """
    if version not in _read:
        body = db.session.scalar(sa.select(BOOK.c.body).where(BOOK.c.version == version))
        if body is None:
            message = f"no version {version} of the rules"
            raise LookupError(message)
        _read[version] = policy.read_book(version, cast("Mapping[str, Any]", body))
    return _read[version]


def current() -> RuleBook:
    """Return the version that holds now. One statement, two for a version never seen."""
    version = int(db.session.scalar(sa.select(PLAINLY)) or 1)
    _remember(version)
    return get(version)


def last_known() -> RuleBook:
    """Return the version that held when this process last looked. Mostly no statement."""
    return get(_shown["version"])


def note(version: int) -> RuleBook:
    """Return the version that holds now, as a statement has just told."""
    book = get(version)
    _shown["version"] = version
    return book


def shown() -> RuleBook:
    """Return the version that pages speak of: at most some seconds old, mostly no statement."""
    looked = _shown["looked"]
    if looked is None or time.monotonic() - looked > LOOK_EVERY_SECONDS:
        return current()
    return get(_shown["version"])


def _remember(version: int) -> None:
    _shown.update(version=version, looked=time.monotonic())


def forget() -> None:
    """Look for a newer version the next time: one was published here."""
    _shown["looked"] = None


def begin_anew(first: RuleBook = policy.V1) -> None:
    """Know the first version only, and that it was looked up just now; for tests."""
    _read.clear()
    _read[1] = first
    _shown.update(version=1, looked=math.inf)


@dataclass(frozen=True, slots=True)
class Version:
    """A published version in a list of them."""

    version: int
    note: str
    actor_id: int | None
    published_at: datetime | None


def versions(limit: int = 50) -> list[Version]:
    """Return the versions, the newest first; the first one has no date. One statement."""
    rows = db.session.execute(
        sa.select(BOOK.c.version, BOOK.c.note, BOOK.c.actor_id, BOOK.c.published_at)
        .order_by(BOOK.c.version.desc())
        .limit(limit)
    )
    return [*(Version(*row) for row in rows), Version(1, "", None, None)]
