"""The community's places in the timetable."""

from datetime import time, timedelta

from app.community import composer, service
from app.community.queries import drafts
from app.community.queries.drafts import DraftRow
from app.community.service import hashtags, heat, reads, topics
from app.kernel import jobs, tails
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


@jobs.sweep("community.tell", every=timedelta(seconds=2))
def tell() -> int:
    """Tell members what others did with their threads and replies."""
    return tails.follow("community.tell", service.HEARD, service.tell_of)


@jobs.sweep("community.watched", every=timedelta(seconds=5), drain=True)
def tell_watchers() -> int:
    """Tell those who watch a thread, board, topic or member what is new."""
    noted = tails.follow("community.watched", service.NEWS_HEARD, service.note_news)
    return noted + service.tell_watchers()


@jobs.sweep("community.prune_news", every=timedelta(hours=6), drain=True)
def prune_news() -> int:
    """Forget what those who watch were told long ago."""
    return service.prune_news()


@jobs.sweep("community.warm", every=timedelta(seconds=5), drain=True)
def warm() -> int:
    """Let new likes and replies warm their threads for the recommended feed."""
    return heat.warm_from_facts()


@jobs.sweep("community.videos", every=timedelta(seconds=10), drain=True)
def prepare_videos() -> int:
    """Prepare videos that members have sent."""
    return service.prepare_next()


@jobs.sweep("community.forget_videos", every=timedelta(minutes=15), drain=True)
def forget_videos() -> int:
    """Forget videos that nobody took within a day, or that were replaced."""
    return service.forget_spare()


@jobs.sweep("community.turn_topics", every=timedelta(minutes=1))
def turn_topics() -> int:
    """Open and close hot topics whose time has come."""
    return topics.turn_topics()


@jobs.sweep("community.prune_reads", every=timedelta(hours=6), drain=True)
def prune_reads() -> int:
    """Delete read marks so old that their threads count as read anyway."""
    return reads.prune_reads()


@jobs.sweep("community.forget_tags", every=timedelta(days=1), at=time(4, 30))
def forget_tags() -> int:
    """Forget tags that no post has any more."""
    done = 0
    while (gone := hashtags.forget_unused()) and not jobs.stopping():
        done += gone
    return done
