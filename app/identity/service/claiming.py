"""A contact has just been proved: the buyers it belongs to turn out to be its owner."""

from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa

from app.identity import queries
from app.identity.models import IdentityClue, Member, MemberIdentity
from app.identity.service import disagreeing
from app.identity.types import GUEST_KEY, Brought, ConflictCause, MemberState, MergeCause
from app.kernel import contacts, merging
from app.kernel.contacts import Contact, ContactKind
from app.kernel.db import db

CLUE = cast("sa.Table", IdentityClue.__table__)
IDENTITY = cast("sa.Table", MemberIdentity.__table__)
MEMBER = cast("sa.Table", Member.__table__)


def bring_home(member_id: int, contact: Contact) -> Brought:
    """Merge the silent members of a contact into whoever has just proved it.

    In the transaction of the proof. One statement when there are none. Who was set apart stays.
    Who has another contact of this kind, one that somebody else proved, or a key made of another
    contact stays too, and staff are asked: anybody can type this contact into an order of his.
    """
    waiting = _silent_members_of(contact)
    if not waiting:
        return Brought()
    apart = disagreeing.apart_pairs([member_id], waiting)
    waiting = [each for each in waiting if frozenset((each, member_id)) not in apart]
    foreign = disagreeing.conflicting_owner(waiting, member_id) | _contradicted(waiting, contact)
    mine = [each for each in waiting if each not in foreign]
    figures = {each: merging.figures([each]) for each in mine}
    merged = [each for each in mine if disagreeing.try_merge(each, member_id, MergeCause.CONTACT)]
    for each in waiting:
        if each not in merged:
            disagreeing.open_conflict(
                each, member_id, ConflictCause(contact.kind.value),
                {"contacts": [{"kind": contact.kind.value, "shown": contact.masked}]},
            )  # fmt: skip
    totals: dict[str, int] = {}
    for each in merged:
        for name, figure in figures[each].items():
            totals[name] = totals.get(name, 0) + figure
    return Brought(len(merged), totals)


def _contradicted(member_ids: Sequence[int], contact: Contact) -> set[int]:
    """Return the silent members of whom this contact alone does not say who they are.

    Those with another contact of the kind, and those whose key was made of another one: under
    that stand the orders of whoever has it. Two statements.
    """
    digests = contacts.digests(contact)
    clues = db.session.execute(
        sa.select(CLUE.c.member_id, CLUE.c.kind, CLUE.c.digest).where(
            CLUE.c.member_id.in_(member_ids)
        )
    ).all()
    found = {c.member_id for c in clues if c.kind is contact.kind and c.digest not in digests}
    have_address = {clue.member_id for clue in clues if clue.kind is ContactKind.EMAIL}
    for member_id, key in queries.typed_keys_of(member_ids):
        if key.startswith(GUEST_KEY):  # made of the address where there is one
            is_its_own = contact.kind is ContactKind.EMAIL or member_id not in have_address
        else:
            is_its_own = key in digests
        if not is_its_own:
            found.add(member_id)
    return found


def _silent_members_of(contact: Contact) -> list[int]:
    digests = contacts.digests(contact)
    named = sa.union(
        sa.select(CLUE.c.member_id).where(CLUE.c.digest.in_(digests)),
        sa.select(IDENTITY.c.member_id).where(IDENTITY.c.external_id.in_(digests)),
    ).subquery()
    return list(
        db.session.scalars(
            sa.select(MEMBER.c.id)
            .join(named, named.c.member_id == MEMBER.c.id)
            .where(MEMBER.c.state == MemberState.SILENT)
            .order_by(MEMBER.c.id)
        )
    )
