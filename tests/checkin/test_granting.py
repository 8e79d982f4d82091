"""After an outage the team grants the day, once, to all, and back again; zones may change."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.checkin import queries, service
from app.checkin.models import CheckIn, CheckInGrant
from app.checkin.service import granting, undoing
from app.checkin.types import (
    DayKind,
    Grant,
    GrantRefusedError,
    GrantState,
    Item,
    Scope,
    SeedCheckIn,
)
from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.facts import FactRow
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.types import Earn, Fund, Part
from app.loyalty.queries import acts
from app.loyalty.types import Cap, Outcome, Rule, Window
from tests.conftest import NOON
from tests.factories.identity import a_member
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign

ONE_DAY = timedelta(days=1)
TODAY = date(2026, 9, 1)
OUT = TODAY - ONE_DAY  # the day of the outage


def seed(member: MemberRow, *days_ago: int) -> None:
    """Check in so many days ago, noon of 1 September being now."""
    service.seed_check_ins([SeedCheckIn(member.id, NOON - n * ONE_DAY) for n in days_ago])


def grant(staff: MemberRow, scope: Scope = Scope.ALIVE, points: int = 0, day: date = OUT) -> Grant:
    """Grant a day and let the worker finish."""
    asked = service.grant_day(day, scope, points=points, reason="power cut", actor_id=staff.id)
    while service.grant_some():
        pass
    return queries.get_grant(asked.code)


def undo(made: Grant, staff: MemberRow) -> Grant:
    service.ask_undo(made.code, actor_id=staff.id)
    while service.undo_some():
        pass
    return queries.get_grant(made.code)


def streak(member: MemberRow) -> int:
    return queries.hero(member.id).standing.streak_days


def kind(member: MemberRow, day: date = OUT) -> DayKind | None:
    return next((each.kind for each in queries.kept_days(member.id) if each.on == day), None)


def drifts() -> list[str]:
    names = ("checkin.streaks", "checkin.stocks")
    return [drift for report in verify.run(names) for drift in report.drifts]


def everything() -> list[tuple[object, ...]]:
    """Return kept days and stocks as they are seen."""
    db.session.rollback()
    rows = db.session.execute(
        sa.select(CheckIn.member_id, CheckIn.on_date, CheckIn.kind, CheckIn.streak_days)
    )
    found = sorted(tuple(row) for row in rows)
    standings = [
        (row[0], queries.hero(row[0]).standing)
        for row in db.session.execute(sa.select(CheckIn.member_id).distinct())
    ]
    return [*found, *sorted(standings, key=lambda each: each[0])]


def test_a_granted_day_keeps_streaks_and_earns_nothing(
    alice: MemberRow, bob: MemberRow, koc: MemberRow, staff: MemberRow
) -> None:
    seed(alice, 4, 3, 2)  # has not come back yet
    seed(bob, 3, 2, 0)  # has begun a new run
    seed(koc, 5, 4)  # it was over before
    money = [ledger.balance(each.id).available for each in (alice, bob, koc)]

    done = grant(staff)

    assert (done.state, done.kept_count, done.done_count) == (GrantState.DONE, 2, 2)
    assert (streak(alice), streak(bob), streak(koc)) == (4, 4, 0)
    assert service.check_in(alice.id).streak_days == 5
    assert [kind(each) for each in (alice, bob, koc)] == [DayKind.GRANTED, DayKind.GRANTED, None]
    assert [ledger.balance(each.id).available for each in (bob, koc)] == money[1:]
    assert drifts() == []


def test_it_can_be_for_everybody_who_had_ever_checked_in(
    alice: MemberRow, bob: MemberRow, koc: MemberRow, staff: MemberRow
) -> None:
    seed(alice, 2)
    seed(bob, 9)
    seed(koc, 0)  # came for the first time afterwards

    assert grant(staff, Scope.EVERYONE).kept_count == 2
    assert (streak(alice), streak(bob), streak(koc)) == (2, 1, 1)


def test_it_can_earn_points_and_the_statement_says_why(alice: MemberRow, staff: MemberRow) -> None:
    seed(alice, 2)
    made = grant(staff, points=15)

    [newest, *_rest] = ledger.statement(alice.id).items
    assert (newest.delta, newest.reason) == (15, "checkin.granted")
    undo(made, staff)
    assert ledger.balance(alice.id).available == 10
    assert ledger.statement(alice.id).items[0].reason == "checkin.grant_undone"


def test_what_it_earns_goes_by_the_rules_and_comes_back_whole(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    """A limit, a tier's absence and a campaign decide as for any other act, and members read it."""
    start = clock.now() - ONE_DAY
    use_rules(
        Rule(
            "checkin.granted", "checkin.granted", 0, 0, Fund.CHECKIN, amount_on="points",
            caps=(Cap(Window.DAY, points=12),),
        ),
        campaigns=[a_campaign(action="checkin.granted", starts_at=start, budget=20)],
    )  # fmt: skip
    seed(alice, 2)
    seed(bob, 2)
    before = [ledger.balance(each.id) for each in (alice, bob)]

    made = grant(staff, points=15)

    [deed, *_rest] = acts.acts_of(alice.id).items
    assert (deed.action, deed.points) == ("checkin.granted", 24)
    assert [(each.outcome, each.bonus_points) for each in deed.shares] == [(Outcome.CAPPED, 12)]
    [other, *_rest] = acts.acts_of(bob.id).items
    assert (other.points, other.shares[0].bonus_points) == (20, 8)  # what the budget had left
    undo(made, staff)
    assert [ledger.balance(each.id) for each in (alice, bob)] == before
    names = ("loyalty.budgets", "loyalty.caps", "loyalty.counters")
    assert [drift for report in verify.run(names) for drift in report.drifts] == []


