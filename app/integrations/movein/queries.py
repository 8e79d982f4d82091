"""Reads of moves: jobs, rows whose turn it is, what rows became, where old addresses lead."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.community import queries as community
from app.community.types import REPLIES_PER_PAGE
from app.identity import queries as identity
from app.identity.models import Member
from app.integrations.movein.models import MoveItem, MoveJob, MovePhoto, MoveTrouble, OldPath
from app.integrations.movein.types import (
    OVER,
    SHOWN_TROUBLES,
    ItemState,
    Job,
    JobState,
    Kind,
    Options,
    PhotoState,
    Problem,
)
from app.kernel import ids
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page

JOB = cast("sa.Table", MoveJob.__table__)
ITEM = cast("sa.Table", MoveItem.__table__)
TROUBLE = cast("sa.Table", MoveTrouble.__table__)
PHOTO = cast("sa.Table", MovePhoto.__table__)
PATH = cast("sa.Table", OldPath.__table__)
MEMBER = cast("sa.Table", Member.__table__)
PAGE = 30
CHUNK = 500


# --- jobs ----------------------------------------------------------------------------------------


def job_of(row: Any) -> Job:
    """Return a job from its row."""
    return Job(
        row.id, row.code, row.source, row.format, row.name, row.place, row.state, row.phase,
        row.position, row.row_count, row.handled, row.waiting, row.photos, row.photos_done,
        row.trouble_count, row.counts, row.foreseen, Options.from_json(row.options), row.refusal,
        row.is_upload, row.started_by, row.created_at, row.finished_at,
    )  # fmt: skip


def get_job(code: str) -> Job:
    """Return a move by its code.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.execute(sa.select(JOB).where(JOB.c.code == ids.read_code(code))).one_or_none()
    if row is None:
        raise NotFoundError
    return job_of(row)


def job_by_id(job_id: int) -> Job:
    """Return a move that is known to be there."""
    return job_of(db.session.execute(sa.select(JOB).where(JOB.c.id == job_id)).one())


def unfinished_job(source: str) -> Job | None:
    """Return the move from a place that is not over, or None."""
    row = db.session.execute(
        sa.select(JOB).where(JOB.c.source == source, JOB.c.finished_at.is_(None))
    ).one_or_none()
    return None if row is None else job_of(row)


def jobs(after: str | None = None, limit: int = PAGE) -> Page[Job]:
    """Return moves, the newest first. One statement."""
    statement = sa.select(JOB).order_by(JOB.c.id.desc()).limit(limit + 1)
    if after and after.isdecimal() and len(after) < 19:  # noqa: PLR2004 - a key fits 63 bits
        statement = statement.where(JOB.c.id < int(after))
    rows = db.session.execute(statement).all()
    found = [job_of(row) for row in rows[:limit]]
    return Page(found, str(found[-1].id) if len(rows) > limit else None)


