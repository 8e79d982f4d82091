"""Export jobs."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Id, Model


class ExportJob(Model):
    """One export that somebody asked for. A job row: ``position`` moves with what is written.

    Attributes:
        kind: which export, as its domain registered it.
        params: the filters, as the list's address had them.
        format: csv or xlsx.
        rows_done: rows written so far.
        row_count: rows there were when it began, or None while nobody has counted.
        error: why it failed, as a stable word; empty otherwise.
        expires_at: when the file is deleted.
    """

    __tablename__ = "export_job"
    __table_args__ = (sa.Index("ix_export_job_asked_by", "asked_by", "id"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(48))
    params: Mapped[dict[str, Any]]
    format: Mapped[str] = mapped_column(sa.String(8))
    locale: Mapped[str] = mapped_column(sa.String(16))
    asked_by: Mapped[int]
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    rows_done: Mapped[int] = mapped_column(default=0, server_default="0")
    row_count: Mapped[int | None]
    error: Mapped[str] = mapped_column(sa.String(48), default="", server_default="")
    expires_at: Mapped[datetime]
