"""What can be done with endpoints, deliveries and polls."""

from app.integrations.service.asking import poll_due, rekey_polls, set_poll, stop_poll
from app.integrations.service.endpoints import (
    readable_secrets,
    rekey,
    rotate,
    turn_off,
    turn_on,
)
from app.integrations.service.handling import handle_waiting, shop_of
from app.integrations.service.inbox import (
    Outcome,
    accept,
    forget_bodies,
    retry,
    set_aside,
)

__all__ = [
    "Outcome",
    "accept",
    "forget_bodies",
    "handle_waiting",
    "poll_due",
    "readable_secrets",
    "rekey",
    "rekey_polls",
    "retry",
    "rotate",
    "set_aside",
    "set_poll",
    "shop_of",
    "stop_poll",
    "turn_off",
    "turn_on",
]
