"""Adjustments in bulk: looked through, agreed to, posted once whatever happens, taken back."""

import io
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.identity.types import MemberRow
from app.kernel import audience, clock, ids, verify
from app.kernel.db import db
from app.kernel.permissions import Role
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.types import Spend
from app.loyalty.models.grants import Grant
from app.loyalty.policy import grants_csv
from app.loyalty.queries import grants_batches as queries
from app.loyalty.service import grants_batches as service
from app.loyalty.service import grants_working as working
from app.loyalty.types.grants import (
    AuthorityError,
    BatchRow,
    BatchState,
    Fault,
    FileError,
    FourEyesError,
    GrantDecidedError,
    GrantReason,
    GrantRefusedError,
    LineFault,
    SelfGrantError,
)
from app.notify import queries as notify
from tests.factories.desk import a_grant, work_all
from tests.factories.identity import Browser, a_member

CONTEST = GrantReason.CONTEST


def _csv(*rows: object, encoding: str = "utf-8") -> bytes:
    return "\n".join(str(row) for row in rows).encode(encoding)


def _begin(actor: MemberRow, raw: bytes, label: str = "September contest") -> BatchRow:
    return service.begin_from_file(actor.id, label, CONTEST, raw)


def _run(actor: MemberRow, raw: bytes, label: str = "September contest") -> BatchRow:
    batch = _begin(actor, raw, label)
    service.start(actor.id, batch.code)
    work_all()
    return queries.get_batch(batch.code)


def _points(member: MemberRow) -> int:
    db.session.rollback()
    return ledger.balance(member.id).available


def _nothing_drifts() -> None:
    db.session.rollback()
    checks = ("loyalty.grant_days", "loyalty.four_eyes", "ledger")
    assert [report for report in verify.run(checks) if report.drifts] == []


# --- what stands in a file -----------------------------------------------------------------------


