"""Conversations of the demo's fan: written once, at the end of the year."""

from datetime import datetime, timedelta

from app.demo.content.talks import TALKS, Talk
from app.demo.loader.roll import Roll
from app.messages import service as messages
from app.messages.types import SeedChat


def set_up(roll: Roll, ends_at: datetime) -> None:
    """Write the conversations of members who are there; those that are there stay."""
    chats = [_chat(roll, talk, ends_at) for talk in TALKS if set(talk.members) <= set(roll.members)]
    messages.seed_chats(chats)


def _chat(roll: Roll, talk: Talk, ends_at: datetime) -> SeedChat:
    last = ends_at - timedelta(minutes=talk.ends)
    one, two = (roll.members[number] for number in talk.members)
    lines = [(who, last - timedelta(minutes=ago), text) for who, ago, text in talk.lines]
    return SeedChat((one, two), lines, is_accepted=talk.is_accepted, unread=talk.unread)
