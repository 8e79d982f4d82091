"""What the sweep reads: posts that wait, what stands in them, what they are like."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.commerce.queries import tags
from app.community.queries import THREAD, THREAD_PHOTO, visible
from app.community.queries.tables import STEP
from app.kernel import clock
from app.kernel.db import db
from app.originality.policy import pictures
from app.originality.queries.tables import (
    BAND,
    CLAIM,
    FINDING,
    LOOK,
    MEDIA,
    PRINT,
    REACH,
)
from app.originality.types import Kind, LookState, State, Work

TEXT_BAND = 100  # the first band of a text
MOST_ALIKE = 2_000
POSTS = "posts"
CALM = timedelta(minutes=2)  # no transaction that posts takes longer


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post that waits; ``asks`` tells whether it was changed meanwhile."""

    thread_id: int
    asks: int
    attempts: int
    asked_at: datetime
    looked_at: datetime | None
    is_history: bool


def waiting_posts(limit: int) -> list[Waiting]:
    """Return posts that wait to be compared, the oldest first. One statement."""
    rows = db.session.execute(
        sa.select(
            LOOK.c.thread_id,
            LOOK.c.asks,
            LOOK.c.attempts,
            LOOK.c.asked_at,
            LOOK.c.looked_at,
            LOOK.c.is_history,
        )
        .where(LOOK.c.state == LookState.WAITING)
        .order_by(LOOK.c.thread_id)
        .limit(limit)
    )
    return [Waiting(*row) for row in rows]


def posts_beyond(limit: int, calm: timedelta = CALM) -> tuple[list[int], int | None]:
    """Return the next posts that were not put down yet, by id, and up to where none can follow.

    Another transaction may still bring an older post than the newest: within ``calm`` the same
    posts are looked through again. Three statements.
    """
    reach = db.session.scalar(sa.select(REACH.c.thread_id).where(REACH.c.name == POSTS)) or 0
    is_down = sa.exists().where(LOOK.c.thread_id == THREAD.c.id)
    found = list(
        db.session.scalars(
            sa.select(THREAD.c.id)
            .where(THREAD.c.id > reach, ~is_down)
            .order_by(THREAD.c.id)
            .limit(limit)
        )
    )
    calmed = sa.select(sa.func.max(THREAD.c.id)).where(
        THREAD.c.id > reach, THREAD.c.id < id_at(clock.now() - calm)
    )
    if len(found) == limit:
        calmed = calmed.where(THREAD.c.id <= found[-1])
    return found, db.session.scalar(calmed)


def id_at(at: datetime) -> int:
    """Return the lowest id that may be made at a moment."""
    from app.kernel import ids

    return (round(at.timestamp() * 1000) - ids.EPOCH_MILLISECONDS) << ids.SEQUENCE_BITS


@dataclass(frozen=True, slots=True)
class PostPhoto:
    """A photo of a post, and the widths in which it is stored."""

    position: int
    sha256: str
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in a post.

    Attributes:
        names: of the products that it is tagged with.
        origin_id: the post that it says it is a version of.
        is_history: it was here long before it was first looked at.
    """

    thread_id: int
    author_id: int
    at: datetime
    is_visible: bool
    text: str
    names: tuple[str, ...]
    photos: tuple[PostPhoto, ...]
    origin_id: int | None
    is_history: bool = False


def content_of(thread_id: int) -> Content | None:
    """Return what stands in a post, or None. Four statements."""
    row = db.session.execute(
        sa.select(
            THREAD.c.author_id, THREAD.c.created_at, THREAD.c.removed_at, THREAD.c.hidden_at,
            THREAD.c.title, THREAD.c.body, THREAD.c.origin_id,
        ).where(THREAD.c.id == thread_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    steps = steps_of([thread_id]).get(thread_id, [])
    photos = db.session.execute(
        sa.select(THREAD_PHOTO.c.position, MEDIA.c.sha256, MEDIA.c.widths)
        .join(MEDIA, MEDIA.c.id == THREAD_PHOTO.c.media_id)
        .where(THREAD_PHOTO.c.thread_id == thread_id)
        .order_by(THREAD_PHOTO.c.position)
    )
    return Content(
        thread_id,
        row.author_id,
        row.created_at,
        row.removed_at is None and row.hidden_at is None,
        whole_text(row.title, row.body, steps),
        names_of([thread_id]).get(thread_id, ()),
        tuple(
            PostPhoto(each.position, each.sha256, tuple(map(int, each.widths.split(","))))
            for each in photos
        ),
        row.origin_id,
    )


def whole_text(title: str, body: str, steps: Sequence[str]) -> str:
    """Return all words of a post."""
    return "\n".join((title, body, *steps))


def steps_of(thread_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the steps of posts. One statement."""
    rows = db.session.execute(
        sa.select(STEP.c.thread_id, STEP.c.text)
        .where(STEP.c.thread_id.in_(list(thread_ids)))
        .order_by(STEP.c.thread_id, STEP.c.position)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.thread_id, []).append(row.text)
    return found