def test_every_bad_line_is_named_and_the_good_ones_are_counted(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    nobody = ids.new_code()
    batch = _begin(
        staff,
        _csv(
            "Yid,Points,Reason", f"{alice.yid},100,", f"{bob.yid},-5,mistake", "nobody,10,",
            f"{nobody},10,", f"{alice.yid},7,", f"{staff.yid},7,", "", f"{ids.new_code()},1.5,",
            f"{ids.new_code()},0,", f"{ids.new_code()},5000000,", f"{ids.new_code()},5,because",
        ),
    )  # fmt: skip

    assert (batch.lines, batch.bad, batch.total_points, batch.largest_points) == (2, 8, 105, 100)
    assert queries.faults_of(batch.id) == [
        Fault(4, LineFault.NO_YID), Fault(5, LineFault.UNKNOWN_YID), Fault(6, LineFault.TWICE),
        Fault(7, LineFault.ONESELF), Fault(9, LineFault.POINTS), Fault(10, LineFault.POINTS),
        Fault(11, LineFault.TOO_MANY), Fault(12, LineFault.REASON),
    ]  # fmt: skip
    assert _points(alice) == 0  # nothing is given before the yes


def test_a_file_may_be_gbk_with_chinese_heads_and_full_width_figures(
    staff: MemberRow, alice: MemberRow
) -> None:
    raw = _csv("会员号;积分;原因", f"{alice.yid.lower()};１，０００;比赛", encoding="gb18030")
    batch = _begin(staff, raw)

    assert (batch.lines, batch.total_points) == (1, 1_000)


def test_a_formula_is_no_number_and_is_never_kept(staff: MemberRow, alice: MemberRow) -> None:
    good, bad = grants_csv.read(
        _csv(
            f"'{alice.yid},25", f'{alice.yid},=HYPERLINK("http://x")',
            f"{ids.new_code()},＝1+1", f"{ids.new_code()},5,@SUM(A1)",
        )
    )  # fmt: skip

    assert [(each.yid, each.points) for each in good] == [(alice.yid, 25)]
    assert [each.fault for each in bad] == [
        LineFault.POINTS, LineFault.POINTS, LineFault.REASON,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", b"\xff\xfe\x00\x00", b"PK\x03\x04\x00\xff", b"x" * 2_000_001]
)
def test_what_is_no_table_is_refused_in_words(app: Flask, raw: bytes) -> None:
    with pytest.raises(FileError):
        grants_csv.read(raw)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    try:
        good, bad = grants_csv.read(raw)
    except FileError:
        return
    assert all(each.points for each in good)
    assert len({each.yid for each in good}) == len(good)
    numbers = [each.number for each in good] + [each.number for each in bad]
    assert len(set(numbers)) == len(numbers)


# --- once ----------------------------------------------------------------------------------------


def test_the_same_file_again_gives_nothing_twice(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    raw = _csv(f"{alice.yid},100", f"{bob.yid},50")
    first = _run(staff, raw)
    again = _begin(staff, raw, "October contest")

    assert (first.state, first.done) == (BatchState.DONE, 2)
    assert again.code == first.code
    assert (_points(alice), _points(bob)) == (100, 50)


def test_a_corrected_file_of_the_same_occasion_gives_only_what_was_missing(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    _run(staff, _csv(f"{alice.yid},100", "typo,50"))
    second = _run(staff, _csv(f"{alice.yid},100", f"{bob.yid},50"), "  SEPTEMBER   contest ")

    assert (second.lines, second.given_before, second.done) == (1, 1, 1)
    assert (_points(alice), _points(bob)) == (100, 50)
    _run(staff, _csv(f"{alice.yid},7"), "October contest")
    assert _points(alice) == 107


def test_two_workers_at_once_post_every_line_once(app: Flask, staff: MemberRow) -> None:
    people = [a_member(f"winner{n}") for n in range(12)]
    batch = _begin(staff, _csv(*(f"{each.yid},10" for each in people)))
    service.start(staff.id, batch.code)
    db.session.rollback()

    def work() -> None:
        with app.app_context():
            while working.work_some(post=3):
                pass
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert queries.get_batch(batch.code).done == 12
    assert [_points(each) for each in people] == [10] * 12
    _nothing_drifts()


# --- two people ----------------------------------------------------------------------------------


def test_a_batch_beyond_the_budget_waits_for_a_second_person(
    moderator: MemberRow, staff: MemberRow, alice: MemberRow
) -> None:
    batch = _begin(moderator, _csv(f"{alice.yid},900"))

    assert service.start(moderator.id, batch.code).state is BatchState.WAITING
    assert work_all() == 0
    with pytest.raises(FourEyesError):
        service.approve(moderator.id, batch.code)
    assert service.approve(staff.id, batch.code).state is BatchState.RUNNING
    with pytest.raises(GrantDecidedError):
        service.decline(staff.id, batch.code)
    work_all()
    assert _points(alice) == 900
    _nothing_drifts()


def test_a_batch_counts_against_the_day_as_a_whole(
    moderator: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    a_grant(moderator.id, alice.id, 100)
    small = _run(moderator, _csv(f"{alice.yid},100", f"{bob.yid},100"), "one")
    big = _run(moderator, _csv(f"{alice.yid},99", f"{bob.yid},99", "x,1"), "two")
    third = _run(moderator, _csv(f"{alice.yid},3"), "three")

    states = [each.state for each in (small, big, third)]
    assert states == [BatchState.DONE, BatchState.DONE, BatchState.WAITING]  # 100+200+198 of 500
    _nothing_drifts()


def test_nobody_approves_a_batch_that_gives_himself(
    moderator: MemberRow, staff: MemberRow, alice: MemberRow
) -> None:
    batch = _begin(moderator, _csv(f"{alice.yid},900", f"{staff.yid},900"))
    service.start(moderator.id, batch.code)

    with pytest.raises(SelfGrantError):
        service.approve(staff.id, batch.code)


def test_a_batch_that_was_declined_given_up_or_forgotten_leaves_nothing(
    moderator: MemberRow, staff: MemberRow, alice: MemberRow
) -> None:
    codes = []
    for number in range(3):
        batch = _begin(moderator, _csv(f"{alice.yid},{900 + number}"), f"occasion {number}")
        service.start(moderator.id, batch.code)
        codes.append(batch.code)
    service.decline(staff.id, codes[0])
    service.drop(moderator.id, codes[1])
    with clock.frozen(clock.now() + timedelta(days=8)):
        with pytest.raises(GrantDecidedError):
            service.approve(staff.id, codes[2])
        assert service.expire() == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Grant)) == 0
    assert _begin(moderator, _csv(f"{alice.yid},900"), "occasion 0").lines == 1


def test_too_big_for_the_second_person_is_too_big(
    moderator: MemberRow, staff: MemberRow, alice: MemberRow
) -> None:
    batch = _begin(moderator, _csv(f"{alice.yid},60000"))
    service.start(moderator.id, batch.code)

    with pytest.raises(AuthorityError):
        service.approve(staff.id, batch.code)


# --- audiences -----------------------------------------------------------------------------------


def test_everybody_in_an_audience_gets_the_same_once(
    staff: MemberRow, koc: MemberRow, alice: MemberRow
) -> None:
    second = a_member("koko", (Role.KOC,))
    batch = service.begin_for_audience(staff.id, "KOC day", GrantReason.EVENT, "role:koc", 30)
    assert batch.state is BatchState.GATHERING
    while working.work_some(gather=1):
        pass
    checked = queries.get_batch(batch.code)
    assert (checked.state, checked.lines, checked.total_points) == (BatchState.CHECKED, 2, 60)
    service.start(staff.id, batch.code)
    work_all()
    assert [_points(each) for each in (koc, second, alice)] == [30, 30, 0]
    again = service.begin_for_audience(staff.id, "koc DAY", GrantReason.EVENT, "role:koc", 30)
    work_all()
    assert queries.get_batch(again.code).lines == 0
    with pytest.raises(GrantRefusedError):
        service.start(staff.id, again.code)


def test_all_members_but_the_giver_himself(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    batch = service.begin_for_audience(staff.id, "Birthday", GrantReason.THANKS, "all", 5)
    work_all()
    assert queries.get_batch(batch.code).lines == 2


def test_an_audience_that_nobody_answers_for_is_refused(staff: MemberRow) -> None:
    with pytest.raises(GrantRefusedError):
        service.begin_for_audience(staff.id, "x", GrantReason.EVENT, "segment:42", 5)
    with pytest.raises(audience.UnknownAudienceError):
        audience.condition("segment:42", sa.literal(1))


# --- refusals and the way back -------------------------------------------------------------------


def test_a_line_that_takes_more_than_there_is_fails_alone(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    batch = _run(staff, _csv(f"{alice.yid},-10", f"{bob.yid},10"))

    assert (batch.state, batch.done, batch.failed) == (BatchState.DONE, 1, 1)
    assert (_points(alice), _points(bob)) == (0, 10)
    _nothing_drifts()


def test_a_whole_batch_is_taken_back_and_what_was_spent_becomes_a_debt(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    a_grant(staff.id, bob.id, 40)
    batch = _run(staff, _csv(f"{alice.yid},100", f"{bob.yid},-30"))
    ledger_service.post(
        Spend(member_id=alice.id, points=60, reason="mall.reward", scope="t", key="1")
    )
    service.ask_reversal(staff.id, batch.code, may_all=False)
    while working.work_some(post=1):
        pass

    done = queries.get_batch(batch.code)
    assert (done.state, done.undone) == (BatchState.REVERSED, 2)
    balance = ledger.balance(alice.id)
    assert (balance.available, balance.debt) == (0, 60)
    assert _points(bob) == 40
    told = [each for each in notify.notices(bob.id).items if each.kind == "loyalty.grant"]
    assert [(each.params["way"], each.params["points"]) for each in told] == [
        ("back", 30), ("posted", -30), ("posted", 40),
    ]  # fmt: skip
    assert service.ask_reversal(staff.id, batch.code, may_all=False).state is BatchState.REVERSED
    anew = _run(staff, _csv(f"{alice.yid},100", f"{bob.yid},-30"))
    assert anew.code != batch.code  # taken back counts as never given
    assert _points(alice) == 40
    _nothing_drifts()


def test_an_old_batch_is_not_taken_back(staff: MemberRow, alice: MemberRow) -> None:
    batch = _run(staff, _csv(f"{alice.yid},100"))

    with clock.frozen(clock.now() + timedelta(days=7)), pytest.raises(GrantRefusedError):
        service.ask_reversal(staff.id, batch.code, may_all=True)


# --- pages ---------------------------------------------------------------------------------------


def test_a_file_goes_through_the_pages_to_the_end_and_back(
    staff_client: Browser, alice: MemberRow
) -> None:
    page = "/staff/grants/batches"
    assert "Nothing in bulk yet" in staff_client.get(page).text
    file = (io.BytesIO(_csv(f"{alice.yid},100", "typo,1")), "winners.csv")
    data = {"label": "Contest", "reason": "contest", "file": file}
    sent = staff_client.post(f"{page}/file", data=data, content_type="multipart/form-data")
    assert sent.status_code == 303
    shown = staff_client.get(sent.location).text
    assert "Post these lines" in shown
    assert "This is no Yid" in shown
    assert staff_client.post(f"{sent.location}/start").status_code == 303
    part = staff_client.get(sent.location, headers={"HX-Request": "true"}).text
    assert part.startswith("<section")
    work_all()
    assert _points(alice) == 100
    assert "Take all of it back?" in staff_client.get(f"{sent.location}/reverse").text
    assert staff_client.post(f"{sent.location}/reverse").status_code == 303
    work_all()
    assert _points(alice) == 0
    assert "Taken back" in staff_client.get(page).text


def test_bad_uploads_keep_what_was_typed(staff_client: Browser) -> None:
    page = "/staff/grants/batches"
    for file in (None, (io.BytesIO(b""), "a.csv"), (io.BytesIO(b"\x00\xff"), "a.csv")):
        data = {"label": "Lantern night", "reason": "event", **({"file": file} if file else {})}
        answer = staff_client.post(f"{page}/file", data=data, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "Lantern night" in answer.text
    answer = staff_client.post(f"{page}/audience", data={"a-label": "Lantern night"})
    assert answer.status_code == 422
    assert "Lantern night" in answer.text
    assert staff_client.get(f"{page}/{ids.new_code()}").status_code == 404
    assert staff_client.post(f"{page}/{ids.new_code()}/eat").status_code == 404
