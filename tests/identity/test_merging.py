"""Two members become one, and are parted again with every row as it was."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.checkin import queries as checkin
from app.checkin import service as checkins
from app.commerce import queries as shops
from app.commerce.models import Order
from app.commerce.types import ChannelRow
from app.community import service as community
from app.identity import queries, service
from app.identity.models import IdentityClue, Member, MemberMerge, MergeMove
from app.identity.types import (
    CodeError,
    Device,
    MemberRow,
    MemberState,
    MergeCause,
    MergeRefusal,
    MergeRefusedError,
    SignInError,
)
from app.kernel import clock, merging
from app.kernel.audit import AuditEntry
from app.kernel.contacts import parse
from app.kernel.db import db
from app.kernel.facts import FactRow
from app.kernel.permissions import Role
from app.ledger import service as ledger
from app.ledger.types import FrozenWalletError
from app.loyalty.models import LoyaltyCounter
from tests.factories.commerce import a_channel, an_order
from tests.factories.community import a_thread, many_threads
from tests.factories.deliveries import deliver, order
from tests.factories.identity import PASSWORD, a_member, letters
from tests.identity.merged import (
    differences,
    drifts,
    dump,
    forget_sign_out,
    furnish,
    missing_rows,
    purses,
)
from tests.ledger.book import buckets, spend

Counting = Callable[[], AbstractContextManager[list[str]]]


def merge(source: MemberRow, target: MemberRow, staff: MemberRow) -> int:
    return service.merge_members(source.id, target.id, cause=MergeCause.STAFF, actor_id=staff.id).id


def refusal(source: MemberRow, target: MemberRow, **how: object) -> MergeRefusal:
    with pytest.raises(MergeRefusedError) as refused:
        service.merge_members(source.id, target.id, **how)  # type: ignore[arg-type]
    return refused.value.reason


def a_buyer(name: str = "b-1") -> MemberRow:
    made = service.create_silent_members([("tmall", name)], at=clock.now())
    return queries.get_member(made[("tmall", name)])


def test_merge_then_part_leaves_every_table_as_it_was(app: Flask, staff: MemberRow) -> None:
    source, target, other = furnish()
    assert missing_rows(source.id) == [], missing_rows(source.id)
    before, money = dump(), purses(source.id, target.id, other.id)
    assert drifts() == []
    merge_id = merge(source, target, staff)
    assert differences(before)
    assert drifts() == []
    assert service.unmerge_members(merge_id, actor_id=staff.id)
    forget_sign_out(target.id)
    assert differences(before) == {}
    assert purses(source.id, target.id, other.id) == money
    assert drifts() == []


def test_everything_follows_to_the_target(app: Flask, staff: MemberRow) -> None:
    source, target, _other = furnish()
    merge(source, target, staff)
    left = {
        f"{move.column.table.name}"
        for domain in merging.domains()
        for move in domain.moves
        if db.session.scalar(
            sa.select(sa.func.count())
            .select_from(move.column.table)
            .where(move.column == source.id)
        )
    }
    # Only what the target has already: the same like, follow, day, place, claim and clue, and an
    # unread notice about the same thing.
    assert left == {
        "thread_like", "reply_like", "follow", "checkin", "checkin_honour", "order_claim",
        "identity_clue", "moderation_report", "poll_ballot", "bookmark", "board_read",
        "thread_heat", "reaction", "notice", "brand_follow", "ranking_preference", "draw_player",
        "watch",
        "identity_conflict",  # the one between the two, settled now
    }  # fmt: skip
    assert db.session.scalar(
        sa.select(sa.func.count()).select_from(Order).where(Order.member_id == target.id)
    ) == 3  # fmt: skip
    gone = db.session.get_one(Member, source.id)
    assert (gone.state, gone.merged_into_id) == (MemberState.CLOSED, target.id)
    assert queries.survivor_of(source.id) == target.id
    assert buckets(source.id) == (0, 0, 0, 0)
    assert checkin.calendar(target.id).hero.standing.streak_days == 7  # the days of both


def test_the_same_again_is_answered_by_the_first_merge(app: Flask, staff: MemberRow) -> None:
    source, target = a_buyer(), a_member("tom")
    first = service.merge_members(source.id, target.id, cause=MergeCause.CONTACT)
    again = service.merge_members(source.id, target.id, cause=MergeCause.CONTACT)
    assert (again.id, again.is_new) == (first.id, False)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MemberMerge)) == 1


def test_a_merge_is_one_entry_and_one_fact_without_names(app: Flask, staff: MemberRow) -> None:
    source, target, _other = furnish()
    merge(source, target, staff)
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.like("members.%")))
    assert [(e.action, e.actor_id, e.subject_id) for e in entries] == [
        ("members.merged", staff.id, target.id)
    ]
    facts = db.session.scalars(sa.select(FactRow).where(FactRow.name == "member.merged")).all()
    assert [fact.concerns_id for fact in facts] == [target.id]
    assert "sue" not in facts[0].payload


def test_the_sources_contact_opens_the_targets_account(app: Flask, staff: MemberRow) -> None:
    source, target, _other = furnish()  # Tom has no password of his own: he takes Sue's
    session = service.begin_session(source.id, service.auth_version_of(source.id))
    merge_id = merge(source, target, staff)
    account = queries.find_account(parse("sue@example.com"))
    assert account is not None
    assert account.member_id == target.id
    assert queries.session_rows(service.token_digest(session.token)) == []
    signed_in = service.sign_in(
        "sue@example.com", PASSWORD, device=service_device(), address="10.0.0.1"
    )
    assert signed_in.member_id == target.id
    service.unmerge_members(merge_id, actor_id=staff.id)
    assert queries.session_rows(service.token_digest(session.token))
    assert queries.session_rows(service.token_digest(signed_in.token)) == []


def test_parting_shuts_out_who_came_in_as_the_target(app: Flask, staff: MemberRow) -> None:
    """Sue signs in as Tom, sets a password and has a code on its way: all of it ends."""
    source, target = a_member("sue"), a_member("tom")
    merge_id = merge(source, target, staff)
    clock.tick(timedelta(minutes=1))
    here: dict[str, Any] = {"device": service_device(), "address": "10.0.0.1"}
    session = service.change_password(
        target.id, PASSWORD, "sues-own-Secret-9", device=service_device()
    )
    ticket = service.start_reset("sue@example.com", locale="en", address="10.0.0.1")
    code = letters(app, "sue@example.com")[-1].code
    service.unmerge_members(merge_id, actor_id=staff.id)
    assert queries.session_rows(service.token_digest(session.token)) == []
    with pytest.raises(CodeError):
        service.finish_reset(ticket, code, "another-Secret-10", **here)
    for secret in ("sues-own-Secret-9", PASSWORD):
        with pytest.raises(SignInError):
            service.sign_in("tom@example.com", secret, **here)
    assert service.sign_in("sue@example.com", PASSWORD, **here).member_id == source.id
    (told,) = [each for each in letters(app, "tom@example.com") if "拆分" in each.subject]
    assert "退出登录" in told.body
    ticket = service.start_reset("tom@example.com", locale="en", address="10.0.0.1")
    code = letters(app, "tom@example.com")[-1].code
    assert service.finish_reset(ticket, code, "toms-own-Secret-11", **here).member_id == target.id


def test_a_password_that_moved_and_was_changed_opens_nobody(app: Flask, staff: MemberRow) -> None:
    source, target = a_member("sue"), a_member("tom", password=None)
    merge_id = merge(source, target, staff)
    clock.tick(timedelta(minutes=1))
    service.change_password(target.id, PASSWORD, "toms-own-Secret-9", device=service_device())
    service.unmerge_members(merge_id, actor_id=staff.id)
    for name in ("sue", "tom"):
        with pytest.raises(SignInError):
            service.sign_in(
                f"{name}@example.com", "toms-own-Secret-9", device=service_device(),
                address="10.0.0.1",
            )  # fmt: skip


def test_a_password_of_before_the_merge_stays(app: Flask, staff: MemberRow) -> None:
    source, target = a_member("sue"), a_member("tom")
    service.unmerge_members(merge(source, target, staff), actor_id=staff.id)
    for member in (source, target):
        signed_in = service.sign_in(
            f"{member.name}@example.com", PASSWORD, device=service_device(), address="10.0.0.1"
        )
        assert signed_in.member_id == member.id


def service_device() -> Device:
    return Device("Firefox", "Linux")


def test_a_password_stays_where_the_target_has_one(app: Flask, staff: MemberRow) -> None:
    source, target = a_member("sue", password="sues-own-Secret-9"), a_member("tom")
    merge(source, target, staff)
    with pytest.raises(SignInError):
        service.sign_in(
            "sue@example.com", "sues-own-Secret-9", device=service_device(), address="10.0.0.1"
        )


def test_do_not_contact_survives_every_merge(app: Flask, staff: MemberRow) -> None:
    source, target = a_member("sue"), a_member("tom")
    service.set_do_not_contact(source.id, on=True)
    early = clock.now()
    clock.tick(timedelta(days=1))
    service.set_do_not_contact(target.id, on=True)
    late = clock.now()
    merge_id = merge(source, target, staff)
    wishes = sa.select(Member.do_not_contact_at).where(Member.id.in_([source.id, target.id]))
    assert db.session.scalars(wishes.order_by(Member.id)).all() == [early, early]
    service.unmerge_members(merge_id, actor_id=staff.id)
    assert db.session.scalars(wishes.order_by(Member.id)).all() == [early, late]


def test_a_muted_source_mutes_the_target(app: Flask, staff: MemberRow) -> None:
    source, target = a_member("sue"), a_member("tom")
    db.session.execute(
        sa.update(Member).where(Member.id == source.id).values(state=MemberState.MUTED)
    )
    db.session.commit()
    merge_id = merge(source, target, staff)
    assert queries.get_member(target.id).state is MemberState.MUTED
    service.unmerge_members(merge_id, actor_id=staff.id)
    assert queries.get_member(target.id).state is MemberState.ACTIVE


def test_what_is_refused(app: Flask, staff: MemberRow) -> None:
    sue, tom, buyer = a_member("sue"), a_member("tom"), a_buyer()
    by_staff = {"cause": MergeCause.STAFF, "actor_id": staff.id}
    assert refusal(sue, sue, **by_staff) is MergeRefusal.SAME
    assert refusal(sue, tom, cause=MergeCause.CLAIM) is MergeRefusal.ACTIVE
    assert refusal(sue, buyer, **by_staff) is MergeRefusal.SILENT_TARGET
    assert refusal(staff, tom, **by_staff) is MergeRefusal.STAFF
    assert refusal(sue, staff, **by_staff) is MergeRefusal.OWN
    assert refusal(sue, tom, cause=MergeCause.STAFF) is MergeRefusal.PERMISSION
    fan = {"cause": MergeCause.STAFF, "actor_id": a_member("moll", (Role.MODERATOR,)).id}
    assert refusal(sue, tom, **fan) is MergeRefusal.PERMISSION
    merge(sue, tom, staff)
    assert refusal(sue, buyer, **by_staff) is MergeRefusal.SOURCE_GONE
    assert refusal(buyer, sue, **by_staff) is MergeRefusal.TARGET_GONE


def test_a_frozen_wallet_is_not_merged_and_nothing_moves(app: Flask, staff: MemberRow) -> None:
    source, target, _other = furnish()
    ledger.freeze(source.id)
    before = dump()
    with pytest.raises(FrozenWalletError):
        merge(source, target, staff)
    assert differences(before) == {}


def test_chains_are_parted_from_the_end(app: Flask, staff: MemberRow) -> None:
    source, target, other = furnish()
    before, money = dump(), purses(source.id, target.id, other.id)
    first = merge(source, target, staff)
    between, purse = dump(), purses(target.id, other.id)
    second = merge(target, other, staff)
    assert queries.survivors_of([source.id, target.id]) == dict.fromkeys(
        [source.id, target.id], other.id
    )
    assert set(queries.family_of(other.id)) == {source.id, target.id, other.id}
    assert drifts() == []
    with pytest.raises(MergeRefusedError) as refused:
        service.unmerge_members(first, actor_id=staff.id)
    assert refused.value.reason is MergeRefusal.MERGED_FURTHER
    service.unmerge_members(second, actor_id=staff.id)
    forget_sign_out(other.id)
    assert (differences(between), purses(target.id, other.id)) == ({}, purse)
    service.unmerge_members(first, actor_id=staff.id)
    forget_sign_out(target.id)
    assert (differences(before), purses(source.id, target.id, other.id)) == ({}, money)
    assert drifts() == []


def test_after_thirty_days_nothing_is_parted(app: Flask, staff: MemberRow) -> None:
    source, target = a_buyer(), a_member("tom")
    merge_id = service.merge_members(source.id, target.id, cause=MergeCause.CONTACT).id
    clock.tick(timedelta(days=31))
    with pytest.raises(MergeRefusedError) as refused:
        service.unmerge_members(merge_id, actor_id=staff.id)
    assert refused.value.reason is MergeRefusal.TOO_LATE
    clock.tick(timedelta(days=-1))
    assert service.unmerge_members(merge_id, actor_id=staff.id)
    assert not service.unmerge_members(merge_id, actor_id=staff.id)


def test_what_came_meanwhile_stays_with_the_target(app: Flask, staff: MemberRow) -> None:
    source, target, other = furnish()
    merge_id = merge(source, target, staff)
    clock.tick(timedelta(days=1))
    thread = a_thread(target, "Meanwhile")
    checkins.check_in(target.id)
    community.like_thread(other.id, thread.thread_code)
    an_order(target.id, number="M-1", channel=_tmall())
    spend(target.id, buckets(target.id)[1])
    service.unmerge_members(merge_id, actor_id=staff.id)
    assert drifts() == []
    owner = sa.select(Order.member_id).where(Order.external_id == "M-1")
    assert db.session.scalar(owner) == target.id
    assert buckets(target.id)[3] > 0  # he had spent what was hers
    assert buckets(source.id)[1] > 0


def _tmall() -> ChannelRow:
    return shops.get_channel_by_name("tmall")


def test_merging_does_not_widen_a_days_cap(app: Flask, staff: MemberRow) -> None:
    source, target = a_member("sue"), a_member("tom")
    for member in (source, target):
        for number in range(4):
            a_thread(member, f"Pot {number} of {member.name}")
    merge_id = merge(source, target, staff)
    assert a_thread(target, "One more").award.points == 0
    used = sa.select(LoyaltyCounter.points).where(LoyaltyCounter.member_id == target.id)
    assert db.session.scalar(used) == 80
    assert drifts() == []
    service.unmerge_members(merge_id, actor_id=staff.id)
    assert db.session.scalar(used) == 40
    assert drifts() == []


def test_verify_names_a_member_whose_merge_is_not_in_the_log(app: Flask, alice: MemberRow) -> None:
    source = a_buyer()
    service.merge_members(source.id, alice.id, cause=MergeCause.CONTACT)
    assert drifts() == []
    db.session.execute(
        sa.update(Member).where(Member.id == source.id).values(state=MemberState.SILENT)
    )
    db.session.commit()
    assert [drift for drift in drifts() if source.yid in drift]


def test_late_rows_follow(app: Flask, staff: MemberRow) -> None:
    """A request that began before the merge writes for the source after it."""
    source, target = a_member("sue"), a_member("tom")
    merge_id = merge(source, target, staff)
    (late,) = many_threads(source, 1)
    an_order(source.id, number="late")
    before = dump()
    assert service.carry_late_rows() > 0
    assert service.carry_late_rows() == 0
    assert drifts() == []
    assert db.session.scalar(
        sa.text("SELECT author_id FROM thread WHERE code = :code"), {"code": late.code}
    ) == target.id  # fmt: skip
    service.unmerge_members(merge_id, actor_id=staff.id)
    changed = {"member", "member_contact", "member_tally", "search_entry"}  # she can be found again
    assert set(differences(before)) <= changed
    assert drifts() == []


def test_what_all_of_a_chain_have_stays_with_each_and_parts(app: Flask, staff: MemberRow) -> None:
    """A row that stays with its source must not take the place of one that has gone further."""
    shop = a_channel(delivers=("phone",))
    for buyer in ("one", "two"):
        deliver(shop, [order(f"N-{buyer}", buyer=buyer, phone="13800138001")])
    members = [
        queries.get_member(owner)
        for owner in db.session.scalars(sa.select(Order.member_id).order_by(Order.id))
    ]
    one, two = members
    target = a_member("target")
    before = _clues()
    assert sorted(before) == sorted(member.id for member in members)
    merges = [merge(one, target, staff), merge(two, target, staff)]
    last = merge(target, a_member("last"), staff)
    service.carry_late_rows()
    assert service.unmerge_members(last, actor_id=staff.id)
    for each in merges[::-1]:
        assert service.unmerge_members(each, actor_id=staff.id)
    assert _clues() == before


def _clues() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(IdentityClue.member_id).order_by(IdentityClue.id)))


def test_a_merge_writes_its_log_set_wise(
    app: Flask, staff: MemberRow, count_statements: Counting
) -> None:
    few, many = a_buyer("few"), a_buyer("many")
    tom, tim = a_member("tom"), a_member("tim")
    for number in range(3):
        an_order(few.id, number=f"few-{number}", channel=_shop())
    for number in range(60):
        an_order(many.id, number=f"many-{number}", channel=_shop())
    with count_statements() as small:
        service.merge_members(few.id, tom.id, cause=MergeCause.CONTACT)
    with count_statements() as large:
        service.merge_members(many.id, tim.id, cause=MergeCause.CONTACT)
    assert len(large) == len(small) <= 145
    logged = sa.select(sa.func.count()).select_from(MergeMove)
    assert db.session.scalar(logged) == 2 * (3 + 60) + 2 * 2  # order, award; identity, member


def _shop() -> ChannelRow:
    return a_channel()
