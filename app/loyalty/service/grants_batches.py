"""Many adjustments at once: looked through, agreed to, posted by the worker, taken back.

Each call of the worker is one chunk and one transaction. It locks the batch's row first and finds
its lines by their state, so it may be killed at any instant, run twice or by two workers.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.types import MemberState
from app.kernel import audience as audiences
from app.kernel import audit, clock, ids, jobs
from app.kernel.bulk import insert_dicts
from app.kernel.db import changed, db, use_case
from app.kernel.errors import ForbiddenError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.loyalty.policy import grants as policy
from app.loyalty.policy import grants_csv
from app.loyalty.queries import grants as grants_queries
from app.loyalty.queries import grants_batches as queries
from app.loyalty.queries.families import former_selves
from app.loyalty.queries.grants import BATCH, GRANT
from app.loyalty.service import grants
from app.loyalty.types.grants import (
    AuthorityError,
    BatchRow,
    BatchState,
    ChargeKind,
    Fault,
    FileError,
    GrantDecidedError,
    GrantReason,
    GrantRefusedError,
    GrantState,
    Line,
    LineFault,
    SelfGrantError,
)

SWEEP = "loyalty.grants"
TAKEN = (MemberState.ACTIVE, MemberState.MUTED, MemberState.SILENT)


def occasion_of(label: str) -> str:
    """Return what tells one occasion from another: the digest of its label, however written."""
    plain = " ".join(unicodedata.normalize("NFKC", label).casefold().split())
    return hashlib.sha256(plain.encode()).hexdigest()


# --- beginning -----------------------------------------------------------------------------------


@use_case
def begin_from_file(actor_id: int, label: str, reason: GrantReason, raw: bytes) -> BatchRow:
    """Look a file through; nothing is given yet. The same file again leads to its first batch.

    Raises:
        FileError: it can't be read, or no line of it is good and new.
        ForbiddenError: none of the actor's roles may adjust points.
    """
    digest = hashlib.sha256(raw).hexdigest()
    if earlier := queries.batch_of_digest(digest):
        return earlier
    cells, faults = grants_csv.read(raw)
    role = _role_of(actor_id)
    occasion = occasion_of(label)
    lines, more = _known(actor_id, cells, reason)
    before = queries.given_before(occasion, [line.member_id for line in lines])
    lines = [line for line in lines if line.member_id not in before]
    batch = _begin(actor_id, label, reason, role, BatchState.CHECKED, digest=digest)
    write_lines(batch, lines)
    bad = sorted([*faults, *more], key=lambda fault: fault.number)
    insert_dicts(
        queries.FAULT,
        [{"batch_id": batch["id"], "line_number": f.number, "fault": f.fault.value} for f in bad],
    )
    count_lines(batch["id"], lines, bad=len(bad), given_before=len(before))
    audit.note(actor_id, "grants.file_checked", Ref("grant_batch", batch["id"]), lines=len(lines))
    return queries.get_batch(batch["code"])


def _known(
    actor_id: int, cells: Sequence[grants_csv.Cells], reason: GrantReason
) -> tuple[list[Line], list[Fault]]:
    people = queries.members_by_yid([each.yid for each in cells])
    lines: list[Line] = []
    faults: list[Fault] = []
    for each in cells:
        member_id, state = people.get(each.yid, (0, MemberState.CLOSED))
        if not member_id:
            faults.append(Fault(each.number, LineFault.UNKNOWN_YID))
        elif state not in TAKEN:
            faults.append(Fault(each.number, LineFault.NOT_ACTIVE))
        elif member_id == actor_id:
            faults.append(Fault(each.number, LineFault.ONESELF))
        else:
            lines.append(Line(each.number, member_id, each.points, each.reason or reason))
    return lines, faults


@use_case
def begin_for_audience(
    actor_id: int, label: str, reason: GrantReason, audience: str, points: int
) -> BatchRow:
    """Begin to write down who belongs to an audience; nothing is given yet.

    Raises:
        GrantRefusedError: nobody knows the audience, or no points.
        ForbiddenError: none of the actor's roles may adjust points.
    """
    if not 0 < abs(points) <= policy.MOST_POINTS:
        raise GrantRefusedError(_l("Write between 1 and %(most)s points.", most=policy.MOST_POINTS))
    if audience not in {name for name, _label in audiences.choices()}:
        raise GrantRefusedError(_l("Choose an audience."))
    role = _role_of(actor_id)
    batch = _begin(
        actor_id, label, reason, role, BatchState.GATHERING, audience=audience, points=points
    )
    audit.note(
        actor_id, "grants.audience_asked", Ref("grant_batch", batch["id"]),
        audience=audience, points=points,
    )  # fmt: skip
    jobs.nudge(SWEEP)
    return queries.get_batch(batch["code"])


def _role_of(actor_id: int) -> Role:
    standing = grants_queries.standing_of(actor_id)
    if not standing.authority.day_points:
        raise ForbiddenError
    return standing.role


def _begin(
    actor_id: int, label: str, reason: GrantReason, role: Role, state: BatchState, **more: Any
) -> dict[str, Any]:
    row = {
        "id": ids.next_id(),
        "code": ids.new_code(),
        "label": label,
        "occasion": occasion_of(label),
        "reason": reason,
        "state": state,
        "maker_id": actor_id,
        "maker_role": role,
        "created_at": clock.now(),
        **more,
    }
    db.session.execute(sa.insert(BATCH), [row])
    return row


def write_lines(batch: Any, lines: Sequence[Line]) -> None:
    """Write the lines of a batch down; nothing is posted yet."""
    now = clock.now()
    insert_dicts(
        GRANT,
        [
            {
                "id": ids.next_id(),
                "code": ids.new_code(),
                "member_id": line.member_id,
                "points": line.points,
                "reason": line.reason.value,
                "state": GrantState.PREPARED.value,
                "maker_id": batch["maker_id"],
                "maker_role": batch["maker_role"].value,
                "request_key": f"{batch['code']}:{line.member_id}",
                "batch_id": batch["id"],
                "line_number": line.number,
                "occasion": batch["occasion"],
                "created_at": now,
            }
            for line in lines
        ],
    )


def count_lines(
    batch_id: int, lines: Sequence[Line], *, bad: int = 0, given_before: int = 0, **more: Any
) -> None:
    """Add lines to a batch's figures."""
    total = sum(abs(line.points) for line in lines)
    largest = max((abs(line.points) for line in lines), default=0)
    changed(
        sa.update(BATCH)
        .where(BATCH.c.id == batch_id)
        .values(
            line_count=BATCH.c.line_count + len(lines),
            bad_count=BATCH.c.bad_count + bad,
            given_before_count=BATCH.c.given_before_count + given_before,
            total_points=BATCH.c.total_points + total,
            largest_points=sa.case(
                (BATCH.c.largest_points > largest, BATCH.c.largest_points), else_=largest
            ),
            **more,
        )
    )


