"""Lists and floors: frozen, hashed, drawn once, handed over once; replies heard of by name."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.community import service as community
from app.draws import queries, service
from app.draws.types import EntrySource, Game, PrizeDraft, State
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.errors import ConflictError, InvalidError
from app.kernel.goods import Thing
from app.kernel.i18n import in_locale
from app.kernel.parts import find_post
from app.ledger import queries as ledger
from tests.factories.community import a_thread
from tests.factories.draws import LISTED, LOSING, a_draw, drifts, given
from tests.factories.identity import a_member

ALL = service.Source(EntrySource.AUDIENCE)
LATER = timedelta(minutes=20)


def points(member: MemberRow) -> int:
    return ledger.balance(member.id).available


def hand_over() -> None:
    while service.hand_over_some():
        pass


def test_a_list_is_frozen_drawn_and_handed_over_once(
    app: Flask, alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    fans = [alice, bob, *(a_member(f"fan{n}") for n in range(4))]
    draw_id = a_draw(staff, prizes=LISTED, game=Game.ENTRIES)
    assert service.freeze("autumn", ALL, actor_id=staff.id) == 6  # the team is left out
    with in_locale("en"), pytest.raises(ConflictError, match="frozen"):
        service.freeze("autumn", ALL, actor_id=staff.id)
    with in_locale("en"), pytest.raises(ConflictError, match="over"):
        service.draw_list("autumn", actor_id=staff.id)
    service.close("autumn", actor_id=staff.id)
    assert queries.epoch(draw_id, 1).seed_hex is None  # sealed until the list is drawn
    assert service.draw_list("autumn", actor_id=staff.id) == 3
    with pytest.raises(ConflictError):
        service.draw_list("autumn", actor_id=staff.id)
    hand_over()
    hand_over()
    assert sorted(points(fan) for fan in fans) == [0, 0, 0, 50, 50, 500]
    assert given() == {"first": 1, "second": 2}
    assert queries.epoch(draw_id, 1).seed_hex
    assert drifts() == []


def test_an_announced_figure_goes_into_the_drawing(alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=LISTED, game=Game.ENTRIES, beacon="The index at its close on 8 September")
    service.freeze("autumn", ALL, actor_id=staff.id)
    service.close("autumn", actor_id=staff.id)
    with in_locale("en"), pytest.raises(InvalidError, match="figure"):
        service.draw_list("autumn", actor_id=staff.id)
    assert service.draw_list("autumn", actor_id=staff.id, beacon_value="3 141.59") == 1
    assert queries.get("autumn").beacon_value == "3 141.59"
    assert drifts() == []


def test_entrants_come_by_what_they_did_or_by_their_yids(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_thread(alice)
    today = clock.business_date()
    a_draw(staff, prizes=LISTED, game=Game.ENTRIES)
    did = service.Source(EntrySource.FACT, fact="thread.published", since=today, until=today)
    assert service.freeze("autumn", did, actor_id=staff.id) == 1
    a_draw(staff, "second", prizes=LISTED, game=Game.ENTRIES)
    wrong = service.Source(EntrySource.YIDS, yids=(alice.yid, "nobody"))
    with in_locale("en"), pytest.raises(InvalidError, match="nobody"):
        service.freeze("second", wrong, actor_id=staff.id)
    typed = service.Source(EntrySource.YIDS, yids=(bob.yid.lower(), alice.yid, bob.yid))
    assert service.freeze("second", typed, actor_id=staff.id) == 2


def test_games_that_are_played_have_no_list(alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING)
    with pytest.raises(ConflictError):
        service.freeze("autumn", ALL, actor_id=staff.id)


# --- floors --------------------------------------------------------------------------------------


def a_floor_draw(author: MemberRow, staff: MemberRow, *patterns: str, **more: Any) -> str:
    """Open a floor draw on a new thread; return the thread's code."""
    code = a_thread(author).thread_code
    prizes = tuple(
        PrizeDraft(
            f"p{n}", "积分", "Points", Thing("points", str(10 ** (n + 1))),
            value_minor=5, stock=2, floors=pattern,
        )
        for n, pattern in enumerate(patterns)
    )  # fmt: skip
    a_draw(staff, prizes=prizes, game=Game.FLOOR, thread_id=find_post(code), **more)
    return code


