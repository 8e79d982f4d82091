"""Who a buyer is: channel key, proved contact, contact seen before, else somebody new."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import queries, service
from app.identity.models import IdentityClue, IdentityConflict, Member, MemberIdentity, MemberMerge
from app.identity.types import (
    Buyer,
    ConflictCause,
    ConflictState,
    LinkProof,
    MemberRow,
    MemberState,
    MergeCause,
)
from app.kernel import clock, contacts
from app.kernel.contacts import ContactKind
from app.kernel.db import db
from tests.factories.identity import a_member
from tests.identity.merged import drifts

Counting = Callable[[], AbstractContextManager[list[str]]]
PHONE, OTHER_PHONE = "138 0013 8001", "+86 139 0013 9002"


def resolve(*buyers: Buyer, channel: str = "tmall", **how: Any) -> dict[str, int]:
    return service.resolve_buyers(channel, buyers, at=clock.now(), **how)


def one(key: str, phone: str = "", email: str = "", **how: Any) -> int:
    return resolve(Buyer(key, phone, email), **how)[key]


def state_of(member_id: int) -> MemberState:
    db.session.rollback()
    return queries.get_member(member_id).state


def conflicts() -> list[IdentityConflict]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(IdentityConflict).order_by(IdentityConflict.id)))


@pytest.fixture
def zoe(app: Flask) -> MemberRow:
    return a_member("zoe", phone=PHONE)


def test_a_proved_telephone_goes_before_a_proved_address(zoe: MemberRow) -> None:
    yan = a_member("yan")
    assert one("b-1", PHONE, "yan@example.com") == zoe.id
    assert one("b-2", "", "Yan@Example.com") == yan.id
    assert [(c.member_id, c.other_id, c.cause) for c in conflicts()] == [
        (zoe.id, yan.id, ConflictCause.EMAIL)
    ]


def test_the_channels_key_is_remembered_with_its_proof(zoe: MemberRow) -> None:
    assert one("b-1", PHONE) == zoe.id
    assert one("b-1") == zoe.id
    assert one("b-1", channel="jd") != zoe.id
    link = db.session.scalars(sa.select(MemberIdentity).where(MemberIdentity.channel == "tmall"))
    assert link.one().proof is LinkProof.CONTACT


def test_an_unproved_contact_joins_nobody(app: Flask) -> None:
    """Anybody can type it: two keys with one contact are two silent members, both with the clue."""
    first = one("b-1", PHONE)
    assert state_of(first) is MemberState.SILENT
    later = one("j-9", "+8613800138001", channel="jd")
    assert later != first
    assert clues_of(first) == clues_of(later) != set()


def test_two_new_buyers_of_one_chunk_with_one_contact_are_two(app: Flask) -> None:
    found = resolve(Buyer("a", PHONE), Buyer("b", PHONE), Buyer("c"), Buyer("a", "", "x@y.example"))
    assert len(set(found.values())) == 3
    assert clues_of(found["b"]) < clues_of(found["a"])


def clues_of(member_id: int) -> set[str]:
    db.session.rollback()
    stated = sa.select(IdentityClue.digest).where(IdentityClue.member_id == member_id)
    return set(db.session.scalars(stated))


@pytest.mark.parametrize("bad", ["138****8001", "0", "１２", "nobody", "a@b", "\x00+86", "+" * 999])
def test_contacts_that_cannot_exist_are_ignored(app: Flask, bad: str) -> None:
    assert one("b-1", bad, bad) == one("b-1")
    assert db.session.scalars(sa.select(IdentityClue)).all() == []


def test_only_digests_and_masked_forms_are_kept(app: Flask) -> None:
    one("b-1", PHONE, "secret.name@example.com")
    one("+8613900139002", channel="mini", key_kind=ContactKind.PHONE)
    db.session.rollback()
    stored = str(
        [
            tuple(row)
            for model in (Member, MemberIdentity, IdentityClue)
            for row in db.session.execute(sa.select(model.__table__))
        ]
    )
    for told in ("13800138001", "secret.name", "13900139002", "139001"):
        assert told not in stored
    assert "+86139****9002" in stored or "****9002" in stored


def test_a_channel_whose_key_is_a_contact_finds_by_its_digest(zoe: MemberRow) -> None:
    how = {"channel": "mini", "key_kind": ContactKind.PHONE}
    assert one("+8613800138001", **how) == zoe.id
    silent = one("+8613900139002", **how)
    assert one("+8613900139002", **how) == silent
    assert one("t-1", OTHER_PHONE) != silent  # typed there, not its key


def test_plain_keys_of_before_are_found_and_sealed_again_and_again(app: Flask) -> None:
    silent = one("+8613900139002", channel="mini")  # as it was written before
    how = {"channel": "mini", "key_kind": ContactKind.PHONE}
    assert one("+8613900139002", **how) == silent
    assert service.seal_identities("mini", ContactKind.PHONE) == 1
    assert service.seal_identities("mini", ContactKind.PHONE) == 0
    assert one("+8613900139002", **how) == silent
    kept = db.session.scalars(sa.select(MemberIdentity.external_id)).all()
    assert not any("139" in key and key.startswith("+") for key in kept)


def test_retired_secrets_still_find_people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    mini = one("+8613900139002", channel="mini", key_kind=ContactKind.PHONE)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [app.config["SECRET_KEY"]])
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-secret-of-the-house-0123456789")
    assert one("+8613900139002", channel="mini", key_kind=ContactKind.PHONE) == mini


# --- two names for one person --------------------------------------------------------------------


def test_a_silent_buyer_whose_order_carries_a_proved_contact_becomes_its_owner(
    zoe: MemberRow,
) -> None:
    silent = one("b-1")
    assert one("b-1", PHONE) == zoe.id
    assert state_of(silent) is MemberState.CLOSED
    assert conflicts() == []
    assert one("b-1") == zoe.id
    assert drifts() == []


def test_a_present_sent_to_a_friend_does_not_give_him_the_buyers_orders(zoe: MemberRow) -> None:
    silent = one("b-1", OTHER_PHONE)
    assert one("b-1", PHONE) == silent
    (conflict,) = conflicts()
    assert (conflict.member_id, conflict.other_id) == (silent, zoe.id)
    assert conflict.state is ConflictState.OPEN
    assert conflict.evidence["channel"] == "tmall"
    assert "13800138001" not in str(conflict.evidence)
    assert one("b-1", PHONE) == silent
    assert len(conflicts()) == 1  # asked once


GUEST = "guest-0123456789abcdef"  # made of victim@example.com, as adapters do


@pytest.mark.parametrize(
    ("key", "how"),
    [(GUEST, {}), ("victim@example.com", {"key_kind": ContactKind.EMAIL})],
)
def test_a_key_that_somebody_typed_does_not_bring_its_earlier_orders_to_another_contact(
    zoe: MemberRow, key: str, how: dict[str, Any]
) -> None:
    """Zoe orders with the victim's address and her own proved telephone."""
    silent = one(key, "", "victim@example.com", **how)
    assert one(key, PHONE, "victim@example.com", **how) == silent
    assert state_of(silent) is MemberState.SILENT
    assert [(c.member_id, c.other_id, c.state) for c in conflicts()] == [
        (silent, zoe.id, ConflictState.OPEN)
    ]


