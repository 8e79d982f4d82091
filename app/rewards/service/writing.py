"""Rows of orders and their steps."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import changed, db
from app.rewards.models import ORDER, STEP
from app.rewards.types import State, TooLateError


def add_order(values: Mapping[str, Any]) -> None:
    """Write an order and its first step. Two statements."""
    now = clock.now()
    db.session.execute(
        sa.insert(ORDER),
        [{"made_at": now, "changed_at": now, "asked_by_id": values["member_id"], **values}],
    )
    add_step(values["id"], values["state"], None)


def add_step(order_id: int, state: State, actor_id: int | None) -> None:
    """Write a step. One statement."""
    insert_rows(STEP, [(ids.next_id(), order_id, state.value, actor_id, clock.now())])


def move_on(
    order_id: int, was: State, state: State, actor_id: int | None = None, **values: Any
) -> None:
    """Let an order go on, if it still stands where it was seen. Two statements.

    Raises:
        TooLateError: somebody else was faster.
    """
    moved = changed(
        sa.update(ORDER)
        .where(ORDER.c.id == order_id, ORDER.c.state == was)
        .values(state=state, changed_at=clock.now(), **values)
    )
    if not moved:
        raise TooLateError
    add_step(order_id, state, actor_id)
