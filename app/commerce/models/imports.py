"""Imports of files: what is being prepared, what runs, what could not be read."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.commerce.types import (
    BatchState,
    DraftState,
    FileFormat,
    FileKind,
    IssueKind,
    IssueState,
    Refusal,
)
from app.kernel.db import BigInt, Id, Model, enum_type


class ImportMapping(Model):
    """How files of one source are read, saved under a name: columns, encoding, marks."""

    __tablename__ = "import_mapping"
    __table_args__ = (sa.UniqueConstraint("channel_id", "kind", "name"),)

    id: Mapped[Id]
    channel_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("channel.id"))
    kind: Mapped[FileKind] = mapped_column(enum_type(FileKind))
    name: Mapped[str] = mapped_column(sa.String(60))
    header_digest: Mapped[str] = mapped_column(sa.String(64))  # of the header it was made for
    options: Mapped[dict[str, Any]]
    created_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]


class ImportDraft(Model):
    """An uploaded file on its way through mapping and dry run; nothing of it has been imported.

    Attributes:
        options: how it is to be read, as chosen so far.
        row_position: rows that the dry run has looked at.
        foreseen: what an import would do: counts by name, and counts of problems.
        batch_id: the import that it became.
    """

    __tablename__ = "import_draft"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    channel_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("channel.id"))
    kind: Mapped[FileKind] = mapped_column(enum_type(FileKind))
    format: Mapped[FileFormat] = mapped_column(enum_type(FileFormat))
    file_name: Mapped[str] = mapped_column(sa.String(120))
    state: Mapped[DraftState] = mapped_column(enum_type(DraftState), index=True)
    options: Mapped[dict[str, Any]]
    row_position: Mapped[int]
    row_count: Mapped[int | None]
    foreseen: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    refusal: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    batch_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("import_batch.id"))
    started_by: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    created_at: Mapped[datetime]


class ImportBatch(Model):
    """One import of one file. A job row: ``row_position`` moves with every committed chunk."""

    __tablename__ = "import_batch"
    __table_args__ = (
        # One unfinished import per file, mapping and channel: a second start takes it up.
        sa.Index(
            "uq_import_batch_unfinished",
            "channel_id",
            "file_digest",
            "mapping_digest",
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        ),
        sa.CheckConstraint("row_position >= 0", name="position_not_negative"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    channel_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("channel.id"))
    file_name: Mapped[str] = mapped_column(sa.String(120))
    file_digest: Mapped[str] = mapped_column(sa.String(64))
    mapping: Mapped[dict[str, Any]]  # how the file is read, see reading.Reading
    mapping_digest: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[BatchState] = mapped_column(enum_type(BatchState))
    is_upload: Mapped[bool]  # the worker imports it from instance/imports/<code>.csv
    row_position: Mapped[int]
    row_count: Mapped[int | None]
    new_count: Mapped[int]
    duplicate_count: Mapped[int]
    changed_count: Mapped[int]
    kept_aside_count: Mapped[int]
    bad_count: Mapped[int]
    refusal: Mapped[Refusal | None] = mapped_column(enum_type(Refusal))
    started_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    kind: Mapped[FileKind] = mapped_column(
        enum_type(FileKind), default=FileKind.ORDERS, server_default="orders"
    )
    rollback_by: Mapped[int | None] = mapped_column(BigInt)
    rollback_at: Mapped[datetime | None]  # asked for; the worker does it chunk by chunk
    rolled_back_at: Mapped[datetime | None]  # done
    withdrawn_count: Mapped[int] = mapped_column(default=0, server_default="0")


class ImportIssue(Model):
    """A row that was bad, or an order or refund that came again with other figures. Erasable.

    The buyer who came with the new figures is kept as a member id; nothing of the row itself is.
    """

    __tablename__ = "import_issue"
    __table_args__ = (
        # The same other figures are laid aside once, however often the file comes.
        sa.UniqueConstraint("order_id", "fingerprint"),
        sa.UniqueConstraint("batch_id", "row_number", "kind"),
        sa.Index(
            "ix_import_issue_open",
            "id",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[Id]
    batch_id: Mapped[int | None] = mapped_column(
        BigInt, sa.ForeignKey("import_batch.id")
    )  # None: it came by itself, not in a file
    kind: Mapped[IssueKind] = mapped_column(enum_type(IssueKind))
    state: Mapped[IssueState] = mapped_column(enum_type(IssueState))
    reason: Mapped[str] = mapped_column(sa.String(32))
    row_number: Mapped[int]
    line_number: Mapped[int]
    column_name: Mapped[str] = mapped_column(sa.String(64))
    order_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("sales_order.id"))
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64))
    member_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    paid_minor: Mapped[int | None]
    paid_at: Mapped[datetime | None]
    lines: Mapped[list[Any] | None]  # [[sku, qty, paid_minor, kind, external_id], …]
    not_money_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    cancelled_at: Mapped[datetime | None]
    source_at: Mapped[datetime | None]  # when the channel changed these figures
    created_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]
