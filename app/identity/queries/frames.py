"""Frames around faces: what there is, and what a member owns."""

from typing import Any, cast

import sqlalchemy as sa

from app.identity.frame_models import AvatarFrame, MemberFrame
from app.identity.types import Frame
from app.kernel import listings
from app.kernel.db import db
from app.kernel.i18n import locale_tag

FRAME = cast("sa.Table", AvatarFrame.__table__)
OWNED = cast("sa.Table", MemberFrame.__table__)


def look_of() -> sa.ColumnElement[str]:
    """Return the expression of a frame's look, as ``member.frame`` holds it."""
    return sa.cast(FRAME.c.shape, sa.String) + "-" + sa.cast(FRAME.c.color, sa.String)


def owned_looks(member_id: Any) -> sa.Select[Any]:
    """Return a SELECT of the looks that a member owns; for a statement about him."""
    return (
        sa.select(look_of())
        .join(OWNED, OWNED.c.frame_id == FRAME.c.id)
        .where(OWNED.c.member_id == member_id)
    )


def frames() -> list[Frame]:
    """Return every frame with its number of owners, the newest first. One statement."""
    owners = (
        sa.select(sa.func.count(OWNED.c.member_id.distinct()))
        .where(OWNED.c.frame_id == FRAME.c.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(FRAME, owners.label("owners")).order_by(FRAME.c.id.desc()).limit(200)
    )
    return [_frame(row, row.owners) for row in rows]


def offered_frames() -> sa.Select[Any]:
    """Return the frames that can be given, with their looks, as a listing's rows."""
    name = FRAME.c.name_zh if locale_tag().startswith("zh") else FRAME.c.name_en
    return (
        listings.rows(FRAME.c.id, name, word=look_of(), order=[FRAME.c.id.desc()])
        .where(FRAME.c.is_offered)
        .limit(200)
    )


def frames_of(member_id: int) -> list[Frame]:
    """Return the frames a member owns, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(FRAME)
        .where(FRAME.c.id.in_(sa.select(OWNED.c.frame_id).where(OWNED.c.member_id == member_id)))
        .order_by(FRAME.c.id.desc())
    )
    return [_frame(row) for row in rows]


def _frame(row: Any, owners: int = 0) -> Frame:
    name = row.name_zh if locale_tag().startswith("zh") else row.name_en
    return Frame(row.id, name, f"{row.shape.value}-{row.color.value}", owners, row.is_offered)
