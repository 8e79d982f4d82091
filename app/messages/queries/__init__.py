"""Reads of messages."""

from app.messages.queries.checks import (
    DeskLine,
    around,
    drifting_numbers,
    drifting_sides,
    may_look,
    messages_for_desk,
    photos_in_use,
    place_of,
    reportable_id,
)
from app.messages.queries.inbox import counts_now, inbox, request_count, unread_of, wish_of
from app.messages.queries.talking import (
    conversation_with,
    desk_of,
    desk_with,
    find_line,
    sent_before,
    talk,
    talk_since,
)

__all__ = [
    "DeskLine",
    "around",
    "conversation_with",
    "counts_now",
    "desk_of",
    "desk_with",
    "drifting_numbers",
    "drifting_sides",
    "find_line",
    "inbox",
    "may_look",
    "messages_for_desk",
    "photos_in_use",
    "place_of",
    "reportable_id",
    "request_count",
    "sent_before",
    "talk",
    "talk_since",
    "unread_of",
    "wish_of",
]
