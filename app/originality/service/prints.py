"""Fingerprints: made outside any transaction, written inside one."""

import io
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from app.kernel import ids
from app.kernel.bulk import insert_rows
from app.kernel.db import changed, db
from app.kernel.media.storage import key_of, storage
from app.originality.policy import pictures, texts
from app.originality.queries.looking import TEXT_BAND, Content, written_hashes
from app.originality.queries.tables import BAND, PRINT
from app.originality.types import Kind, PhotoPrint, TextPrint

MOST_BYTES = 4_000_000  # of a small rendition; ours have some ten thousand


def photo_prints(content: Content) -> list[PhotoPrint]:
    """Return the fingerprints of a post's photos; photos that can't be read have none."""
    found = []
    for photo in content.photos:
        made = read_photo(photo.sha256, photo.widths)
        if made is not None:
            found.append(PhotoPrint(photo.position, photo.sha256, *made))
    return found


def read_photo(sha256: str, widths: Sequence[int]) -> tuple[tuple[int, ...], int] | None:
    """Return the hashes of a stored photo and of its mirror image; None: its file is not there.

    The smallest rendition is read, piece by piece: it is ours, upright and never large.
    """
    shelf, key = storage(), key_of(sha256, min(widths))
    size = shelf.size(key)
    if not size or size > MOST_BYTES:
        return None
    buffer = io.BytesIO(b"".join(shelf.pieces(key, 0, size)))
    from PIL import Image

    with Image.open(buffer) as image:
        upright = image.convert("RGB")
    hashes = pictures.hashes_of(upright)
    return hashes, pictures.mirrored_hash(upright) if hashes else 0


def write(
    photos: Sequence[PhotoPrint],
    text: TextPrint,
    *,
    thread_id: int | None = None,
    claim_id: int | None = None,
) -> None:
    """Write fingerprints with their bands. Two statements, none for nothing to recognise."""
    prints: list[tuple[Any, ...]] = []
    bands: set[tuple[int, int, int]] = set()
    for photo in photos:
        if photo.hashes:
            key = ids.next_id()
            stored = written_hashes(photo.hashes)
            prints.append(
                (key, Kind.PHOTO.value, thread_id, claim_id, photo.position, stored, None)
            )
            for each in photo.hashes:
                bands |= {(n, value, key) for n, value in enumerate(pictures.bands_of(each))}
    if text.shingles:
        key = ids.next_id()
        stored_text = texts.packed(text.shingles)
        prints.append((key, Kind.TEXT.value, thread_id, claim_id, 0, "", stored_text))
        bands |= {(TEXT_BAND + n, value, key) for n, value in enumerate(text.bands)}
    columns = ("id", "kind", "thread_id", "claim_id", "position", "hashes", "shingles")
    insert_rows(PRINT, prints, columns)
    insert_rows(BAND, sorted(bands), ("band", "value", "print_id"))


def forget(
    *, thread_ids: Collection[int] | sa.Select[Any] = (), claim_ids: Collection[int] = ()
) -> None:
    """Delete the fingerprints of posts or claims. Two statements."""
    which: sa.ColumnElement[bool]
    if isinstance(thread_ids, sa.Select):
        which = PRINT.c.thread_id.in_(thread_ids)
    elif thread_ids:
        which = PRINT.c.thread_id.in_(list(thread_ids))
    else:
        which = PRINT.c.claim_id.in_(list(claim_ids))
    keys = sa.select(PRINT.c.id).where(which)
    changed(sa.delete(BAND).where(BAND.c.print_id.in_(keys)))
    changed(sa.delete(PRINT).where(which))
    db.session.expire_all()
