"""Who is whom, decided by a person: unlink an identity, keep two members apart."""

from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries
from app.identity.models import IdentityConflict, Member, MemberIdentity
from app.identity.service import disagreeing, members
from app.identity.types import ConflictCause, ConflictState, MemberState
from app.kernel import audit, clock
from app.kernel.db import changed, db, use_case
from app.kernel.errors import ConflictError, NotFoundError
from app.kernel.types import Ref

IDENTITY = cast("sa.Table", MemberIdentity.__table__)
CONFLICT = cast("sa.Table", IdentityConflict.__table__)


@use_case
def unlink_identity(member_id: int, identity_id: int) -> None:
    """Give one of a member's shop accounts to a new silent member from now on.

    Orders that are here stay. The two are set apart, so that the same contact in a later order does
    not bring them together again.

    Raises:
        NotFoundError: it is not his.
    """
    row = members.member_row(state=MemberState.SILENT, name="", at=clock.now())
    db.session.execute(sa.insert(Member), [row])
    done = changed(
        sa.update(IDENTITY)
        .where(IDENTITY.c.id == identity_id, IDENTITY.c.member_id == member_id)
        .values(member_id=row["id"])
    )
    if not done:
        raise NotFoundError
    evidence: dict[str, Any] = {"unlinked": True}
    disagreeing.open_conflict(
        row["id"], member_id, ConflictCause.PHONE, evidence,
        state=ConflictState.APART, decided_by=member_id,
    )  # fmt: skip


@use_case
def keep_apart(code: str, *, actor_id: int) -> None:
    """Say that two members are two; the question is not asked again.

    Raises:
        NotFoundError: there is no such conflict.
        ConflictError: somebody has decided it already.
    """
    conflict = queries.get_conflict(code)
    done = changed(
        sa.update(CONFLICT)
        .where(CONFLICT.c.id == conflict.id, CONFLICT.c.state == ConflictState.OPEN)
        .values(state=ConflictState.APART, decided_by=actor_id, decided_at=clock.now())
    )
    if not done:
        raise ConflictError
    audit.note(
        actor_id, "members.kept_apart", Ref("member", conflict.member_id), other=conflict.other_id
    )
