"""Two members become one: every conversation is there, none is mixed up, and it can be undone."""

from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.messages import queries, service
from tests.factories.identity import a_member
from tests.messages.talking import as_browser, friends, nothing_drifts


def test_who_wrote_to_both_has_two_conversations_with_one(
    app: Flask, alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    twin = a_member("alicia", password=None)
    first, second = friends(alice, bob), friends(twin, bob)
    own = friends(alice, twin)
    done = identity.merge_members(twin.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    for member in (alice, bob):
        chats = {chat.conversation_id for chat in queries.inbox(member.id).items}
        assert chats == {first, second}
    assert as_browser(app, alice).get(f"/messages/{own}").status_code == 404
    assert service.send(alice.id, second, "我还在").number == 2
    assert service.start(bob.id, alice.yid, "好").conversation_id == first
    assert nothing_drifts()
    identity.unmerge_members(done.id, actor_id=staff.id)
    assert [chat.conversation_id for chat in queries.inbox(twin.id).items] == [second, own]
    assert queries.inbox(twin.id).items[0].is_mine, "what she wrote as one is her word"
    assert [chat.conversation_id for chat in queries.inbox(alice.id).items] == [first, own]
    assert nothing_drifts()
