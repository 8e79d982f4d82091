"""What ``flask verify`` recomputes for identity."""

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa

from app.identity.models import Member, MemberRole
from app.identity.service.members import marks_of
from app.kernel.db import db
from app.kernel.permissions import VISIBLE_MARKS, Role


def marks() -> Iterator[str]:
    """Yield every member whose copied marks differ from his roles."""
    held: dict[int, set[Role]] = defaultdict(set)
    for member_id, role in db.session.execute(
        sa.select(MemberRole.member_id, MemberRole.role).where(MemberRole.role.in_(VISIBLE_MARKS))
    ):
        held[member_id].add(role)
    shown = db.session.execute(
        sa.select(Member.id, Member.yid, Member.marks).where(
            sa.or_(Member.marks != "", Member.id.in_(held))
        )
    )
    for row in shown:
        wanted = marks_of(held[row.id])
        if row.marks != wanted:
            yield f"member {row.yid}: marks {row.marks!r}, by roles {wanted!r}"
