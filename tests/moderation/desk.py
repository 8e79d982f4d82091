"""Reports and cases for moderation's tests."""

import sqlalchemy as sa

from app.identity.types import MemberRow
from app.kernel.db import db
from app.moderation import service
from app.moderation.queries import CASE
from app.moderation.service import Reported
from app.moderation.types import HideReason
from tests.factories.identity import a_member


def reported(
    thread_id: int, reporter: MemberRow, reason: HideReason = HideReason.ADVERT
) -> Reported:
    """Report a thread."""
    return service.report(reporter.id, "thread", thread_id, reason, "看看这个")


def reported_by(thread_id: int, count: int, reason: HideReason = HideReason.ADVERT) -> int:
    """Report a thread by as many members; return the case."""
    people = [a_member(f"reporter{thread_id}x{index}") for index in range(count)]
    return max(reported(thread_id, person, reason).case_id for person in people)


def only_case() -> sa.Row[tuple[object, ...]]:
    """Return the one case there is."""
    db.session.rollback()
    return db.session.execute(sa.select(CASE)).one()
