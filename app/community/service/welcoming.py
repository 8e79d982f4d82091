"""First posts are welcomed by a person of the team, in his own name and words."""

from app.community.queries.tables import WELCOME
from app.community.queries.welcomes import new_first_posts, staff_who_welcomes
from app.community.service import telling
from app.community.types.writing import WelcomeState
from app.kernel import clock
from app.kernel.db import changed, db, insert, use_case


def put_first_posts_on_desk(limit: int = 50) -> int:
    """Put new first threads on the desk of the team; return how many. Whoever posts waits not."""
    new = new_first_posts(limit)
    db.session.rollback()
    for member_id, thread_id in new:
        _put(member_id, thread_id)
    return len(new)


@use_case
def _put(member_id: int, thread_id: int) -> None:
    row = {
        "member_id": member_id,
        "thread_id": thread_id,
        "state": WelcomeState.WAITING,
        "created_at": clock.now(),
    }
    is_new = changed(insert(WELCOME).values(row).on_conflict_do_nothing()) == 1
    staff_id = staff_who_welcomes() if is_new else None
    if staff_id is not None and staff_id != member_id:
        telling.tell_first_post(staff_id, thread_id)
