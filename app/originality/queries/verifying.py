"""What ``flask verify`` recomputes for originality."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.kernel.db import db
from app.originality.policy import pictures, texts
from app.originality.queries.looking import TEXT_BAND, read_hashes
from app.originality.queries.tables import BAND, CLAIM, FINDING, IMPORT, LOOK, PRINT
from app.originality.types import FLAGGED, Kind, Work

PIECE = 500


def drifting_flags() -> Iterator[str]:
    """Yield every post whose flag is not what its findings say."""
    counts = (
        sa.select(FINDING.c.id)
        .where(FINDING.c.thread_id == LOOK.c.thread_id, FINDING.c.state.in_(FLAGGED))
        .exists()
    )
    rows = db.session.execute(
        sa.select(LOOK.c.thread_id, LOOK.c.is_flagged).where(
            LOOK.c.is_flagged != sa.case((counts, sa.true()), else_=sa.false())
        )
    )
    for row in rows:
        yield f"post {row.thread_id}: flagged {row.is_flagged}, its findings say otherwise"


def drifting_bands() -> Iterator[str]:
    """Yield every fingerprint whose bands are not those of its hashes or shingles."""
    after = 0
    while True:
        rows = db.session.execute(
            sa.select(PRINT).where(PRINT.c.id > after).order_by(PRINT.c.id).limit(PIECE)
        ).all()
        if not rows:
            return
        stored: dict[int, set[tuple[int, int]]] = {row.id: set() for row in rows}
        bands = db.session.execute(
            sa.select(BAND).where(BAND.c.print_id.between(rows[0].id, rows[-1].id))
        )
        for each in bands:
            stored.setdefault(each.print_id, set()).add((each.band, each.value))
        for row in rows:
            if stored[row.id] != _bands(row.kind, row.hashes, row.shingles or b""):
                yield f"fingerprint {row.id}: its bands are not its own"
        after = rows[-1].id


def _bands(kind: Kind, hashes: str, shingles: bytes) -> set[tuple[int, int]]:
    if kind is Kind.TEXT:
        return {(TEXT_BAND + n, v) for n, v in enumerate(texts.bands_of(texts.unpacked(shingles)))}
    return {(n, v) for each in read_hashes(hashes) for n, v in enumerate(pictures.bands_of(each))}


def drifting_imports() -> Iterator[str]:
    """Yield every file of claims of which more is done than its claims say, or less."""
    done = (
        sa.select(sa.func.count())
        .where(CLAIM.c.import_id == IMPORT.c.id, CLAIM.c.state == Work.DONE)
        .correlate(IMPORT)
        .scalar_subquery()
    )
    lost = (
        sa.select(sa.func.count())
        .where(CLAIM.c.import_id == IMPORT.c.id)
        .correlate(IMPORT)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(IMPORT.c.code, IMPORT.c.done_count, done.label("done")).where(
            # Claims that were brought back left their file.
            sa.or_(IMPORT.c.done_count < done, sa.and_(lost == IMPORT.c.line_count,
                                                       IMPORT.c.done_count != done))
        )
    )  # fmt: skip
    for row in rows:
        yield f"import {row.code}: {row.done_count} counted, {row.done} claims done"
