"""Who may write to whom: a stranger asks once, a friend writes, the blocked and muted don't."""

from datetime import timedelta

import pytest
from flask import Flask

from app.community import service as community
from app.community.service import watching
from app.community.types.reading import WatchKind, WatchLevel
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.errors import NotFoundError, TooManyError
from app.messages import queries, service
from app.messages.types import (
    NEW_PER_DAY,
    PER_MINUTE,
    Consent,
    HiddenPersonError,
    OwnMessageError,
    ShutError,
    SilentError,
    WaitError,
    Who,
    Wish,
)
from app.moderation import service as moderation
from app.moderation.types import HideReason
from app.notify import queries as notices
from tests.factories.identity import a_member
from tests.messages.talking import friends, nothing_drifts, side_of, texts, write


def boxes(member: MemberRow) -> tuple[int, int]:
    """Return how many conversations and how many requests a member sees."""
    return tuple(
        len(queries.inbox(member.id, consent).items)
        for consent in (Consent.ACCEPTED, Consent.ASKED)
    )  # type: ignore[return-value]


def test_a_first_message_of_a_stranger_is_a_request_and_no_second_gets_through(
    alice: MemberRow, bob: MemberRow
) -> None:
    sent = write(alice, bob)
    assert sent.is_request
    assert (boxes(bob), boxes(alice)) == ((0, 1), (1, 0))
    with pytest.raises(WaitError):
        service.send(alice.id, sent.conversation_id, "还在吗？")
    assert service.accept(bob.id, sent.conversation_id)
    assert not service.accept(bob.id, sent.conversation_id)
    service.send(alice.id, sent.conversation_id, "谢谢")
    service.send(bob.id, sent.conversation_id, "慢火两小时")
    assert (boxes(bob), boxes(alice)) == ((1, 0), (1, 0))
    assert nothing_drifts()


def test_answering_a_request_accepts_it(alice: MemberRow, bob: MemberRow) -> None:
    write(alice, bob)
    assert not write(bob, alice, "好呀").is_request
    assert not write(alice, bob, "太好了").is_request
    assert boxes(bob) == (1, 0)


def test_who_is_followed_needs_not_ask(alice: MemberRow, bob: MemberRow) -> None:
    community.follow(bob.id, alice.yid)
    assert not write(alice, bob).is_request
    assert boxes(bob) == (1, 0)


def test_a_declined_sender_learns_nothing_and_may_ask_again_after_thirty_days(
    alice: MemberRow, bob: MemberRow
) -> None:
    sent = write(alice, bob)
    told = len(notices.notices(alice.id).items)
    assert service.decline(bob.id, sent.conversation_id)
    assert (boxes(bob), len(notices.notices(alice.id).items)) == ((0, 0), told)
    for days in (0, 29):
        with clock.frozen(clock.now() + timedelta(days=days)), pytest.raises(WaitError):
            write(alice, bob)
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert write(alice, bob, "再问一次").is_request
        (request,) = queries.inbox(bob.id, Consent.ASKED).items
    assert (request.excerpt, request.unread) == ("再问一次", 1)
    assert nothing_drifts()


@pytest.mark.parametrize(("who", "follows", "opens"), [
    (Who.FOLLOWED, False, False), (Who.FOLLOWED, True, True), (Who.NOBODY, True, False),
])  # fmt: skip
def test_members_choose_who_may_begin(
    who: Who, follows: bool, opens: bool, alice: MemberRow, bob: MemberRow
) -> None:
    service.choose(bob.id, Wish(who))
    if follows:
        community.follow(bob.id, alice.yid)
    if opens:
        assert not write(alice, bob).is_request
    else:
        with pytest.raises(ShutError):
            write(alice, bob)


def test_a_conversation_goes_on_whatever_is_chosen_later(alice: MemberRow, bob: MemberRow) -> None:
    chat = friends(alice, bob)
    service.choose(bob.id, Wish(Who.NOBODY))
    assert service.send(alice.id, chat, "还在").number == 2


def test_the_blocked_cannot_write_and_neither_can_who_blocked(
    alice: MemberRow, bob: MemberRow
) -> None:
    chat = friends(alice, bob)
    watching.block(bob.id, alice.yid)
    with pytest.raises(ShutError):
        service.send(alice.id, chat, "怎么了？")
    with pytest.raises(HiddenPersonError):
        service.send(bob.id, chat, "别写了")
    assert boxes(bob) == (0, 0)
    watching.unblock(bob.id, alice.yid)
    assert service.send(bob.id, chat, "好吧").number == 2


def test_who_is_muted_writes_into_silence_and_is_not_told(alice: MemberRow, bob: MemberRow) -> None:
    chat = friends(alice, bob)
    watching.set_watch(bob.id, WatchKind.MEMBER, alice.yid, WatchLevel.MUTED)
    before = len(notices.notices(bob.id).items)
    service.send(alice.id, chat, "听得到吗")
    assert (boxes(bob), len(notices.notices(bob.id).items)) == ((0, 0), before)
    with pytest.raises(HiddenPersonError):
        service.send(bob.id, chat, "嗯")
    watching.unblock(bob.id, alice.yid)
    assert boxes(bob) == (1, 0)


def test_whom_the_team_muted_can_read_but_not_write(
    alice: MemberRow, bob: MemberRow, moderator: MemberRow
) -> None:
    chat = friends(alice, bob)
    moderation.mute(moderator.id, alice.id, 7, HideReason.RUDE)
    with pytest.raises(SilentError):
        service.send(alice.id, chat, "hm")
    assert service.send(bob.id, chat, "你还好吗").number == 2
    assert boxes(alice) == (1, 0)


def test_nobody_writes_to_himself_or_to_nobody(alice: MemberRow) -> None:
    with pytest.raises(OwnMessageError):
        write(alice, alice)
    with pytest.raises(NotFoundError):
        service.start(alice.id, "0000000000000", "hm")
    assert texts() == []


def test_who_left_has_to_be_asked_again(alice: MemberRow, bob: MemberRow) -> None:
    chat = friends(alice, bob)
    community.unfollow(bob.id, alice.yid)
    service.leave(bob.id, chat)
    assert boxes(bob) == (0, 0)
    assert service.send(alice.id, chat, "你走了？").is_request
    (request,) = queries.inbox(bob.id, Consent.ASKED).items
    assert (request.excerpt, side_of(bob).unread_count) == ("你走了？", 1)
    assert nothing_drifts()


def test_a_minute_and_a_day_have_their_measure(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = friends(alice, bob)
    for number in range(PER_MINUTE - 1):
        service.send(alice.id, chat, f"{number}")
    with pytest.raises(TooManyError):
        service.send(alice.id, chat, "too fast")
    strangers = [a_member(f"stranger{n}", password=None) for n in range(NEW_PER_DAY + 1)]
    now = clock.now()
    for number, stranger in enumerate(strangers[:-1]):
        with clock.frozen(now + timedelta(minutes=number + 1)):
            assert write(alice, stranger).is_request
    with clock.frozen(now + timedelta(minutes=59)), pytest.raises(TooManyError):
        write(alice, strangers[-1])
