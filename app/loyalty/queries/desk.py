"""Reads of what staff set for referrals and the fraud desk."""

from dataclasses import fields
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from app.kernel.db import db
from app.loyalty.models.desk import DeskSetting

SETTING = cast("sa.Table", DeskSetting.__table__)
T = TypeVar("T")


def figures(name: str, kind: type[T]) -> T:
    """Return the figures under a name, with defaults where nobody set them. One statement.

    Args:
        name: of the setting.
        kind: a dataclass whose fields all have defaults.
    """
    kept = db.session.scalar(sa.select(SETTING.c.figures).where(SETTING.c.name == name)) or {}
    known = {field.name for field in fields(cast("Any", kind))}
    values = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in kept.items()
        if key in known
    }
    return kind(**values)
