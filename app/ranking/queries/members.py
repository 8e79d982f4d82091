"""Who counts on a board."""

from collections.abc import Collection

import sqlalchemy as sa

from app.identity.queries import members_with
from app.identity.types import MemberState
from app.kernel import audience
from app.kernel.db import db
from app.kernel.permissions import STAFF_ROLES
from app.ranking.queries.tables import MEMBER, PREFERENCE
from app.ranking.types import BoardDraft


def who_counts(draft: BoardDraft, member_ids: Collection[int]) -> set[int]:
    """Return which of these members stand on a board: of its audience, living, not hidden.

    Two statements.
    """
    hidden = sa.exists().where(
        PREFERENCE.c.member_id == MEMBER.c.id, PREFERENCE.c.is_hidden.is_(True)
    )
    conditions = [
        MEMBER.c.id.in_(sorted(member_ids)),
        MEMBER.c.state.in_((MemberState.ACTIVE, MemberState.MUTED)),
        ~hidden,
        audience.condition(draft.audience, MEMBER.c.id),
    ]
    if draft.not_audience:
        conditions.append(~audience.condition(draft.not_audience, MEMBER.c.id))
    found = set(db.session.scalars(sa.select(MEMBER.c.id).where(*conditions)))
    return found if draft.has_staff else found - members_with(STAFF_ROLES)