def hear() -> None:
    service.follow_replies()


def settle() -> None:
    service.close("autumn")
    hear()
    with clock.frozen(clock.now() + LATER):
        assert service.settle_floors() == 1
        assert service.settle_floors() == 0
    hand_over()


def test_declared_floors_win_and_floors_of_gone_replies_do_not(
    app: Flask, alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    code = a_floor_draw(alice, staff, "/2", wins_per_person=9)
    cem = a_member("cem")
    before = {member.id: points(member) for member in (bob, cem)}
    for member in (bob, cem, bob, cem, bob, cem):
        community.reply(member.id, code, "盖楼")
    community.remove_reply(cem.id, code, 4)
    hear()
    hear()  # the last minutes are read again
    settle()
    wins = queries.wins(queries.get("autumn").id).items
    assert [win.place for win in wins] == [2, 6]
    earned = {member.id: points(member) - before[member.id] for member in (bob, cem)}
    assert earned[cem.id] >= 20
    assert drifts() == []


def test_one_person_wins_at_most_so_often_and_the_rest_is_drawn(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    code = a_floor_draw(alice, staff, "*1", "~", wins_per_person=1)
    others = [a_member(f"fan{n}") for n in range(4)]
    for member in (bob, bob, bob, *others):
        community.reply(member.id, code, "盖楼")
    hear()
    settle()
    wins = queries.wins(queries.get("autumn").id).items
    people = [win.person.id for win in wins if win.person]
    assert wins[0].place == 1
    assert people.count(bob.id) == 1
    assert len(people) == len(set(people)) == 3
    assert drifts() == []


def test_replies_count_while_the_draw_is_open_only(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    code = a_thread(alice).thread_code
    community.reply(bob.id, code, "早了")
    clock.tick(timedelta(minutes=1))
    prize = PrizeDraft("p", "锅", "Pot", Thing("points", "5"), value_minor=5, stock=1, floors="/1")
    a_draw(staff, prizes=(prize,), game=Game.FLOOR, thread_id=find_post(code))
    community.reply(staff.id, code, "自己人")
    community.reply(bob.id, code, "正好")
    hear()
    assert queries.floor_count(queries.get("autumn").id) == 1
    settle()
    assert [win.place for win in queries.wins(queries.get("autumn").id).items] == [3]


def test_replies_of_a_pause_take_no_floor_whenever_they_are_read(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    """Read a minute later: what was written before the pause counts, what fell into it never."""
    minute = timedelta(minutes=1)
    code = a_floor_draw(alice, staff, "/1", wins_per_person=9)
    community.reply(bob.id, code, "正好")
    clock.tick(minute)
    service.pause("autumn", actor_id=staff.id)
    hear()  # paused by now, yet this one came in time
    clock.tick(minute)
    community.reply(bob.id, code, "停了")
    clock.tick(minute)
    service.resume("autumn", actor_id=staff.id)
    community.reply(bob.id, code, "又开")
    hear()
    draw_id = queries.get("autumn").id
    assert queries.floor_count(draw_id) == 2
    clock.tick(minute)
    service.pause("autumn", actor_id=staff.id)
    community.reply(bob.id, code, "又停")
    clock.tick(minute)
    settle()  # it ends while it stands still
    assert [win.place for win in queries.wins(draw_id).items] == [1, 3]


def test_a_list_may_be_pasted_longer_than_a_driver_binds(
    app: Flask, alice: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=LISTED, game=Game.ENTRIES)
    pasted = service.Source(EntrySource.YIDS, yids=(alice.yid,) * 40_000)
    assert service.freeze("autumn", pasted, actor_id=staff.id) == 1


def test_winners_wait_until_every_reply_can_be_read_and_read_it(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    code = a_floor_draw(alice, staff, "/1")
    community.reply(bob.id, code, "盖楼")
    clock.tick(timedelta(minutes=1))
    service.close("autumn")
    assert service.settle_floors() == 0
    with clock.frozen(clock.now() + LATER):
        assert service.settle_floors() == 1
    assert queries.get("autumn").state is State.CLOSED
    assert len(queries.wins(queries.get("autumn").id).items) == 1