def job_at_work() -> Job | None:
    """Return the move whose turn it is in the background, or None."""
    row = db.session.execute(
        sa.select(JOB)
        .where(JOB.c.is_upload.is_(sa.true()), JOB.c.finished_at.is_(None))
        .where(JOB.c.state.in_([JobState.CHECKING, JobState.RUNNING]))
        .order_by(JOB.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else job_of(row)


def places_in_use() -> set[str]:
    """Return where packages of moves lie that are not over."""
    return set(db.session.scalars(sa.select(JOB.c.place).where(JOB.c.state.not_in(list(OVER)))))


def troubles_of(job_id: int, limit: int = SHOWN_TROUBLES) -> list[Problem]:
    """Return what is to be said about rows, in the order it was found. One statement."""
    return list(_troubles(job_id, limit))


def all_troubles(job_id: int) -> Iterator[Problem]:
    """Yield everything that is to be said about rows."""
    return _troubles(job_id, None)


def _troubles(job_id: int, limit: int | None) -> Iterator[Problem]:
    statement = sa.select(TROUBLE).where(TROUBLE.c.job_id == job_id).order_by(TROUBLE.c.seq)
    for row in db.session.execute(statement.limit(limit)):
        yield Problem(row.trouble, row.line, row.kind, row.source_id, row.part)


# --- rows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """A row whose turn it is."""

    id: int
    kind: Kind
    source_id: str
    part: str
    line: int
    at: datetime
    fields: dict[str, Any]
    target_id: int | None
    written: str | None


def next_items(source: str, kind: Kind, state: ItemState, limit: int) -> list[Item]:
    """Return the rows of a kind whose turn it is, in the order of their moments. One statement."""
    rows = db.session.execute(
        sa.select(ITEM)
        .where(ITEM.c.source == source, ITEM.c.kind == kind, ITEM.c.state == state)
        .order_by(ITEM.c.at, ITEM.c.rank, ITEM.c.source_id)
        .limit(limit)
    )
    return [
        Item(
            row.id, row.kind, row.source_id, row.part, row.line, row.at, row.payload or {},
            row.target_id, row.written,
        )
        for row in rows
    ]  # fmt: skip


def waiting_count(source: str) -> int:
    """Return how many rows of a place are to be settled."""
    states = (ItemState.WAITING, ItemState.LINKING)
    count = sa.select(sa.func.count()).where(ITEM.c.source == source, ITEM.c.state.in_(states))
    return db.session.scalar(count) or 0


@dataclass(frozen=True, slots=True)
class Known:
    """A row that was read before."""

    id: int
    digest: str
    state: ItemState
    job_id: int
    part: str
    line: int


def known_items(source: str, wanted: Collection[tuple[Kind, str]]) -> dict[tuple[Kind, str], Known]:
    """Return which rows were read before. One statement for each kind and 500 rows."""
    found = {}
    for kind in sorted({kind for kind, _id in wanted}):
        for some in _chunks(sorted(each for of, each in wanted if of is kind)):
            rows = db.session.execute(
                sa.select(
                    ITEM.c.id, ITEM.c.source_id, ITEM.c.digest, ITEM.c.state, ITEM.c.job_id,
                    ITEM.c.part, ITEM.c.line,
                ).where(
                    ITEM.c.source == source, ITEM.c.kind == kind, ITEM.c.source_id.in_(some)
                )
            )  # fmt: skip
            found.update(
                {
                    (kind, row.source_id): Known(
                        row.id, row.digest, row.state, row.job_id, row.part, row.line
                    )
                    for row in rows
                }
            )
    return found


@dataclass(frozen=True, slots=True)
class Target:
    """What a row became here, and its moment there."""

    id: int
    at: datetime


def targets(source: str, kind: Kind, source_ids: Collection[str]) -> dict[str, Target]:
    """Return what rows became: members as who they are now. One statement for 500."""
    found: dict[str, Target] = {}
    for some in _chunks(sorted(set(source_ids) - {""})):
        rows = db.session.execute(
            sa.select(ITEM.c.source_id, ITEM.c.target_id, ITEM.c.at).where(
                ITEM.c.source == source,
                ITEM.c.kind == kind,
                ITEM.c.source_id.in_(some),
                ITEM.c.target_id.is_not(None),
            )
        )
        found.update({row.source_id: Target(row.target_id, row.at) for row in rows})
    if kind is Kind.MEMBER and found:
        now = identity.survivors_of({each.id for each in found.values()})
        found = {key: Target(now[each.id], each.at) for key, each in found.items()}
    return found


def people_named(source: str, handles: Collection[str]) -> dict[str, str]:
    """Return the Yids of members by the names that mention them there. One statement for 500."""
    found: dict[str, str] = {}
    for some in _chunks(sorted({handle[:64] for handle in handles} - {""})):
        rows = db.session.execute(
            sa.select(ITEM.c.handle, MEMBER.c.yid)
            .join(MEMBER, MEMBER.c.id == ITEM.c.target_id)
            .where(ITEM.c.source == source, ITEM.c.kind == Kind.MEMBER, ITEM.c.handle.in_(some))
        )
        found.update({row.handle: row.yid for row in rows})
    return found


# --- old addresses -------------------------------------------------------------------------------


def addresses(paths: Collection[str], source: str | None = None) -> dict[str, str]:
    """Return where old paths lead now, as paths of this house. One statement for 500.

    Args:
        paths: as they are kept.
        source: only of this place; None: of any.
    """
    found: dict[str, str] = {}
    thread, board = community.THREAD, community.BOARD
    for some in _chunks(sorted(set(paths))):
        statement = (
            sa.select(PATH.c.path, PATH.c.floor, thread.c.code, board.c.slug, MEMBER.c.yid)
            .outerjoin(thread, thread.c.id == PATH.c.thread_id)
            .outerjoin(board, board.c.id == PATH.c.board_id)
            .outerjoin(MEMBER, MEMBER.c.id == PATH.c.member_id)
            .where(PATH.c.path.in_(some))
        )
        if source is not None:
            statement = statement.where(PATH.c.source == source)
        found.update({row.path: _address(row) for row in db.session.execute(statement)})
    return found


def _address(row: Any) -> str:
    if row.code:
        page = -(-(row.floor or 0) // REPLIES_PER_PAGE)
        on_page = f"?page={page}" if page > 1 else ""
        return f"/p/{row.code}{on_page}#f-{row.floor}" if row.floor else f"/p/{row.code}"
    return f"/b/{row.slug}" if row.slug else f"/u/{row.yid}"


def boards_here() -> dict[str, int]:
    """Return the ids of this house's boards by their slugs. One statement."""
    return community.board_ids()


# --- photos --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A photo that is still to be developed."""

    id: int
    target_id: int
    is_face: bool
    path: str
    source_id: str


def next_photos(job_id: int) -> list[Waiting]:
    """Return the photos of one thread or face whose turn it is, in their order. One statement."""
    first = (
        sa.select(PHOTO.c.target_id)
        .where(PHOTO.c.job_id == job_id, PHOTO.c.state == PhotoState.WAITING)
        .order_by(PHOTO.c.target_id)
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(PHOTO)
        .where(PHOTO.c.job_id == job_id, PHOTO.c.state == PhotoState.WAITING)
        .where(PHOTO.c.target_id == first)
        .order_by(PHOTO.c.position, PHOTO.c.id)
    )
    return [Waiting(r.id, r.target_id, r.is_face, r.path, r.source_id) for r in rows]


def photo_count(job_id: int) -> int:
    """Return how many photos of a move wait."""
    waiting = (PHOTO.c.job_id == job_id, PHOTO.c.state == PhotoState.WAITING)
    return db.session.scalar(sa.select(sa.func.count()).where(*waiting)) or 0


def author_of(thread_id: int) -> int | None:
    """Return who wrote a thread, as who he is now."""
    thread = community.THREAD
    return db.session.scalar(sa.select(thread.c.author_id).where(thread.c.id == thread_id))


def _chunks(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
