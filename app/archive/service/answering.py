"""An author answers: grants, refuses, takes back. The post's state row is the lock.

Every answer is an entry of the append-only log with its number; the state follows the last one.
Whoever records a use changes the same row under the condition that a grant stands: after a taking
back has committed no use is recorded, on whichever database.
"""

import secrets
from typing import Any

import sqlalchemy as sa

from app.archive.events import RightsAnswered
from app.archive.policy import last_day
from app.archive.queries.rights import digest_of, find_terms, terms_version
from app.archive.queries.tables import ANSWER, ANSWER_PHOTO, ASK, STATE, USE
from app.archive.types import (
    Answer,
    Grant,
    NoScopeError,
    NotGrantedError,
    PostGoneError,
    TermsChangedError,
    packed,
)
from app.community.queries import THREAD, find_owned_thread, photo_ids_of
from app.kernel import clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link, Tell

REVOKED, ASKED, USED = "archive.revoked", "archive.asked", "archive.used"


@use_case
def answer(author_id: int, code: str, grant: Grant) -> Answer:
    """Keep what an author says about a post of his; the same answer again is a new entry.

    Raises:
        PostGoneError: there is no such post of his, or it is removed or hidden.
        NoScopeError: a grant for nothing.
        TermsChangedError: he was shown other terms than those that hold now.
    """
    post = find_owned_thread(code)
    if post is None or post.author_id != author_id or post.is_removed or post.is_hidden:
        raise PostGoneError
    if grant.is_granted and grant.terms_version != terms_version():
        raise TermsChangedError
    return _answer(author_id, post.id, grant)


@use_case
def answer_of_new(author_id: int, thread_id: int, grant: Grant) -> Answer:
    """Keep what came with a new post, in its transaction.

    A post that went out at its hour carries the terms that were shown when it was written.

    Raises:
        NoScopeError: a grant for nothing.
        TermsChangedError: no such terms ever were.
    """
    if grant.is_granted and find_terms(grant.terms_version) is None:
        raise TermsChangedError
    return _answer(author_id, thread_id, grant)


def _answer(author_id: int, thread_id: int, grant: Grant) -> Answer:
    if not grant.is_granted:
        _write(author_id, thread_id, Answer.REFUSED, {"scopes": 0, "until_on": None}, grant)
        return Answer.REFUSED
    if not grant.scopes:
        raise NoScopeError
    until_on = last_day(grant.term, clock.business_date())
    values = {"scopes": packed(grant.scopes), "until_on": until_on}
    answer_id = _write(author_id, thread_id, Answer.GRANTED, values, grant)
    photos = [
        {"answer_id": answer_id, "position": position, "media_id": media_id}
        for position, media_id in enumerate(photo_ids_of(thread_id))
    ]
    if photos:
        db.session.execute(sa.insert(ANSWER_PHOTO), photos)
    return Answer.GRANTED


def open_state(thread_id: int, author_id: int) -> None:
    """Put the row there that serialises everything about a post's rights. Twice is once."""
    changed(
        insert(STATE)
        .values(
            thread_id=thread_id, author_id=author_id, answer=Answer.NONE,
            salt=secrets.token_hex(16),
        )
        .on_conflict_do_nothing(index_elements=["thread_id"])
    )  # fmt: skip


def _write(
    author_id: int, thread_id: int, said: Answer, values: dict[str, Any], grant: Grant | None
) -> int:
    """Write an entry of the log and let the state follow; return the entry's id."""
    if said is not Answer.REVOKED:
        open_state(thread_id, author_id)
    answer_id, now = ids.next_id(), clock.now()
    where = [STATE.c.thread_id == thread_id, STATE.c.author_id == author_id]
    if said is Answer.REVOKED:
        where.append(STATE.c.answer == Answer.GRANTED)
    kept = {"credit": grant.credit} if grant is not None and said is Answer.GRANTED else {}
    row = db.session.execute(
        sa.update(STATE)
        .where(*where)
        .values(
            answer=said, answer_id=answer_id, answer_count=STATE.c.answer_count + 1,
            answered_at=now, **values, **kept,
        )
        .returning(STATE.c.answer_count, STATE.c.salt)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotGrantedError if said is Answer.REVOKED else PostGoneError
    version = grant.terms_version if grant is not None else 0
    db.session.execute(
        sa.insert(ANSWER).values(
            id=answer_id, thread_id=thread_id, number=row.answer_count, author_id=author_id,
            answer=said, terms_version=version, text_digest=_digest(thread_id, row.salt),
            ask_id=_last_ask(thread_id), at=now, **values,
        )
    )  # fmt: skip
    facts.publish(
        RightsAnswered(thread_id, said.value, values["scopes"], version),
        actor_id=author_id,
        subject=Ref("thread", thread_id),
    )
    return answer_id


def _digest(thread_id: int, salt: str) -> str:
    row = db.session.execute(
        sa.select(THREAD.c.title, THREAD.c.body).where(THREAD.c.id == thread_id)
    ).one()
    return digest_of(salt, row.title, row.body)


def _last_ask(thread_id: int) -> int | None:
    newest = sa.select(sa.func.max(ASK.c.id)).where(ASK.c.thread_id == thread_id)
    found: int | None = db.session.scalar(newest)
    return found


@use_case
def revoke(author_id: int, thread_id: int) -> int:
    """Take a grant back; return how many uses still run: whoever recorded them is told.

    It holds for a post that was removed or hidden since, too.

    Raises:
        NotGrantedError: no grant of his stands.
    """
    values = {"scopes": 0, "until_on": None}
    answer_id = _write(author_id, thread_id, Answer.REVOKED, values, None)
    today = clock.business_date()
    running = db.session.execute(
        sa.select(USE.c.id, USE.c.used_by).where(
            USE.c.thread_id == thread_id,
            USE.c.ended_at.is_(None),
            sa.or_(USE.c.until_on.is_(None), USE.c.until_on >= today),
        )
    ).all()
    told = sorted({row.used_by for row in running})
    link = Link("archive_staff.post_by_id", {"thread_id": thread_id})
    params = {"thread": thread_id, "uses": len(running)}
    notify.tell_many(
        [
            Tell(member_id, REVOKED, f"answer:{answer_id}", params, link, also_by_mail=True)
            for member_id in told
        ]
    )
    return len(running)
