"""Letters that came back: who gets none unasked any more, and how that ends."""

import sqlalchemy as sa

from app.identity.models import MemberContact
from app.identity.types import BounceKind
from app.kernel import audit, clock
from app.kernel.contacts import ContactError, digests, parse_email
from app.kernel.db import changed, use_case
from app.kernel.types import Ref

SOFT_BOUNCES = 3


@use_case
def note_bounce(address: str, kind: BounceKind) -> bool:
    """Note that a letter to an address came back; return whether we know the address.

    After a lasting failure or a complaint nothing unasked is written to it, after a passing failure
    only when it was the third running. Codes that somebody asks for still go out.
    """
    try:
        known = digests(parse_email(address))
    except ContactError:
        return False
    found: sa.ColumnElement[bool] = MemberContact.digest.in_(known)
    if kind is BounceKind.SOFT:
        counted = sa.update(MemberContact).where(found)
        changed(counted.values(soft_bounces=MemberContact.soft_bounces + 1))
        found = sa.and_(found, MemberContact.soft_bounces >= SOFT_BOUNCES)
        stop = sa.update(MemberContact).where(found, MemberContact.bounced_at.is_(None))
        changed(stop.values(bounced_at=clock.now(), bounce=kind))
        return True
    first = sa.func.coalesce(MemberContact.bounced_at, clock.now())
    return changed(sa.update(MemberContact).where(found).values(bounced_at=first, bounce=kind)) > 0


@use_case
def lift_bounces(member_id: int, *, actor_id: int | None = None) -> int:
    """Write to a member's addresses again; return how many came back.

    Args:
        member_id: whose.
        actor_id: who of the team did it; None: he himself.
    """
    lifted = changed(
        sa.update(MemberContact)
        .where(MemberContact.member_id == member_id, MemberContact.bounced_at.is_not(None))
        .values(bounced_at=None, bounce=None, soft_bounces=0)
    )
    if lifted and actor_id is not None:
        audit.note(actor_id, "member.bounce_lifted", Ref("member", member_id), addresses=lifted)
    return lifted
