"""What other tools tell becomes acts: each reference once, undone when the tool says so."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.integrations.adapters.reading import MAX_ID
from app.integrations.reports import queries
from app.integrations.reports.models import ACT, REPORT, SOURCE
from app.integrations.reports.types import (
    KIND,
    MAX_ACTS,
    MAX_SOURCES,
    PREDEFINED,
    ActDraft,
    ActKeyTakenError,
    ActRow,
    MemberName,
    NoSuchActError,
    NoSuchSourceError,
    Report,
    ReportConflictError,
    ReportState,
    SourceRow,
    TooManyError,
    Why,
)
from app.integrations.service import doors
from app.integrations.types import Adapter
from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.loyalty import service as loyalty
from app.loyalty.types import Act

KEY = cast("sa.Column[int]", SOURCE.c.id)
SOURCE_REF, ACT_REF = "report_source", "reported_act"
RETRIED_EVERY = timedelta(hours=1)
NAMES_KEPT = timedelta(days=90)
BATCH = 100

__all__ = [
    "close_report",
    "close_source",
    "forget_names",
    "make_source",
    "rekey",
    "reopen_source",
    "retry",
    "retry_kept",
    "rotate",
    "take",
    "write_act",
]


# --- tools and their doors -----------------------------------------------------------------------


@use_case
def make_source(name: str, *, actor_id: int) -> tuple[str, str]:
    """Open a door for a tool; return its code and its secret, which can't be read again.

    The first tool brings the acts that most of them tell.

    Raises:
        TooManyError: there are as many as there may be.
    """
    if _counted(SOURCE) >= MAX_SOURCES:
        raise TooManyError
    number, secret = ids.next_id(), doors.new_secret(Adapter.GENERIC)
    doors.open_door(KEY, number, secret, name=name)
    for draft in PREDEFINED:
        _insert_act(draft)
    queries.forget()
    audit.note(actor_id, "reports.source_made", Ref(SOURCE_REF, number), name=name)
    return _code(number), secret


@use_case
def reopen_source(code: str, *, actor_id: int) -> str:
    """Open a closed door anew; return its new secret.

    Raises:
        NoSuchSourceError: there is no such tool.
    """
    source, secret = queries.get_source(code), doors.new_secret(Adapter.GENERIC)
    doors.open_door(KEY, source.id, secret, name=source.name)
    audit.note(actor_id, "reports.source_on", Ref(SOURCE_REF, source.id))
    return secret


@use_case
def rotate(code: str, *, actor_id: int) -> str:
    """Give a door a new secret; the former one opens it for one more hour. Return it.

    Raises:
        NotFoundError: there is no such tool, or its door is closed.
    """
    source, secret = queries.get_source(code), doors.new_secret(Adapter.GENERIC)
    doors.rotate_door(KEY, source.id, secret)
    audit.note(actor_id, "reports.source_rotated", Ref(SOURCE_REF, source.id))
    return secret


@use_case
def close_source(code: str, *, actor_id: int) -> None:
    """Close a tool's door: nothing comes in any more. What came in stays.

    Raises:
        NotFoundError: there is no such tool, or its door is closed already.
    """
    source = queries.get_source(code)
    doors.close_door(KEY, source.id)
    audit.note(actor_id, "reports.source_off", Ref(SOURCE_REF, source.id))


@use_case
def rekey() -> int:
    """Seal secrets anew after the house secret has changed, and drop former ones."""
    return doors.rekey_doors(KEY)


def _code(number: int) -> str:
    code = db.session.scalar(sa.select(SOURCE.c.code).where(SOURCE.c.id == number))
    if code is None:
        raise NoSuchSourceError
    return str(code)


def _counted(table: sa.Table) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


# --- acts ----------------------------------------------------------------------------------------


@use_case
def write_act(draft: ActDraft, *, is_new: bool, actor_id: int) -> None:
    """Make an act that tools tell, or change one. Its key stays.

    Raises:
        ActKeyTakenError: a new one with the key of another.
        NoSuchActError: it is not there.
        TooManyError: there are as many as there may be.
    """
    if is_new:
        if _counted(ACT) >= MAX_ACTS:
            raise TooManyError
        if not _insert_act(draft):
            raise ActKeyTakenError
    else:
        values = {name: value for name, value in asdict(draft).items() if name != "key"}
        if not changed(sa.update(ACT).where(ACT.c.key == draft.key).values(**values)):
            raise NoSuchActError
    queries.forget()
    audit.note(
        actor_id, "reports.act_made" if is_new else "reports.act_changed", None,
        key=draft.key, is_on=draft.is_on,
    )  # fmt: skip


def _insert_act(draft: ActDraft) -> bool:
    statement = insert(ACT).values(id=ids.next_id(), made_at=clock.now(), **asdict(draft))
    return bool(changed(statement.on_conflict_do_nothing(index_elements=["key"])))


# --- reports -------------------------------------------------------------------------------------


@use_case
def take(source: SourceRow, act: ActRow, report: Report) -> tuple[str, Why | None]:
    """Let a report in, once; return what became of it, and why where it is set aside.

    Args:
        source: whose signature was right.
        act: the one that the report names.
        report: what it tells.

    Raises:
        ReportConflictError: its reference came before, about something else.
    """
    row_id, digest = ids.next_id(), _digest(report)
    state = ReportState.UNDONE if report.is_undone else ReportState.KEPT
    now = clock.now()
    values = {
        "id": row_id, "source_id": source.id, "reference": report.reference[:MAX_ID],
        "body_digest": digest, "act_id": act.id, "named": report.member.stored(),
        "shown": report.member.shown, "state": state, "why": None,
        "happened_at": report.happened_at, "received_at": now, "tried_at": now,
        "ended_at": now if report.is_undone else None,
    }  # fmt: skip
    statement = insert(REPORT).values(values)
    if not changed(statement.on_conflict_do_nothing(index_elements=["source_id", "reference"])):
        return _again(source.id, report, digest)
    if report.is_undone:  # told before what it undoes: that will not count any more
        _settle(row_id, state, None, None)
        return "undone", None
    why = _try(row_id, act, source.id, report.member, report.happened_at)
    return ("accepted", None) if why is None else ("set_aside", why)


def _digest(report: Report) -> str:
    told = [report.act, report.member.stored(), report.happened_at.isoformat()]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _again(source_id: int, report: Report, digest: str) -> tuple[str, Why | None]:
    """Return what a reference means that was here before."""
    mine = sa.and_(REPORT.c.source_id == source_id, REPORT.c.reference == report.reference)
    row = db.session.execute(sa.select(REPORT).where(mine)).one()
    if report.is_undone:
        return ("undone" if _undo(row) else "known"), None
    if row.body_digest != digest and row.state is not ReportState.UNDONE:
        raise ReportConflictError
    return "known", None


def _undo(row: Any) -> bool:
    """Take back what a report brought; return whether that is new."""
    if row.member_id is not None:
        ledger.lock_wallets([row.member_id])  # first of all, as a merge does
    is_new = changed(
        sa.update(REPORT)
        .where(REPORT.c.id == row.id, REPORT.c.state != ReportState.UNDONE)
        .values(state=ReportState.UNDONE, why=None, named=sa.null(), shown="", ended_at=clock.now())
    )
    if is_new:
        loyalty.take_back(Ref(KIND, row.id))
    return bool(is_new)


def _try(
    row_id: int, act: ActRow, source_id: int, name: MemberName, happened_at: Any
) -> Why | None:
    """Let a report count; return why it can't."""
    member_id = queries.member_of(name)
    if not act.draft.is_on:
        why: Why | None = Why.OFF
    elif member_id is None:
        why = Why.MEMBER
    else:
        why = None
    if why is not None or member_id is None:
        _settle(row_id, ReportState.KEPT, why, None)
        return why
    _settle(row_id, ReportState.COUNTED, None, member_id)
    _look_anew(act)
    source = Ref(KIND, row_id)
    told = {"told_by": source_id}
    loyalty.reward_together([Act(member_id, act.action, source, happened_at, told)])
    return None


