"""Who comes to an event did something that rules pay for, and that counts for closeness."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.goods import Giving
from app.kernel.goods import give as hand_over
from app.ledger import queries as ledger
from app.loyalty.queries import closeness
from app.loyalty.service import closeness as scoring
from app.loyalty.types import Compare, Condition
from app.seats import queries, service
from app.seats.models import OCCASION, TICKET
from tests.factories import seats
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_rule

Counting = Callable[[], AbstractContextManager[list[str]]]
ATTENDED = "event.attended"


def points_of(member: MemberRow) -> int:
    db.session.rollback()
    return ledger.balance(member.id).available


def seats_for(member: MemberRow, code: str, count: int = 1, key: str = "draw:1") -> list[str]:
    hand_over("seat", Giving(member_id=member.id, ref=code, key=key, count=count))
    db.session.commit()
    return [each.code for each in queries.tickets_of(member.id).items]


def test_coming_pays_once_an_event_however_many_tickets(alice: MemberRow, staff: MemberRow) -> None:
    use_rules(a_rule(ATTENDED, 30))
    first, second = seats_for(alice, seats.an_occasion(staff), 2)
    assert service.check_in(staff.id, second)
    assert service.check_in(staff.id, first)
    assert points_of(alice) == 30
    assert service.undo_check_in(staff.id, second)
    assert points_of(alice) == 30  # he is there with the other one
    assert service.undo_check_in(staff.id, first)
    assert points_of(alice) == 0
    assert service.check_in(staff.id, second)
    assert points_of(alice) == 30
    assert [drift for report in verify.run() for drift in report.drifts] == []


def test_two_events_pay_twice_and_a_rule_may_ask_for_one(
    alice: MemberRow, staff: MemberRow
) -> None:
    night, market = seats.an_occasion(staff), seats.an_occasion(staff)
    (ticket,) = seats_for(alice, night)
    seats_for(alice, market, key="draw:2")
    other = next(each.code for each in queries.tickets_of(alice.id).items if each.code != ticket)
    wanted = Condition("event", Compare.ANY_OF, (queries.occasion(night).id,))
    use_rules(
        a_rule(ATTENDED, 30, slot="any"), a_rule("event.night", 5, action=ATTENDED, slot="night",
                                                 conditions=(wanted,)),
    )  # fmt: skip
    assert service.check_in(staff.id, ticket)
    assert points_of(alice) == 35
    assert service.check_in(staff.id, other)
    assert points_of(alice) == 65


def test_attendance_counts_for_closeness_also_of_before_rules_could_pay(
    alice: MemberRow, staff: MemberRow
) -> None:
    (code,) = seats_for(alice, seats.an_occasion(staff))
    db.session.execute(
        sa.update(TICKET).where(TICKET.c.member_id == alice.id).values(checked_in_at=clock.now())
    )
    db.session.commit()
    scoring.score_all()
    mine = closeness.my_closeness(alice.id)
    (line,) = [each for each in mine.lines if each.ingredient.measure == "attendance"]
    assert (line.amount, line.points, line.is_counted) == (1, 30, True)
    assert verify.run(("loyalty.closeness",))[0].drifts == ()
    assert service.undo_check_in(staff.id, code)
    scoring.score_all()
    assert closeness.stored(alice.id) is None


def test_attendance_is_counted_by_event_and_day(alice: MemberRow, staff: MemberRow) -> None:
    both = seats_for(alice, seats.an_occasion(staff), 2)
    for code in both:
        service.check_in(staff.id, code)
    today = closeness.scoring_window()
    assert queries.attendance(None, today) == {alice.id: 1}
    assert queries.attendance([alice.id], today) == {alice.id: 1}
    assert queries.attendance([staff.id], today) == {}
    with clock.frozen(clock.now() + timedelta(days=400)):
        assert queries.attendance(None, closeness.scoring_window()) == {}


def test_letting_in_stays_cheap(
    alice: MemberRow, staff: MemberRow, count_statements: Counting
) -> None:
    use_rules(a_rule(ATTENDED, 30))
    (code,) = seats_for(alice, seats.an_occasion(staff))
    with count_statements() as made:
        assert service.check_in(staff.id, code)
    assert len(made) <= 20


@pytest.mark.parametrize("lang", ["zh_Hans_CN", "en"])
def test_the_act_has_words_and_events_to_choose(staff: MemberRow, lang: str) -> None:
    from flask_babel import force_locale

    from app.loyalty.types import actions

    seats.an_occasion(staff)
    found = actions.find(ATTENDED)
    assert found is not None
    with force_locale(lang):
        (event,) = found.attributes
        assert event.options is not None
        ((number, name),) = event.options()
    assert number == db.session.scalar(sa.select(OCCASION.c.id))
    assert name == ("火锅之夜" if lang == "zh_Hans_CN" else "Hot pot night")
