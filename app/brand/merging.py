"""What becomes of the brand world's rows when two members become one."""

from app.brand.queries.tables import COLUMN, FOLLOW, PERSON, PLAN, VERSION
from app.kernel import merging
from app.kernel.merging import Moved


def register() -> None:
    """Say what moves and what stays."""
    merging.register("brand", moves=(Moved(FOLLOW.c.member_id),))
    team = "a place on the team is given to a person, like his roles"
    merging.stays(PERSON.c.member_id, team)
    merging.stays(COLUMN.c.author_id, "a column is given to a person of the team")
    history = "who did it, as it was written"
    for column in (
        VERSION.c.saved_by, VERSION.c.published_by, PERSON.c.changed_by, PLAN.c.planned_by,
    ):  # fmt: skip
        merging.stays(column, history)
