"""Two members become one, and can be parted again for 30 days.

Identity locks the two members first; whoever writes a row of theirs meanwhile holds them too (the
foreign key does), so nothing slips through in between. What a request writes that began before the
merge and ends after it is carried by :func:`carry_late_rows`.
"""

from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries
from app.identity.events import MemberMerged, MemberParted
from app.identity.models import (
    IdentityConflict,
    Member,
    MemberCredential,
    MemberMerge,
    MergeMove,
)
from app.identity.service import codes, sessions
from app.identity.types import (
    ConflictState,
    MemberState,
    Merge,
    MergeCause,
    MergeRefusal,
    MergeRefusedError,
)
from app.kernel import audit, clock, facts, ids, mail, merging
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.merging import Line, Log
from app.kernel.permissions import STAFF_ROLES, Permission, permissions_of
from app.kernel.types import Ref

MEMBER = cast("sa.Table", Member.__table__)
MERGE = cast("sa.Table", MemberMerge.__table__)
MOVE = cast("sa.Table", MergeMove.__table__)
CREDENTIAL = cast("sa.Table", MemberCredential.__table__)
CONFLICT = cast("sa.Table", IdentityConflict.__table__)

BATCH = 500
UNDOABLE = timedelta(days=30)
LATE = timedelta(hours=1)  # so long after a merge late rows are looked for
COLUMNS = ("id", "state", "merged_into_id", "auth_version", "do_not_contact_at")


@use_case
def merge_members(
    source_id: int, target_id: int, *, cause: MergeCause, actor_id: int | None = None
) -> Merge:
    """Make two members one: all of it happens, or none.

    Everything of the source follows to the target; its roles and its wording stay behind, its
    sessions are dead, its contacts open the target's account. Asked again, the first merge answers.

    Args:
        source_id: who ceases to be a member of his own.
        target_id: who goes on.
        cause: why; ``STAFF`` needs an actor with the permission, the others a silent source.
        actor_id: who decided; None: a proof did.

    Raises:
        MergeRefusedError: it says why.
        FrozenWalletError: one of the wallets is on hold.
        NotFoundError: one of the members does not exist.
    """
    if source_id == target_id:
        raise MergeRefusedError(MergeRefusal.SAME)
    rows = _lock(source_id, target_id)
    source, target = rows[source_id], rows[target_id]
    if source.merged_into_id == target_id and (known := _open_merge(source_id)) is not None:
        return Merge(known.id, known.code, source_id, target_id, is_new=False)
    _refuse(source, target, cause, actor_id)
    merge = Merge(ids.next_id(), ids.new_code(), source_id, target_id)
    _write_merge(merge, cause, actor_id)
    log = Log(merge.id, source_id, target_id, actor_id)
    _close(log, source, target)
    merging.carry(log)
    _store(log)
    audit.note(
        actor_id, "members.merged", Ref("member", target_id), source=source_id, cause=cause.value
    )
    facts.publish(
        MemberMerged(merge.id, source_id, target_id, cause.value),
        actor_id=actor_id,
        subject=Ref("member", source_id),
        concerns_id=target_id,
    )
    return merge


def _lock(*member_ids: int) -> dict[int, Any]:
    """Lock members against everything that names them, in ascending id; return their rows."""
    rows = db.session.execute(
        sa.select(*(MEMBER.c[name] for name in COLUMNS))
        .where(MEMBER.c.id.in_(member_ids))
        .order_by(MEMBER.c.id)
        .with_for_update()
    ).all()
    if len(rows) < len(member_ids):
        raise NotFoundError
    return {row.id: row for row in rows}


def _open_merge(source_id: int) -> Any | None:
    return db.session.execute(
        sa.select(MERGE.c.id, MERGE.c.code).where(
            MERGE.c.source_id == source_id, MERGE.c.undone_at.is_(None)
        )
    ).one_or_none()


def _refuse(source: Any, target: Any, cause: MergeCause, actor_id: int | None) -> None:
    reason = _state_refusal(source, target, cause) or _staff_refusal(
        source, target, cause, actor_id
    )
    if reason is not None:
        raise MergeRefusedError(reason)


