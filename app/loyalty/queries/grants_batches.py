"""Reads of adjustments in bulk: batches, their bad lines, what the worker does next."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.types import MemberState
from app.kernel import audience, clock, ids
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page
from app.loyalty.models.grants import GrantFault
from app.loyalty.policy.grants import REVERSE_WITHIN
from app.loyalty.queries.families import former_selves
from app.loyalty.queries.grants import BATCH, GRANT, MEMBER, PER_PAGE
from app.loyalty.types.grants import AT_WORK, BatchRow, BatchState, Fault, GrantState

AT_ONCE = 1_000
FAULTS_SHOWN = 50
FAULT = cast("sa.Table", GrantFault.__table__)
_maker, _checker = MEMBER.alias("bm"), MEMBER.alias("bc")


def _select() -> sa.Select[Any]:
    return (
        sa.select(
            BATCH,
            *identity.person_columns(_maker.c, "by_"),
            *identity.person_columns(_checker.c, "second_"),
        )
        .join(_maker, _maker.c.id == BATCH.c.maker_id)
        .outerjoin(_checker, _checker.c.id == BATCH.c.checker_id)
    )


def _row(row: Any) -> BatchRow:
    return BatchRow(
        id=row.id,
        code=row.code,
        label=row.label,
        audience=row.audience,
        reason=row.reason,
        state=row.state,
        maker=identity.person_from(row, "by_"),
        maker_role=row.maker_role,
        checker=identity.person_from(row, "second_") if row.checker_id else None,
        is_beyond=row.is_beyond,
        lines=row.line_count,
        bad=row.bad_count,
        given_before=row.given_before_count,
        total_points=row.total_points,
        largest_points=row.largest_points,
        done=row.done_count,
        failed=row.failed_count,
        undone=row.undone_count,
        created_at=row.created_at,
        expires_at=row.expires_at,
        finished_at=row.finished_at,
    )


def batches(*, after: str | None = None, limit: int = PER_PAGE) -> Page[BatchRow]:
    """Return a page of batches, the newest first. One statement."""
    query = _select()
    if after and after.isdecimal() and int(after) < 2**63:
        query = query.where(BATCH.c.id < int(after))
    rows = db.session.execute(query.order_by(BATCH.c.id.desc()).limit(limit + 1)).all()
    shown = [_row(row) for row in rows[:limit]]
    return Page(shown, str(shown[-1].id) if len(rows) > limit else None)


def get_batch(code: str) -> BatchRow:
    """Return one batch. One statement.

    Raises:
        NotFoundError: there is none of that code.
    """
    read = ids.read_code(code)
    row = db.session.execute(_select().where(BATCH.c.code == (read or ""))).one_or_none()
    if row is None:
        raise NotFoundError
    return _row(row)


def waiting_batches() -> list[BatchRow]:
    """Return the batches that wait for a second person, the oldest first. One statement."""
    rows = db.session.execute(
        _select()
        .where(BATCH.c.state == BatchState.WAITING, BATCH.c.expires_at > clock.now())
        .order_by(BATCH.c.id)
        .limit(PER_PAGE)
    )
    return [_row(row) for row in rows]


def can_be_reversed(batch: BatchRow) -> bool:
    """Return whether a batch can still be taken back."""
    return (
        batch.state is BatchState.DONE
        and batch.finished_at is not None
        and clock.now() < batch.finished_at + REVERSE_WITHIN
    )


def batch_of_digest(digest: str) -> BatchRow | None:
    """Return the batch that a file with these bytes made before, if it still stands."""
    gone = (BatchState.DROPPED, BatchState.DECLINED, BatchState.EXPIRED, BatchState.REVERSED)
    row = db.session.execute(
        _select().where(BATCH.c.digest == digest, BATCH.c.state.not_in(gone))
    ).one_or_none()
    return None if row is None else _row(row)


def faults_of(batch_id: int) -> list[Fault]:
    """Return the first bad lines of a batch. One statement."""
    rows = db.session.execute(
        sa.select(FAULT.c.line_number, FAULT.c.fault)
        .where(FAULT.c.batch_id == batch_id)
        .order_by(FAULT.c.line_number)
        .limit(FAULTS_SHOWN)
    )
    return [Fault(row.line_number, row.fault) for row in rows]


def next_at_work() -> tuple[int, BatchState] | None:
    """Return the oldest batch that the worker has to go on with. One statement."""
    row = db.session.execute(
        sa.select(BATCH.c.id, BATCH.c.state)
        .where(BATCH.c.state.in_(AT_WORK))
        .order_by(BATCH.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.id, row.state)


def members_by_yid(yids: Sequence[str]) -> Mapping[str, tuple[int, MemberState]]:
    """Return who has these Yids. One statement for a thousand."""
    found: dict[str, tuple[int, MemberState]] = {}
    for start in range(0, len(yids), AT_ONCE):
        rows = db.session.execute(
            sa.select(MEMBER.c.yid, MEMBER.c.id, MEMBER.c.state).where(
                MEMBER.c.yid.in_(yids[start : start + AT_ONCE])
            )
        )
        found |= {row.yid: (row.id, row.state) for row in rows}
    return found


def given_before(occasion: str, member_ids: Collection[int]) -> set[int]:
    """Return which members an occasion has given something already, whoever they were then.

    Two statements a thousand.
    """
    wanted, found = list(member_ids), set[int]()
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        former = former_selves(some)
        given = db.session.scalars(
            sa.select(GRANT.c.member_id).where(
                GRANT.c.occasion == occasion,
                GRANT.c.state.not_in((GrantState.REVERSED, GrantState.FAILED)),
                GRANT.c.member_id.in_([*some, *former]),
            )
        )
        found.update(former.get(member_id, member_id) for member_id in given)
    return found


def paid_before(occasion: str, member_ids: Collection[int]) -> set[int]:
    """Return which of these an occasion has really paid, whoever they were then.

    Two statements; none for nobody.
    """
    if not member_ids:
        return set()
    former = former_selves(member_ids)
    paid = db.session.scalars(
        sa.select(GRANT.c.member_id).where(
            GRANT.c.occasion == occasion,
            GRANT.c.state == GrantState.POSTED,
            GRANT.c.member_id.in_([*member_ids, *former]),
        )
    )
    return {former.get(member_id, member_id) for member_id in paid}


def audience_after(name: str, cursor: int, limit: int, *, but: int) -> list[int]:
    """Return the next active members of an audience, by id. One statement.

    Raises:
        UnknownAudienceError: nobody answers for it set-wise.
    """
    return list(
        db.session.scalars(
            sa.select(MEMBER.c.id)
            .where(
                MEMBER.c.id > cursor,
                MEMBER.c.id != but,
                MEMBER.c.state.in_((MemberState.ACTIVE, MemberState.MUTED)),
                audience.condition(name, MEMBER.c.id),
            )
            .order_by(MEMBER.c.id)
            .limit(limit)
        )
    )


def lines_in(batch_id: int, state: GrantState, limit: int) -> list[Any]:
    """Return some lines of a batch in a state, by id. One statement."""
    return list(
        db.session.execute(
            sa.select(GRANT)
            .where(GRANT.c.batch_id == batch_id, GRANT.c.state == state)
            .order_by(GRANT.c.id)
            .limit(limit)
        )
    )
