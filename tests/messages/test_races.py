"""Two at once, on both databases: one conversation, no number twice, counts that hold."""

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.messages import service
from tests.community.test_races import THREADS, together
from tests.messages.talking import conversations, friends, new_key, nothing_drifts, side_of, texts


@pytest.mark.race
def test_first_messages_at_once_make_one_conversation(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    pair = (alice, bob)
    keys = [new_key(), new_key()]

    def first(number: int) -> int:
        me, other = pair[number % 2], pair[(number + 1) % 2]
        sent = service.start(me.id, other.yid, "你好", request_key=keys[number % 2])
        return sent.conversation_id

    assert len(set(together(app, first))) == 1
    assert (len(conversations()), texts()) == (1, ["你好", "你好"])
    assert nothing_drifts()


@pytest.mark.race
def test_messages_and_reading_at_once_keep_numbers_and_counts(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = friends(alice, bob)

    def act(number: int) -> bool:
        if number % 3 == 2:
            return service.mark_read(alice.id, chat, number)
        me = (alice, bob)[number % 3]
        return service.send(me.id, chat, f"{number}").is_new

    together(app, act)
    assert len(texts()) == 1 + THREADS - THREADS // 3
    service.mark_read(alice.id, chat, 99)
    assert side_of(alice).unread_count == 0
    assert nothing_drifts()
