"""One use case, one transaction, re-run when a race is lost."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from app.kernel import audit, facts
from app.kernel.audit import AuditEntry
from app.kernel.db import db, missing_triggers, use_case
from app.kernel.errors import ConflictError
from app.ledger import queries as ledger
from app.ledger import service as points
from app.ledger.models import WALLET
from app.ledger.types import Earn, Fund, Part
from tests.factories.identity import a_member


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


# --- waiting for somebody else's lock ------------------------------------------------------------


@pytest.fixture
def held(app: Flask) -> Iterator[Callable[[], None]]:
    """A wallet that another connection holds; returns how it is let go. Waiting ends soon."""
    member_id = a_member().id
    points.lock_wallets([member_id])
    db.session.remove()
    other = db.engine.connect()
    other.execute(sa.select(WALLET).where(WALLET.c.member_id == member_id).with_for_update())
    yield other.rollback
    other.close()


def _earn_beside(held: Callable[[], None], *, until: int) -> int:
    """Post ten points for the one whose wallet is held until a try; return how often it ran."""
    tries = 0
    member_id = db.session.scalars(sa.select(WALLET.c.member_id)).first()
    assert member_id is not None

    @use_case
    def earn() -> None:
        nonlocal tries
        tries += 1
        if tries == until:
            held()
        audit.note(None, "tried")
        db.session.execute(sa.text("SET LOCAL lock_timeout = '50ms'"))
        parts = (Part(reason="test", points=10, fund=Fund.ORDER),)
        points.post(Earn(member_id=member_id, parts=parts, scope="test", key="once"))

    earn()
    db.session.remove()
    assert ledger.balance(member_id).available == 10
    return tries


@pytest.mark.only("postgres")
def test_who_waited_too_long_for_a_lock_is_run_again(held: Callable[[], None]) -> None:
    assert _earn_beside(held, until=3) == 3
    assert _entries() == 1


@pytest.mark.only("postgres")
def test_a_lock_that_is_never_let_go_is_a_conflict_and_leaves_nothing(
    held: Callable[[], None],
) -> None:
    with pytest.raises(ConflictError) as caught:
        _earn_beside(held, until=9)
    cause = caught.value.__cause__
    assert isinstance(cause, sa.exc.DBAPIError)
    assert getattr(cause.orig, "sqlstate", "") == "55P03"
    assert _entries() == 0
