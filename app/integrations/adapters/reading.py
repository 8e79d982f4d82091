"""Reading JSON that somebody else wrote: every value is checked, every complaint says where."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from babel.numbers import list_currencies

from app.commerce.types import IdentityKind
from app.identity.types import GUEST_KEY
from app.integrations.types import PayloadError, Shop, Trouble
from app.kernel import contacts

MAX_ID = 128
MAX_SKU = MAX_PRINTED = 64
MAX_QTY = 1_000_000
MAX_MINOR = 10**12  # ten thousand million of any currency
MAX_EXPONENT = 13
FIRST_DAY = date(1990, 1, 1)
AMOUNT = re.compile(r"-?\d{1,13}(\.\d{1,8})?", re.ASCII)
CENT = Decimal("0.01")


def load(body: str) -> "Node":
    """Return the object that a body holds.

    Raises:
        PayloadError: it is no JSON, no object, or names a field twice.
    """
    value = _decoded(body)
    if not isinstance(value, dict):
        raise PayloadError(Trouble.NOT_JSON)
    return Node(value, "")


def load_all(body: str) -> list["Node"]:
    """Return the objects of a body that holds a list of them.

    Raises:
        PayloadError: it is no JSON, or no such list.
    """
    return Node({"list": _decoded(body)}, "").nodes("list")


def _decoded(body: str) -> Any:
    try:
        return json.loads(
            body, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_once
        )
    except (ValueError, RecursionError) as error:
        raise PayloadError(Trouble.NOT_JSON) from error


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands there twice")
    return found


class Node:
    """An object of a payload and where it stands."""

    def __init__(self, value: dict[str, Any], path: str) -> None:
        self.value, self.path = value, path

    def at(self, key: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{key}" if self.path else key

    def only(self, *allowed: str) -> None:
        """Refuse fields that the schema does not know."""
        for key in self.value:
            if key not in allowed:
                known = key if key.isascii() and key.isidentifier() else "?"
                raise PayloadError(Trouble.UNKNOWN_FIELD, self.at(known[:40]))

    def has(self, key: str) -> bool:
        """Return whether a field is there and not null."""
        return self.value.get(key) is not None

    def need(self, key: str) -> Any:
        """Return a field that must be there."""
        if not self.has(key):
            raise PayloadError(Trouble.MISSING, self.at(key))
        return self.value[key]

    def ident(self, key: str, most: int = MAX_ID) -> str:
        """Return a number or name that identifies something, as text."""
        value = self.need(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return str(value)
        text = self._clean(value, key, most)
        if not text:
            raise PayloadError(Trouble.MISSING, self.at(key))
        return text

    def text(self, key: str, most: int = MAX_ID) -> str:
        """Return a text, or an empty one where there is none."""
        return self._clean(self.value[key], key, most) if self.has(key) else ""

    def _clean(self, value: Any, key: str, most: int) -> str:
        if not isinstance(value, str):
            raise PayloadError(Trouble.WRONG_TYPE, self.at(key))
        text = unicodedata.normalize("NFC", value).strip()
        if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text):
            raise PayloadError(Trouble.BAD_VALUE, self.at(key))
        if len(text) > most:
            raise PayloadError(Trouble.TOO_LONG, self.at(key))
        return text

    def sku(self, key: str = "sku") -> str | None:
        """Return a SKU, or None."""
        return self.text(key, MAX_SKU) or None

    def qty(self, key: str) -> int:
        """Return a number of pieces, at least 0."""
        value = self.need(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise PayloadError(Trouble.WRONG_TYPE, self.at(key))
        if not 0 <= value <= MAX_QTY:
            raise PayloadError(Trouble.BAD_VALUE, self.at(key))
        return value

    def flag(self, key: str) -> bool:
        """Return a yes or no; no where there is none."""
        value = self.value.get(key, False)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise PayloadError(Trouble.WRONG_TYPE, self.at(key))
        return value

    def amount(self, key: str) -> Decimal:
        """Return an amount as the shop writes it; zero where there is none."""
        value = self.value.get(key)
        if value is None or value == "":
            return Decimal(0)
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise PayloadError(Trouble.WRONG_TYPE, self.at(key))
        if isinstance(value, Decimal) and abs(value.adjusted()) <= MAX_EXPONENT:
            value = format(value, "f")
        if not AMOUNT.fullmatch(str(value)):
            raise PayloadError(Trouble.BAD_AMOUNT, self.at(key))
        return Decimal(str(value))

    def minor(self, key: str, *more: str) -> int:
        """Return the sum of amounts in minor units, rounded once; may be below zero."""
        return to_minor(sum((self.amount(name) for name in (key, *more)), Decimal(0)), self.at(key))

    def minor_of(self, amount: Decimal) -> int:
        """Return a computed amount in minor units; complaints name this object."""
        return to_minor(amount, self.path)

    def moment(self, key: str, shop: Shop, *, utc: bool = False) -> datetime | None:
        """Return a moment in UTC, or None where there is none.

        Args:
            key: the field.
            shop: whose payload it is.
            utc: the field carries no zone and means UTC.
        """
        if not self.has(key) or self.value[key] == "":
            return None
        value = self.value[key]
        try:
            at = datetime.fromisoformat(value)
            at = at.replace(tzinfo=UTC) if utc and at.tzinfo is None else at
            found = None if at.tzinfo is None else at.astimezone(UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise PayloadError(Trouble.BAD_MOMENT, self.at(key)) from error
        if found is None or found.date() < FIRST_DAY:
            raise PayloadError(Trouble.BAD_MOMENT, self.at(key))
        if found > shop.latest:
            raise PayloadError(Trouble.IN_FUTURE, self.at(key))
        return found

    def node(self, key: str) -> "Node":
        """Return an object, empty where there is none."""
        value = self.value.get(key)
        if value is None or value == []:  # PHP writes an empty object as a list
            return Node({}, self.at(key))
        if not isinstance(value, dict):
            raise PayloadError(Trouble.WRONG_TYPE, self.at(key))
        return Node(value, self.at(key))

    def nodes(self, key: str, most: int = 500) -> list["Node"]:
        """Return a list of objects, empty where there is none."""
        value = self.value.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise PayloadError(Trouble.WRONG_TYPE, self.at(key))
        if len(value) > most:
            raise PayloadError(Trouble.TOO_MANY, self.at(key))
        return list(self._each(value, key))

    def _each(self, values: Sequence[Any], key: str) -> Iterator["Node"]:
        for number, value in enumerate(values):
            path = f"{self.at(key)}[{number}]"
            if not isinstance(value, dict):
                raise PayloadError(Trouble.WRONG_TYPE, path)
            yield Node(value, path)

    def currency(self, key: str, shop: Shop) -> str:
        """Return an ISO 4217 code; the channel's where there is none."""
        code = self.text(key, 8).upper() or shop.currency
        if code not in _currencies():
            raise PayloadError(Trouble.CURRENCY, self.at(key))
        return code


