"""Circles: who gets in, who writes, who leads, what is counted."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.circles import queries, service
from app.circles.types import (
    CircleClosedError,
    Joining,
    NotInItError,
    NotLeaderError,
    OwnLeadError,
    Stand,
    TooSoonToAskError,
)
from app.community import queries as community
from app.community import service as writing
from app.community.service import watching
from app.community.types import OutsideError, SilencedError
from app.community.types.reading import WatchKind, WatchLevel
from app.identity import service as people
from app.identity.types import MemberRow, MergeCause
from app.kernel import audience, clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import InvalidError
from app.ledger import queries as ledger
from app.moderation import service as moderation
from app.moderation.types import HideReason
from app.notify import queries as notices
from app.ranking import queries as ranking
from app.ranking.queries import lab as trials
from app.ranking.service import lab
from app.ranking.types import Act, Formula
from tests.factories.circles import a_circle, a_draft, nothing_drifts
from tests.factories.community import a_thread
from tests.factories.loyalty import use_rules
from tests.factories.ranking import a_board, settle
from tests.factories.rules import a_rule
from tests.ranking.test_boards import score_of


def pending(member_id: int) -> int:
    balance = ledger.balance(member_id)
    return balance.available + balance.pending - balance.debt


def stand(member: MemberRow, slug: str = "solo") -> Stand | None:
    mine = queries.circle(slug, member.id).mine
    return mine.stand if mine else None


def test_only_members_post_and_reply_and_everybody_reads(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice)
    post = a_thread(alice, "One pot", board="solo")
    with pytest.raises(OutsideError):
        a_thread(bob, "Another", board="solo")
    with pytest.raises(OutsideError):
        writing.reply(bob.id, post.thread_code, "Looks good")
    writing.reply(staff.id, post.thread_code, "The team answers everywhere")
    service.join(bob.id, "solo")
    writing.reply(bob.id, post.thread_code, "Looks good")
    a_thread(bob, "Another", board="solo")
    assert queries.circle("solo").member_count == 2
    assert queries.circle("solo").board.thread_count == 2
    assert [line.title for line in community.feed(None).items] == ["Another", "One pot"]
    nothing_drifts()


def test_what_is_written_in_one_s_circles_comes_into_the_following_feed(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice, bob)
    a_thread(bob, "One pot", board="solo")

    def following() -> list[str]:
        return [line.title for line in community.feed(alice.id, followed_by=alice.id).items]

    assert following() == ["One pot"]
    service.leave(alice.id, "solo")
    assert following() == []
    service.come_back(alice.id, "solo")
    watching.set_watch(alice.id, WatchKind.BOARD, "solo", WatchLevel.WATCHING)
    service.leave(alice.id, "solo")
    assert following() == ["One pot"]  # he has chosen that himself


def test_a_post_moves_into_a_circle_only_with_its_author(
    alice: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo")
    post = a_thread(alice, "One pot")

    def move(slug: str) -> None:
        writing.edit_thread(
            alice.id, post.thread_code, board_slug=slug, title="One pot", body="Two hours."
        )

    with pytest.raises(OutsideError):
        move("solo")
    service.join(alice.id, "solo")
    move("solo")
    service.leave(alice.id, "solo")
    move("solo")  # where it stands it may stay
    assert queries.circle("solo").board.thread_count == 1


def test_circles_stand_among_no_ordinary_boards(alice: MemberRow, staff: MemberRow) -> None:
    a_thread(alice, "Plain")
    a_circle(staff, "solo", alice)
    ordinary = {board.slug for board in community.boards()}
    assert "solo" not in ordinary
    assert {each.slug for each in community.boards_for(alice.id)} == {*ordinary, "solo"}
    assert {each.slug for each in community.boards_for(staff.id)} == ordinary
    with pytest.raises(InvalidError):
        service.create(staff.id, a_draft("pot"))  # a board's address is taken
    with pytest.raises(InvalidError):
        service.create(staff.id, a_draft("solo"))
    with pytest.raises(InvalidError):
        service.create(staff.id, a_draft("No spaces"))


def test_where_one_asks_a_leader_answers(
    alice: MemberRow, bob: MemberRow, koc: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", leader=koc, joining=Joining.REQUEST)
    assert service.join(alice.id, "solo", "I eat alone").stand is Stand.ASKED
    assert not service.join(alice.id, "solo").is_new
    assert [each.said for each in queries.asking(queries.circle("solo").id)] == ["I eat alone"]
    with pytest.raises(NotLeaderError):
        service.answer(bob.id, "solo", alice.yid, admit=True)
    assert service.answer(koc.id, "solo", alice.yid, admit=True)
    assert not service.answer(koc.id, "solo", alice.yid, admit=True)
    assert stand(alice) is Stand.IN
    service.join(bob.id, "solo")
    service.answer(koc.id, "solo", bob.yid, admit=False, reason="Not now")
    mine = queries.circle("solo", bob.id).mine
    assert mine is not None
    assert (mine.stand, mine.answer) == (Stand.REFUSED, "Not now")
    with pytest.raises(TooSoonToAskError):
        service.join(bob.id, "solo")
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert service.join(bob.id, "solo").stand is Stand.ASKED
    nothing_drifts()
    told = {notice.kind for notice in notices.notices(koc.id).items}
    assert told == {service.ASKED}
    assert {notice.kind for notice in notices.notices(alice.id).items} == {service.ADMITTED}


def test_leaving_can_be_undone_for_an_hour(
    alice: MemberRow, koc: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice, leader=koc, joining=Joining.OPEN)
    assert service.leave(koc.id, "solo")
    assert not service.leave(koc.id, "solo")
    assert queries.circle("solo").member_count == 1
    assert service.come_back(koc.id, "solo")
    back = queries.circle("solo", koc.id).mine
    assert back is not None
    assert back.leads
    service.leave(koc.id, "solo")
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert not service.come_back(koc.id, "solo")
        service.join(koc.id, "solo")
    again = queries.circle("solo", koc.id).mine
    assert again is not None
    assert again.is_in
    assert not again.leads
    nothing_drifts()


def test_a_request_that_is_taken_back_is_no_membership(alice: MemberRow, staff: MemberRow) -> None:
    a_circle(staff, "solo", joining=Joining.REQUEST)
    service.join(alice.id, "solo")
    assert service.leave(alice.id, "solo")
    assert not service.come_back(alice.id, "solo")
    assert stand(alice) is Stand.WITHDRAWN
    assert queries.circle("solo").member_count == 0


def test_who_is_removed_asks_from_then_on(
    alice: MemberRow, bob: MemberRow, koc: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice, bob, leader=koc)
    with pytest.raises(NotLeaderError):
        service.remove(bob.id, "solo", alice.yid, "I don't like her")
    service.remove(koc.id, "solo", alice.yid, "Advertising")
    with pytest.raises(NotInItError):
        service.remove(koc.id, "solo", alice.yid, "Advertising")
    with pytest.raises(OwnLeadError):
        service.remove(koc.id, "solo", koc.yid, "myself")
    with pytest.raises(OutsideError):
        a_thread(alice, "Again", board="solo")
    assert service.join(alice.id, "solo").stand is Stand.ASKED  # though all others just join
    service.leave(alice.id, "solo")
    assert service.join(alice.id, "solo").stand is Stand.ASKED
    service.answer(staff.id, "solo", alice.yid, admit=True, by_team=True)
    assert stand(alice) is Stand.IN
    nothing_drifts()
    acts = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"circle.made", "circle.leader_set", "circle.removed", "circle.admitted"} <= acts


def test_who_leads_no_longer_does_not_come_back_as_a_leader(
    alice: MemberRow, koc: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice, leader=koc)
    service.leave(koc.id, "solo")
    assert service.set_leader(staff.id, "solo", koc.yid, on=False)
    assert service.come_back(koc.id, "solo")
    with pytest.raises(NotLeaderError):
        service.remove(koc.id, "solo", alice.yid, "I lead again")


def test_a_closed_circle_is_opened_again_as_it_was(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice)
    assert service.close(staff.id, "solo")
    assert not service.close(staff.id, "solo")
    with pytest.raises(CircleClosedError):
        service.join(bob.id, "solo")
    with pytest.raises(OutsideError):
        a_thread(alice, "Late", board="solo")
    assert queries.circles(None).items == []
    assert [each.slug for each in queries.circles(alice.id, "mine").items] == ["solo"]
    assert service.reopen(staff.id, "solo")
    a_thread(alice, "On we go", board="solo")
    assert queries.circle("solo").member_count == 1


def test_circles_of_a_city(staff: MemberRow) -> None:
    a_circle(staff, "chengdu", city_zh="成都", city_en="Chengdu")
    a_circle(staff, "solo")
    assert [each.slug for each in queries.circles(None, city="Chengdu").items] == ["chengdu"]
    assert queries.cities() == [("成都", "Chengdu")]
    service.change(staff.id, a_draft("chengdu"))
    assert queries.cities() == []


def test_a_circle_is_an_audience(alice: MemberRow, bob: MemberRow, staff: MemberRow) -> None:
    a_circle(staff, "solo", alice)
    name = f"circle:{queries.circle('solo').id}"
    assert name in dict(audience.choices())
    assert audience.includes(name, alice.id)
    assert not audience.includes(name, bob.id)
    assert not audience.includes("circle:x", alice.id)
    from app.community.queries.tables import MEMBER

    who = db.session.scalars(sa.select(MEMBER.c.id).where(audience.condition(name, MEMBER.c.id)))
    assert list(who) == [alice.id]


def test_a_leaderboard_counts_what_happened_in_a_circle(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice, bob)
    assert ("circle", "solo", "一人食") in ranking.scope_choices() or (
        "circle", "solo", "Table for one",
    ) in ranking.scope_choices()  # fmt: skip
    assert ("board", "solo") not in {each[:2] for each in ranking.scope_choices()}
    a_thread(alice, "Here", board="solo")
    a_thread(bob, "There")
    a_board("in-solo", scope="circle", scope_ref="solo")
    settle()
    assert (score_of(alice), score_of(bob)) == (10, 0)


def test_of_two_who_become_one_the_better_stand_counts(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "both", bob, leader=alice)
    a_circle(staff, "asking", joining=Joining.REQUEST)
    service.join(alice.id, "asking")
    merged = people.merge_members(alice.id, bob.id, cause=MergeCause.STAFF, actor_id=staff.id)
    both = queries.circle("both", bob.id)
    assert both.mine is not None
    assert both.mine.leads
    assert both.member_count == 1
    assert stand(bob, "asking") is Stand.ASKED
    nothing_drifts()
    people.unmerge_members(merged.id, actor_id=staff.id)
    assert queries.circle("both").member_count == 2
    his, hers = (queries.circle("both", each.id).mine for each in (bob, alice))
    assert his is not None
    assert hers is not None
    assert (his.leads, hers.leads) == (False, True)
    nothing_drifts()


def test_what_joining_earns_goes_when_one_leaves_and_comes_back(
    alice: MemberRow, staff: MemberRow
) -> None:
    use_rules(a_rule("circle.joined", 5))
    a_circle(staff, "solo")
    service.join(alice.id, "solo")
    assert pending(alice.id) == 5
    service.leave(alice.id, "solo")
    assert pending(alice.id) == 0
    service.come_back(alice.id, "solo")
    assert pending(alice.id) == 5
    service.leave(alice.id, "solo")
    service.join(alice.id, "solo")
    assert pending(alice.id) == 5


def test_a_formula_of_a_circle_s_board_is_tried_over_what_happened_in_it(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice, bob)
    with clock.frozen(datetime(2026, 10, 6, 4, 0, tzinfo=UTC)):
        a_thread(alice, "Here", board="solo")
        a_thread(alice, "There")
        a_thread(bob, "There, too")
        settle()
    with clock.frozen(datetime(2026, 11, 18, 4, 0, tzinfo=UTC)):
        a_board("in-solo", scope="circle", scope_ref="solo")
        tried, month = Formula({Act.POST: 3}), date(2026, 10, 1)
        code = lab.begin_trial(staff.id, "in-solo", "gentler", tried, (month,), "k" * 20)
        while lab.work_trials():
            pass
    trial = trials.find_trial(code)
    assert trial is not None
    (moved,) = trials.movers(trial.id, month)
    assert (moved.person.id, moved.points_before, moved.points_after) == (alice.id, 10, 3)


def test_who_may_not_write_asks_without_words(alice: MemberRow, staff: MemberRow) -> None:
    a_circle(staff, "solo", joining=Joining.REQUEST)
    moderation.mute(staff.id, alice.id, 1, HideReason.ADVERT)
    with pytest.raises(SilencedError):
        service.join(alice.id, "solo", "read this")
    assert service.join(alice.id, "solo").stand is Stand.ASKED
