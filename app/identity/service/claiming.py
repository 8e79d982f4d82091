"""A contact has just been proved: the buyers it belongs to turn out to be its owner."""

from typing import cast

import sqlalchemy as sa

from app.identity.models import IdentityClue, Member, MemberIdentity
from app.identity.service import disagreeing
from app.identity.types import Brought, ConflictCause, MemberState, MergeCause
from app.kernel import contacts, merging
from app.kernel.contacts import Contact
from app.kernel.db import db

CLUE = cast("sa.Table", IdentityClue.__table__)
IDENTITY = cast("sa.Table", MemberIdentity.__table__)
MEMBER = cast("sa.Table", Member.__table__)


def bring_home(member_id: int, contact: Contact) -> Brought:
    """Merge the silent members of a contact into whoever has just proved it.

    In the transaction of the proof. One statement when there are none. Who has another contact that
    somebody else proved, and who was set apart, stays; staff are asked about the former.
    """
    waiting = _silent_members_of(contact)
    if not waiting:
        return Brought()
    apart = disagreeing.apart_pairs([member_id], waiting)
    waiting = [each for each in waiting if frozenset((each, member_id)) not in apart]
    foreign = disagreeing.conflicting_owner(waiting, member_id)
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
