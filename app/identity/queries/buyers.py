"""Buyers of a channel: which of them are known, without making anybody."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.identity.models import Member, MemberContact, MemberIdentity
from app.identity.queries.people import survivor_of
from app.identity.types import MemberState
from app.kernel import contacts, ids
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


# --- one member, by what another tool calls him ---------------------------------------------------


def member_by_yid(text: str) -> int | None:
    """Return who the member of a Yid is now; None for nobody, and for who has left.

    Two statements, one more for each time he was merged.
    """
    yid = ids.read_code(text)
    return _now(sa.select(Member.id).where(Member.yid == yid)) if yid else None


def member_of_buyer(channel: str, keys: Collection[str]) -> int | None:
    """Return who a channel's buyer is; see :func:`member_by_yid`.

    Args:
        channel: code of the sales channel.
        keys: under which he may stand there.
    """
    return _now(
        sa.select(MemberIdentity.member_id).where(
            MemberIdentity.channel == channel, MemberIdentity.external_id.in_(list(keys))
        )
    )


def member_of_contact(digests: Collection[str]) -> int | None:
    """Return who has proved a contact, by its digests; see :func:`member_by_yid`."""
    return _now(sa.select(MemberContact.member_id).where(MemberContact.digest.in_(list(digests))))


def _now(found: sa.Select[Any]) -> int | None:
    first = db.session.scalar(found.limit(1))
    if first is None:
        return None
    now = survivor_of(first)
    stays = sa.select(Member.id).where(Member.id == now, Member.state != MemberState.CLOSED)
    return db.session.scalar(stays)