def test_a_day_granted_again_on_a_row_that_stood_before_pays_again(
    alice: MemberRow, staff: MemberRow
) -> None:
    service.give(alice.id, Item.SHIELD, key="gift")
    seed(alice, 3, 2, 0)  # the shield has kept the day
    had = ledger.balance(alice.id).available
    undo(grant(staff, points=5), staff)
    assert ledger.balance(alice.id).available == had
    grant(staff, points=5)
    assert ledger.balance(alice.id).available == had + 5


def test_what_was_paid_before_rules_knew_of_it_can_still_be_taken_back(
    alice: MemberRow, staff: MemberRow
) -> None:
    seed(alice, 2)
    made = grant(staff, points=0)
    changed_points = sa.update(CheckInGrant).where(CheckInGrant.id == made.id).values(points=9)
    db.session.execute(changed_points)
    db.session.commit()
    row_id = db.session.scalar(sa.select(CheckIn.id).where(CheckIn.grant_id == made.id))
    part = Part("checkin.granted", 9, 9, fund=Fund.CHECKIN)
    source = Ref("checkin_granted", row_id or 0)
    ledger_service.post(
        Earn(member_id=alice.id, parts=(part,), scope="checkin.granted", key=str(row_id),
             source=source)
    )  # fmt: skip
    assert ledger.balance(alice.id).available == 19
    undo(made, staff)
    assert ledger.balance(alice.id).available == 10
    assert ledger.statement(alice.id).items[0].reason == "checkin.grant_undone"


