"""Reads of staff adjustments: authority, lists, one proposal, what drifts."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.permissions import Role
from app.kernel.types import Page
from app.loyalty.models.grants import Grant, GrantBatch, GrantBudget, GrantDay, GrantNote
from app.loyalty.policy import grants as policy
from app.loyalty.types.grants import (
    Authority,
    BatchState,
    Budgets,
    ChargeKind,
    GrantRow,
    GrantState,
    Standing,
)

GRANT = cast("sa.Table", Grant.__table__)
BATCH = cast("sa.Table", GrantBatch.__table__)
BUDGET = cast("sa.Table", GrantBudget.__table__)
DAY = cast("sa.Table", GrantDay.__table__)
NOTE = cast("sa.Table", GrantNote.__table__)
MEMBER = cast("sa.Table", Member.__table__)
PER_PAGE = 20
SHOWN_ON_MEMBER = 5

SHOWN = (
    GrantState.PROPOSED, GrantState.POSTED, GrantState.DECLINED, GrantState.WITHDRAWN,
    GrantState.EXPIRED, GrantState.REVERSED,
)  # fmt: skip


# --- authority -----------------------------------------------------------------------------------


def budgets() -> Budgets:
    """Return what every role that adjusts points may do. One statement."""
    kept = {row.role: _authority(row) for row in db.session.execute(sa.select(BUDGET))}
    return Budgets(
        {role: kept.get(role, policy.DEFAULTS[role]) for role in policy.granting_roles()},
        frozenset(kept),
    )


def _authority(row: Any) -> Authority:
    return Authority(row.act_points, row.day_points, row.approve_act_points, row.approve_day_points)


def standing_of(actor_id: int, roles: Collection[Role] | None = None) -> Standing:
    """Return somebody's authority and what is left of it today. Two or three statements.

    Args:
        actor_id: who.
        roles: his roles, where the caller knows them; else they are read.

    Raises:
        NotFoundError: there is no such member.
    """
    held = identity.get_member(actor_id).roles if roles is None else roles
    used = used_today(actor_id)
    return Standing(
        policy.authority_of(held, budgets().by_role),
        policy.house_role(held),
        used.get(ChargeKind.GIVE, 0),
        used.get(ChargeKind.APPROVE, 0),
    )


def authority_for(actor_id: int) -> tuple[Authority, Role]:
    """Return what somebody may move, and as what he acts. Two statements.

    Raises:
        NotFoundError: there is no such member.
    """
    held = identity.get_member(actor_id).roles
    return policy.authority_of(held, budgets().by_role), policy.house_role(held)


def used_today(actor_id: int) -> Mapping[ChargeKind, int]:
    """Return how many points somebody has moved today, by kind of act. One statement."""
    rows = db.session.execute(
        sa.select(DAY.c.kind, DAY.c.points).where(
            DAY.c.actor_id == actor_id, DAY.c.on_date == clock.business_date()
        )
    )
    return {row.kind: row.points for row in rows}


# --- adjustments ---------------------------------------------------------------------------------

_member, _maker, _checker = (MEMBER.alias(name) for name in ("m", "mk", "ck"))


def _select() -> sa.Select[Any]:
    return (
        sa.select(
            GRANT,
            *identity.person_columns(_member.c, "of_"),
            *identity.person_columns(_maker.c, "by_"),
            *identity.person_columns(_checker.c, "second_"),
        )
        .join(_member, _member.c.id == GRANT.c.member_id)
        .join(_maker, _maker.c.id == GRANT.c.maker_id)
        .outerjoin(_checker, _checker.c.id == GRANT.c.checker_id)
    )


def _row(row: Any) -> GrantRow:
    return GrantRow(
        id=row.id,
        code=row.code,
        member=identity.person_from(row, "of_"),
        points=row.points,
        reason=row.reason,
        state=row.state,
        maker=identity.person_from(row, "by_"),
        maker_role=row.maker_role,
        checker=identity.person_from(row, "second_") if row.checker_id else None,
        is_beyond=row.is_beyond,
        created_at=row.created_at,
        expires_at=row.expires_at,
        decided_at=row.decided_at,
        txn_id=row.txn_id,
    )


def grants(
    state: GrantState | None = None, *, after: str | None = None, limit: int = PER_PAGE
) -> Page[GrantRow]:
    """Return a page of single adjustments; what waits the oldest first, else the newest first.

    One statement. A proposal past its time waits no more and is left out of those that wait.
    """
    waits = state is GrantState.PROPOSED
    query = _select().where(GRANT.c.batch_id.is_(None), GRANT.c.state.in_(SHOWN))
    if waits:
        query = query.where(_open())
    elif state is not None:
        query = query.where(GRANT.c.state == state)
    if after and after.isdecimal() and int(after) < 2**63:
        query = query.where(GRANT.c.id > int(after) if waits else GRANT.c.id < int(after))
    order = GRANT.c.id if waits else GRANT.c.id.desc()
    rows = db.session.execute(query.order_by(order).limit(limit + 1)).all()
    shown = [_row(row) for row in rows[:limit]]
    return Page(shown, str(shown[-1].id) if len(rows) > limit else None)


def _open() -> sa.ColumnElement[bool]:
    return sa.and_(GRANT.c.state == GrantState.PROPOSED, GRANT.c.expires_at > clock.now())


def get_grant(code: str) -> GrantRow:
    """Return one adjustment with what staff wrote about it. One statement.

    Raises:
        NotFoundError: there is none of that code, or it is a line of a batch not posted yet.
    """
    read = ids.read_code(code)
    row = db.session.execute(
        _select()
        .add_columns(NOTE.c.note, NOTE.c.answer)
        .outerjoin(NOTE, NOTE.c.grant_id == GRANT.c.id)
        .where(GRANT.c.code == (read or ""), GRANT.c.state != GrantState.PREPARED)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return replace(_row(row), note=row.note or "", answer=row.answer or "")


def grants_of(member_id: int) -> list[GrantRow]:
    """Return a member's last adjustments, bulk ones too. One statement."""
    rows = db.session.execute(
        _select()
        .where(GRANT.c.member_id == member_id, GRANT.c.state.in_(SHOWN))
        .order_by(GRANT.c.id.desc())
        .limit(SHOWN_ON_MEMBER)
    )
    return [_row(row) for row in rows]


