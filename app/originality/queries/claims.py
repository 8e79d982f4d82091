"""What is known from elsewhere, and the files it came in."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import ids
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.types import Page
from app.originality.queries.tables import CLAIM, FINDING, IMPORT, MEDIA, MEMBER
from app.originality.types import PER_PAGE, ClaimRow, ImportRow, State

AT_ONCE = 1_000


def claim_list(*, after: int | None = None) -> Page[ClaimRow]:
    """Return a page of claims, the newest first. One statement."""
    found = (
        sa.select(sa.func.count())
        .where(FINDING.c.claim_id == CLAIM.c.id, FINDING.c.state != State.GONE)
        .correlate(CLAIM)
        .scalar_subquery()
    )
    query = (
        sa.select(
            CLAIM,
            found.label("finding_count"),
            *identity.person_columns(),
            *media.photo_columns(),
        )
        .join(MEMBER, MEMBER.c.id == CLAIM.c.added_by)
        .outerjoin(MEDIA, MEDIA.c.id == CLAIM.c.media_id)
        .order_by(CLAIM.c.id.desc())
        .limit(PER_PAGE + 1)
    )
    if after is not None:
        query = query.where(CLAIM.c.id < after)
    rows = db.session.execute(query).all()
    shown = [_claim(row) for row in rows[:PER_PAGE]]
    return Page(shown, str(shown[-1].id) if len(rows) > PER_PAGE else None)


def _claim(row: Any) -> ClaimRow:
    return ClaimRow(
        row.id, row.kind, row.label, row.source_url, row.published_on, media.photo_from(row),
        row.text, row.state, row.retired_at is not None, identity.person_from(row), row.added_at,
        row.finding_count,
    )  # fmt: skip


def import_list(limit: int = 5) -> list[ImportRow]:
    """Return the last files of claims, the newest first. One statement."""
    rows = db.session.execute(_imports().order_by(IMPORT.c.id.desc()).limit(limit))
    return [_import(row) for row in rows]


def find_import(code: str) -> ImportRow | None:
    """Return one file of claims, or None. One statement."""
    read = ids.read_code(code)
    row = db.session.execute(_imports().where(IMPORT.c.code == (read or ""))).one_or_none()
    return None if row is None else _import(row)


def _imports() -> sa.Select[Any]:
    return sa.select(IMPORT, *identity.person_columns()).join(
        MEMBER, MEMBER.c.id == IMPORT.c.made_by
    )


def _import(row: Any) -> ImportRow:
    return ImportRow(
        row.id, row.code, row.line_count, row.done_count,
        tuple((int(number), str(word)) for number, word in row.faults),
        identity.person_from(row), row.made_at, row.finished_at,
    )  # fmt: skip


def import_of_digest(digest: str) -> str | None:
    """Return the code of the import that a file with these bytes made, or None."""
    return db.session.scalar(sa.select(IMPORT.c.code).where(IMPORT.c.digest == digest))


def known_contents(labels: Sequence[str]) -> set[tuple[str, str]]:
    """Return what claims of these labels are: (label, text or hash). One statement a thousand."""
    wanted, found = sorted(set(labels)), set[tuple[str, str]]()
    for start in range(0, len(wanted), AT_ONCE):
        rows = db.session.execute(
            sa.select(CLAIM.c.label, CLAIM.c.text, CLAIM.c.photo_hash).where(
                CLAIM.c.label.in_(wanted[start : start + AT_ONCE])
            )
        )
        found.update((row.label, row.text or row.photo_hash) for row in rows)
    return found


def photos_in_use(media_ids: Sequence[int]) -> set[int]:
    """Return which of these photos a claim shows. One statement."""
    return set(
        db.session.scalars(sa.select(CLAIM.c.media_id).where(CLAIM.c.media_id.in_(media_ids)))
    ) - {None}
