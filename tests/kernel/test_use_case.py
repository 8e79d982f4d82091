"""One use case, one transaction, re-run when a race is lost."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app.kernel import audit, facts
from app.kernel.audit import AuditEntry
from app.kernel.db import db, missing_triggers, use_case


def _entries() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0


def test_an_outer_use_case_commits_what_inner_ones_wrote(app: Flask) -> None:
    @use_case
    def inner() -> None:
        audit.note(None, "inner")

    @use_case
    def outer() -> None:
        inner()
        audit.note(None, "outer")

    outer()
    db.session.remove()
    assert _entries() == 2


def test_an_error_leaves_nothing_behind(app: Flask) -> None:
    @use_case
    def fails() -> None:
        audit.note(None, "half")
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        fails()
    assert _entries() == 0


def test_append_only_tables_refuse_changes(app: Flask) -> None:
    @use_case
    def write() -> None:
        audit.note(None, "kept")

    @use_case
    def tamper() -> None:
        db.session.execute(sa.update(AuditEntry).values(action="other"))

    @use_case
    def destroy() -> None:
        db.session.execute(sa.delete(AuditEntry))

    write()
    for attack in (tamper, destroy):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            attack()
    assert _entries() == 1
    assert missing_triggers() == []


def test_a_lag_is_zero_when_nobody_waits(app: Flask) -> None:
    assert all(lag.waiting == 0 for lag in facts.lags())