# --- saying yes ----------------------------------------------------------------------------------


@use_case
def start(actor_id: int, code: str) -> BatchRow:
    """Say yes to what was looked through: it runs, or waits for a second person.

    Raises:
        NotFoundError: there is none of his.
        GrantRefusedError: no line of it is left to give.
        GrantDecidedError: it was started or given up before.
    """
    batch = _own(actor_id, code)
    if not batch.lines:
        raise GrantRefusedError(_l("No line of this is left to give."))
    now = clock.now()
    standing = grants_queries.standing_of(actor_id)
    is_alone = batch.largest_points <= standing.authority.act_points and grants.charge(
        actor_id, ChargeKind.GIVE, batch.total_points, standing.authority
    )
    values = (
        {"state": BatchState.RUNNING, "charged_on": clock.business_date(now)}
        if is_alone
        else {
            "state": BatchState.WAITING, "is_beyond": True,
            "expires_at": now + policy.PROPOSAL_LIFE,
        }
    )  # fmt: skip
    _step(batch, (BatchState.CHECKED,), **values)
    _note(actor_id, "grants.started" if is_alone else "grants.proposed", batch)
    jobs.nudge(SWEEP)
    return queries.get_batch(code)


@use_case
def approve(actor_id: int, code: str) -> BatchRow:
    """Agree to a batch; the worker posts it.

    Raises:
        NotFoundError: there is no such batch.
        FourEyesError: he proposed it himself.
        SelfGrantError: he would get points of it.
        AuthorityError: it is more than he may approve, at once or today.
        GrantDecidedError: it waits no more.
    """
    batch = queries.get_batch(code)
    grants.check_second_person(actor_id, batch.maker.id)
    grants.check_second_person(actor_id, identity.survivor_of(batch.maker.id))
    selves = {actor_id, *former_selves([actor_id])}
    mine = sa.select(GRANT.c.id).where(GRANT.c.batch_id == batch.id, GRANT.c.member_id.in_(selves))
    if db.session.scalar(mine) is not None:
        raise SelfGrantError
    authority = grants_queries.standing_of(actor_id).authority
    if not policy.may_approve(authority, batch.largest_points, batch.total_points):
        raise AuthorityError
    _step(
        batch, (BatchState.WAITING,), state=BatchState.RUNNING, checker_id=actor_id,
        charged_on=clock.business_date(),
    )  # fmt: skip
    if not grants.charge(actor_id, ChargeKind.APPROVE, batch.total_points, authority):
        raise AuthorityError
    _note(actor_id, "grants.approved", batch)
    jobs.nudge(SWEEP)
    return queries.get_batch(code)


