"""The team decides a case, and may undo it for a few minutes."""

from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, facts
from app.kernel.db import changed, db, use_case
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref
from app.moderation.events import CaseDecided, CaseReopened
from app.moderation.queries import CASE, MUTE, REPORT
from app.moderation.service import muting
from app.moderation.types import (
    LOCK,
    UNDO,
    CaseState,
    DecidedError,
    HideReason,
    Item,
    Outcome,
    OwnCaseError,
    TooLateError,
    Verdict,
    kinds,
)


@use_case
def keep(actor_id: int, case_id: int) -> bool:
    """Say "I am on it" for five minutes more; return whether nobody else is.

    Raises:
        NotFoundError: no such open case.
    """
    now = clock.now()
    runs = CASE.c.kept_until > now
    free = sa.or_(CASE.c.keeper_id == actor_id, CASE.c.kept_until.is_(None), ~runs)
    since = sa.case((sa.and_(CASE.c.keeper_id == actor_id, runs), CASE.c.kept_at), else_=now)
    this = CASE.c.id == case_id, CASE.c.state == CaseState.OPEN
    lease = {"keeper_id": actor_id, "kept_at": since, "kept_until": now + LOCK}
    mine = changed(sa.update(CASE).where(*this, free).values(**lease))
    if not mine and not db.session.scalar(sa.select(CASE.c.id).where(*this)):
        raise NotFoundError
    return bool(mine)


@use_case
def take_over(actor_id: int, case_id: int) -> None:
    """Be on a case that somebody else is on; it is noted, and his page tells him.

    Raises:
        NotFoundError: no such open case.
    """
    now = clock.now()
    row = db.session.execute(
        sa.update(CASE)
        .where(CASE.c.id == case_id, CASE.c.state == CaseState.OPEN)
        .values(keeper_id=actor_id, kept_at=now, kept_until=now + LOCK)
        .returning(CASE.c.kind, CASE.c.subject_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    audit.note(actor_id, "moderation.taken_over", _ref(row))


@use_case
def decide(
    actor_id: int,
    case_id: int,
    verdict: Verdict,
    reason: HideReason | None = None,
    mute_days: int = 0,
) -> None:
    """Decide an open case: what is fine shows again, what is not goes, its author is told why.

    Args:
        actor_id: who decides.
        case_id: which case.
        verdict: what shall become of the thing.
        reason: needed unless nothing was wrong.
        mute_days: the author may not write for so long; 0: he may.

    Raises:
        NotFoundError: no such case.
        DecidedError: somebody was faster.
        OwnCaseError: the actor wrote the thing.
        InvalidError: a reason is missing, or nothing was wrong and somebody shall be muted.
        StaffMuteError: the author is on the team.
    """
    if (reason is None) != (verdict is Verdict.FINE):
        raise InvalidError(_l("Say why."))
    if mute_days and reason is None:
        raise InvalidError(_l("Nothing was wrong: nobody is muted for that."))
    case = _locked(case_id)
    if case.state is not CaseState.OPEN:
        raise DecidedError
    if case.author_id == actor_id:
        raise OwnCaseError
    kind = kinds.get(case.kind)
    item = kind.load([case.subject_id]).get(case.subject_id)
    now = clock.now()
    _do(kind, actor_id, case, item, verdict, reason)
    changed(
        sa.update(CASE)
        .where(CASE.c.id == case_id)
        .values(
            state=CaseState.DECIDED,
            verdict=verdict,
            reason=reason,
            was_hidden=item is not None and item.is_hidden,
            decided_by=actor_id,
            decided_at=now,
        )
    )
    outcome = Outcome.DISMISSED if verdict is Verdict.FINE else Outcome.UPHELD
    changed(sa.update(REPORT).where(REPORT.c.case_id == case_id).values(outcome=outcome))
    if mute_days and reason:
        muting.mute(actor_id, case.author_id, mute_days, reason, case_id=case_id)
    detail = {"reason": reason.value} if reason else {}
    audit.note(actor_id, "moderation.decided", _ref(case), verdict=verdict.value, **detail)
    waited = int((now - case.opened_at).total_seconds())
    facts.publish(
        CaseDecided(
            case_id, case.kind, case.subject_id, verdict.value,
            reason.value if reason else None, waited,
        ),
        actor_id=actor_id,
        subject=_ref(case),
        concerns_id=case.author_id,
    )  # fmt: skip


def _do(
    kind: kinds.Kind,
    actor_id: int,
    case: Any,
    item: Item | None,
    verdict: Verdict,
    reason: HideReason | None,
) -> None:
    if item is None:
        return
    if verdict is Verdict.HIDDEN:
        kind.hide(actor_id, case.subject_id, reason)
    elif verdict is Verdict.REMOVED:
        kind.remove(actor_id, case.subject_id, reason)
    elif case.is_held:
        kind.restore(actor_id, case.subject_id)


@use_case
def undo(actor_id: int, case_id: int) -> None:
    """Undo a verdict of the last ten minutes: the case is open again, the thing as it was.

    Raises:
        NotFoundError: no such case.
        TooLateError: it was decided longer ago, or there is a new case about the thing.
    """
    case = _locked(case_id)
    if case.state is CaseState.OPEN:
        return
    newer = sa.exists().where(
        CASE.c.kind == case.kind,
        CASE.c.subject_id == case.subject_id,
        CASE.c.state == CaseState.OPEN,
    )
    if case.decided_at < clock.now() - UNDO or db.session.scalar(sa.select(newer)):
        raise TooLateError
    kind = kinds.get(case.kind)
    if case.is_held or case.was_hidden:
        kind.hide(None, case.subject_id, None)
    elif case.verdict is not Verdict.FINE:
        kind.restore(actor_id, case.subject_id)
    changed(
        sa.update(CASE)
        .where(CASE.c.id == case_id)
        .values(
            state=CaseState.OPEN, verdict=None, reason=None, decided_by=None, decided_at=None,
            keeper_id=actor_id, kept_at=clock.now(), kept_until=clock.now() + LOCK,
        )
    )  # fmt: skip
    changed(sa.update(REPORT).where(REPORT.c.case_id == case_id).values(outcome=Outcome.WAITING))
    for mute_id, member_id in db.session.execute(
        sa.select(MUTE.c.id, MUTE.c.member_id).where(
            MUTE.c.case_id == case_id, MUTE.c.lifted_at.is_(None)
        )
    ):
        muting.end(mute_id, member_id, actor_id)
    audit.note(actor_id, "moderation.undone", _ref(case))
    facts.publish(CaseReopened(case_id), actor_id=actor_id, subject=_ref(case))


def _ref(case: Any) -> Ref:
    return Ref(case.kind, case.subject_id)


def _locked(case_id: int) -> Any:
    """Return the row of a case under its lock.

    Raises:
        NotFoundError: there is none.
    """
    lock = sa.update(CASE).where(CASE.c.id == case_id).values(weight=CASE.c.weight)
    row = db.session.execute(lock.returning(CASE)).one_or_none()
    if row is None:
        raise NotFoundError
    return row
