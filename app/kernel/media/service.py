"""Put photos on the shelf, take them into use, sweep what nobody took.

Decoding and writing files happen *before* a use case; rows are written inside one. Files without a
row are harmless and swept; a row without files can't be, because files come first.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import IO, Any, cast

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.db import changed, db, in_use_case, use_case
from app.kernel.media import darkroom
from app.kernel.media.models import Media
from app.kernel.media.queries import a_photo
from app.kernel.media.storage import key_of, storage
from app.kernel.media.types import Crop, Developed, PhotoGoneError, Stored
from app.kernel.types import Photo

KEEP_WAITING = timedelta(hours=24)
PREFIXES = 256  # first byte of a content hash; one of them is looked through per sweep
MEDIA = cast("sa.Table", Media.__table__)


def store_photo(
    owner_id: int, stream: IO[bytes], *, crop: Crop | None = None, waiting: bool = False
) -> Stored:
    """Develop an upload and put it on the shelf. Call it outside any use case.

    Args:
        owner_id: the member whose photo it is.
        stream: the upload; read to its end, at most 20 MB.
        crop: the square to cut out, for an avatar.
        waiting: it is not in use yet: swept away after 24 hours unless something shows it then.

    Raises:
        PhotoError: it can't be taken; nothing was kept.
        TooManyError: too many photos are being developed; come back in some seconds.
        RuntimeError: called inside a use case, which must not touch the outside world.
    """
    return keep(owner_id, develop(stream, crop=crop), waiting=waiting)


def develop(stream: IO[bytes], *, crop: Crop | None = None) -> Developed:
    """Decode an upload and store its renditions; no row yet. Safe to run in several threads.

    Raises:
        PhotoError: it can't be taken.
        TooManyError: too many photos are being developed.
        RuntimeError: called inside a use case.
    """
    if in_use_case():
        raise RuntimeError(
            "develop photos before the use case: they take seconds and can't roll back"
        )
    made = darkroom.develop(stream, crop)
    for width, data in made.files.items():
        storage().put(key_of(made.sha256, width), data)
    return Developed(
        made.sha256,
        made.width,
        made.height,
        made.color,
        tuple(made.files),
        sum(len(data) for data in made.files.values()),
    )


@use_case
def keep(owner_id: int, developed: Developed, *, waiting: bool = False) -> Stored:
    """Write the row of a developed photo."""
    now = clock.now()
    row = {
        "id": ids.next_id(),
        "sha256": developed.sha256,
        "owner_id": owner_id,
        "width": developed.width,
        "height": developed.height,
        "color": developed.color,
        "widths": ",".join(map(str, developed.widths)),
        "bytes": developed.bytes,
        "used_at": None if waiting else now,
        "created_at": now,
    }
    db.session.execute(sa.insert(MEDIA), [row])
    photo = _photo(row)
    return Stored(photo.id, developed.sha256, photo.width, photo.height, photo)


@use_case
def use_photos(owner_id: int, media_ids: Sequence[int]) -> list[Photo]:
    """Take photos of a member into use, so that the sweep leaves them; return them in order.

    One statement, none for no ids.

    Raises:
        PhotoGoneError: one of them is not there any more, or not his.
    """
    if not media_ids:
        return []
    taken = db.session.execute(
        sa.update(MEDIA)
        .where(MEDIA.c.id.in_(list(media_ids)), MEDIA.c.owner_id == owner_id)
        .values(used_at=clock.now())
        .returning(MEDIA)
    ).mappings()
    found = {row["id"]: row for row in taken}
    if len(found) != len(set(media_ids)):
        raise PhotoGoneError
    return [_photo(found[media_id]) for media_id in media_ids]


@use_case
def release_photos(media_ids: Collection[int]) -> None:
    """Leave photos that nothing shows any more to the sweep."""
    if media_ids:
        changed(sa.update(MEDIA).where(MEDIA.c.id.in_(list(media_ids))).values(used_at=None))


def _photo(row: Any) -> Photo:
    return a_photo(
        row["id"], row["sha256"], row["width"], row["height"], row["color"], row["widths"]
    )


# --- sweeps --------------------------------------------------------------------------------------

Finder = Callable[[Sequence[int]], set[int]]
"""Media ids -> which of them this domain shows."""

_finders: list[Finder] = []


def shown_by(finder: Finder) -> None:
    """Let the sweep ask a domain which photos it shows. Called from a domain's manifest.

    A domain that shows an upload need not call :func:`use_photos`: the sweep marks it as used.
    """
    if finder not in _finders:
        _finders.append(finder)


Keeper = Callable[[Sequence[str]], set[str]]
"""Keys of files other than photos -> which of them some row names."""

_keepers: list[Keeper] = []


def kept_by(keeper: Keeper) -> None:
    """Let the sweep ask a domain which files it keeps. Called from a domain's manifest."""
    if keeper not in _keepers:
        _keepers.append(keeper)


@use_case
def forget_waiting(limit: int = 200) -> int:
    """Delete the rows of uploads that nothing shows after 24 hours; return how many were settled.

    Their files go with :func:`sweep_files`, which also finds those that a crash left without a row.
    """
    oldest = list(
        db.session.scalars(
            sa.select(MEDIA.c.id)
            .where(MEDIA.c.used_at.is_(None), MEDIA.c.created_at < clock.now() - KEEP_WAITING)
            .order_by(MEDIA.c.created_at)
            .limit(limit)
        )
    )
    if not oldest:
        return 0
    shown = set[int]().union(*(finder(oldest) for finder in _finders))
    use = sa.update(MEDIA).where(MEDIA.c.id.in_(shown)).values(used_at=clock.now())
    # Its condition stands in the DELETE too: a photo that was taken into use meanwhile stays.
    forgotten = [media_id for media_id in oldest if media_id not in shown]
    gone = sa.delete(MEDIA).where(MEDIA.c.id.in_(forgotten), MEDIA.c.used_at.is_(None))
    return changed(use) + changed(gone)


def sweep_files(prefix: str | None = None) -> int:
    """Delete stored files of one prefix that have had no row for 24 hours; return how many.

    Args:
        prefix: two hex digits; by default the one whose turn it is this hour.
    """
    prefix = prefix or f"{int(clock.now().timestamp() // 3600) % PREFIXES:02x}"
    shelf, limit = storage(), clock.now() - KEEP_WAITING
    old = [key for key, stored_at in shelf.keys(prefix) if stored_at < limit]
    if not old:
        return 0
    wanted = {key.partition("/")[2][:64] for key in old}
    known = set(db.session.scalars(sa.select(MEDIA.c.sha256).where(MEDIA.c.sha256.in_(wanted))))
    known |= set[str]().union(*(keeper(old) for keeper in _keepers))
    db.session.rollback()
    gone = [key for key in old if key not in known and key.partition("/")[2][:64] not in known]
    for key in gone:
        shelf.delete(key)
    return len(gone)
