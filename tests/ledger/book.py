"""Short words for tests of the ledger."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger import models, service, verifier
from app.ledger.types import (
    BY_DAY,
    NEVER,
    SPENDABLE,
    Adjust,
    Book,
    Capture,
    Claw,
    Command,
    Earn,
    Fund,
    Hold,
    Part,
    Posted,
    Release,
    Reverse,
    Spend,
    moment_of,
)

_numbers = count(1)

TABLES = (
    models.WALLET,
    models.TXN,
    models.TRANSFER,
    models.ENTRY,
    models.LOT,
    models.LOT_MOVE,
    models.HOLD,
    models.HOLD_PIN,
    models.MERGE,
    models.MERGE_HOLD,
    models.CHECKPOINT,
    models.CHECKPOINT_LEAF,
    models.DAY,
    models.COST,
    models.COHORT,
    models.LAYER,
    models.MARK,
)


def new_key() -> str:
    return str(next(_numbers))


def in_days(days: int) -> date:
    return clock.business_date() + timedelta(days=days)


def earning(member_id: int, points: int = 0, growth: int = 0, **more: Any) -> Earn:
    """An earning of one part; ``fund``, ``matures_…`` and ``expires_on`` go to the part."""
    part = Part(
        more.pop("reason", "order.paid"),
        points,
        growth,
        fund=more.pop("fund", Fund.ORDER),
        matures_on=more.pop("matures_on", None),
        expires_on=more.pop("expires_on", NEVER),
        matures_at=more.pop("matures_at", None),
    )
    return Earn(member_id=member_id, parts=(part,), **named(more))


def named(more: dict[str, Any]) -> dict[str, Any]:
    return {"scope": "test", "key": new_key(), **more}


def earn(member_id: int, points: int = 0, growth: int = 0, **more: Any) -> Posted:
    return service.post(earning(member_id, points, growth, **more))


def spend(member_id: int, points: int, **more: Any) -> Posted:
    return service.post(
        Spend(member_id=member_id, points=points, reason="reward.redeemed", **named(more))
    )


def hold(member_id: int, points: int, **more: Any) -> Posted:
    expires_at = more.pop("expires_at", clock.now() + timedelta(hours=1))
    return service.post(
        Hold(
            member_id=member_id,
            points=points,
            reason="reward.reserved",
            expires_at=expires_at,
            **named(more),
        )
    )


def capture(hold_id: int, points: int | None = None, **more: Any) -> Posted:
    return service.post(Capture(hold_id=hold_id, points=points, **named(more)))


def release(hold_id: int, **more: Any) -> Posted:
    return service.post(Release(hold_id=hold_id, **named(more)))


def reverse(txn_id: int, points: int | None = None, **more: Any) -> Posted:
    return service.post(Reverse(txn_id=txn_id, points=points, **named(more)))


def claw(member_id: int, source: Ref, points: int = 0, growth: int = 0, **more: Any) -> Posted:
    fund = more.pop("fund", Fund.ORDER)
    return service.post(
        Claw(
            member_id=member_id,
            source=source,
            points=points,
            growth=growth,
            fund=fund,
            **named(more),
        )
    )


def adjust(member_id: int, points: int = 0, growth: int = 0, **more: Any) -> Posted:
    return service.post(Adjust(member_id=member_id, points=points, growth=growth, **named(more)))


def buckets(member_id: int, book: Book = Book.POINTS) -> tuple[int, int, int, int]:
    """Pending, available, held and debt as the wallet's row says."""
    table = models.WALLET
    row = db.session.execute(
        sa.select(table.c.pending, table.c.available, table.c.held, table.c.debt).where(
            table.c.member_id == member_id, table.c.book == book
        )
    ).one_or_none()
    db.session.rollback()
    return (0, 0, 0, 0) if row is None else (row[0], row[1], row[2], row[3])


def all_buckets() -> dict[tuple[int, Book], tuple[int, int, int, int]]:
    """The same for every wallet."""
    table = models.WALLET
    rows = db.session.execute(sa.select(table)).all()
    db.session.rollback()
    return {
        (row.member_id, row.book): (row.pending, row.available, row.held, row.debt) for row in rows
    }


def in_hours(hours: float) -> datetime:
    return clock.now() + timedelta(hours=hours)


def lots(member_id: int) -> list[tuple[date, datetime, Fund, int, int]]:
    """(expires on, matures at, fund, remaining, held) of lots with points, in order of use.

    What can be spent matures at ``BY_DAY``.
    """
    lot, wallet = models.LOT, models.WALLET
    rows = db.session.execute(
        sa.select(lot)
        .join(wallet, wallet.c.id == lot.c.wallet_id)
        .where(wallet.c.member_id == member_id, sa.or_(lot.c.remaining > 0, lot.c.held > 0))
        .order_by(lot.c.expires_on, lot.c.matures_on, lot.c.matures_at, lot.c.fund)
    ).all()
    db.session.rollback()
    return [
        (
            row.expires_on,
            BY_DAY if row.matures_on == SPENDABLE else moment_of(row.matures_on, row.matures_at),
            row.fund,
            row.remaining,
            row.held,
        )
        for row in rows
    ]


def dump() -> str:
    """Every row of every ledger table as text, the same on every database."""
    lines = []
    for table in TABLES:
        rows = db.session.execute(sa.select(table).order_by(*table.primary_key.columns))
        lines += [f"{table.name} {[_text(value) for value in row]}" for row in rows]
    db.session.rollback()
    return "\n".join(lines)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def assert_sound() -> None:
    """The verifier finds nothing."""
    drifts = list(verifier.drifts())
    assert drifts == []


def refused(command: Command) -> bool:
    """Post a command that must be refused and must leave every byte as it was."""
    from app.kernel.errors import DomainError

    before = dump()
    try:
        service.post(command)
    except DomainError:
        assert dump() == before
        return True
    return False