@use_case
def decline(actor_id: int, code: str) -> BatchRow:
    """Say no to a batch; its lines are forgotten.

    Raises:
        NotFoundError: there is no such batch.
        FourEyesError: he proposed it himself; he may give it up.
        GrantDecidedError: it waits no more.
    """
    batch = queries.get_batch(code)
    grants.check_second_person(actor_id, batch.maker.id)
    _step(batch, (BatchState.WAITING,), state=BatchState.DECLINED, checker_id=actor_id)
    _forget_lines(batch.id)
    _note(actor_id, "grants.declined", batch)
    return queries.get_batch(code)


@use_case
def drop(actor_id: int, code: str) -> BatchRow:
    """Give one's own batch up before anything was given; its lines are forgotten.

    Raises:
        NotFoundError: there is none of his.
        GrantDecidedError: it runs, or is over.
    """
    batch = _own(actor_id, code)
    before = (BatchState.GATHERING, BatchState.CHECKED, BatchState.WAITING)
    _step(batch, before, state=BatchState.DROPPED)
    _forget_lines(batch.id)
    _note(actor_id, "grants.dropped", batch)
    return queries.get_batch(code)


@use_case
def ask_reversal(actor_id: int, code: str, *, may_all: bool) -> BatchRow:
    """Take a whole batch back; the worker does it. What was spent becomes a debt.

    Args:
        actor_id: who asks.
        code: which batch.
        may_all: whether he may do so with batches of others.

    Raises:
        NotFoundError: there is no such batch of his.
        GrantRefusedError: it is not done yet, or too old.
    """
    batch = queries.get_batch(code) if may_all else _own(actor_id, code)
    if batch.state in {BatchState.REVERSING, BatchState.REVERSED}:
        return batch
    if not queries.can_be_reversed(batch):
        raise GrantRefusedError(
            _l("A batch can be taken back for %(days)s days.", days=policy.REVERSE_DAYS)
        )
    _step(batch, (BatchState.DONE,), state=BatchState.REVERSING)
    _note(actor_id, "grants.reversal_asked", batch)
    jobs.nudge(SWEEP)
    return queries.get_batch(code)


def _own(actor_id: int, code: str) -> BatchRow:
    batch = queries.get_batch(code)
    if batch.maker.id != actor_id:
        raise NotFoundError
    return batch


def _step(batch: BatchRow, before: Sequence[BatchState], **values: Any) -> None:
    """Let a batch go on, once: of two who decide together one is told."""
    due = sa.or_(BATCH.c.expires_at.is_(None), BATCH.c.expires_at > clock.now())
    where = [BATCH.c.id == batch.id, BATCH.c.state.in_(before)]
    if before == (BatchState.WAITING,):
        where.append(due)
    if changed(sa.update(BATCH).where(*where).values(**values)) != 1:
        raise GrantDecidedError


def _forget_lines(batch_id: int) -> None:
    """Delete lines that were never posted: nothing has happened to these members."""
    changed(
        sa.delete(GRANT).where(GRANT.c.batch_id == batch_id, GRANT.c.state == GrantState.PREPARED)
    )


def _note(actor_id: int | None, action: str, batch: BatchRow) -> None:
    audit.note(
        actor_id, action, Ref("grant_batch", batch.id), lines=batch.lines,
        points=batch.total_points,
    )  # fmt: skip


@use_case
def expire(limit: int = 20) -> int:
    """Close batches that nobody decided in time; return how many."""
    found = list(
        db.session.scalars(
            sa.select(BATCH.c.code)
            .where(BATCH.c.state == BatchState.WAITING, BATCH.c.expires_at <= clock.now())
            .limit(limit)
        )
    )
    for code in found:
        batch = queries.get_batch(code)
        closed = changed(
            sa.update(BATCH)
            .where(BATCH.c.id == batch.id, BATCH.c.state == BatchState.WAITING)
            .values(state=BatchState.EXPIRED)
        )
        if closed:
            _forget_lines(batch.id)
            _note(None, "grants.expired", batch)
    return len(found)


def refuse_empty(batch: BatchRow) -> None:
    """Tell that nothing of a file can be given.

    Raises:
        FileError: so it is.
    """
    if not batch.lines and not batch.given_before:
        raise FileError(_l("No line of this file can be given. See what is wrong below."))
