"""Conversations of the demo's members, with each other and with the team."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from app.demo.content.talks import TALKS, TEAM_TALKS, Talk, TeamTalk
from app.demo.loader.roll import Roll
from app.identity import queries as identity
from app.messages import service as messages
from app.messages.types import SeedChat

At = Callable[[datetime], AbstractContextManager[None]]


def set_up(roll: Roll, at: At, ends_at: datetime) -> None:
    """Write the conversations of members who are there; those that are there stay.

    Args:
        roll: who is there.
        at: makes it be a moment.
        ends_at: the end of the demo's year.
    """
    chats = [_chat(roll, talk, ends_at) for talk in TALKS if set(talk.members) <= set(roll.members)]
    messages.seed_chats(chats)
    for number, talk in enumerate(TEAM_TALKS):
        if {talk.member, *(who for who, _ago, _text in talk.lines)} <= set(roll.members):
            _write_to_team(roll, at, ends_at, number, talk)


def _chat(roll: Roll, talk: Talk, ends_at: datetime) -> SeedChat:
    last = ends_at - timedelta(minutes=talk.ends)
    one, two = (roll.members[number] for number in talk.members)
    lines = [(who, last - timedelta(minutes=ago), text) for who, ago, text in talk.lines]
    return SeedChat((one, two), lines, is_accepted=talk.is_accepted, unread=talk.unread)


def _write_to_team(roll: Roll, at: At, ends_at: datetime, number: int, talk: TeamTalk) -> None:
    """Write a talk line by line, as the two would; a line that is there stays.

    The member reads what is answered.
    """
    member_id, last = roll.members[talk.member], 0
    yid = identity.get_member(member_id).yid
    for place, (who, ago, text) in enumerate(talk.lines):
        key = f"demo-team-{number}-{place}"
        with at(ends_at - timedelta(minutes=ago)):
            if who == talk.member:
                sent = messages.write_to_team(member_id, text, request_key=key)
            else:
                sent = messages.answer_for_team(
                    roll.members[who], yid, text, request_key=key, seen=last
                )
                messages.read_team(member_id, sent.message_id)
        last = sent.message_id
