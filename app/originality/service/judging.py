"""What the team decides, and what an author says to it. Nothing is hidden by any of it."""

from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link
from app.originality.policy import judging as policy
from app.originality.queries import desk as queries
from app.originality.queries.tables import FINDING, LOOK, WORDS
from app.originality.service.looking import settle_flag
from app.originality.types import (
    UNDO_WITHIN,
    VERDICTS,
    JudgedError,
    Judgement,
    OwnThingError,
    State,
)

COPIED, CLEARED = "originality.copied", "originality.cleared"


@use_case
def judge(actor_id: int, finding_id: int, judgement: Judgement) -> None:
    """Decide a finding that is open, or one that its author objects to.

    Raises:
        NotFoundError: there is no such finding, or no such verdict.
        OwnThingError: it is about a post of the actor's.
        JudgedError: somebody was faster, or the post was changed meanwhile.
    """
    known = _locked(finding_id)
    if not policy.makes_sense(judgement):
        raise NotFoundError
    if policy.is_party(actor_id, known.author_id, known.other_author_id):
        raise OwnThingError
    is_waiting = sa.or_(
        FINDING.c.state == State.OPEN,
        sa.and_(FINDING.c.state == State.COPIED, FINDING.c.objected_at.is_not(None)),
    )
    decided = changed(
        sa.update(FINDING)
        .where(FINDING.c.id == finding_id, FINDING.c.version == judgement.version, is_waiting)
        .values(
            state=judgement.state, because=judgement.because, version=judgement.version + 1,
            judged_by=actor_id, judged_at=clock.now(), objected_at=None,
        )
    )  # fmt: skip
    if decided != 1:
        raise JudgedError
    _say(finding_id, reason=judgement.reason)
    _note(actor_id, "judged", finding_id, known, verdict=judgement.state.value)
    settle_flag(known.thread_id, known.author_id)
    _tell(known, judgement.state, f"{finding_id}:{judgement.version + 1}")


@use_case
def undo(actor_id: int, finding_id: int, version: int) -> None:
    """Take a verdict back: the finding waits again, its author's notice goes.

    Raises:
        NotFoundError: there is no such finding.
        OwnThingError: it is about a post of the actor's.
        JudgedError: there is no verdict of this version, or it is older than a month.
    """
    known = _locked(finding_id)
    if policy.is_party(actor_id, known.author_id, known.other_author_id):
        raise OwnThingError
    undone = changed(
        sa.update(FINDING)
        .where(
            FINDING.c.id == finding_id,
            FINDING.c.version == version,
            FINDING.c.state.in_(VERDICTS),
            FINDING.c.judged_at >= clock.now() - UNDO_WITHIN,
        )
        .values(
            state=State.OPEN, because=None, version=version + 1, judged_by=None, judged_at=None,
            objected_at=None,
        )
    )  # fmt: skip
    if undone != 1:
        raise JudgedError
    _say(finding_id, reason="")
    _note(actor_id, "reopened", finding_id, known)
    settle_flag(known.thread_id, known.author_id)
    notify.withdraw(known.author_id, COPIED, f"{finding_id}:{version}")


@use_case
def state_source(member_id: int, finding_id: int, text: str, url: str) -> None:
    """Say where something in one's own post is from; the team reads it beside the finding.

    Raises:
        NotFoundError: it is not his, or nothing is open about it.
    """
    known = _own(member_id, finding_id)
    if known.state is not State.OPEN:
        raise NotFoundError
    _say(finding_id, source_text=text, source_url=url)


@use_case
def object_to(member_id: int, finding_id: int, text: str) -> None:
    """Object to a verdict, once: it is looked at again.

    Raises:
        NotFoundError: it is not his, there is no such verdict, or he has objected before.
    """
    _own(member_id, finding_id)
    objected = changed(
        sa.update(FINDING)
        .where(
            FINDING.c.id == finding_id,
            FINDING.c.state == State.COPIED,
            FINDING.c.objected_at.is_(None),
            FINDING.c.id.not_in(sa.select(WORDS.c.finding_id).where(WORDS.c.objection != "")),
        )
        .values(objected_at=clock.now(), version=FINDING.c.version + 1)
    )
    if objected != 1:
        raise NotFoundError
    _say(finding_id, objection=text)


def _locked(finding_id: int) -> Any:
    """Return whose a finding is, with its post's row locked.

    Raises:
        NotFoundError: there is none.
    """
    known = queries.parties_of(finding_id)
    if known is None:
        raise NotFoundError
    changed(sa.update(LOOK).where(LOOK.c.thread_id == known.thread_id).values(asks=LOOK.c.asks))
    return known


def _own(member_id: int, finding_id: int) -> Any:
    known = _locked(finding_id)
    if known.author_id != member_id:
        raise NotFoundError
    return known


def _say(finding_id: int, **words: str) -> None:
    changed(
        insert(WORDS)
        .values(finding_id=finding_id, **words)
        .on_conflict_do_update(index_elements=["finding_id"], set_=words)
    )


def _note(actor_id: int, act: str, finding_id: int, known: Any, **more: Any) -> None:
    subject = Ref("finding", finding_id)
    audit.note(actor_id, f"originality.{act}", subject, thread_id=known.thread_id, **more)


def _tell(known: Any, state: State, key: str) -> None:
    """Tell the author of a copy, and whoever objected that he was right."""
    if state is not State.COPIED and known.state is not State.COPIED:
        return
    notify.tell(
        known.author_id,
        COPIED if state is State.COPIED else CLEARED,
        key=key,
        params={"thread": known.thread_id},
        link=Link("originality.own", {"code": known.code}),
        also_by_mail=state is State.COPIED,
    )
    db.session.flush()
