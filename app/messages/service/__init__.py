"""What members do with messages. Each verb is one transaction."""

from app.messages.service.judging import (
    hide_message,
    hide_team_line,
    look_around,
    restore_message,
    restore_team_line,
)
from app.messages.service.keeping import choose, seed_chats, tidy
from app.messages.service.reading import accept, decline, leave, mark_read, remove
from app.messages.service.sending import send, start
from app.messages.service.team import (
    answer_for_team,
    read_team,
    set_aside,
    write_to_team,
)

__all__ = [
    "accept",
    "answer_for_team",
    "choose",
    "decline",
    "hide_message",
    "hide_team_line",
    "leave",
    "look_around",
    "mark_read",
    "read_team",
    "remove",
    "restore_message",
    "restore_team_line",
    "seed_chats",
    "send",
    "set_aside",
    "start",
    "tidy",
    "write_to_team",
]