def waiting_count() -> int:
    """Return how many proposals, single and in bulk, wait for a second person. One statement."""
    single = sa.select(sa.func.count()).select_from(GRANT).where(_open()).scalar_subquery()
    bulk = (
        sa.select(sa.func.count())
        .select_from(BATCH)
        .where(BATCH.c.state == BatchState.WAITING, BATCH.c.expires_at > clock.now())
        .scalar_subquery()
    )
    return int(db.session.scalar(sa.select(single + bulk)) or 0)


# --- verification --------------------------------------------------------------------------------


def drifting_days() -> Iterator[str]:
    """Recompute what everybody has moved on every day; yield one sentence per difference."""
    should = _charged()
    kept = {
        (row.actor_id, row.kind, row.on_date): row.points
        for row in db.session.execute(sa.select(DAY))
    }
    for place in sorted({*should, *kept}, key=str):
        if should.get(place, 0) != kept.get(place, 0):
            actor_id, kind, day = place
            yield (
                f"{kind} of member {actor_id} on {day} says {kept.get(place, 0)}, "
                f"the adjustments say {should.get(place, 0)}"
            )


def _charged() -> dict[tuple[int, ChargeKind, Any], int]:
    """Return what adjustments and batches say, by who, kind and day."""
    found: dict[tuple[int, ChargeKind, Any], int] = {}
    sources = (
        (GRANT, sa.func.abs(GRANT.c.points), GRANT.c.batch_id.is_(None)),
        (BATCH, BATCH.c.total_points, sa.true()),
    )
    for table, points, which in sources:
        beyond = table.c.is_beyond
        actor = sa.case((beyond, table.c.checker_id), else_=table.c.maker_id)
        rows = db.session.execute(
            sa.select(actor, beyond, table.c.charged_on, sa.func.sum(points))
            .where(table.c.charged_on.is_not(None), which)
            .group_by(actor, beyond, table.c.charged_on)
        )
        for actor_id, is_beyond, day, total in rows:
            kind = ChargeKind.APPROVE if is_beyond else ChargeKind.GIVE
            place = (actor_id, kind, day)
            found[place] = found.get(place, 0) + int(total)
    return found


def lone_decisions() -> Iterator[str]:
    """Yield one sentence for everything beyond a budget that no second person has agreed to."""
    for table, name in ((GRANT, "adjustment"), (BATCH, "batch")):
        rows = db.session.scalars(
            sa.select(table.c.code)
            .where(
                table.c.is_beyond,
                table.c.charged_on.is_not(None),
                sa.or_(table.c.checker_id.is_(None), table.c.checker_id == table.c.maker_id),
            )
            .order_by(table.c.id)
        )
        for code in rows:
            yield f"{name} {code} is beyond its maker's budget and nobody else agreed"