def test_shields_and_cards_used_on_the_day_come_back(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    for member, item in ((alice, Item.SHIELD), (bob, Item.CARD)):
        service.give(member.id, item, key="gift")
        seed(member, 3, 2, 0)
    service.make_up(bob.id, OUT)
    assert (streak(alice), streak(bob)) == (3, 4)
    before = everything()

    made = grant(staff)

    assert (streak(alice), streak(bob)) == (4, 4)
    shields, cards = queries.hero(alice.id).standing.shields, queries.hero(bob.id).standing.cards
    assert (shields, cards) == (1, 1)
    assert drifts() == []
    undo(made, staff)
    assert everything() == before
    assert drifts() == []


def test_who_was_absent_before_but_has_shields_is_alive(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    seed(alice, 4, 3)
    seed(bob, 4, 3)
    service.give(alice.id, Item.SHIELD, key="gift")
    before = everything()

    made = grant(staff)

    assert (streak(alice), streak(bob)) == (3, 0)
    assert kind(alice, TODAY - 2 * ONE_DAY) is DayKind.SHIELDED
    assert queries.hero(alice.id).standing.shields == 0
    undo(made, staff)
    assert everything() == before
    assert drifts() == []


def test_a_milestone_reached_by_the_day_is_paid_with_the_next_tap(
    alice: MemberRow, staff: MemberRow
) -> None:
    seed(alice, *range(2, 8))
    grant(staff)
    assert streak(alice) == 7
    assert ledger.balance(alice.id).available == 60

    done = service.check_in(alice.id)

    assert (done.streak_days, done.award.points) == (8, 40)
    clock.tick(ONE_DAY)
    assert service.check_in(alice.id).award.points == 10
    assert drifts() == []


def test_undoing_leaves_everything_as_it_was_and_the_day_can_be_granted_again(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    seed(alice, 4, 3, 2)
    seed(bob, 3, 2, 0)
    before = everything()
    made = grant(staff)
    after = everything()

    undone = undo(made, staff)

    assert (undone.state, undone.undone_count) == (GrantState.UNDONE, 2)
    assert everything() == before
    grant(staff)
    assert everything() == after
    assert drifts() == []


def test_a_shield_that_followed_the_granted_day_comes_back_with_the_undoing(
    alice: MemberRow, staff: MemberRow
) -> None:
    seed(alice, 4, 3)
    made = grant(staff, day=TODAY - 2 * ONE_DAY)
    service.give(alice.id, Item.SHIELD, key="gift")
    assert service.check_in(alice.id).saved_days == 1
    assert streak(alice) == 4

    undo(made, staff)

    assert (streak(alice), queries.hero(alice.id).standing.shields) == (1, 1)
    assert drifts() == []


def test_asking_twice_is_asking_once_and_other_terms_are_refused(
    alice: MemberRow, staff: MemberRow
) -> None:
    seed(alice, 2)
    first = grant(staff)
    assert grant(staff).id == first.id
    assert len(queries.kept_days(alice.id)) == 2
    with pytest.raises(GrantRefusedError):
        service.grant_day(OUT, Scope.EVERYONE, points=0, reason="x", actor_id=staff.id)


@pytest.mark.parametrize("ago", [0, -1, 61])
def test_only_days_that_are_over_and_not_too_old_are_granted(staff: MemberRow, ago: int) -> None:
    with pytest.raises(GrantRefusedError):
        service.grant_day(
            TODAY - ago * ONE_DAY, Scope.ALIVE, points=0, reason="x", actor_id=staff.id
        )


def test_after_a_week_a_grant_stays(alice: MemberRow, staff: MemberRow) -> None:
    seed(alice, 2)
    made = grant(staff)
    clock.tick(8 * ONE_DAY)
    with pytest.raises(GrantRefusedError):
        service.ask_undo(made.code, actor_id=staff.id)


def test_it_goes_on_where_a_killed_worker_stopped(
    app: Flask, staff: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(granting, "CHUNK", 3)
    monkeypatch.setattr(undoing, "CHUNK", 3)
    members = [a_member(f"m{n}") for n in range(8)]
    for member in members:
        seed(member, 3, 2)
    asked = service.grant_day(OUT, Scope.ALIVE, points=1, reason="x", actor_id=staff.id)
    assert asked.member_count == 8

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    assert service.grant_some() == 3
    with monkeypatch.context() as patch:
        patch.setattr(granting, "moved", dies)
        with pytest.raises(KeyboardInterrupt):
            service.grant_some()
    while service.grant_some():
        pass
    done = queries.get_grant(asked.code)
    assert (done.done_count, done.kept_count, done.state) == (8, 8, GrantState.DONE)
    assert {streak(member) for member in members} == {3}
    assert {ledger.balance(member.id).available for member in members} == {21}
    service.ask_undo(asked.code, actor_id=staff.id)
    assert service.undo_some() == 3
    while service.undo_some():
        pass
    assert {streak(member) for member in members} == {0}
    assert drifts() == []


def test_it_can_be_called_back_while_it_runs(
    app: Flask, staff: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(granting, "CHUNK", 2)
    members = [a_member(f"m{n}") for n in range(4)]
    for member in members:
        seed(member, 2)
    asked = service.grant_day(OUT, Scope.ALIVE, points=0, reason="x", actor_id=staff.id)
    service.grant_some()
    service.ask_undo(asked.code, actor_id=staff.id)
    assert service.grant_some() == 0
    while service.undo_some():
        pass
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CheckIn)) == 4


def test_a_chunk_costs_the_same_for_few_and_for_many(
    app: Flask,
    staff: MemberRow,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    counts = []
    for number, size in enumerate((2, 40)):
        members = [a_member(f"m{number}x{n}", password=None) for n in range(size)]
        for member in members:
            seed(member, 3, 2)
        made = service.grant_day(
            OUT - number * ONE_DAY, Scope.ALIVE, points=0, reason="x", actor_id=staff.id
        )
        with count_statements() as seen:
            assert service.grant_some() >= min(size, 2)
        counts.append(len(seen))
        undo(made, staff)
    assert counts[0] >= counts[1]


def test_everything_is_on_record(alice: MemberRow, staff: MemberRow) -> None:
    seed(alice, 2)
    undo(grant(staff), staff)
    acts = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.action.like("checkin.%"))
    ).all()
    assert acts == [
        "checkin.day_granted", "checkin.grant_undo_asked", "checkin.grant_undone",
    ]  # fmt: skip
    told = db.session.scalars(sa.select(FactRow.name).where(FactRow.name.like("checkin.%grant%")))
    assert set(told) == {"checkin.day_granted", "checkin.grant_undone"}
    assert "power cut" not in " ".join(db.session.scalars(sa.select(AuditEntry.detail)))


# --- the brand moves to another time zone --------------------------------------------------------


def moved(zone: str, at: datetime) -> None:
    """The site comes back with another zone; the worker notices at ``at``."""
    clock.set_zone(zone)
    with clock.frozen(at):
        service.follow_zone()
        while service.grant_some():
            pass


def test_a_day_that_a_move_east_cuts_short_breaks_no_streak(alice: MemberRow) -> None:
    clock.set_zone("America/Los_Angeles")
    moved("America/Los_Angeles", datetime(2026, 9, 1, 12, tzinfo=UTC))
    for day in (2, 3):
        with clock.frozen(datetime(2026, 9, day, 20, tzinfo=UTC)):  # 13:00 there
            service.check_in(alice.id)
    noon_of_the_fourth_not_yet_checked_in = datetime(2026, 9, 4, 19, tzinfo=UTC)

    moved("Asia/Shanghai", noon_of_the_fourth_not_yet_checked_in)  # it is the 5th there

    with clock.frozen(noon_of_the_fourth_not_yet_checked_in + timedelta(hours=1)):
        assert clock.business_date() == date(2026, 9, 5)
        assert service.check_in(alice.id).streak_days == 4
        assert kind(alice, date(2026, 9, 4)) is DayKind.GRANTED
    assert drifts() == []


def test_a_move_across_the_date_line_may_cut_two_days(alice: MemberRow) -> None:
    clock.set_zone("Etc/GMT+12")
    moved("Etc/GMT+12", datetime(2026, 9, 1, 12, 30, tzinfo=UTC))
    with clock.frozen(datetime(2026, 9, 2, 20, tzinfo=UTC)):
        service.check_in(alice.id)  # on the 2nd
    at = datetime(2026, 9, 4, 11, tzinfo=UTC)  # 3 September, 23:00 there; 5 September, 01:00 here

    moved("Pacific/Kiritimati", at)

    with clock.frozen(at):
        assert service.check_in(alice.id).streak_days == 4


def test_a_move_west_gives_no_day_twice_and_breaks_nothing(alice: MemberRow) -> None:
    moved("Asia/Shanghai", NOON)
    with clock.frozen(NOON):
        service.check_in(alice.id)
    moved("America/Los_Angeles", NOON + timedelta(minutes=1))  # 31 August, 21:01
    with clock.frozen(NOON + timedelta(hours=2)):
        assert not service.check_in(alice.id).is_new
    with clock.frozen(NOON + timedelta(hours=12)):  # 1 September here too
        assert not service.check_in(alice.id).is_new
    with clock.frozen(NOON + timedelta(hours=30)):
        assert service.check_in(alice.id).streak_days == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CheckInGrant)) == 0


def test_summer_time_is_no_change_of_zone(app: Flask) -> None:
    for day in (date(2026, 3, 28), date(2026, 3, 30), date(2026, 10, 26)):
        clock.set_zone("Europe/Berlin")
        moved("Europe/Berlin", clock.day_start(day))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CheckInGrant)) == 0


def test_two_workers_note_one_change(alice: MemberRow) -> None:
    moved("Asia/Shanghai", NOON)
    assert service.follow_zone() == 0