def _state_refusal(source: Any, target: Any, cause: MergeCause) -> MergeRefusal | None:
    if source.state is MemberState.CLOSED:
        return MergeRefusal.SOURCE_GONE
    if target.state is MemberState.CLOSED:
        return MergeRefusal.TARGET_GONE
    if source.state is MemberState.SILENT:
        return None
    if target.state is MemberState.SILENT:
        return MergeRefusal.SILENT_TARGET
    return None if cause is MergeCause.STAFF else MergeRefusal.ACTIVE


def _staff_refusal(
    source: Any, target: Any, cause: MergeCause, actor_id: int | None
) -> MergeRefusal | None:
    if queries.get_member(source.id).roles & STAFF_ROLES:
        return MergeRefusal.STAFF
    if cause is not MergeCause.STAFF:
        return None
    if actor_id in {source.id, target.id}:
        return MergeRefusal.OWN
    return None if may_merge(actor_id) else MergeRefusal.PERMISSION


def may_merge(actor_id: int | None) -> bool:
    """Return whether somebody may decide who is who."""
    if actor_id is None:
        return False
    return Permission.MEMBERS_MERGE in permissions_of(queries.get_member(actor_id).roles)


def _write_merge(merge: Merge, cause: MergeCause, actor_id: int | None) -> None:
    now = clock.now()
    row = {
        "id": merge.id,
        "code": merge.code,
        "source_id": merge.source_id,
        "target_id": merge.target_id,
        "cause": cause,
        "actor_id": actor_id,
        "merged_at": now,
        "undoable_until": clock.business_date(now) + UNDOABLE,
        "undone_at": None,
        "undone_by": None,
    }
    db.session.execute(sa.insert(MERGE), [row])


def _close(log: Log, source: Any, target: Any) -> None:
    """Close the source; the target keeps the stricter of what both wished."""
    log.change(
        MEMBER, [source.id], source._mapping,  # noqa: SLF001 - SQLAlchemy's public name
        state=MemberState.CLOSED, merged_into_id=target.id, auth_version=source.auth_version + 1,
    )  # fmt: skip
    wishes = [m.do_not_contact_at for m in (source, target) if m.do_not_contact_at is not None]
    stricter: dict[str, Any] = {}
    if wishes and min(wishes) != target.do_not_contact_at:
        stricter["do_not_contact_at"] = min(wishes)
    if source.state is MemberState.MUTED and target.state is MemberState.ACTIVE:
        stricter["state"] = MemberState.MUTED
    if stricter:
        log.change(MEMBER, [target.id], target._mapping, **stricter)  # noqa: SLF001 - the same


def close_conflicts(log: Log) -> None:
    """Mark what stood open between the two as settled: they are one."""
    pair = {log.source_id, log.target_id}
    between = sa.and_(CONFLICT.c.member_id.in_(pair), CONFLICT.c.other_id.in_(pair))
    rows = db.session.execute(
        sa.select(CONFLICT).where(between, CONFLICT.c.state == ConflictState.OPEN)
    ).all()
    for row in rows:
        log.change(
            CONFLICT, [row.id], dict(row._mapping),  # noqa: SLF001 - SQLAlchemy's public name
            state=ConflictState.MERGED, decided_by=log.actor_id, decided_at=clock.now(),
        )  # fmt: skip


def _store(log: Log, start: int = 0) -> None:
    rows = [
        {
            "merge_id": log.merge_id,
            "seq": seq,
            "table_name": line.table,
            "row_key": line.key,
            "before": line.before,
        }
        for seq, line in enumerate(log.lines[start:], start=start + 1)
    ]
    if rows:
        db.session.execute(sa.insert(MOVE), rows)


# --- parting -------------------------------------------------------------------------------------


