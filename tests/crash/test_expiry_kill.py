"""``kill -9`` while points expire: each expires once, each member is told once, nothing is lost."""

import random
from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from app.kernel import clock, verify
from app.kernel.db import db
from app.ledger import models
from app.ledger.types import Account, Kind, Reason
from app.loyalty.policy.expiry import stage_of
from app.notify.queries import DELIVERY, NOTICE
from app.notify.types import DeliveryState
from tests.crash.expiry_writer import LATER
from tests.crash.nursery import nursery, sweep_and_die
from tests.factories.identity import a_member, letters
from tests.ledger.book import earn

pytestmark = pytest.mark.crash

MEMBERS = 12
DAYS = (
    date(2026, 9, 5),
    date(2026, 9, 19),
    date(2026, 9, 20),
    date(2026, 9, 27),
    date(2026, 10, 18),
)


@pytest.mark.timeout(600)
def test_expiry_killed_at_any_instant_expires_and_tells_everything_once(
    app: Flask, request: pytest.FixtureRequest
) -> None:
    kills = 60 if request.config.getoption("--long") else 6
    members = [a_member(f"m{n}", password=None) for n in range(MEMBERS)]
    for member in members:
        for n, day in enumerate(DAYS):
            earn(member.id, 10 + n, expires_on=day)
    dice = random.Random(7)
    with nursery(app, "expiry_writer") as (orders, said):
        for _ in range(kills):
            sweep_and_die(orders, said, "go", dice.uniform(0.0, 0.08))
        while not sweep_and_die(orders, said, "go", None):
            pass
    db.session.rollback()
    with clock.frozen(LATER):
        _everything_happened_once(app, [member.id for member in members])


def _everything_happened_once(app: Flask, member_ids: list[int]) -> None:
    assert [report for report in verify.run(("ledger",)) if report.drifts] == []
    transfer, txn = models.TRANSFER, models.TXN
    expired = db.session.execute(
        sa.select(transfer.c.debit_wallet_id, sa.func.sum(transfer.c.amount), sa.func.count())
        .join(txn, txn.c.id == transfer.c.txn_id)
        .where(txn.c.kind == Kind.EXPIRE, transfer.c.credit == Account.EXPIRED)
        .where(transfer.c.reason == Reason.EXPIRED)
        .group_by(transfer.c.debit_wallet_id)
    ).all()
    assert [tuple(row)[1:] for row in expired] == [(10 + 11, 1)] * MEMBERS
    told = db.session.execute(
        sa.select(NOTICE.c.member_id, NOTICE.c.key, DELIVERY.c.state).outerjoin(
            DELIVERY, DELIVERY.c.notice_id == NOTICE.c.id
        )
    ).all()
    today = clock.business_date()
    stages = {stage for day in DAYS if (stage := stage_of(day, today)) is not None}
    keys = [f"{stage}:{today}" for stage in stages]
    assert Counter((row.member_id, row.key) for row in told) == {
        (member_id, key): 1 for member_id in member_ids for key in keys
    }
    assert {row.state for row in told} == {DeliveryState.DONE}
    db.session.rollback()
    assert len(letters(app)) == MEMBERS * len(keys)
