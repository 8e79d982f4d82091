"""Products, channels, orders and the imports that brought them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.commerce.types import BatchState, IdentityKind, IssueKind, IssueState, OrderState, Refusal
from app.kernel.db import BigInt, Id, Model, enum_type


class Product(Model):
    """Something the brand sells."""

    __tablename__ = "product"
    __table_args__ = (sa.CheckConstraint("price_minor >= 0", name="price_not_negative"),)

    id: Mapped[Id]
    sku: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name_zh: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    category: Mapped[str] = mapped_column(sa.String(48))
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    created_at: Mapped[datetime]


class Channel(Model):
    """Where the brand sells: a shop on a platform, a store, its own site."""

    __tablename__ = "channel"
    __table_args__ = (
        sa.CheckConstraint("return_window_days BETWEEN 0 AND 365", name="window_within_a_year"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(32), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    return_window_days: Mapped[int] = mapped_column(sa.Integer)
    currency: Mapped[str] = mapped_column(sa.String(3))
    identity_kind: Mapped[IdentityKind] = mapped_column(enum_type(IdentityKind))
    created_at: Mapped[datetime]


class Order(Model):
    """A purchase. Its figures are those of ``revision``; older ones stand in its issues."""

    __tablename__ = "sales_order"
    __table_args__ = (
        sa.UniqueConstraint("channel_id", "external_id"),
        sa.CheckConstraint("paid_minor >= 0", name="paid_not_negative"),
        sa.Index("ix_sales_order_member_id", "member_id", "paid_at", "id"),
        sa.Index("ix_sales_order_paid_at", "paid_at", "id"),
        sa.Index("ix_sales_order_channel_id", "channel_id", "paid_at", "id"),
        sa.Index(
            "ix_sales_order_disputed",
            "paid_at",
            "id",
            sqlite_where=sa.text("state = 'disputed'"),
            postgresql_where=sa.text("state = 'disputed'"),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    channel_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("channel.id"))
    external_id: Mapped[str] = mapped_column(sa.String(128))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    currency: Mapped[str] = mapped_column(sa.String(3))
    paid_minor: Mapped[int]
    state: Mapped[OrderState] = mapped_column(enum_type(OrderState))
    paid_at: Mapped[datetime]
    window_ends_on: Mapped[date]  # last day of the return window
    fingerprint: Mapped[str] = mapped_column(sa.String(64))  # see policy.fingerprint
    revision: Mapped[int] = mapped_column(sa.Integer)
    batch_id: Mapped[int | None] = mapped_column(
        BigInt, sa.ForeignKey("import_batch.id"), index=True
    )
    created_at: Mapped[datetime]


class OrderLine(Model):
    """One line of an order: what, how many, what was paid for all of them."""

    __tablename__ = "sales_line"
    __table_args__ = (
        sa.CheckConstraint("qty > 0", name="qty_positive"),
        sa.CheckConstraint("paid_minor >= 0", name="paid_not_negative"),
    )

    order_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("sales_order.id"), primary_key=True)
    line_no: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    sku: Mapped[str | None] = mapped_column(sa.String(64))
    qty: Mapped[int]
    paid_minor: Mapped[int]


class OrderAward(Model):
    """What an order has earned so far under the rule version of its first award.

    The target is a function of the frozen version and the order's figures; only the difference to
    ``points`` is ever posted. ``flask verify`` compares both with the ledger.
    """

    __tablename__ = "order_award"
    __table_args__ = (sa.CheckConstraint("points >= 0", name="points_not_negative"),)

    order_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("sales_order.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    rule_version: Mapped[int] = mapped_column(sa.Integer)
    points: Mapped[int]
    revision: Mapped[int] = mapped_column(sa.Integer)  # of the order it was computed from
    awarded_at: Mapped[datetime]


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


class ImportIssue(Model):
    """A row that was bad, or an order that came again with other figures. Erasable.

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
    batch_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("import_batch.id"))
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
    lines: Mapped[list[Any] | None]  # [[sku, qty, paid_minor], …]
    created_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]
