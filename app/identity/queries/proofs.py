"""How members came to be known in channels: for figures of other domains."""

import sqlalchemy as sa

from app.identity.models import MemberIdentity
from app.identity.types import LinkProof, MemberState

SIGNED_UP = (MemberState.ACTIVE, MemberState.MUTED)
"""States of members who have signed up and not left."""

_BY_STRENGTH = (LinkProof.CONTACT, LinkProof.CLAIM, LinkProof.STAFF, LinkProof.ORDER)


def link_proofs() -> sa.Subquery:
    """Return, for a join, the strongest proof of each member in each channel.

    Columns: ``member_id``, ``channel`` (a code), ``strength``: read it with :func:`proof_of`.
    """
    strength = sa.case(
        *((MemberIdentity.proof == proof, rank) for rank, proof in enumerate(_BY_STRENGTH)),
        else_=len(_BY_STRENGTH),
    )
    return (
        sa.select(
            MemberIdentity.member_id,
            MemberIdentity.channel,
            sa.func.min(strength).label("strength"),
        )
        .group_by(MemberIdentity.member_id, MemberIdentity.channel)
        .subquery("link_proof")
    )


def proof_of(strength: int | None) -> LinkProof | None:
    """Return the proof that a strength stands for; None where nothing links the two."""
    known = strength is not None and strength < len(_BY_STRENGTH)
    return _BY_STRENGTH[strength] if known and strength is not None else None
