"""First posts are welcomed by a person of the team, in his own name and words."""

from app.community.queries.tables import WELCOME
from app.community.queries.welcomes import staff_who_welcomes
from app.community.service import telling
from app.community.types.writing import WelcomeState
from app.kernel import clock
from app.kernel.db import changed, insert
from app.notify import service as notify


def note_first(member_id: int, thread_id: int) -> None:
    """Put somebody's first thread on the team's desk, inside the transaction that publishes it."""
    row = {
        "member_id": member_id,
        "thread_id": thread_id,
        "state": WelcomeState.WAITING,
        "created_at": clock.now(),
    }
    is_new = changed(insert(WELCOME).values(row).on_conflict_do_nothing()) == 1
    staff_id = staff_who_welcomes() if is_new else None
    if staff_id is not None and staff_id != member_id:
        notify.tell_many([telling.first_post(staff_id, thread_id)])
