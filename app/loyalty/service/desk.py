"""Staff set the figures of referrals and of the fraud desk."""

from dataclasses import asdict
from typing import Any

from app.kernel import audit, clock
from app.kernel.db import changed, insert, use_case
from app.loyalty.models.desk import DeskSetting
from app.loyalty.queries import desk as queries


@use_case
def set_figures(actor_id: int, name: str, figures: Any) -> None:
    """Let figures hold from now on; what was decided before stays as it was.

    Args:
        actor_id: who sets them.
        name: of the setting.
        figures: a dataclass, checked by its own making.
    """
    before = queries.figures(name, type(figures))
    row = {"figures": asdict(figures), "set_by": actor_id, "set_at": clock.now()}
    statement = insert(DeskSetting).values(name=name, version=1, **row)
    changed(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={**row, "version": DeskSetting.version + 1}
        )
    )
    audit.note(actor_id, f"{name}.set", before=asdict(before), now=asdict(figures))
