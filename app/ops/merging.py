"""What becomes of the kit when two members become one."""

from app.kernel import merging
from app.ops.queries.tables import DRAFT, IDEA, ITEM


def register() -> None:
    """Say what stays: the team's own papers name whoever it was."""
    merging.stays(ITEM.c.assignee_id, "whom the team asked to do it, as it was written")
    merging.stays(ITEM.c.done_by, "who ticked it off, as it was written")
    merging.stays(ITEM.c.created_by, "who planned it, as it was written")
    merging.stays(IDEA.c.decided_by, "who decided, as it was written")
    merging.stays(DRAFT.c.created_by, "who began it, as it was written")
