"""Sign-up: prove a contact first, then become a member.

Nothing of a stranger's is stored as a member before the code fits, and a contact that has an
account already gets the same page: its owner is told by letter, nobody else learns of it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from app.identity import names, passwords, queries, throttle
from app.identity.events import MemberJoined
from app.identity.models import Member, MemberConsent, MemberContact, MemberCredential
from app.identity.service import claiming, codes, members, sessions
from app.identity.types import (
    CONSENT_WORDING,
    ContactTakenError,
    Device,
    MemberState,
    Purpose,
    SignedIn,
)
from app.kernel import arrivals, clock, contacts, facts, ids, mail, profiles
from app.kernel.contacts import Contact
from app.kernel.db import db, use_case
from app.kernel.types import Ref


def start_sign_up(contact_text: str, password: str, name: str, *, locale: str, address: str) -> str:
    """Send a code to somebody who wants to join; return the ticket of the page that asks for it.

    Args:
        contact_text: e-mail address or mobile number, as typed.
        password: as typed.
        name: display name, as typed.
        locale: the language he is reading.
        address: where the request came from, for limits.

    Raises:
        ContactError: it is neither an address nor a number.
        FieldError: name or password will not do; it says why.
        TooManyError: too many sign-ups for this contact or from this address.
    """
    contact = contacts.parse(contact_text)
    name = names.clean_name(name)
    passwords.check_password(password, [name, contact.value])
    _count_start(contact, address)
    payload = {
        "name": name,
        "password_hash": passwords.hash_password(password),
        "locale": locale,
    }
    return _send_sign_up_code(contact, payload, locale)


def _count_start(contact: Contact, address: str) -> None:
    throttle.count([(throttle.SIGN_UP_CONTACT, contact.value), (throttle.SIGN_UP_ADDRESS, address)])


@use_case
def _send_sign_up_code(contact: Contact, payload: dict[str, Any], locale: str) -> str:
    account = queries.find_account(contact)
    issued = codes.issue(Purpose.SIGN_UP, contact, payload=payload, decoy=account is not None)
    if account is not None:
        mail.write(contact, "already_member", locale=account.locale or locale, name=account.name)
    else:
        mail.write(
            contact,
            "sign_up_code",
            locale=locale,
            expires_at=issued.expires_at,
            code=issued.code,
            minutes=issued.minutes,
        )
    return issued.ticket


def finish_sign_up(
    ticket: str,
    code: str,
    *,
    device: Device,
    address: str,
    things: Mapping[str, str] | None = None,
) -> SignedIn:
    """Make somebody a member whose code fits, and sign him in.

    Args:
        ticket: of the page that asks for the code.
        code: as typed.
        device: what he joins on.
        address: where the request came from, for limits.
        things: what his browser brought along, see :mod:`app.kernel.arrivals`.

    Raises:
        CodeError: wrong, used, too old, or tried too often.
        ContactTakenError: the contact got an account meanwhile.
        TooManyError: too many codes tried from this address.
    """
    throttle.count([(throttle.CODE_ADDRESS, address)])
    codes.count_try(ticket, Purpose.SIGN_UP)
    return _join(ticket, code, device, things or {})


@use_case
def _join(ticket: str, code: str, device: Device, things: Mapping[str, str]) -> SignedIn:
    proven = codes.check(ticket, code, Purpose.SIGN_UP)
    codes.use(proven)
    if queries.find_account(proven.contact) is not None:
        raise ContactTakenError
    payload = proven.payload
    member_id = _create(payload["name"], payload["locale"])
    _reach(member_id, proven.contact)
    _trust(member_id, payload["password_hash"])
    _note_consent(member_id)
    facts.publish(
        MemberJoined(member_id, proven.contact.kind.value),
        actor_id=member_id,
        subject=Ref("member", member_id),
    )
    brought = claiming.bring_home(member_id, proven.contact)
    signed_in = sessions.begin_session(member_id, 1, device)
    arrivals.welcome(member_id, things)
    return replace(signed_in, brought=brought)


def _create(name: str, locale: str) -> int:
    row = members.member_row(state=MemberState.ACTIVE, name=name, at=clock.now(), locale=locale)
    db.session.execute(sa.insert(Member), [row])
    member_id: int = row["id"]
    profiles.changed([member_id])
    return member_id


def _reach(member_id: int, contact: Contact) -> None:
    # Two sign-ups for one number at once: the unique digest lets one through, the other is run
    # again and then finds the account.
    row = members.contact_row(member_id, contact, clock.now())
    db.session.execute(sa.insert(MemberContact), [row])


def _trust(member_id: int, password_hash: str) -> None:
    db.session.execute(
        sa.insert(MemberCredential),
        [{"member_id": member_id, "password_hash": password_hash, "changed_at": clock.now()}],
    )


def _note_consent(member_id: int) -> None:
    db.session.execute(
        sa.insert(MemberConsent),
        [
            {
                "id": ids.next_id(),
                "member_id": member_id,
                "purpose": "membership",
                "wording": hashlib.sha256(CONSENT_WORDING.encode()).hexdigest(),
                "given_at": clock.now(),
                "withdrawn_at": None,
            }
        ],
    )


def send_sign_up_code_again(ticket: str, *, locale: str, address: str) -> str:
    """Send another code for a sign-up that waits; return the new ticket. The old one is dead.

    Raises:
        CodeError: nothing waits under this ticket.
        TooManyError: too many codes for this contact.
    """
    waiting = codes.find_waiting(ticket, Purpose.SIGN_UP)
    _count_start(waiting.contact, address)
    return _replace_sign_up_code(ticket, locale)


@use_case
def _replace_sign_up_code(ticket: str, locale: str) -> str:
    waiting = codes.find_waiting(ticket, Purpose.SIGN_UP)
    codes.use(waiting)
    return _send_sign_up_code(waiting.contact, waiting.payload, locale)
