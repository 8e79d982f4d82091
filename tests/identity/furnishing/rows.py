"""Rows that no public act makes alone."""

from typing import Any, cast

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.db import db


def insert_row(model: type[Any], **values: Any) -> int:
    """Insert a row of a model, its id and moment filled in; return its id."""
    row = {"id": ids.next_id(), "created_at": clock.now(), **values}
    table = cast("sa.Table", model.__table__)
    known = {key: value for key, value in row.items() if key in table.c}
    db.session.execute(sa.insert(table), [known])
    return int(row["id"])
