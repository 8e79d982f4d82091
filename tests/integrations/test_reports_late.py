"""What other tools tell long after it happened: nobody loses it, and nothing else waits for it."""

from datetime import timedelta

import pytest

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.integrations.reports import service
from app.kernel import clock
from app.ledger import queries as ledger
from app.ledger.service import sweeps
from app.loyalty.types import Expiry, Lapse
from tests.conftest import NOON
from tests.factories.identity import Browser
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_rule
from tests.integrations.test_reports import SURVEY, Tool, knows, nothing_drifts, points_of

SHORT = Expiry(Lapse.DAYS, 30)


@pytest.fixture
def tool(client: Browser, staff: MemberRow) -> Tool:
    return Tool(client, staff)


def test_told_after_its_points_would_have_lapsed(tool: Tool, alice: MemberRow) -> None:
    use_rules(a_rule(SURVEY, 30, expiry=SHORT))
    told = tool.tell(alice.yid, happened_at=(NOON - timedelta(days=60)).isoformat())
    assert told.json == {"status": "accepted"}
    assert points_of(alice) == 30
    nothing_drifts()


def test_who_becomes_known_late_holds_up_nobody(
    tool: Tool, alice: MemberRow, bob: MemberRow
) -> None:
    use_rules(a_rule(SURVEY, 30, expiry=SHORT))
    before = (NOON - timedelta(days=29)).isoformat()
    tool.tell({"channel": "shopify", "buyer": "8"}, "r-1", happened_at=before)
    tool.tell({"channel": "shopify", "buyer": "9"}, "r-2")
    knows(alice, "shopify", "8")
    knows(bob, "shopify", "9")
    with clock.frozen(NOON + timedelta(days=20)):
        assert service.retry_kept() == 2
        assert (points_of(alice), points_of(bob)) == (30, 30)
        nothing_drifts()


def test_what_was_told_late_goes_like_all_else(tool: Tool, alice: MemberRow) -> None:
    use_rules(a_rule(SURVEY, 30, expiry=SHORT))
    before = (NOON - timedelta(days=60)).isoformat()
    tool.tell(alice.yid, happened_at=before)
    tool.tell(alice.yid, "r-2", happened_at=before)
    tool.tell(alice.yid, happened_at=before, undone=True)
    assert points_of(alice) == 30
    with clock.frozen(NOON + timedelta(days=8)):
        assert points_of(alice) == 0
        tool.tell(alice.yid, "r-2", happened_at=before, undone=True)
        sweeps.expire_due()
        assert (points_of(alice), ledger.balance(alice.id).debt) == (0, 0)
        nothing_drifts()


def test_a_clock_that_is_fast_gives_nothing_twice(tool: Tool, alice: MemberRow) -> None:
    use_rules(a_rule(SURVEY, 30, expiry=SHORT, settle_hours=24))
    soon = (NOON + timedelta(minutes=59)).isoformat()
    tool.tell(alice.yid, happened_at=soon)
    tool.tell(alice.yid, happened_at=soon)
    with clock.frozen(NOON + timedelta(hours=24, minutes=30)):
        assert points_of(alice) == 0
    with clock.frozen(NOON + timedelta(hours=26)):
        assert points_of(alice) == 30
        tool.tell(alice.yid, happened_at=soon, undone=True)
        assert points_of(alice) == 0
        nothing_drifts()


def test_undone_after_everything_that_may_become_of_the_member(
    tool: Tool, alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    use_rules(a_rule(SURVEY, 30))
    tool.tell(bob.yid, "before")
    cause = MergeCause.STAFF
    merge = identity.merge_members(bob.id, alice.id, cause=cause, actor_id=staff.id)
    tool.tell(bob.yid, "while")
    tool.tell(alice.yid, "her own")
    tool.tell(bob.yid, "before", undone=True)
    assert points_of(alice) == 60
    identity.unmerge_members(merge.id, actor_id=staff.id)
    assert (points_of(alice), points_of(bob)) == (60, 0)
    tool.tell(bob.yid, "while", undone=True)
    assert (points_of(alice), points_of(bob)) == (30, 0)
    for reference in ("before", "while"):
        assert tool.tell(bob.yid, reference).json == {"status": "known"}
    assert (points_of(alice), points_of(bob)) == (30, 0)
    nothing_drifts()


@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-30T12:00:00+23:59",
        "2026-11-30T24:00:00Z", "2026-12-31T23:59:60Z", "20261130T120000Z", "2026-W49-1T00:00:00Z",
        "2026-11-30T12:00:00", "2026-11-30", "2026-11-30T12:00:00+00:00:00.000001",
    ],
)  # fmt: skip
def test_moments_of_no_calendar_are_refused_or_read(tool: Tool, alice: MemberRow, at: str) -> None:
    use_rules(a_rule(SURVEY, 30))
    assert tool.tell(alice.yid, happened_at=at).status_code in {202, 422, 400}
    assert tool.tell(alice.yid, happened_at=at).status_code in {200, 422, 400}
    assert points_of(alice) in {0, 30}
    nothing_drifts()