def test_a_typed_key_still_goes_to_who_proved_what_it_is_made_of(app: Flask) -> None:
    silent = one("old@example.com", channel="mini")  # in the clear, as it was written before
    owner = a_member("old")
    how = {"channel": "mini", "key_kind": ContactKind.EMAIL}
    assert one("old@example.com", **how) == owner.id
    assert state_of(silent) is MemberState.CLOSED


def test_a_guests_key_belongs_first_to_the_address_it_is_made_of(zoe: MemberRow) -> None:
    victim = a_member("victim")
    assert one(GUEST, PHONE, "victim@example.com") == victim.id


def test_two_proved_contacts_of_two_people_are_a_question_for_staff(zoe: MemberRow) -> None:
    a_member("yan")
    silent = one("b-1")
    assert one("b-1", PHONE, "yan@example.com") == silent
    assert len(conflicts()) == 2


def test_an_active_member_keeps_his_order_and_staff_are_asked(
    zoe: MemberRow, alice: MemberRow
) -> None:
    silent = one("b-1")
    service.merge_members(silent, alice.id, cause=MergeCause.CLAIM)
    assert one("b-1", PHONE) == alice.id
    assert [(c.member_id, c.other_id) for c in conflicts()] == [(alice.id, zoe.id)]


def test_whom_staff_keep_apart_stays_apart(zoe: MemberRow, staff: MemberRow) -> None:
    silent = one("b-1", OTHER_PHONE)
    one("b-1", PHONE)
    service.keep_apart(conflicts()[0].code, actor_id=staff.id)
    assert one("b-1", PHONE) == silent
    assert [conflict.state for conflict in conflicts()] == [ConflictState.APART]


