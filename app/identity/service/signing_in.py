"""Sign-in with contact and password. Who is unknown gets the same answer after the same time."""

import sqlalchemy as sa

from app.identity import passwords, queries, throttle
from app.identity.models import MemberCredential
from app.identity.queries import Account
from app.identity.service import sessions
from app.identity.types import Device, SignedIn, SignInError
from app.kernel import contacts, mail
from app.kernel.contacts import Contact
from app.kernel.db import changed, use_case


def sign_in(
    contact_text: str, password: str, *, device: Device, address: str, replaces: int | None = None
) -> SignedIn:
    """Open a session for a member who knows his password.

    Args:
        contact_text: e-mail address or mobile number, as typed.
        password: as typed.
        device: what he signs in on.
        address: where the request came from, for limits.
        replaces: the session that this browser had; it ends.

    Raises:
        ContactError: the contact is neither an address nor a number.
        SignInError: no such account, wrong password, or a closed one: all the same answer.
        TooManyError: too many failures of this account, from this address, or altogether.
    """
    contact = contacts.parse(contact_text)
    tries = throttle.sign_in_tries(contact.value, address)
    throttle.count(tries)
    account = queries.find_account(contact)
    stored = account.password_hash if account and account.may_sign_in else None
    if not passwords.is_right(stored, password) or account is None or stored is None:
        raise SignInError
    fresh = passwords.hash_password(password) if passwords.is_outdated(stored) else None
    return _open(account, contact, device, tries, fresh, replaces)


@use_case
def _open(
    account: Account,
    contact: Contact,
    device: Device,
    tries: list[throttle.Try],
    fresh_hash: str | None,
    replaces: int | None,
) -> SignedIn:
    throttle.give_back(tries)
    if fresh_hash is not None:
        changed(
            sa.update(MemberCredential)
            .where(
                MemberCredential.member_id == account.member_id,
                MemberCredential.password_hash == account.password_hash,
            )
            .values(password_hash=fresh_hash)
        )
    if replaces is not None:
        sessions.sign_out(replaces)
    if not queries.is_known_device(account.member_id, device.browser, device.system):
        mail.write(contact, "new_device", locale=account.locale, name=account.name, device=device)
    return sessions.begin_session(account.member_id, account.auth_version, device)