@use_case
def unmerge_members(merge_id: int, *, actor_id: int | None) -> bool:
    """Part two members again: every row as it was; what came meanwhile stays with the target.

    Whoever came in as the target meanwhile, by the source's contact, is shut out: the target is
    signed out everywhere, his codes are useless, a password set meanwhile opens nothing any more,
    and his contacts are told.

    Returns:
        False if it was undone before.

    Raises:
        MergeRefusedError: it is more than 30 days old, or its target was merged further.
        FrozenWalletError: the target's points are on hold.
        NotFoundError: there is no such merge.
    """
    row = db.session.execute(sa.select(MERGE).where(MERGE.c.id == merge_id)).one_or_none()
    if row is None:
        raise NotFoundError
    members = _lock(row.source_id, row.target_id)
    if clock.business_date() > row.undoable_until:
        raise MergeRefusedError(MergeRefusal.TOO_LATE)
    if actor_id in members:
        raise MergeRefusedError(MergeRefusal.OWN)
    claimed = changed(
        sa.update(MERGE)
        .where(MERGE.c.id == merge_id, MERGE.c.undone_at.is_(None))
        .values(undone_at=clock.now(), undone_by=actor_id)
    )
    if not claimed:
        return False
    if members[row.target_id].state is MemberState.CLOSED:
        raise MergeRefusedError(MergeRefusal.MERGED_FURTHER)
    merging.part(_own_part(row, _read_log(row)))
    _shut_out(row)
    audit.note(actor_id, "members.parted", Ref("member", row.target_id), source=row.source_id)
    facts.publish(
        MemberParted(merge_id, row.source_id, row.target_id),
        actor_id=actor_id,
        subject=Ref("member", row.source_id),
        concerns_id=row.target_id,
    )
    return True


def _shut_out(merge: Any) -> None:
    """End what a person who is the source holds of the target, and tell the target."""
    pair = (merge.source_id, merge.target_id)
    changed(  # the source's own password may have moved to the target and been changed there
        sa.delete(CREDENTIAL).where(
            CREDENTIAL.c.member_id.in_(pair), CREDENTIAL.c.changed_at > merge.merged_at
        )
    )
    sessions.sign_out_everywhere(merge.target_id)
    codes.cancel_of(merge.target_id)
    account = queries.get_account(merge.target_id)
    for line in queries.contacts_of(merge.target_id):
        mail.write(line.contact, "accounts_parted", locale=account.locale, name=account.name)


def _read_log(merge: Any) -> Log:
    rows = db.session.execute(
        sa.select(MOVE).where(MOVE.c.merge_id == merge.id).order_by(MOVE.c.seq)
    )
    lines = [Line(row.table_name, row.row_key, row.before) for row in rows]
    return Log(merge.id, merge.source_id, merge.target_id, merge.actor_id, lines)


def _own_part(merge: Any, log: Log) -> Log:
    """Return the log without rows that came to the target by a later merge: they are that one's.

    An order may have been given to somebody else meanwhile who became the target himself. One
    statement.
    """
    later = db.session.execute(
        sa.select(MOVE.c.table_name, MOVE.c.row_key)
        .join(MERGE, MERGE.c.id == MOVE.c.merge_id)
        .where(
            MERGE.c.target_id == merge.target_id,
            MERGE.c.id > merge.id,
            MERGE.c.source_id != merge.source_id,
            MERGE.c.undone_at.is_(None),
        )
    )
    theirs = {(row.table_name, *map(str, row.row_key)) for row in later}
    log.lines = [
        line for line in log.lines
        if not line.is_move or (line.table, *map(str, line.key)) not in theirs
    ]  # fmt: skip
    return log


# --- late rows -----------------------------------------------------------------------------------


def carry_late_rows() -> int:
    """Carry what reached a source after its merge; return how many rows followed.

    A request that had found out who it is for, or an import its buyer, before the merge, may write
    after it.
    """
    recent = db.session.execute(
        sa.select(MERGE.c.id, MERGE.c.source_id)
        .where(MERGE.c.undone_at.is_(None), MERGE.c.merged_at > clock.now() - LATE)
        .order_by(MERGE.c.id)
    ).all()
    carried = 0
    for start in range(0, len(recent), BATCH):
        batch = recent[start : start + BATCH]
        late = merging.named_in([row.source_id for row in batch])
        carried += sum(carry_late_rows_of(row.id) for row in batch if row.source_id in late)
    return carried


@use_case
def carry_late_rows_of(merge_id: int) -> int:
    """Carry what reached the source of one merge after it; return how many rows followed."""
    row = db.session.execute(sa.select(MERGE).where(MERGE.c.id == merge_id)).one_or_none()
    if row is None:
        return 0
    # Merged further meanwhile: they follow to this target here, and from him by his own merge.
    _lock(row.source_id, row.target_id)
    undone_at = db.session.scalar(sa.select(MERGE.c.undone_at).where(MERGE.c.id == merge_id))
    if undone_at is not None:
        return 0
    log = _read_log(row)
    now_id = queries.survivor_of(row.target_id)
    log.further_id = now_id if now_id != row.target_id else None
    known = len(log.lines)
    merging.carry(log, again=True)
    _store(log, known)
    return len(log.lines) - known
