"""What else happens when acts have been rewarded, in the same transaction (stand-in)."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from app.loyalty.types import Act, Award

Run = Callable[[Sequence[Act], Sequence[Award]], None]
Concerns = Callable[[Any], sa.ColumnElement[bool]]

_runs: dict[str, Run] = {}


def register(name: str, run: Run, *, concerns: Concerns | None = None) -> None:
    """Be told of acts."""
    del concerns
    _runs[name] = run


def tell(acts: Sequence[Act], awards: Sequence[Award]) -> None:
    """Tell everybody."""
    for run in _runs.values():
        run(acts, awards)
