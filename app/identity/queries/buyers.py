"""Buyers of a channel: which of them are known, without making anybody."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app.identity.models import Member, MemberContact, MemberIdentity
from app.identity.types import MemberState
from app.kernel import contacts
from app.kernel.contacts import ContactError
from app.kernel.db import db

FEWEST_DIGITS = 7  # of a telephone number


def known_buyers(channel: str, buyers: Mapping[str, Sequence[str]]) -> dict[str, MemberState]:
    """Return the state of the members whom an import would give these buyers to.

    Buyers nobody knows are left out. Two statements.

    Args:
        channel: code of the sales channel.
        buyers: key in that channel -> telephone numbers and addresses that came with it.
    """
    digests = {key: [digest for each in (key, *more) for digest in _digests(each)]
               for key, more in buyers.items()}  # fmt: skip
    asked = {*buyers, *(digest for found in digests.values() for digest in found)}
    by_key = dict(
        db.session.execute(
            sa.select(MemberIdentity.external_id, Member.state)
            .join(Member, Member.id == MemberIdentity.member_id)
            .where(MemberIdentity.channel == channel, MemberIdentity.external_id.in_(asked))
        ).all()
    )
    by_contact = dict(
        db.session.execute(
            sa.select(MemberContact.digest, Member.state)
            .join(Member, Member.id == MemberContact.member_id)
            .where(MemberContact.digest.in_(asked - set(buyers)))
        ).all()
    )
    found: dict[str, MemberState] = {}
    for key in buyers:
        names = (by_key.get(name) for name in (key, *digests[key]))
        proofs = (by_contact.get(digest) for digest in digests[key])
        state = next((each for each in (*names, *proofs) if each is not None), None)
        if state is not None:
            found[key] = state
    return found


def _digests(text: str) -> list[str]:
    """Return under which digests a text would be stored if it is a contact."""
    if "@" in text:
        read = contacts.parse_email
    elif sum(map(str.isdigit, text)) >= FEWEST_DIGITS and not any(map(str.isalpha, text)):
        read = contacts.parse_phone
    else:
        return []
    try:
        return contacts.digests(read(text))
    except ContactError:
        return []
