"""Reads of the photo shelf."""

from collections.abc import Collection
from typing import Any, cast

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.media.models import Media
from app.kernel.media.storage import key_of
from app.kernel.types import Photo

MEDIA = cast("sa.Table", Media.__table__)


def photo_columns(media: Any = MEDIA.c, prefix: str = "photo_") -> list[sa.Label[Any]]:
    """Return what a list must select to print a photo; join ``Media``'s table (or an alias).

    Read the row with :func:`photo_from` and the same prefix.
    """
    return [
        media.id.label(f"{prefix}id"),
        media.sha256.label(f"{prefix}sha"),
        media.width.label(f"{prefix}width"),
        media.height.label(f"{prefix}height"),
        media.color.label(f"{prefix}color"),
        media.widths.label(f"{prefix}widths"),
    ]


def photo_from(row: Any, prefix: str = "photo_", alt: str = "") -> Photo | None:
    """Return the photo that :func:`photo_columns` selected, or None after an outer join."""
    media_id = getattr(row, f"{prefix}id")
    if media_id is None:
        return None
    return a_photo(
        media_id,
        getattr(row, f"{prefix}sha"),
        getattr(row, f"{prefix}width"),
        getattr(row, f"{prefix}height"),
        getattr(row, f"{prefix}color"),
        getattr(row, f"{prefix}widths"),
        alt,
    )


def a_photo(
    media_id: int, sha: str, width: int, height: int, color: str, widths: str, alt: str = ""
) -> Photo:
    """Return a photo as templates take it."""
    known = tuple(int(w) for w in widths.split(","))

    def url_for(wanted: int) -> str:
        best = next((w for w in known if w >= wanted), known[-1])
        return f"/media/{sha[:2]}/{sha}-{best}.webp"

    return Photo(media_id, width, height, color, alt, url_for)


def find_photos(media_ids: Collection[int], *, owner_id: int) -> dict[int, Photo]:
    """Return the photos of these ids that belong to a member. One statement, none for no ids."""
    if not media_ids:
        return {}
    rows = db.session.execute(
        sa.select(*photo_columns()).where(Media.id.in_(list(media_ids)), Media.owner_id == owner_id)
    )
    return {row.photo_id: photo for row in rows if (photo := photo_from(row))}


def files_of(owner_id: int) -> list[tuple[str, str]]:
    """Return a member's pictures that are in use: (a name for a file, key in the storage)."""
    rows = db.session.execute(
        sa.select(Media.id, Media.sha256, Media.widths, Media.created_at)
        .where(Media.owner_id == owner_id, Media.used_at.is_not(None))
        .order_by(Media.id)
    )
    return [
        (
            f"{row.created_at:%Y-%m-%d}-{row.id}.webp",
            key_of(row.sha256, max(map(int, row.widths.split(",")))),
        )
        for row in rows
    ]