def test_an_undone_merge_is_not_done_again_by_the_same_evidence(
    zoe: MemberRow, staff: MemberRow
) -> None:
    silent = one("b-1")
    assert one("b-1", PHONE) == zoe.id
    merge_id = db.session.scalars(sa.select(MemberMerge.id)).one()
    service.unmerge_members(merge_id, actor_id=staff.id)
    assert one("b-1", PHONE) == silent
    assert state_of(silent) is MemberState.SILENT
    assert conflicts() == []


def test_an_unlinked_account_does_not_come_back_by_the_same_contact(zoe: MemberRow) -> None:
    assert one("b-1", PHONE) == zoe.id
    (line,) = queries.identities_of(zoe.id)
    service.unlink_identity(zoe.id, line.id)
    later = one("b-1", PHONE)
    assert later != zoe.id
    assert state_of(later) is MemberState.SILENT
    assert one("b-1", PHONE) == later
    assert queries.identities_of(zoe.id) == []


# --- cost and races ------------------------------------------------------------------------------


def test_statements_are_few_and_do_not_grow(app: Flask, count_statements: Counting) -> None:
    a_member("zoe", phone=PHONE)
    costs = {}
    for size in (10, 500):
        plain = [Buyer(f"p-{size}-{n}") for n in range(size)]
        told = [Buyer(f"t-{size}-{n}", f"137{size:04}{n:04}", f"m{n}@{size}.example")
                for n in range(size)]  # fmt: skip
        for name, buyers in (("plain", plain), ("told", told)):
            for turn in ("new", "known"):
                with count_statements() as seen:
                    resolve(*buyers)
                costs[size, name, turn] = len(seen)
    for size in (10, 500):
        assert costs[size, "plain", "new"] == 3
        assert costs[size, "plain", "known"] == 1
        assert costs[size, "told", "new"] == 5
        assert costs[size, "told", "known"] == 3


@pytest.mark.race
def test_imports_at_once_agree_on_who_bought(app: Flask) -> None:
    barrier, results = Barrier(6), {}
    a_member("zoe", phone=PHONE)
    db.session.remove()

    def run(worker: int) -> None:
        with app.app_context():
            barrier.wait()
            buyers = [
                Buyer(f"b-{n}", PHONE if n % 10 == 0 else f"137000{n:05}")
                for n in range(worker * 10, worker * 10 + 60)
            ]
            results[worker] = resolve(*buyers)
            db.session.remove()

    threads = [Thread(target=run, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    agreed: dict[str, int] = {}
    for found in results.values():
        for key, member_id in found.items():
            assert agreed.setdefault(key, member_id) == member_id
    orphans = sa.select(sa.func.count()).select_from(Member).where(
        Member.state == MemberState.SILENT,
        ~sa.exists().where(MemberIdentity.member_id == Member.id),
    )  # fmt: skip
    assert db.session.scalar(orphans) == 0


def test_a_digest_is_keyed(app: Flask) -> None:
    one("b-1", PHONE)
    (clue,) = db.session.scalars(sa.select(IdentityClue)).all()
    assert clue.digest == contacts.digest(contacts.parse(PHONE))
    assert len(clue.digest) == 64
