"""Imports: what runs, what was done, which rows were bad."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import Channel, ImportBatch, ImportIssue, Order, OrderAward, Refund
from app.commerce.queries.keys import older_than_id
from app.commerce.types import (
    PROBLEM_TEXTS,
    ROLLBACK_DAYS,
    Batch,
    Counts,
    IssueKind,
    IssueState,
    Problem,
    RefundState,
)
from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page

BATCHES = ImportBatch.__table__
PAGE = 30
SHOWN_ISSUES = 100


@dataclass(frozen=True, slots=True)
class BatchCard:
    """An import in a list, with its channel's name."""

    batch: Batch
    channel: str

    @property
    def percent(self) -> int:
        """Return how far it is, 0 to 100."""
        rows = self.batch.rows
        return 100 if not rows else min(100, self.batch.position * 100 // rows)

    @property
    def is_over(self) -> bool:
        """Return whether nothing moves any more."""
        batch = self.batch
        is_going_back = batch.rollback_at is not None and batch.rolled_back_at is None
        return batch.finished_at is not None and not is_going_back

    @property
    def can_go_back(self) -> bool:
        """Return whether it can still be rolled back, and nobody has asked for it."""
        batch = self.batch
        return (
            batch.finished_at is not None
            and batch.rollback_at is None
            and clock.now() < self.goes_back_until
            and bool(batch.counts.new)
        )

    @property
    def goes_back_until(self) -> datetime:
        """Return the moment from which it stays."""
        ended: datetime = self.batch.finished_at or clock.now()
        return ended + timedelta(days=ROLLBACK_DAYS)


@dataclass(frozen=True, slots=True)
class IssueView:
    """A row that was bad."""

    row_number: int
    line_number: int
    column: str
    text: object
    created_at: datetime


def get_batch(text: str) -> Batch:
    """Return an import by its code.

    Raises:
        NotFoundError: there is none.
    """
    return _one(BATCHES.c.code == ids.read_code(text))


def batch_by_id(batch_id: int) -> Batch:
    """Return an import.

    Raises:
        NotFoundError: there is none.
    """
    return _one(BATCHES.c.id == batch_id)


def _one(condition: sa.ColumnElement[bool]) -> Batch:
    row = db.session.execute(sa.select(BATCHES).where(condition)).one_or_none()
    if row is None:
        raise NotFoundError
    return _batch(row)


def _batch(row: Any) -> Batch:
    counts = Counts(
        row.new_count,
        row.duplicate_count,
        row.changed_count,
        row.kept_aside_count,
        row.bad_count,
    )
    return Batch(
        row.id,
        row.code,
        row.channel_id,
        row.file_name,
        row.state,
        row.row_position,
        row.row_count,
        counts,
        row.started_at,
        row.finished_at,
        row.refusal,
        row.kind,
        row.rollback_at,
        row.rolled_back_at,
        row.rollback_by,
        row.withdrawn_count,
    )


def batch_mapping(batch_id: int) -> dict[str, Any]:
    """Return how an import's file is read."""
    found = db.session.scalar(sa.select(BATCHES.c.mapping).where(BATCHES.c.id == batch_id))
    return cast("dict[str, Any]", found)


def batches(after: str | None = None, limit: int = PAGE) -> Page[BatchCard]:
    """Return imports, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(BATCHES, Channel.name.label("channel"))
        .join(Channel, Channel.id == BATCHES.c.channel_id)
        .where(*older_than_id(after, BATCHES.c.id))
        .order_by(BATCHES.c.id.desc())
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    next_key = str(shown[-1].id) if len(rows) > limit else None
    return Page([BatchCard(_batch(row), row.channel) for row in shown], next_key)


def issues_of(batch_id: int, limit: int = SHOWN_ISSUES) -> Sequence[IssueView]:
    """Return an import's first bad rows, in the order of the file. One statement."""
    rows = db.session.execute(
        sa.select(ImportIssue.__table__)
        .where(ImportIssue.batch_id == batch_id, ImportIssue.kind == IssueKind.BAD)
        .order_by(ImportIssue.row_number)
        .limit(limit)
    )
    return [
        IssueView(
            row.row_number,
            row.line_number,
            row.column_name,
            PROBLEM_TEXTS[Problem(row.reason)],
            row.created_at,
        )
        for row in rows
    ]


def next_upload() -> Batch | None:
    """Return the uploaded file whose turn it is, or None."""
    row = db.session.execute(
        sa.select(BATCHES)
        .where(BATCHES.c.finished_at.is_(None), BATCHES.c.is_upload.is_(sa.true()))
        .order_by(BATCHES.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else _batch(row)


def next_rollback() -> Batch | None:
    """Return the import that is to be rolled back next, or None."""
    row = db.session.execute(
        sa.select(BATCHES)
        .where(BATCHES.c.rollback_at.is_not(None), BATCHES.c.rolled_back_at.is_(None))
        .order_by(BATCHES.c.rollback_at, BATCHES.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else _batch(row)


def standing_orders(batch_id: int, limit: int) -> list[int]:
    """Return orders of an import that still count."""
    return list(
        db.session.scalars(
            sa.select(Order.id)
            .where(Order.batch_id == batch_id, Order.withdrawn_at.is_(None))
            .order_by(Order.id)
            .limit(limit)
        )
    )


def standing_refunds(batch_id: int, limit: int) -> list[int]:
    """Return refunds of an import that still hold."""
    return list(
        db.session.scalars(
            sa.select(Refund.id)
            .where(Refund.batch_id == batch_id, Refund.state == RefundState.ACTIVE)
            .order_by(Refund.id)
            .limit(limit)
        )
    )


def open_issues(batch_id: int, limit: int) -> list[int]:
    """Return what an import laid aside and nobody has decided."""
    return list(
        db.session.scalars(
            sa.select(ImportIssue.id)
            .where(ImportIssue.batch_id == batch_id, ImportIssue.state == IssueState.OPEN)
            .order_by(ImportIssue.id)
            .limit(limit)
        )
    )


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import brought in and still counts; points of its orders."""

    orders: int
    buyers: int
    points: int
    refunds: int


def brought_by(batch_id: int) -> Brought:
    """Return what rolling an import back would undo. Two statements."""
    orders = db.session.execute(
        sa.select(
            sa.func.count(Order.id),
            sa.func.count(Order.member_id.distinct()),
            sa.func.coalesce(sa.func.sum(OrderAward.points), 0),
        )
        .outerjoin(OrderAward, OrderAward.order_id == Order.id)
        .where(Order.batch_id == batch_id, Order.withdrawn_at.is_(None))
    ).one()
    refunds = db.session.scalar(
        sa.select(sa.func.count()).where(
            Refund.batch_id == batch_id, Refund.state == RefundState.ACTIVE
        )
    )
    return Brought(orders[0], orders[1], int(orders[2]), refunds or 0)


def unfinished_codes() -> set[str]:
    """Return the codes of imports that are not done."""
    return set(db.session.scalars(sa.select(BATCHES.c.code).where(BATCHES.c.finished_at.is_(None))))
