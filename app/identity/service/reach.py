"""More contacts of a member: add one by proving it, remove one while another is left."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.identity import queries, throttle
from app.identity.events import ContactAdded
from app.identity.models import Member, MemberContact
from app.identity.service import claiming, codes, credentials, members
from app.identity.types import Brought, CodeError, ContactTakenError, Purpose
from app.kernel import clock, contacts, facts, mail
from app.kernel.contacts import Contact
from app.kernel.db import changed, db, use_case
from app.kernel.errors import ConflictError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref


def start_adding_contact(member_id: int, contact_text: str, password: str, *, locale: str) -> str:
    """Send a code to a contact that a member says is his; return the ticket.

    Raises:
        ContactError: it is neither an address nor a number.
        FieldError: the password (field ``current``) is not his.
        TooManyError: too many wrong passwords or too many contacts today.
    """
    contact = contacts.parse(contact_text)
    account = credentials.confirm_password(member_id, password, "current")
    throttle.count([(throttle.ADD_CONTACT, str(member_id))])
    return _send_contact_code(member_id, account.name, contact, locale)


@use_case
def _send_contact_code(member_id: int, name: str, contact: Contact, locale: str) -> str:
    taken = queries.find_account(contact)
    issued = codes.issue(Purpose.ADD_CONTACT, contact, member_id=member_id, decoy=taken is not None)
    if taken is not None:
        mail.write(contact, "already_member", locale=taken.locale or locale, name=taken.name)
    else:
        mail.write(
            contact,
            "contact_code",
            locale=locale,
            expires_at=issued.expires_at,
            name=name,
            code=issued.code,
            minutes=issued.minutes,
        )
    return issued.ticket


@dataclass(frozen=True, slots=True)
class Added:
    """A contact that has just been proved, and what it brought."""

    contact: Contact
    brought: Brought


def finish_adding_contact(member_id: int, ticket: str, code: str, *, address: str) -> Added:
    """Give a member the contact whose code he typed; his other contacts are told.

    Buyers whose orders carry that contact are he himself from now on.

    Raises:
        CodeError: wrong, used, too old, tried too often, or not his.
        ContactTakenError: the contact got an account meanwhile.
        TooManyError: too many codes tried from this address.
    """
    throttle.count([(throttle.CODE_ADDRESS, address)])
    codes.count_try(ticket, Purpose.ADD_CONTACT)
    return _add(member_id, ticket, code)


@use_case
def _add(member_id: int, ticket: str, code: str) -> Added:
    proven = codes.check(ticket, code, Purpose.ADD_CONTACT)
    if proven.member_id != member_id:
        raise CodeError
    codes.use(proven)
    if queries.find_account(proven.contact) is not None:
        raise ContactTakenError
    account = queries.get_account(member_id)
    for line in queries.contacts_of(member_id):
        mail.write(line.contact, "contact_added", locale=account.locale, name=account.name,
                   contact=proven.contact.masked)  # fmt: skip
    db.session.execute(
        sa.insert(MemberContact), [members.contact_row(member_id, proven.contact, clock.now())]
    )
    facts.publish(
        ContactAdded(member_id, proven.contact.kind.value),
        actor_id=member_id,
        subject=Ref("member", member_id),
    )
    return Added(proven.contact, claiming.bring_home(member_id, proven.contact))


@use_case
def remove_contact(member_id: int, contact_id: int) -> Contact:
    """Take a contact off an account; it is told. The last one stays.

    Raises:
        NotFoundError: it is not his.
        ConflictError: it is the only one.
    """
    # The member row is the mutex: of two removals at once the second counts what is left.
    changed(sa.update(Member).where(Member.id == member_id).values(version=Member.version + 1))
    reach = {line.id: line.contact for line in queries.contacts_of(member_id)}
    if contact_id not in reach:
        raise NotFoundError
    if len(reach) == 1:
        raise ConflictError(_l("This is your only contact. Add another one first."))
    changed(sa.delete(MemberContact).where(MemberContact.id == contact_id))
    account = queries.get_account(member_id)
    mail.write(reach[contact_id], "contact_removed", locale=account.locale, name=account.name)
    return reach[contact_id]
