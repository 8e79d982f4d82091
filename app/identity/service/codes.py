"""One-time codes: six digits for one purpose, one use, ten minutes, five tries."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.identity.models import OneTimeCode
from app.identity.types import CodeError, Purpose
from app.kernel import clock, ids, limits
from app.kernel.contacts import Contact
from app.kernel.db import changed, db, use_case

LIFE = timedelta(minutes=10)
MAX_TRIES = 5
DIGITS = 6
TICKET_BYTES = 24


@dataclass(frozen=True, slots=True)
class Issued:
    """A code that has just been made.

    Attributes:
        ticket: goes into the page's address; opens nothing without the code.
        code: goes into the message; None for a decoy.
    """

    ticket: str
    code: str | None
    expires_at: datetime

    @property
    def minutes(self) -> int:
        """Return how long it lives, for the message."""
        return int(LIFE.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Proven:
    """A code that fitted, and what it was made for. Not yet used up: see :func:`use`."""

    id: int
    contact: Contact
    member_id: int | None
    payload: dict[str, Any]


def issue(
    purpose: Purpose,
    contact: Contact,
    *,
    member_id: int | None = None,
    payload: dict[str, Any] | None = None,
    decoy: bool = False,
) -> Issued:
    """Make a code in the current transaction. A decoy's page looks the same but nothing fits it."""
    ticket, code = secrets.token_urlsafe(TICKET_BYTES), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    now = clock.now()
    db.session.execute(
        sa.insert(OneTimeCode),
        [
            {
                "id": ids.next_id(),
                "ticket": _ticket_digest(ticket),
                "purpose": purpose,
                "code": _code_digest(ticket, secrets.token_hex() if decoy else code),
                "member_id": member_id,
                "kind": contact.kind,
                "value": contact.value,
                "payload": payload or {},
                "attempts": 0,
                "created_at": now,
                "expires_at": now + LIFE,
                "used_at": None,
            }
        ],
    )
    return Issued(ticket, None if decoy else code, now + LIFE)


@use_case
def count_try(ticket: str, purpose: Purpose) -> None:
    """Count a try, committed before the code is looked at: tries at once can't share one.

    Raises:
        CodeError: there is no such code for this purpose, or it is used, too old, or tried out.
    """
    counted = changed(
        sa.update(OneTimeCode)
        .where(
            OneTimeCode.ticket == _ticket_digest(ticket),
            OneTimeCode.purpose == purpose,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > clock.now(),
            OneTimeCode.attempts < MAX_TRIES,
        )
        .values(attempts=OneTimeCode.attempts + 1)
    )
    if counted != 1:
        raise CodeError


def check(ticket: str, code: str, purpose: Purpose) -> Proven:
    """Return what a code was made for; only after :func:`count_try`. One statement.

    Raises:
        CodeError: it does not fit.
    """
    row = db.session.execute(
        sa.select(OneTimeCode.__table__).where(
            OneTimeCode.ticket == _ticket_digest(ticket), OneTimeCode.purpose == purpose
        )
    ).one_or_none()
    if row is None or not hmac.compare_digest(row.code, _code_digest(ticket, code.strip())):
        raise CodeError
    return Proven(row.id, Contact(row.kind, row.value), row.member_id, row.payload)


def find_waiting(ticket: str, purpose: Purpose) -> Proven:
    """Return what waits under a ticket, whether or not anybody knows its code. One statement.

    Raises:
        CodeError: nothing does, or it is too old.
    """
    row = db.session.execute(
        sa.select(OneTimeCode.__table__).where(
            OneTimeCode.ticket == _ticket_digest(ticket),
            OneTimeCode.purpose == purpose,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > clock.now(),
        )
    ).one_or_none()
    if row is None:
        raise CodeError
    return Proven(row.id, Contact(row.kind, row.value), row.member_id, row.payload)


def use(proven: Proven) -> None:
    """Use a code up, in the transaction of what it is for; what it carried is blanked.

    Raises:
        CodeError: somebody used it a moment ago.
    """
    used = changed(
        sa.update(OneTimeCode)
        .where(OneTimeCode.id == proven.id, OneTimeCode.used_at.is_(None))
        .values(used_at=clock.now(), payload={}, value="")
    )
    if used != 1:
        raise CodeError


def cancel_of(member_id: int) -> None:
    """Make every waiting code of a member useless, in the current transaction."""
    changed(
        sa.update(OneTimeCode)
        .where(OneTimeCode.member_id == member_id, OneTimeCode.used_at.is_(None))
        .values(used_at=clock.now(), payload={}, value="")
    )


@use_case
def prune_codes() -> int:
    """Delete codes that expired, with everything they carried; return how many."""
    return changed(sa.delete(OneTimeCode).where(OneTimeCode.expires_at <= clock.now()))


def _ticket_digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


def _code_digest(ticket: str, code: str) -> str:
    return limits.digest(f"code|{ticket}|{code}")
