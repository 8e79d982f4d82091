"""What staff did, to what, when: append-only, in the same transaction as the act."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock, ids
from app.kernel.db import Id, Model, append_only, db
from app.kernel.types import Ref


@append_only
class AuditEntry(Model):
    """One staff act. ``detail`` holds ids, enums and numbers only, never contacts or free text."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_subject", "subject_kind", "subject_id", "id"),)

    id: Mapped[Id]
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(sa.String(64))
    subject_kind: Mapped[str | None] = mapped_column(sa.String(32))
    subject_id: Mapped[int | None]
    detail: Mapped[str] = mapped_column(sa.Text)


def note(actor_id: int | None, action: str, subject: Ref | None = None, **detail: Any) -> None:
    """Write an entry in the current transaction. ``action`` is dotted: ``thread.hidden``."""
    db.session.execute(
        sa.insert(AuditEntry),
        [
            {
                "id": ids.next_id(),
                "at": clock.now(),
                "actor_id": actor_id,
                "action": action,
                "subject_kind": subject.kind if subject else None,
                "subject_id": subject.id if subject else None,
                "detail": json.dumps(detail, sort_keys=True, default=str),
            }
        ],
    )
