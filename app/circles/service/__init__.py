"""Verbs of circles."""

from app.circles.service.joining import JOINED, come_back, join, leave
from app.circles.service.leading import answer, remove
from app.circles.service.running import change, close, create, reopen, set_leader
from app.circles.service.telling import ADMITTED, ASKED, REFUSED, REMOVED

__all__ = [
    "ADMITTED",
    "ASKED",
    "JOINED",
    "REFUSED",
    "REMOVED",
    "answer",
    "change",
    "close",
    "come_back",
    "create",
    "join",
    "leave",
    "remove",
    "reopen",
    "set_leader",
]