def _look_anew(act: ActRow) -> None:
    """Make sure that this process knows an act that another one has just made."""
    if act.action not in queries.actions():
        queries.forget()


def _settle(row_id: int, state: ReportState, why: Why | None, member_id: int | None) -> None:
    values: dict[str, Any] = {
        "state": state, "why": why, "member_id": member_id, "tried_at": clock.now(),
    }  # fmt: skip
    if state is not ReportState.KEPT:
        values |= {"named": sa.null(), "shown": "", "ended_at": clock.now()}
    changed(sa.update(REPORT).where(REPORT.c.id == row_id).values(**values))


@use_case
def retry(report_id: int, *, actor_id: int | None = None) -> bool:
    """Try a report that was set aside; return whether it counts now.

    Args:
        report_id: which.
        actor_id: the member of staff who asks for it; None: nobody, it is time.

    Raises:
        NotFoundError: there is none that is set aside and can still be read.
    """
    columns = [column.label(f"its_{column.name}") for column in ACT.c]
    row = db.session.execute(
        sa.select(REPORT, *columns)
        .join(ACT, ACT.c.id == REPORT.c.act_id)
        .where(REPORT.c.id == report_id, REPORT.c.state == ReportState.KEPT)
        .with_for_update(of=REPORT)
    ).one_or_none()
    if row is None or row.named is None:
        raise NotFoundError
    act = ActRow(
        row.act_id,
        ActDraft(
            key=row.its_key, name_zh=row.its_name_zh, name_en=row.its_name_en,
            icon=row.its_icon, fund=row.its_fund, is_on=row.its_is_on,
        ),
    )  # fmt: skip
    named = MemberName(row.named["yid"], row.named["channel"], tuple(row.named["keys"]))
    why = _try(row.id, act, row.source_id, named, row.happened_at)
    if actor_id is not None:
        audit.note(actor_id, "reports.retried", Ref(KIND, report_id), counts=why is None)
    return why is None


@use_case
def close_report(report_id: int, *, actor_id: int) -> None:
    """Note that somebody has dealt with a report that is set aside.

    Raises:
        NotFoundError: there is none that is set aside.
    """
    done = changed(
        sa.update(REPORT)
        .where(REPORT.c.id == report_id, REPORT.c.state == ReportState.KEPT)
        .values(state=ReportState.CLOSED, named=sa.null(), shown="", ended_at=clock.now())
    )
    if not done:
        raise NotFoundError
    audit.note(actor_id, "reports.closed", Ref(KIND, report_id))


def retry_kept(limit: int = BATCH) -> int:
    """Try reports that wait, each in a transaction of its own; return how many count now."""
    found = queries.kept(clock.now() - RETRIED_EVERY, limit)
    db.session.rollback()
    counted = 0
    for each in found:
        with suppress(DomainError):  # one that staff have just closed does not stop the others
            counted += retry(each)
    return counted


@use_case
def forget_names() -> int:
    """Forget how tools named members whom nobody knew for long; return how many."""
    return changed(
        sa.update(REPORT)
        .where(
            REPORT.c.state == ReportState.KEPT,
            REPORT.c.received_at <= clock.now() - NAMES_KEPT,
        )
        .values(state=ReportState.CLOSED, named=sa.null(), shown="", ended_at=clock.now())
    )
