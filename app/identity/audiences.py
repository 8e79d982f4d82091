"""Audiences that identity answers for: members with a role."""

import sqlalchemy as sa

from app.identity.models import MemberRole
from app.identity.pages import role_name
from app.kernel import audience
from app.kernel.db import db
from app.kernel.permissions import VISIBLE_MARKS


def register() -> None:
    """Answer for ``role:koc`` and its like."""
    audience.register("role", _has_role, where=_with_role, choices=_roles)


def _has_role(role: str, member_id: int) -> bool:
    return bool(db.session.scalar(sa.select(_with_role(role, sa.literal(member_id)))))


def _with_role(role: str, member_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    held = MemberRole.__table__.c
    return sa.exists().where(held.member_id == member_id, sa.cast(held.role, sa.String) == role)


def _roles() -> list[tuple[str, object]]:
    return [(f"role:{role.value}", role_name(role)) for role in VISIBLE_MARKS]
