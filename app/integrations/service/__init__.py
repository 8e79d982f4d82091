"""What can be done with endpoints, deliveries and polls."""

from app.integrations.service.asking import poll_due, rekey_polls, set_poll, stop_poll
from app.integrations.service.doors import readable_secrets
from app.integrations.service.endpoints import (
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
from app.integrations.service.payments import (
    accept_payment,
    rekey_payments,
    rotate_payments,
    turn_payments_off,
    turn_payments_on,
)

__all__ = [
    "Outcome",
    "accept",
    "accept_payment",
    "forget_bodies",
    "handle_waiting",
    "poll_due",
    "readable_secrets",
    "rekey",
    "rekey_payments",
    "rekey_polls",
    "retry",
    "rotate",
    "rotate_payments",
    "set_aside",
    "set_poll",
    "shop_of",
    "stop_poll",
    "turn_off",
    "turn_on",
    "turn_payments_off",
    "turn_payments_on",
]
