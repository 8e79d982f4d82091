"""The one door for payments of mall orders, and what comes in by it."""

from typing import cast

import sqlalchemy as sa

from app.integrations import policy
from app.integrations.models import PaymentEndpoint
from app.integrations.queries import payment_door
from app.integrations.service import doors, seam
from app.integrations.types import Adapter, DoorRow, Payment
from app.kernel import audit
from app.kernel.db import use_case
from app.kernel.errors import NotFoundError

KEY = cast("sa.Column[int]", PaymentEndpoint.__table__.c.id)
ONLY = 1


@use_case
def turn_payments_on(*, actor_id: int) -> tuple[DoorRow, str]:
    """Open the door for payments with a new secret; return both. It can't be read again."""
    secret = doors.new_secret(Adapter.GENERIC)
    doors.open_door(KEY, ONLY, secret)
    audit.note(actor_id, "payments.door_on")
    return _there(), secret


@use_case
def rotate_payments(*, actor_id: int) -> tuple[DoorRow, str]:
    """Give the door for payments a new secret; the former one opens it for one more hour.

    Raises:
        NotFoundError: the door is closed.
    """
    secret = doors.new_secret(Adapter.GENERIC)
    doors.rotate_door(KEY, ONLY, secret)
    audit.note(actor_id, "payments.door_rotated")
    return _there(), secret


@use_case
def turn_payments_off(*, actor_id: int) -> None:
    """Close the door for payments.

    Raises:
        NotFoundError: it is closed already.
    """
    doors.close_door(KEY, ONLY)
    audit.note(actor_id, "payments.door_off")


def _there() -> DoorRow:
    found = payment_door()
    if found is None:
        raise NotFoundError
    return found


@use_case
def rekey_payments() -> int:
    """Seal the secret anew after the house secret has changed, and drop a former one."""
    return doors.rekey_doors(KEY)


def accept_payment(said: policy.Signed, body: bytes, payment: Payment) -> tuple[str, str]:
    """Hand a signed payment to the mall, once; return what became of it, and why.

    Raises:
        ConflictError: its number came before with another body.
    """
    return seam.take_payment(said.delivery_id, policy.body_digest(body), payment)
