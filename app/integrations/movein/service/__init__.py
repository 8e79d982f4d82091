"""What can be done with moves."""

from app.integrations.movein.service.foreseeing import Foreseer
from app.integrations.movein.service.jobs import (
    confirm,
    drop,
    open_job,
    pause,
    refuse,
    resume,
)
from app.integrations.movein.service.moving import Mover
from app.integrations.movein.service.working import (
    SOURCE,
    begin,
    forget_uploads,
    in_inbox,
    inside,
    place_of,
    receive,
    work,
)

__all__ = [
    "SOURCE",
    "Foreseer",
    "Mover",
    "begin",
    "confirm",
    "drop",
    "forget_uploads",
    "in_inbox",
    "inside",
    "open_job",
    "pause",
    "place_of",
    "receive",
    "refuse",
    "resume",
    "work",
]
