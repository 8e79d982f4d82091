"""What can be done in moderation: every public verb is one transaction."""

from app.moderation.service.deciding import decide, keep, take_over, undo
from app.moderation.service.muting import lift_over, mute, unmute
from app.moderation.service.reporting import Reported, report

__all__ = [
    "Reported",
    "decide",
    "keep",
    "lift_over",
    "mute",
    "report",
    "take_over",
    "undo",
    "unmute",
]
