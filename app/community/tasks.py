"""The community's places in the timetable."""

from datetime import timedelta

from app.community import composer, service
from app.community.queries import drafts
from app.community.queries.drafts import DraftRow
from app.kernel import jobs
from app.kernel.db import db
from app.kernel.errors import DomainError, TooManyError

BATCH = 20


@jobs.sweep("community.publish", every=timedelta(seconds=30), drain=True)
def publish_due() -> int:
    """Post what waits for its hour."""
    due = drafts.due_drafts(BATCH)
    db.session.rollback()
    return sum(_publish(draft) for draft in due if not jobs.stopping())


def _publish(draft: DraftRow) -> bool:
    """Post one; return whether it is settled."""
    typed = composer.from_kept(draft.form, draft.member_id)
    given = typed.given()
    if given.errors:
        service.note_failure(draft.id, "parts")
        return True
    try:
        service.publish_scheduled(
            draft.member_id, draft.id, typed.board, typed.title, typed.body, typed.photo_ids,
            draft.request_key, (given, typed.extras()),
        )  # fmt: skip
    except TooManyError:  # he has posted a lot this hour: it goes out in the next
        return False
    except DomainError as error:
        service.note_failure(draft.id, error.code)
    return True


@jobs.sweep("community.texts", every=timedelta(seconds=10), drain=True)
def do_text_work() -> int:
    """Tell people whom posts name, note what posts link to."""
    return service.do_work()


@jobs.sweep("community.cards", every=timedelta(minutes=1), drain=True)
def look_at_cards() -> int:
    """Look at pages that posts link to."""
    return service.look_at_waiting()


@jobs.sweep("community.first_posts", every=timedelta(minutes=1))
def put_first_posts_on_desk() -> int:
    """Put first posts on the desk of the team, to be welcomed."""
    return service.put_first_posts_on_desk()
