"""The team asks an author for rights: at most once per post in 90 days."""

import sqlalchemy as sa

from app.archive.events import RightsAsked
from app.archive.queries.browsing import find_item
from app.archive.queries.tables import ASK, STATE
from app.archive.service.answering import ASKED, open_state
from app.archive.types import ASK_AGAIN, Answer, AskedLatelyError, PostGoneError
from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, use_case
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link


@use_case
def ask(actor_id: int, code: str, message: str) -> None:
    """Ask the author of a post; he gets a notice with a page to answer on.

    Raises:
        PostGoneError: there is no such post that members can read.
        AskedLatelyError: somebody asked in the last 90 days, or a grant stands.
    """
    item = find_item(code)
    if item is None:
        raise PostGoneError
    open_state(item.thread_id, item.author.id)
    now, ask_id = clock.now(), ids.next_id()
    stands = sa.and_(
        STATE.c.answer == Answer.GRANTED,
        sa.or_(STATE.c.until_on.is_(None), STATE.c.until_on >= clock.business_date()),
    )
    asked = changed(
        sa.update(STATE)
        .where(
            STATE.c.thread_id == item.thread_id,
            sa.or_(STATE.c.asked_at.is_(None), STATE.c.asked_at <= now - ASK_AGAIN),
            sa.not_(stands),
        )
        .values(asked_at=now)
    )
    if not asked:
        raise AskedLatelyError
    db.session.execute(
        sa.insert(ASK).values(
            id=ask_id, thread_id=item.thread_id, author_id=item.author.id, asked_by=actor_id,
            message=message, asked_at=now,
        )
    )  # fmt: skip
    subject = Ref("thread", item.thread_id)
    audit.note(actor_id, "archive.asked", subject)
    facts.publish(RightsAsked(item.thread_id), actor_id=actor_id, subject=subject,
                  concerns_id=item.author.id)  # fmt: skip
    notify.tell(
        item.author.id, ASKED, key=f"ask:{ask_id}", params={"thread": item.thread_id},
        link=Link("archive.answer_page", {"code": item.code}), also_by_mail=True,
    )  # fmt: skip
