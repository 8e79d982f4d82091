"""Reports of acts in our own JSON (docs/acts-webhook.md)."""

from datetime import timedelta

from app.commerce.types import IdentityKind
from app.integrations.adapters.reading import Node, email_of, load, phone_of
from app.integrations.reports import queries
from app.integrations.reports.types import (
    KEY_CHARS,
    OLDEST,
    PREFIX,
    SHOWN_CHARS,
    ActRow,
    MemberName,
    NoSuchActError,
    Report,
)
from app.integrations.types import PayloadError, Shop, Trouble
from app.kernel import clock, contacts, ids
from app.kernel.contacts import Contact

CLOCKS_DIFFER = timedelta(hours=1)
MAX_CHANNEL = 32


def parse_report(body: str) -> Report:
    """Return the report that a body tells.

    Raises:
        PayloadError: it breaks the schema.
    """
    root = load(body)
    root.only("act", "member", "reference", "happened_at", "undone")
    latest = clock.now() + CLOCKS_DIFFER
    at = root.moment("happened_at", Shop("acts", "", IdentityKind.BUYER_ID, str, latest))
    if at is None:
        raise PayloadError(Trouble.MISSING, "happened_at")
    if at < clock.now() - OLDEST:
        raise PayloadError(Trouble.BAD_MOMENT, "happened_at")
    return Report(
        root.ident("act", KEY_CHARS + len(PREFIX)).removeprefix(PREFIX),
        _member(root),
        root.ident("reference"),
        at.replace(microsecond=0),
        root.flag("undone"),
    )


def known_act(report: Report) -> ActRow:
    """Return the act that a report names. One statement.

    Raises:
        PayloadError: staff have not defined it.
    """
    try:
        return queries.find_act(report.act)
    except NoSuchActError as error:
        raise PayloadError(Trouble.BAD_VALUE, "act") from error


def _member(root: Node) -> MemberName:
    if not isinstance(root.need("member"), dict):
        text = root.ident("member", 32)
        yid = ids.read_code(text)
        if yid is None:
            raise PayloadError(Trouble.BAD_VALUE, "member")
        return MemberName(yid=yid, shown=yid)
    node = root.node("member")
    node.only("channel", "buyer", "phone", "email")
    if node.has("channel") or node.has("buyer"):
        return _buyer(node)
    for key, read, parse in (
        ("phone", phone_of, contacts.parse_phone), ("email", email_of, contacts.parse_email),
    ):  # fmt: skip
        if node.has(key):
            written = read(node, key)
            if not written:
                raise PayloadError(Trouble.BAD_VALUE, node.at(key))
            contact = parse(written)
            shown = contact.masked[:SHOWN_CHARS]
            return MemberName(keys=tuple(contacts.digests(contact)), shown=shown)
    raise PayloadError(Trouble.MISSING, "member")


def _buyer(node: Node) -> MemberName:
    channel, buyer = node.ident("channel", MAX_CHANNEL), node.ident("buyer")
    contact = _contact(node)
    if contact is None:
        return MemberName("", channel, (buyer,), f"{channel} · {buyer}"[:SHOWN_CHARS])
    # Some channels know their buyers by a contact: its digest is kept, not the contact.
    shown = f"{channel} · {contact.masked}"[:SHOWN_CHARS]
    return MemberName("", channel, tuple(contacts.digests(contact)), shown)


def _contact(node: Node) -> Contact | None:
    if email := email_of(node, "buyer"):
        return contacts.parse_email(email)
    text = str(node.value["buyer"])
    if text.startswith("+") and (phone := phone_of(node, "buyer")):
        return contacts.parse_phone(phone)
    return None
