"""Files that are being prepared, and the columns saved for their sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.commerce.models import Channel, ImportBatch, ImportDraft, ImportMapping
from app.commerce.types import OPEN_STATES, Draft, DraftState, FileKind, SavedMapping
from app.kernel import ids
from app.kernel.db import db
from app.kernel.errors import NotFoundError

DRAFTS, MAPPINGS = ImportDraft.__table__, ImportMapping.__table__
SHOWN = 20
LAST_CHOICE = "~"  # begins the name under which the last choice for a header is remembered


@dataclass(frozen=True, slots=True)
class DraftCard:
    """A file in preparation, with its channel's name."""

    draft: Draft
    channel: str
    batch_code: str | None = None

    @property
    def percent(self) -> int:
        """Return how far its dry run is, 0 to 100."""
        rows = self.draft.rows
        return 0 if not rows else min(100, self.draft.position * 100 // rows)


def get_draft(text: str) -> Draft:
    """Return a file in preparation by its code.

    Raises:
        NotFoundError: there is none.
    """
    return draft_card(text).draft


def draft_card(text: str) -> DraftCard:
    """Return a file in preparation, its channel's name, and the import it became. One statement.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.execute(
        sa.select(DRAFTS, Channel.name.label("channel"), ImportBatch.code.label("batch_code"))
        .join(Channel, Channel.id == DRAFTS.c.channel_id)
        .outerjoin(ImportBatch, ImportBatch.id == DRAFTS.c.batch_id)
        .where(DRAFTS.c.code == ids.read_code(text))
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return DraftCard(_draft(row), row.channel, row.batch_code)


def draft_by_id(draft_id: int) -> Draft:
    """Return a file in preparation.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.execute(sa.select(DRAFTS).where(DRAFTS.c.id == draft_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return _draft(row)


def _draft(row: Any) -> Draft:
    return Draft(
        row.id,
        row.code,
        row.channel_id,
        row.kind,
        row.format,
        row.file_name,
        row.state,
        row.options,
        row.row_position,
        row.row_count,
        row.foreseen,
        row.batch_id,
        row.started_by,
        row.created_at,
    )


def open_drafts(limit: int = SHOWN) -> Sequence[DraftCard]:
    """Return files in preparation, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(DRAFTS, Channel.name.label("channel"))
        .join(Channel, Channel.id == DRAFTS.c.channel_id)
        .where(DRAFTS.c.state.in_([*OPEN_STATES, DraftState.REFUSED]))
        .order_by(DRAFTS.c.id.desc())
        .limit(limit)
    )
    return [DraftCard(_draft(row), row.channel) for row in rows]


def drafts_at_work(limit: int = SHOWN) -> Sequence[Draft]:
    """Return files that the worker has to go on with, the oldest first."""
    rows = db.session.execute(
        sa.select(DRAFTS)
        .where(DRAFTS.c.state.in_([DraftState.ARRIVING, DraftState.CHECKING]))
        .order_by(DRAFTS.c.id)
        .limit(limit)
    )
    return [_draft(row) for row in rows]


def stale_drafts(before: datetime, limit: int) -> Sequence[Draft]:
    """Return files that nobody has gone on with since a moment, the oldest first."""
    rows = db.session.execute(
        sa.select(DRAFTS)
        .where(DRAFTS.c.state.in_([*OPEN_STATES, DraftState.REFUSED]), DRAFTS.c.created_at < before)
        .order_by(DRAFTS.c.id)
        .limit(limit)
    )
    return [_draft(row) for row in rows]


def codes_in_use() -> set[str]:
    """Return the codes of files in preparation, and of those whose import is not done."""
    rows = db.session.execute(
        sa.select(DRAFTS.c.code)
        .outerjoin(ImportBatch, ImportBatch.id == DRAFTS.c.batch_id)
        .where(
            sa.or_(
                DRAFTS.c.state.in_(OPEN_STATES),
                sa.and_(ImportBatch.id.is_not(None), ImportBatch.finished_at.is_(None)),
            )
        )
    )
    return {row.code for row in rows}


def draft_code_of(batch_id: int) -> str | None:
    """Return under which code the file of an import lies, or None where it had no draft."""
    code: str | None = db.session.scalar(
        sa.select(DRAFTS.c.code).where(DRAFTS.c.batch_id == batch_id).order_by(DRAFTS.c.id.desc())
    )
    return code


# --- saved columns -------------------------------------------------------------------------------


def saved_mappings(channel_id: int, kind: FileKind) -> Sequence[SavedMapping]:
    """Return what was saved for a channel, the last used first. One statement."""
    rows = db.session.execute(
        sa.select(MAPPINGS)
        .where(MAPPINGS.c.channel_id == channel_id, MAPPINGS.c.kind == kind)
        .order_by(
            MAPPINGS.c.used_at.desc(),
            MAPPINGS.c.name.startswith(LAST_CHOICE),  # of two at one moment the named one
            MAPPINGS.c.id.desc(),
        )
        .limit(100)
    )
    return [
        SavedMapping(
            row.id,
            "" if row.name.startswith(LAST_CHOICE) else row.name,
            row.header_digest,
            row.options,
        )
        for row in rows
    ]
