"""Super-membership: invited by the mark, answered on a page, reviewed when it falls."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce.queries.net_spend import net_spend
from app.identity.types import MemberRow
from app.kernel import audience, clock, verify
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.facts import FactRow
from app.loyalty.queries import counted, supers
from app.loyalty.service import supers as service
from app.loyalty.types.supers import NotInvitedError, SuperRule, SuperRuleError, SuperState
from app.loyalty.types.tiers import Window
from tests.factories.commerce import a_channel, an_order
from tests.factories.deliveries import deliver, refund
from tests.factories.identity import Browser

S = SuperState
SPEND = dict[int, int]


@pytest.fixture
def spend(app: Flask, monkeypatch: pytest.MonkeyPatch) -> SPEND:
    """What everybody paid and kept; the tests change it."""
    paid: SPEND = {}
    monkeypatch.setitem(counted._readers, "net_spend", lambda _members, _window: paid)
    return paid


def state_of(member: MemberRow) -> SuperState | None:
    db.session.rollback()
    found = supers.membership(member.id)
    return found.state if found else None


def steps() -> list[str]:
    db.session.rollback()
    names = db.session.scalars(sa.select(FactRow.name).order_by(FactRow.id))
    return [name for name in names if name.startswith("super_member")]


def test_who_reaches_the_mark_is_invited_once(
    alice: MemberRow, bob: MemberRow, spend: SPEND
) -> None:
    spend.update({alice.id: 3_000_00, bob.id: 2_999_99})
    assert service.review_all() == 1
    assert service.review_all() == 0
    assert (state_of(alice), state_of(bob)) == (S.INVITED, None)
    assert steps() == ["super_member.invited"]
    assert not audience.includes("super_member:", alice.id)


def test_the_invitation_is_accepted_and_declined_on_its_page(
    alice: MemberRow, alice_client: Browser, spend: SPEND
) -> None:
    assert alice_client.post("/me/super/accept").status_code == 404
    assert "The mark" in alice_client.get("/me/super").text
    spend[alice.id] = 4_000_00
    service.review_all()
    assert "you are invited" in alice_client.get("/me/super").text
    assert alice_client.post("/me/super/decline").status_code == 303
    assert state_of(alice) is S.DECLINED
    assert "change your mind" in alice_client.get("/me/super").text
    assert alice_client.post("/me/super/accept").status_code == 303
    assert alice_client.post("/me/super/accept").status_code == 303
    assert state_of(alice) is S.ACCEPTED
    assert audience.includes("super_member:", alice.id)
    assert "You are a super-member" in alice_client.get("/me/super").text
    assert steps() == ["super_member.invited", *["super_member.changed"] * 2]


def test_who_falls_below_is_reviewed_and_lapses_when_nobody_decides(
    alice: MemberRow, spend: SPEND
) -> None:
    spend[alice.id] = 3_100_00
    service.review_all()
    service.accept(alice.id)
    spend[alice.id] = 2_900_00
    service.review_all()
    found = supers.membership(alice.id)
    assert found is not None
    assert (found.state, found.review_until, found.is_super) == (S.REVIEW, date(2026, 10, 1), True)
    clock.tick(timedelta(days=30))
    assert service.review_all() == 0
    clock.tick(timedelta(days=1))
    assert service.review_all() == 1
    assert state_of(alice) is S.LAPSED
    with pytest.raises(NotInvitedError):
        service.decline(alice.id)
    spend[alice.id] = 3_000_00
    service.review_all()
    assert state_of(alice) is S.INVITED
    assert verify.run(("loyalty.supers",))[0].drifts == ()


def test_a_review_ends_when_the_mark_is_reached_again(alice: MemberRow, spend: SPEND) -> None:
    spend[alice.id] = 3_100_00
    service.review_all()
    service.accept(alice.id)
    spend[alice.id] = 0
    service.review_all()
    spend[alice.id] = 3_000_00
    service.review_all()
    assert state_of(alice) is S.ACCEPTED


def test_staff_keep_end_and_invite_again(
    alice: MemberRow, staff_client: Browser, spend: SPEND
) -> None:
    spend[alice.id] = 3_100_00
    service.review_all()
    service.accept(alice.id)
    spend[alice.id] = 1_00
    service.review_all()
    assert "Under review" in staff_client.get("/staff/super-members?state=review").text
    path = f"/staff/super-members/{alice.yid}"
    assert staff_client.post(f"{path}/keep").status_code == 303
    assert service.review_all() == 0
    assert state_of(alice) is S.ACCEPTED
    assert staff_client.post(f"{path}/keep").status_code == 409
    assert staff_client.post(f"{path}/end").status_code == 303
    assert state_of(alice) is S.ENDED
    assert service.review_all() == 0
    assert staff_client.post(f"{path}/invite").status_code == 303
    assert state_of(alice) is S.INVITED
    assert staff_client.post(f"{path}/nonsense").status_code == 404
    actions = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions[-3:] == ["super_member.kept", "super_member.ended", "super_member.invited_again"]


def test_staff_change_the_rule(staff: MemberRow, staff_client: Browser) -> None:
    assert "3000" in staff_client.get("/staff/super-members/rule").text
    sent = {"threshold": "500.50", "window_months": "6", "grace_days": "14"}
    assert staff_client.post("/staff/super-members/rule", data=sent).status_code == 303
    assert supers.rule() == SuperRule(500_50, 6, 14)
    for wrong in (
        {"threshold": "-5"},
        {"threshold": "0"},
        {"window_months": "0"},
        {"grace_days": "-1"},
    ):
        answer = staff_client.post("/staff/super-members/rule", data={**sent, **wrong})
        assert answer.status_code == 422, wrong
    with pytest.raises(SuperRuleError):
        service.change_rule(SuperRule(100, 0, 1), actor_id=staff.id)
    assert supers.rule() == SuperRule(500_50, 6, 14)


def test_net_spend_is_what_was_paid_and_kept_in_the_home_currency(alice: MemberRow) -> None:
    tmall = a_channel("tmall", window=7)
    paris = a_channel("paris", window=7, currency="EUR")
    long_ago = clock.now() - timedelta(days=20)
    an_order(alice.id, channel=tmall, number="A-1", paid_at=long_ago, lines=((None, 1, 100_00),))
    an_order(alice.id, channel=tmall, number="A-2", lines=((None, 1, 50_00),))  # may go back yet
    an_order(alice.id, channel=paris, number="E-1", paid_at=long_ago, lines=((None, 1, 70_00),))
    deliver(tmall, [refund("A-1", "r", 30_00, refunded_at=clock.now())])
    year = Window(date(2025, 9, 1), date(2026, 9, 1))
    assert net_spend(None, year) == {alice.id: 70_00}
    assert net_spend([alice.id], year) == {alice.id: 70_00}
    assert net_spend([1], year) == {}
    assert net_spend(None, Window(date(2026, 8, 20), date(2026, 9, 1))) == {}


def test_a_reversed_window_is_refused() -> None:
    with pytest.raises(ValueError, match="reversed"):
        Window(date(2026, 9, 2), date(2026, 9, 1))


def test_silent_buyers_are_not_invited(app: Flask, spend: SPEND) -> None:
    from app.identity import service as identity

    made = identity.create_silent_members([("tmall", "b-1")], at=clock.now())
    spend[next(iter(made.values()))] = 9_000_00
    assert service.review_all() == 0
