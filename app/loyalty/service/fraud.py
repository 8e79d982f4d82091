"""The fraud desk: signals become cases; people dismiss, freeze, release, take points back.

No formula punishes anybody: a signal opens a case and nothing else happens until a person decides.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.loyalty.events import PointsReviewed
from app.loyalty.queries import fraud as queries
from app.loyalty.queries.fraud import ACT, CASE, OBJECTION, SIGNAL
from app.loyalty.queries.fraud_signals import DETECTORS
from app.loyalty.queries.referrals import AWARD
from app.loyalty.service import telling
from app.loyalty.service.reversing import SUSPICION, give_back, pay_waiting, take_back
from app.loyalty.types.fraud import (
    LIVE,
    CaseDecidedError,
    CaseState,
    Signal,
    Verdict,
)

BATCH = 100
MOST_SCORE = 100


# --- sweeps --------------------------------------------------------------------------------------


def look() -> int:
    """Look for every signal; return how many members they point at. May run at any time, twice."""
    rules = queries.rules()
    signals = [signal for detect in DETECTORS for signal in detect(rules)]
    db.session.rollback()
    by_member: dict[int, list[Signal]] = defaultdict(list)
    for signal in signals:
        by_member[signal.member_id].append(signal)
    members = sorted(by_member)
    for start in range(0, len(members), BATCH):
        part = members[start : start + BATCH]
        note([signal for member_id in part for signal in by_member[member_id]])
    return len(members)


@use_case
def note(signals: Sequence[Signal]) -> int:
    """Write signals into the cases of their members; return how many cases that opened.

    A member whom staff have found innocent is left alone until his quiet time is over.
    """
    if not signals:
        return 0
    now = clock.now()
    survivors = identity.survivors_of({signal.member_id for signal in signals})
    quiet, living = _standing(set(survivors.values()))
    wanted = [each for each in signals if survivors[each.member_id] not in quiet]
    fresh = {survivors[each.member_id] for each in wanted} - set(living)
    rows: list[dict[str, Any]] = [
        {
            "id": ids.next_id(), "code": ids.new_code(), "member_id": member_id,
            "state": CaseState.OPEN, "score": 0, "points": 0, "opened_at": now,
        }
        for member_id in sorted(fresh)
    ]  # fmt: skip
    if rows:
        db.session.execute(sa.insert(CASE), rows)
        living |= {row["member_id"]: row["id"] for row in rows}
    _write_signals([(living[survivors[each.member_id]], each) for each in wanted])
    _weigh({living[survivors[each.member_id]] for each in wanted})
    return len(rows)


def _standing(member_ids: Collection[int]) -> tuple[set[int], dict[int, int]]:
    """Return whom to leave alone, and the living cases by member."""
    rows = db.session.execute(
        sa.select(CASE.c.id, CASE.c.member_id, CASE.c.state, CASE.c.quiet_until).where(
            CASE.c.member_id.in_(member_ids),
            sa.or_(CASE.c.state.in_(LIVE), CASE.c.quiet_until > clock.now()),
        )
    ).all()
    living = {row.member_id: row.id for row in rows if row.state in LIVE}
    return {row.member_id for row in rows if row.member_id not in living}, living


def _write_signals(found: Sequence[tuple[int, Signal]]) -> None:
    now = clock.now()
    best: dict[tuple[int, str], Signal] = {}
    for case_id, signal in found:
        place = case_id, signal.kind.value
        if place not in best or best[place].score < signal.score:
            best[place] = signal
    statement = insert(SIGNAL)
    anew = ("score", "points", "evidence", "last_seen_at")
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["case_id", "kind"],
            set_={name: statement.excluded[name] for name in anew},
        ),
        [
            {
                "case_id": case_id, "kind": signal.kind, "score": signal.score,
                "points": signal.points, "evidence": dict(signal.evidence),
                "first_seen_at": now, "last_seen_at": now, "verdict": None,
            }
            for (case_id, _kind), signal in sorted(best.items())
        ],
    )  # fmt: skip


def _weigh(case_ids: Collection[int]) -> None:
    if not case_ids:
        return
    mine = SIGNAL.c.case_id == CASE.c.id
    total = sa.select(sa.func.sum(SIGNAL.c.score)).where(mine).scalar_subquery()
    most = sa.select(sa.func.max(SIGNAL.c.points)).where(mine).scalar_subquery()
    changed(
        sa.update(CASE)
        .where(CASE.c.id.in_(sorted(case_ids)))
        .values(score=sa.case((total > MOST_SCORE, MOST_SCORE), else_=total), points=most)
    )


@use_case
def forget() -> int:
    """Delete evidence and objections of cases decided long ago; return of how many."""
    before = clock.now() - timedelta(days=queries.rules().keep_days)
    old = list(
        db.session.scalars(
            sa.select(CASE.c.id)
            .where(CASE.c.decided_at < before, CASE.c.forgotten_at.is_(None))
            .limit(BATCH)
        )
    )
    if old:
        changed(sa.update(SIGNAL).where(SIGNAL.c.case_id.in_(old)).values(evidence={}))
        changed(sa.delete(OBJECTION).where(OBJECTION.c.case_id.in_(old)))
        changed(sa.update(CASE).where(CASE.c.id.in_(old)).values(forgotten_at=clock.now()))
    return len(old)


# --- verbs ---------------------------------------------------------------------------------------


@use_case
def dismiss(actor_id: int, code: str) -> None:
    """Say that it was a false alarm; the member is left alone for a while.

    Raises:
        NotFoundError: there is no such case.
        CaseDecidedError: it is not open; a frozen one is released.
        ForbiddenError: it is the actor's own.
    """
    case = _case(actor_id, code)
    now = clock.now()
    quiet = now + timedelta(days=queries.rules().quiet_days)
    _step(
        case, (CaseState.OPEN,), state=CaseState.DISMISSED, quiet_until=quiet, decided_at=now,
        decided_by=actor_id,
    )  # fmt: skip
    _judge(case.id, Verdict.WRONG)
    _restore(case.id)
    _write_down(actor_id, "fraud.dismissed", case)


@use_case
def freeze(actor_id: int, code: str) -> None:
    """Let the member spend nothing; what he earns waits. He is told, and can object.

    Raises:
        NotFoundError: there is no such case.
        CaseDecidedError: it is not open.
        ForbiddenError: it is the actor's own.
    """
    case = _case(actor_id, code)
    ledger.freeze(case.member_id)  # takes his wallet's lock: no act is half-way
    _step(case, (CaseState.OPEN,), state=CaseState.FROZEN, frozen_at=clock.now())
    _write_down(actor_id, "fraud.frozen", case)
    _tell(case, "frozen")


@use_case
def release(actor_id: int, code: str, *, was_right: bool) -> int:
    """End a freeze; what waited is paid. Returns how many points that were.

    Args:
        actor_id: who decides.
        code: which case.
        was_right: the rule was met and the matter is settled; else it was a false alarm.

    Raises:
        NotFoundError: there is no such case.
        CaseDecidedError: it is not frozen.
        ForbiddenError: it is the actor's own.
    """
    case = _case(actor_id, code)
    now = clock.now()
    quiet = now + timedelta(days=queries.rules().quiet_days)
    ledger.unfreeze(case.member_id)
    _step(
        case,
        (CaseState.FROZEN,),
        state=CaseState.CLOSED if was_right else CaseState.DISMISSED,
        quiet_until=quiet,
        decided_at=now,
        decided_by=actor_id,
    )
    _judge(case.id, Verdict.RIGHT if was_right else Verdict.WRONG)
    if not was_right:
        _restore(case.id)
    paid = _pay_waiting(case.member_id)
    _write_down(actor_id, "fraud.released", case, paid=paid, was_right=was_right)
    _tell(case, "released")
    return paid


def _restore(case_id: int) -> None:
    """Give back what a false alarm took, but for what another case was right about."""
    also = ACT.alias()
    elsewhere = sa.exists().where(
        also.c.case_id != ACT.c.case_id,
        also.c.source_kind == ACT.c.source_kind,
        also.c.source_id == ACT.c.source_id,
    )
    rows = db.session.execute(
        sa.select(ACT.c.source_kind, ACT.c.source_id).where(
            ACT.c.case_id == case_id, sa.not_(elsewhere)
        )
    ).all()
    changed(sa.delete(ACT).where(ACT.c.case_id == case_id))
    if rows:
        give_back(*(Ref(row.source_kind, row.source_id) for row in rows), on_account=SUSPICION)


def _pay_waiting(member_id: int) -> int:
    return pay_waiting(member_id).total


@use_case
def close(actor_id: int, code: str) -> None:
    """Say that an open case was right and is settled, after points were taken back, say.

    Raises:
        NotFoundError: there is no such case.
        CaseDecidedError: it is not open; a frozen one is released.
        ForbiddenError: it is the actor's own.
    """
    case = _case(actor_id, code)
    now = clock.now()
    quiet = now + timedelta(days=queries.rules().window_days)  # the same acts are not seen again
    _step(
        case, (CaseState.OPEN,), state=CaseState.CLOSED, quiet_until=quiet, decided_at=now,
        decided_by=actor_id,
    )  # fmt: skip
    _judge(case.id, Verdict.RIGHT)
    _write_down(actor_id, "fraud.closed", case)


@use_case
def reverse(actor_id: int, code: str, award_ids: Collection[int]) -> int:
    """Take the points of chosen acts back; return how many that were.

    They go as points always go: linked to what had earned them, a debt where they are spent.
    Twice is once.

    Raises:
        NotFoundError: there is no such case.
        CaseDecidedError: it is decided.
        InvalidError: none of these acts is his, or none has points left.
        ForbiddenError: it is the actor's own.
    """
    case = _case(actor_id, code)
    _step(case, LIVE, score=case.score)  # the lock, and a look at the state
    rows = db.session.execute(
        sa.select(
            AWARD.c.source_kind, AWARD.c.source_id, sa.func.sum(AWARD.c.points).label("points")
        )
        .where(
            AWARD.c.id.in_(list(award_ids)),
            AWARD.c.member_id.in_(identity.family_of(case.member_id)),
            AWARD.c.points > 0,
        )
        .group_by(AWARD.c.source_kind, AWARD.c.source_id)
    ).all()
    if not rows:
        raise InvalidError(_l("Choose at least one act."))
    new = _remember_acts(case.id, rows)
    sources = (Ref(row.source_kind, row.source_id) for row in rows)
    taken = -take_back(*sources, on_account=SUSPICION).total
    _write_down(actor_id, "fraud.reversed", case, acts=len(rows), points=taken)
    if new:
        _tell(case, "reversed")
    return taken


def _remember_acts(case_id: int, rows: Sequence[Any]) -> int:
    now = clock.now()
    return changed_by_all(
        insert(ACT).on_conflict_do_nothing(),
        [
            {
                "case_id": case_id, "source_kind": row.source_kind, "source_id": row.source_id,
                "points": int(row.points), "undone_at": now,
            }
            for row in rows
        ],
    )  # fmt: skip


def _case(actor_id: int, code: str) -> Any:
    case = queries.case_id_of(code)
    if case.member_id == actor_id:
        raise ForbiddenError(_l("This is your own case. Somebody else has to decide it."))
    return case


def _step(case: Any, before: Sequence[CaseState], **values: Any) -> None:
    """Change a case, once: of two who decide together one is told."""
    done = changed(
        sa.update(CASE).where(CASE.c.id == case.id, CASE.c.state.in_(before)).values(**values)
    )
    if done != 1:
        raise CaseDecidedError


def _judge(case_id: int, verdict: Verdict) -> None:
    changed(sa.update(SIGNAL).where(SIGNAL.c.case_id == case_id).values(verdict=verdict))


def _write_down(actor_id: int, action: str, case: Any, **detail: Any) -> None:
    audit.note(
        actor_id, action, Ref("fraud_case", case.id), member_id=case.member_id, score=case.score,
        **detail,
    )  # fmt: skip


def _tell(case: Any, what: str) -> None:
    """Tell the member, and the house that he was told; his page says the rest."""
    fact_id = facts.publish(
        PointsReviewed(case.id, what), subject=Ref("fraud_case", case.id),
        concerns_id=case.member_id,
    )  # fmt: skip
    telling.tell_review(case.member_id, case.id, what, fact_id)


# --- the member's word ---------------------------------------------------------------------------


@use_case
def object_to(member_id: int, text: str) -> None:
    """Let a member say what he thinks of his case. Once: what he wrote then stands.

    Raises:
        NotFoundError: he has no case that somebody looks at.
        CaseDecidedError: he has written already.
    """
    case_id = db.session.scalar(
        sa.select(CASE.c.id).where(CASE.c.member_id == member_id, CASE.c.state.in_(LIVE))
    )
    review = queries.review_of(member_id)
    if case_id is None or review is None:
        raise NotFoundError
    written = changed(
        insert(OBJECTION)
        .values(case_id=case_id, text=text, written_at=clock.now())
        .on_conflict_do_nothing()
    )
    if not written:
        raise CaseDecidedError(_l("You have written to us already. We read it before we decide."))
