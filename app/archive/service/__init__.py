"""What can be done with rights: answer, ask, take back, pick, use."""

from app.archive.service.answering import answer, answer_of_new, revoke
from app.archive.service.asking import ask
from app.archive.service.selecting import (
    close_selection,
    create_selection,
    note_download,
    pick,
    unpick,
)
from app.archive.service.terms import set_terms
from app.archive.service.using import end_use, record_use, seed_uses

__all__ = [
    "answer",
    "answer_of_new",
    "ask",
    "close_selection",
    "create_selection",
    "end_use",
    "note_download",
    "pick",
    "record_use",
    "revoke",
    "seed_uses",
    "set_terms",
    "unpick",
]
