"""Passwords: changed with the old one, reset by code. All sessions die, the owner is told."""

from app.identity import passwords, queries, throttle
from app.identity.events import PasswordChanged
from app.identity.models import MemberCredential
from app.identity.queries import Account
from app.identity.service import codes, sessions
from app.identity.types import CodeError, Device, FieldError, Purpose, SignedIn
from app.kernel import clock, contacts, facts, mail
from app.kernel.contacts import Contact
from app.kernel.db import changed, insert, use_case
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref


def confirm_password(member_id: int, password: str, field: str) -> Account:
    """Return the account of a member who has just typed his password, or blame ``field``.

    Raises:
        FieldError: it is not his password.
        TooManyError: too many wrong ones.
    """
    tries: list[throttle.Try] = [(throttle.PASSWORD_MEMBER, str(member_id))]
    throttle.count(tries)
    account = queries.get_account(member_id)
    if not passwords.is_right(account.password_hash, password):
        raise FieldError(field, _l("This isn't your password. Try again, or reset it."))
    throttle.give_back(tries)
    return account


def change_password(member_id: int, current: str, new: str, *, device: Device) -> SignedIn:
    """Give a member a new password; all his sessions die, a fresh one begins here.

    Raises:
        FieldError: the current one is wrong, or the new one will not do.
        TooManyError: too many wrong ones.
    """
    account = confirm_password(member_id, current, "current")
    if passwords.written(current) == passwords.written(new):
        raise FieldError("password", _l("This is your password already. Choose a new one."))
    passwords.check_password(new, _own_words(account))
    return _change(account, passwords.hash_password(new), device)


@use_case
def _change(account: Account, password_hash: str, device: Device) -> SignedIn:
    version = _store(account, password_hash, by_code=False)
    return sessions.begin_session(account.member_id, version, device)


def _own_words(account: Account) -> list[str]:
    reach = queries.contacts_of(account.member_id)
    return [account.name, *(line.contact.value for line in reach)]


def _store(account: Account, password_hash: str, *, by_code: bool) -> int:
    """Store a hash, end all sessions, make waiting codes useless, tell him; in a use case.

    Returns:
        The version under which new sessions live.
    """
    now, member_id = clock.now(), account.member_id
    changed(
        insert(MemberCredential)
        .values(member_id=member_id, password_hash=password_hash, changed_at=now)
        .on_conflict_do_update(
            index_elements=["member_id"],
            set_={"password_hash": password_hash, "changed_at": now},
        )
    )
    sessions.sign_out_everywhere(member_id)
    codes.cancel_of(member_id)
    for line in queries.contacts_of(member_id):
        mail.write(line.contact, "password_changed", locale=account.locale, name=account.name)
    facts.publish(
        PasswordChanged(member_id, by_code=by_code),
        actor_id=member_id,
        subject=Ref("member", member_id),
    )
    return sessions.auth_version_of(member_id)


# --- reset by code -------------------------------------------------------------------------------


def start_reset(contact_text: str, *, locale: str, address: str) -> str:
    """Send a reset code; return the ticket of the page that asks for it.

    Unknown contacts get the same page and a letter that says there is no account.

    Raises:
        ContactError: it is neither an address nor a number.
        TooManyError: too many resets of this contact or from this address.
    """
    contact = contacts.parse(contact_text)
    throttle.count([(throttle.RESET_CONTACT, contact.value), (throttle.RESET_ADDRESS, address)])
    return _send_reset_code(contact, locale)


@use_case
def _send_reset_code(contact: Contact, locale: str) -> str:
    account = queries.find_account(contact)
    if account is None or not account.may_sign_in:
        mail.write(contact, "no_account", locale=locale)
        return codes.issue(Purpose.RESET, contact, decoy=True).ticket
    issued = codes.issue(Purpose.RESET, contact, member_id=account.member_id)
    mail.write(
        contact,
        "reset_code",
        locale=account.locale or locale,
        expires_at=issued.expires_at,
        name=account.name,
        code=issued.code,
        minutes=issued.minutes,
    )
    return issued.ticket


def finish_reset(ticket: str, code: str, new: str, *, device: Device, address: str) -> SignedIn:
    """Give a member whose code fits a new password and a fresh session; all others die.

    Raises:
        CodeError: wrong, used, too old, or tried too often.
        FieldError: the new password will not do; the code can still be used.
        TooManyError: too many codes tried from this address.
    """
    passwords.check_password(new, [])
    throttle.count([(throttle.CODE_ADDRESS, address)])
    codes.count_try(ticket, Purpose.RESET)
    proven = codes.check(ticket, code, Purpose.RESET)
    account = queries.get_account(proven.member_id or 0)
    passwords.check_password(new, [*_own_words(account), proven.contact.value])
    return _reset(ticket, code, passwords.hash_password(new), device)


@use_case
def _reset(ticket: str, code: str, password_hash: str, device: Device) -> SignedIn:
    proven = codes.check(ticket, code, Purpose.RESET)
    codes.use(proven)
    account = queries.get_account(proven.member_id or 0)
    if not account.may_sign_in:
        raise CodeError
    version = _store(account, password_hash, by_code=True)
    return sessions.begin_session(account.member_id, version, device)