def names_of(thread_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the names of the products that posts are tagged with. One statement."""
    found: dict[int, tuple[str, ...]] = {}
    for each in tags.tags_of(thread_ids, even_hidden=True):
        names = (each.product.name_zh, each.product.name_en)
        found[each.thread_id] = (*found.get(each.thread_id, ()), *names)
    return found


# --- what is alike -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alike:
    """A fingerprint that shares a band, with what it is of.

    Attributes:
        at: when the post or claim appeared; None: nobody knows, but before us.
    """

    kind: Kind
    thread_id: int | None
    claim_id: int | None
    position: int
    hashes: tuple[int, ...]
    shingles: bytes
    at: datetime | None


Bands = Mapping[int, Collection[int]]
"""Band -> values."""


def photo_bands(hashes: Sequence[int], mirrored: int | None) -> dict[int, set[int]]:
    """Return where to look for copies of a photo.

    All hashes within seven bits of the whole picture and its mirror image are found, and those
    within three bits of its crops.
    """
    wanted: dict[int, set[int]] = {band: set() for band in range(pictures.BANDS)}
    wholes = [hashes[0]] if hashes else []
    wholes += [mirrored] if hashes and mirrored is not None else []
    for whole in wholes:
        for band, value in enumerate(pictures.bands_of(whole)):
            wanted[band].update(pictures.neighbours(value))
    for crop in hashes[1:]:
        for band, value in enumerate(pictures.bands_of(crop)):
            wanted[band].add(value)
    return wanted


def alike(bands: Bands, *, but_thread: int | None = None) -> list[Alike]:
    """Return what shares a band and can be seen, the oldest fingerprint first. One statement."""
    parts = [
        sa.select(BAND.c.print_id).where(BAND.c.band == band, BAND.c.value.in_(sorted(values)))
        for band, values in bands.items()
        if values
    ]
    if not parts:
        return []
    rows = db.session.execute(_alike(sa.union(*parts), but_thread).limit(MOST_ALIKE))
    return [_alike_from(row) for row in rows]


def _alike(among: Any, but_thread: int | None) -> sa.Select[Any]:
    return (
        sa.select(
            PRINT,
            THREAD.c.created_at,
            CLAIM.c.published_on,
        )
        .outerjoin(THREAD, THREAD.c.id == PRINT.c.thread_id)
        .outerjoin(CLAIM, CLAIM.c.id == PRINT.c.claim_id)
        .where(
            PRINT.c.id.in_(among),
            sa.or_(
                sa.and_(PRINT.c.thread_id.is_not(None), *visible(THREAD.c)),
                sa.and_(PRINT.c.claim_id.is_not(None), CLAIM.c.retired_at.is_(None)),
            ),
            sa.or_(PRINT.c.thread_id.is_(None), PRINT.c.thread_id != (but_thread or 0)),
        )
        .order_by(PRINT.c.id)
    )


def _alike_from(row: Any) -> Alike:
    at = row.created_at
    if row.claim_id is not None and row.published_on is not None:
        at = clock.day_start(row.published_on)
    return Alike(
        row.kind, row.thread_id, row.claim_id, row.position, read_hashes(row.hashes),
        row.shingles or b"", at,
    )  # fmt: skip


def read_hashes(text: str) -> tuple[int, ...]:
    """Return hashes as they are stored: sixteen hex digits each."""
    return tuple(int(text[n : n + 16], 16) for n in range(0, len(text), 16))


def written_hashes(hashes: Iterable[int]) -> str:
    """Return hashes as they are stored."""
    return "".join(f"{each:016x}" for each in hashes)


def findings_of(thread_id: int) -> list[Any]:
    """Return the findings of a post. One statement."""
    return list(
        db.session.execute(
            sa.select(FINDING).where(FINDING.c.thread_id == thread_id).order_by(FINDING.c.id)
        )
    )


def found_earlier(thread_ids: Collection[int], kind: Kind, at: datetime) -> set[int]:
    """Return which posts are known to be like something not later than a moment. One statement."""
    return set(
        db.session.scalars(
            sa.select(FINDING.c.thread_id).where(
                FINDING.c.thread_id.in_(list(thread_ids)),
                FINDING.c.kind == kind,
                FINDING.c.other_at <= at,
                FINDING.c.state != State.GONE,
            )
        )
    )


def open_like(*, thread_id: int | None = None, claim_id: int | None = None) -> list[int]:
    """Return posts with an open finding against a post or a claim. One statement."""
    column, value = (
        (FINDING.c.other_thread_id, thread_id)
        if thread_id is not None
        else (FINDING.c.claim_id, claim_id)
    )
    return list(
        db.session.scalars(
            sa.select(FINDING.c.thread_id)
            .where(column == value, FINDING.c.state == State.OPEN)
            .distinct()
            .order_by(FINDING.c.thread_id)
        )
    )


@dataclass(frozen=True, slots=True)
class WaitingClaim:
    """A claim whose fingerprint is still to be made."""

    id: int
    kind: Kind
    text: str
    sha256: str | None
    widths: tuple[int, ...]
    photo_hash: str
    import_id: int | None


def waiting_claims(limit: int) -> list[WaitingClaim]:
    """Return claims that wait for their fingerprint. One statement."""
    rows = db.session.execute(
        sa.select(CLAIM, MEDIA.c.sha256, MEDIA.c.widths)
        .outerjoin(MEDIA, MEDIA.c.id == CLAIM.c.media_id)
        .where(CLAIM.c.state == Work.WAITING)
        .order_by(CLAIM.c.id)
        .limit(limit)
    )
    return [
        WaitingClaim(
            row.id, row.kind, row.text, row.sha256,
            tuple(map(int, row.widths.split(","))) if row.widths else (),
            row.photo_hash, row.import_id,
        )
        for row in rows
    ]  # fmt: skip
