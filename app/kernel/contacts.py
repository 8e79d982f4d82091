"""E-mail addresses and mobile numbers: one written form each, a keyed digest to find them by."""

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from babel.core import get_global
from email_validator import EmailNotValidError, validate_email
from flask import current_app

from app.kernel import clock
from app.kernel.errors import InvalidError
from app.kernel.i18n import lazy_gettext as _l

FALLBACK_REGION = "CN"
MAX_LENGTH = 254  # RFC 5321: the longest address that can be delivered to
DIALLABLE = set("+0123456789 -().\u00a0\uff0b\u2010\u2011\u2012\u2013\u2014\u2212")


class ContactKind(StrEnum):
    """How a person can be reached."""

    EMAIL = "email"
    PHONE = "phone"


class ContactError(InvalidError):
    """The text is neither an e-mail address nor a telephone number."""

    code = "contact_invalid"
    default_message = _l("Write an e-mail address or a mobile number, such as 138 0013 8000.")


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact in its one written form: lower case, or E.164 (``+8613800138000``)."""

    kind: ContactKind
    value: str

    @property
    def masked(self) -> str:
        """Return enough to recognise it, too little to use it: ``a***@example.com``."""
        if self.kind is ContactKind.EMAIL:
            name, _, domain = self.value.partition("@")
            return f"{name[:1]}***@{domain}"
        return f"{self.value[:-8]}****{self.value[-4:]}" if len(self.value) > 9 else "****"  # noqa: PLR2004 - too short to show any of it


def parse(text: str) -> Contact:
    """Read what a person typed. Nothing is looked up on the network.

    Raises:
        ContactError: it is neither an address nor a number; the message shows one.
    """
    typed = text.strip()
    if len(typed) > MAX_LENGTH:
        raise ContactError
    if "@" in typed or "\uff20" in typed:
        return parse_email(typed)
    if typed and set(typed) <= DIALLABLE | set("０１２３４５６７８９"):
        return parse_phone(typed)
    raise ContactError


def parse_email(text: str) -> Contact:
    """Read an e-mail address; domains become ASCII, letters small.

    Raises:
        ContactError: it is none.
    """
    try:
        found = validate_email(
            text.strip().replace("\uff20", "@"),
            check_deliverability=False,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
        )
    except EmailNotValidError as error:
        raise ContactError(
            _l("This doesn't look like an e-mail address. Write it as name@example.com.")
        ) from error
    return Contact(ContactKind.EMAIL, (found.ascii_email or found.normalized).lower())


def parse_phone(text: str, region: str | None = None) -> Contact:
    """Read a telephone number; without ``+`` it belongs to ``region`` (default: the brand's).

    Raises:
        ContactError: no such number can exist.
    """
    try:
        number = phonenumbers.parse(text, region or home_region())
    except phonenumbers.NumberParseException as error:
        raise ContactError(_bad_phone()) from error
    if not phonenumbers.is_valid_number(number):
        raise ContactError(_bad_phone())
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Contact(ContactKind.PHONE, str(written))


def _bad_phone() -> object:
    return _l(
        "This isn't a complete number. Check the digits; from abroad, begin with + and the country."
    )


def home_region() -> str:
    """Return the two-letter country of the brand's time zone."""
    territories = get_global("zone_territories")
    return str(territories.get(str(clock.zone()), FALLBACK_REGION))


def digest(contact: Contact) -> str:
    """Return the keyed digest under which a contact is stored now: 64 hex digits."""
    return _digest(contact, str(current_app.config["SECRET_KEY"]))


def digests(contact: Contact) -> list[str]:
    """Return every digest under which a contact may be stored: also under retired secrets."""
    retired = current_app.config.get("SECRET_KEY_FALLBACKS") or []
    return [digest(contact), *(_digest(contact, str(key)) for key in retired)]


def _digest(contact: Contact, key: str) -> str:
    return _keyed(f"contact|{contact.kind.value}|{contact.value}", key)


def keyed(text: str) -> str:
    """Return the keyed digest of a text that proves something (a telephone's last digits).

    The text begins with what it is for, so that digests of two uses never meet.
    """
    return _keyed(text, str(current_app.config["SECRET_KEY"]))


def keyed_before(text: str) -> list[str]:
    """Return every digest under which a text may be stored: also under retired secrets."""
    retired = current_app.config.get("SECRET_KEY_FALLBACKS") or []
    return [keyed(text), *(_keyed(text, str(key)) for key in retired)]


def _keyed(text: str, key: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
