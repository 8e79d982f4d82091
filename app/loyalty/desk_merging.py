"""What becomes of adjustments when two members become one.

An adjustment is history like the ledger's lines: it keeps the member it was written with. A
proposal that still waits is posted to whoever the member is by then. Authority is a person's.
"""

from typing import Any, cast

import sqlalchemy as sa

from app.kernel import merging
from app.loyalty.models.grants import Grant, GrantBatch, GrantBudget, GrantDay


def _columns(model: type[Any]) -> Any:
    return cast("sa.Table", model.__table__).c


def register() -> None:
    """Say what stays."""
    history = "who did it, as it was written"
    merging.stays(
        _columns(Grant).member_id, "history; what waits is posted to whoever he is by then"
    )
    merging.stays(_columns(GrantDay).actor_id, "authority used up is a person's, never inherited")
    for model, names in (
        (Grant, ("maker_id", "checker_id")),
        (GrantBatch, ("maker_id", "checker_id")),
        (GrantBudget, ("set_by",)),
    ):
        for name in names:
            merging.stays(_columns(model)[name], history)