def to_minor(amount: Decimal, path: str) -> int:
    """Return an amount in minor units (1/100), half a unit rounded away from zero."""
    minor = int(amount.quantize(CENT, ROUND_HALF_UP) * 100)
    if abs(minor) > MAX_MINOR:
        raise PayloadError(Trouble.BAD_AMOUNT, path)
    return minor


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


# --- people --------------------------------------------------------------------------------------


def phone_of(node: Node, key: str, country: str = "") -> str:
    """Return a telephone number in its one written form, or empty where it is none."""
    try:
        typed = node.text(key, 64)
        found: str = contacts.parse_phone(typed, country.upper() or None).value if typed else ""
    except (PayloadError, contacts.ContactError):
        return ""
    return found


def email_of(node: Node, key: str) -> str:
    """Return an e-mail address in its one written form, or empty where it is none."""
    try:
        typed = node.text(key, contacts.MAX_LENGTH)
        found: str = contacts.parse_email(typed).value if typed else ""
    except (PayloadError, contacts.ContactError):
        return ""
    return found


def printed_number(node: Node, key: str, number: str) -> str:
    """Return what a buyer reads as his order's number, where it is another one; else nothing.

    A shop may write anything there: what can't be read is no reason to refuse the order.
    """
    try:
        told = node.ident(key, MAX_PRINTED) if node.has(key) else ""
    except PayloadError:
        return ""
    return "" if told == number else unicodedata.normalize("NFKC", told)


def buyer_key(shop: Shop, account: str, phone: str, email: str, order: str) -> str:
    """Return the buyer's key in a shop that may sell to guests.

    A guest is known again by a digest of his contact; without any, each of his orders is alone.
    """
    if shop.identity_kind is IdentityKind.PHONE and phone:
        return phone
    if shop.identity_kind is IdentityKind.EMAIL and email:
        return email
    if shop.identity_kind is IdentityKind.BUYER_ID and account:
        return account
    contact = email or phone
    if not contact:
        return f"{GUEST_KEY}order-{order}"[:MAX_ID]
    return f"{GUEST_KEY}{shop.pseudonym(contact)[:32]}"
