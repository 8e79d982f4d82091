"""Who members were before somebody was merged into them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel.db import db, is_one_of

MEMBER = cast("sa.Table", Member.__table__)


def former_selves(member_ids: Collection[int]) -> dict[int, int]:
    """Return everybody who was merged into one of these, however far -> into whom of them.

    One statement for each step of the longest way, and one.
    """
    found: dict[int, int] = {}
    asked = {member_id: member_id for member_id in member_ids}
    while asked:
        rows = db.session.execute(
            sa.select(MEMBER.c.id, MEMBER.c.merged_into_id).where(
                is_one_of(MEMBER.c.merged_into_id, sorted(asked))
            )
        )
        asked = {row.id: asked[row.merged_into_id] for row in rows}
        found |= asked
    return found


def same_person(one: int, other: int) -> bool:
    """Return whether two members are one person by now."""
    now = identity.survivors_of({one, other})
    return now[one] == now[other]


def joined_at(former: Mapping[int, int]) -> dict[int, datetime]:
    """Return since when former selves count for whom they lead to. One statement, none for nobody.

    Args:
        former: what :func:`former_selves` returned.
    """
    steps = identity.merge_steps(former)
    found: dict[int, datetime] = {}
    for member_id, into in former.items():
        at, moments = member_id, list[datetime]()
        while at != into and at in steps:
            at, moment = steps[at]
            moments.append(moment)
        if at == into:
            found[member_id] = max(moments)
    return found
