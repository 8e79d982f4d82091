"""What ``flask verify`` recomputes for identity."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy as sa

from app.identity import queries
from app.identity.models import Member, MemberMerge, MemberRole
from app.identity.queries.frames import owned_looks
from app.identity.service.members import marks_of
from app.identity.types import MemberState
from app.kernel import leaving
from app.kernel.db import db
from app.kernel.permissions import VISIBLE_MARKS, Role

EVER = datetime(1970, 1, 1, tzinfo=UTC)
BATCH = 200


def marks() -> Iterator[str]:
    """Yield every member whose copied marks differ from his roles."""
    held: dict[int, set[Role]] = defaultdict(set)
    for member_id, role in db.session.execute(
        sa.select(MemberRole.member_id, MemberRole.role).where(MemberRole.role.in_(VISIBLE_MARKS))
    ):
        held[member_id].add(role)
    shown = db.session.execute(
        sa.select(Member.id, Member.yid, Member.marks, Member.job_zh).where(
            sa.or_(Member.marks != "", Member.job_zh != "", Member.id.in_(held))
        )
    )
    for row in shown:
        wanted = marks_of(held[row.id], is_official=bool(row.job_zh))
        if row.marks != wanted:
            yield f"member {row.yid}: marks {row.marks!r}, by roles {wanted!r}"


def frames() -> Iterator[str]:
    """Yield every member who wears a frame that he does not own."""
    rows = db.session.execute(
        sa.select(Member.yid, Member.frame).where(
            Member.frame != "",
            Member.state != MemberState.CLOSED,
            Member.frame.not_in(owned_looks(Member.id)),
        )
    )
    for row in rows:
        yield f"member {row.yid} wears {row.frame!r} and owns no such frame"


def merges() -> Iterator[str]:
    """Yield every member whose state and the log of merges contradict each other."""
    merge = sa.orm.aliased(MemberMerge)
    is_open = sa.and_(
        merge.source_id == Member.id,
        merge.target_id == Member.merged_into_id,
        merge.undone_at.is_(None),
    )
    rows = db.session.execute(
        sa.select(Member.yid, Member.state, Member.merged_into_id, MemberMerge.id)
        .outerjoin(
            MemberMerge,
            sa.and_(MemberMerge.source_id == Member.id, MemberMerge.undone_at.is_(None)),
        )
        .where(
            sa.or_(Member.merged_into_id.is_not(None), MemberMerge.id.is_not(None)),
            sa.not_(
                sa.and_(
                    Member.state == MemberState.CLOSED,
                    Member.merged_into_id.is_not(None),
                    sa.exists().where(is_open).correlate(Member),
                )
            ),
        )
    )
    for row in rows:
        yield (
            f"member {row.yid} is {row.state.value}, merged into {row.merged_into_id}; "
            "the log of merges says otherwise"
        )


def left() -> Iterator[str]:
    """Yield every member who has left and whom something still names or reaches.

    What others' acts bring him later (a notice of a like) goes with the nightly sweep.
    """
    after = 0
    while members := queries.left_since(EVER, after, BATCH):
        for member_id in members:
            for name, count in leaving.left_over(member_id, of="identity").items():
                yield f"member {member_id} has left; {name} still has rows of his: {count}"
        after = members[-1]
