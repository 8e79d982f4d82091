"""Members who earn and spend, for the pages of the ledger."""

import csv
import io
from datetime import date, datetime

from flask import Flask

from app.identity.types import MemberRow
from app.kernel import ids
from app.kernel.types import Ref
from app.ledger import service
from app.ledger.types import Earn, Fund, Part, Spend
from tests.factories.identity import Browser, browser, sign_in


def as_member(app: Flask, member: MemberRow) -> Browser:
    client = browser(app)
    sign_in(client, member)
    return client


def earn(
    member_id: int,
    points: int = 10,
    *,
    reason: str = "checkin.daily",
    source: Ref | None = None,
    matures_on: date | None = None,
    matures_at: datetime | None = None,
    expires_on: date | None = None,
    fund: Fund = Fund.CHECKIN,
    occurred_at: datetime | None = None,
) -> int:
    more = {} if expires_on is None else {"expires_on": expires_on}
    part = Part(
        reason, points, points, fund=fund, matures_on=matures_on, matures_at=matures_at, **more
    )
    command = Earn(
        member_id=member_id, parts=(part,), scope="test", key=str(ids.next_id()), source=source,
        rule_version=1, occurred_at=occurred_at,
    )  # fmt: skip
    return service.post(command).txn_id


def spend(member_id: int, points: int) -> int:
    return service.post(
        Spend(
            member_id=member_id, points=points, reason="test.bought", scope="test",
            key=str(ids.next_id()),
        )
    ).txn_id  # fmt: skip


def rows_of(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))
