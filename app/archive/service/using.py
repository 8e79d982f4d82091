"""Uses: each is recorded under a grant that stands at that instant, or refused with the reason."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.archive.events import PostUsed
from app.archive.policy import why_refused
from app.archive.queries.browsing import find_item
from app.archive.queries.rights import find_state
from app.archive.queries.tables import STATE, USE
from app.archive.service.answering import USED
from app.archive.types import (
    Answer,
    BadPeriodError,
    PostGoneError,
    RightsMissingError,
    SeedUse,
    UseDraft,
)
from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link


@use_case
def record_use(actor_id: int, code: str, draft: UseDraft, request_key: str | None = None) -> int:
    """Record where the brand uses a post; return the use's id. A second submit is the first.

    One conditional UPDATE of the post's rights decides: it waits for a taking back that is under
    way, and finds no grant when that has committed.

    Raises:
        PostGoneError: there is no such post that members can read.
        BadPeriodError: the last day comes before the first.
        RightsMissingError: the grant is missing, over, or for something else; it says which.
    """
    item = find_item(code)
    if item is None:
        raise PostGoneError
    if draft.until_on is not None and draft.until_on < draft.from_on:
        raise BadPeriodError
    earlier = _earlier(actor_id, request_key)
    if earlier is not None:
        return earlier
    use_id = _use(actor_id, item.thread_id, draft, request_key)
    notify.tell(
        item.author.id, USED, key=f"use:{use_id}",
        params={"thread": item.thread_id, "scope": draft.scope.value},
        link=Link("archive.my_reuse"), also_by_mail=False,
    )  # fmt: skip
    return use_id


def _earlier(actor_id: int, request_key: str | None) -> int | None:
    if request_key is None:
        return None
    return db.session.scalar(
        sa.select(USE.c.id).where(USE.c.used_by == actor_id, USE.c.request_key == request_key)
    )


def _use(actor_id: int, thread_id: int, draft: UseDraft, request_key: str | None) -> int:
    bit, today, use_id = draft.scope.bit, clock.business_date(), ids.next_id()
    term = STATE.c.until_on
    fits = term >= draft.until_on if draft.until_on is not None else sa.false()
    row: Any = db.session.execute(
        sa.update(STATE)
        .where(
            STATE.c.thread_id == thread_id,
            STATE.c.answer == Answer.GRANTED,
            STATE.c.scopes.op("&")(bit) == bit,
            sa.or_(term.is_(None), sa.and_(term >= today, fits)),
        )
        .values(use_count=STATE.c.use_count + 1)
        .returning(STATE.c.answer_id, STATE.c.author_id)
    ).one_or_none()
    if row is None:
        raise RightsMissingError(why_refused(find_state(thread_id), draft.scope, draft.until_on))
    db.session.execute(
        sa.insert(USE).values(
            id=use_id, thread_id=thread_id, author_id=row.author_id, answer_id=row.answer_id,
            selection_id=draft.selection_id, scope=draft.scope, place=draft.place,
            link=draft.link, from_on=draft.from_on, until_on=draft.until_on, used_by=actor_id,
            request_key=request_key, recorded_at=clock.now(),
        )
    )  # fmt: skip
    subject = Ref("thread", thread_id)
    audit.note(actor_id, "archive.used", subject, use=use_id, scope=draft.scope.value)
    facts.publish(
        PostUsed(thread_id, use_id, draft.scope.value),
        actor_id=actor_id,
        subject=subject,
        concerns_id=row.author_id,
    )
    return use_id


@use_case
def end_use(actor_id: int, use_id: int) -> bool:
    """Note that a use is over or was taken down; False if that is noted already.

    Raises:
        NotFoundError: there is no such use.
    """
    row = db.session.execute(sa.select(USE.c.thread_id).where(USE.c.id == use_id)).one_or_none()
    if row is None:
        raise NotFoundError
    ended = changed(
        sa.update(USE)
        .where(USE.c.id == use_id, USE.c.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    if ended:
        audit.note(actor_id, "archive.use_ended", Ref("thread", row.thread_id), use=use_id)
    return bool(ended)


@use_case
def seed_uses(seeds: Sequence[SeedUse]) -> None:
    """Record uses as they were at their moments; the grants must be there."""
    for seed in seeds:
        with clock.frozen(seed.at):
            _use(seed.actor_id, seed.thread_id, seed.draft, None)
