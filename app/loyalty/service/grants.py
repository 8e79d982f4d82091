"""Staff give and take points: at once within their authority, beyond it with a second person."""

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.types import MemberState
from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import ForbiddenError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Adjust
from app.loyalty.models.grants import Grant, GrantBudget, GrantDay, GrantNote
from app.loyalty.policy import grants as policy
from app.loyalty.queries import grants as queries
from app.loyalty.service import telling
from app.loyalty.types.grants import (
    Adjusted,
    Authority,
    AuthorityError,
    ChargeKind,
    FourEyesError,
    GrantDecidedError,
    GrantReason,
    GrantRefusedError,
    GrantRow,
    GrantState,
    SelfGrantError,
    Wish,
)

SCOPE = "staff.grant"
GRANT = queries.GRANT
LIVING = (MemberState.ACTIVE, MemberState.MUTED, MemberState.SILENT)


@use_case
def adjust(actor_id: int, wish: Wish) -> Adjusted:
    """Give or take points: at once within the actor's authority, else as a proposal.

    The same request key again returns the first result. Of many at once no day's budget is
    overdrawn: what does not fit any more becomes a proposal.

    Raises:
        SelfGrantError: nobody adjusts his own points.
        GrantRefusedError: no points, too many, or a member who has left.
        ForbiddenError: none of his roles may adjust points.
        InsufficientPointsError: fewer points than shall be taken.
    """
    if earlier := _find(actor_id, wish.request_key):
        return earlier
    _check_wish(actor_id, wish)
    authority, role = queries.authority_for(actor_id)
    if not authority.day_points:
        raise ForbiddenError
    size = abs(wish.points)
    is_alone = size <= authority.act_points and charge(actor_id, ChargeKind.GIVE, size, authority)
    grant_id, code = ids.next_id(), ids.new_code()
    txn_id = None
    if is_alone:
        what = wish.points, wish.reason, role, actor_id
        txn_id = ledger.post(command(grant_id, wish.member_id, *what)).txn_id
        telling.tell_grants([(grant_id, wish.member_id, wish.points, wish.reason, txn_id)])
    _write(actor_id, wish, role, grant_id=grant_id, code=code, txn_id=txn_id)
    audit.note(
        actor_id, "grant.posted" if is_alone else "grant.proposed", Ref("grant", grant_id),
        member_id=wish.member_id, points=wish.points, reason=wish.reason,
    )  # fmt: skip
    return Adjusted(code, GrantState.POSTED if is_alone else GrantState.PROPOSED, wish.points)


def _find(actor_id: int, request_key: str) -> Adjusted | None:
    row = db.session.execute(
        sa.select(GRANT.c.code, GRANT.c.state, GRANT.c.points).where(
            GRANT.c.maker_id == actor_id, GRANT.c.request_key == request_key
        )
    ).one_or_none()
    return None if row is None else Adjusted(row.code, row.state, row.points)


def _check_wish(actor_id: int, wish: Wish) -> None:
    if wish.member_id == actor_id:
        raise SelfGrantError
    if not 0 < abs(wish.points) <= policy.MOST_POINTS:
        raise GrantRefusedError(_l("Write between 1 and %(most)s points.", most=policy.MOST_POINTS))
    if identity.get_member(wish.member_id).state not in LIVING:
        raise GrantRefusedError(_l("This member has left or was merged into another one."))


def charge(actor_id: int, kind: ChargeKind, points: int, authority: Authority) -> bool:
    """Take points out of somebody's authority for today unless that overdraws it.

    One conditional upsert: of many at once those that fit win. Returns whether it fitted.
    """
    cap = policy.day_cap(authority, kind)
    if points > cap:
        return False
    statement = insert(GrantDay).values(
        actor_id=actor_id, kind=kind, on_date=clock.business_date(), points=points
    )
    total = GrantDay.points + statement.excluded.points
    counted = changed(
        statement.on_conflict_do_update(
            index_elements=["actor_id", "kind", "on_date"],
            set_={"points": total},
            where=total <= cap,
        )
    )
    return counted == 1


def _write(
    actor_id: int, wish: Wish, role: Role, *, grant_id: int, code: str, txn_id: int | None
) -> None:
    now, is_alone = clock.now(), txn_id is not None
    row = {
        "id": grant_id,
        "code": code,
        "member_id": wish.member_id,
        "points": wish.points,
        "reason": wish.reason,
        "state": GrantState.POSTED if is_alone else GrantState.PROPOSED,
        "maker_id": actor_id,
        "maker_role": role,
        "is_beyond": not is_alone,
        "request_key": wish.request_key,
        "created_at": now,
        "expires_at": None if is_alone else now + policy.PROPOSAL_LIFE,
        "charged_on": clock.business_date() if is_alone else None,
        "decided_at": now if is_alone else None,
        "txn_id": txn_id,
    }
    db.session.execute(sa.insert(Grant), [row])
    if wish.note:
        db.session.execute(sa.insert(GrantNote), [{"grant_id": grant_id, "note": wish.note}])


def command(
    grant_id: int, member_id: int, points: int, reason: GrantReason, role: Role, actor_id: int
) -> Adjust:
    """Return the ledger's command of an adjustment; the same at every call."""
    return Adjust(
        member_id=member_id,
        points=points,
        reason=policy.posting_reason(reason.value, role),
        scope=SCOPE,
        key=str(grant_id),
        source=Ref("grant", grant_id),
        actor_id=actor_id,
    )


# --- the second person ---------------------------------------------------------------------------


@use_case
def approve(actor_id: int, code: str, answer: str = "") -> GrantRow:
    """Agree to a proposal; it is posted in the same transaction, once, whoever else agrees too.

    Raises:
        NotFoundError: there is no such adjustment.
        FourEyesError: he proposed it himself.
        SelfGrantError: it is for himself.
        AuthorityError: it is more than he may approve, at once or today.
        GrantDecidedError: it waits no more.
        InsufficientPointsError: fewer points than shall be taken.
    """
    grant = queries.get_grant(code)
    now = clock.now()
    check_second_person(actor_id, grant.maker.id)
    people = identity.survivors_of({grant.member.id, grant.maker.id})
    member_id, maker_id = people[grant.member.id], people[grant.maker.id]
    check_second_person(actor_id, maker_id)
    if member_id in {actor_id, maker_id}:
        raise SelfGrantError
    authority, _role = queries.authority_for(actor_id)
    size = abs(grant.points)
    if not policy.may_approve(authority, size, size):
        raise AuthorityError
    _decide(grant, GrantState.POSTED, checker_id=actor_id, charged_on=clock.business_date(now))
    if not charge(actor_id, ChargeKind.APPROVE, size, authority):
        raise AuthorityError
    what = grant.points, grant.reason, grant.maker_role, grant.maker.id
    posted = ledger.post(command(grant.id, member_id, *what))
    changed(sa.update(GRANT).where(GRANT.c.id == grant.id).values(txn_id=posted.txn_id))
    telling.tell_grants([(grant.id, member_id, grant.points, grant.reason, posted.txn_id)])
    _answer(grant.id, answer)
    _note_decision(actor_id, "grant.approved", grant)
    return queries.get_grant(code)


def check_second_person(actor_id: int, maker_id: int) -> None:
    """Refuse a second person who is the first.

    Raises:
        FourEyesError: he is.
    """
    if actor_id == maker_id:
        raise FourEyesError


@use_case
def decline(actor_id: int, code: str, answer: str = "") -> GrantRow:
    """Say no to a proposal.

    Raises:
        NotFoundError: there is no such adjustment.
        FourEyesError: he proposed it himself; he may withdraw it.
        GrantDecidedError: it waits no more.
    """
    grant = queries.get_grant(code)
    check_second_person(actor_id, grant.maker.id)
    if actor_id == grant.member.id:
        raise SelfGrantError
    _decide(grant, GrantState.DECLINED, checker_id=actor_id)
    _answer(grant.id, answer)
    _note_decision(actor_id, "grant.declined", grant)
    return queries.get_grant(code)


@use_case
def withdraw(actor_id: int, code: str) -> GrantRow:
    """Take one's own proposal back.

    Raises:
        NotFoundError: there is none of his.
        GrantDecidedError: it waits no more.
    """
    grant = queries.get_grant(code)
    if grant.maker.id != actor_id:
        raise NotFoundError
    _decide(grant, GrantState.WITHDRAWN)
    _note_decision(actor_id, "grant.withdrawn", grant)
    return queries.get_grant(code)


def _decide(grant: GrantRow, state: GrantState, **values: object) -> None:
    """Let a proposal become something, once: of two who decide together one is told."""
    now = clock.now()
    decided = changed(
        sa.update(GRANT)
        .where(
            GRANT.c.id == grant.id,
            GRANT.c.state == GrantState.PROPOSED,
            GRANT.c.expires_at > now,
        )
        .values(state=state, decided_at=now, **values)
    )
    if decided != 1:
        raise GrantDecidedError


def _answer(grant_id: int, answer: str) -> None:
    if answer:
        statement = insert(GrantNote).values(grant_id=grant_id, note="", answer=answer)
        changed(
            statement.on_conflict_do_update(index_elements=["grant_id"], set_={"answer": answer})
        )


def _note_decision(actor_id: int, action: str, grant: GrantRow) -> None:
    audit.note(
        actor_id, action, Ref("grant", grant.id), member_id=grant.member.id, points=grant.points
    )


@use_case
def expire_proposals(limit: int = 200) -> int:
    """Close proposals that nobody decided in time; return how many."""
    due = (
        sa.select(GRANT.c.id)
        .where(GRANT.c.state == GrantState.PROPOSED, GRANT.c.expires_at <= clock.now())
        .order_by(GRANT.c.id)
        .limit(limit)
    )
    found = list(db.session.scalars(due))
    for grant_id in found:
        closed = changed(
            sa.update(GRANT)
            .where(GRANT.c.id == grant_id, GRANT.c.state == GrantState.PROPOSED)
            .values(state=GrantState.EXPIRED, decided_at=clock.now())
        )
        if closed:
            audit.note(None, "grant.expired", Ref("grant", grant_id))
    return len(found)


# --- budgets -------------------------------------------------------------------------------------


@use_case
def set_budget(actor_id: int, role: Role, authority: Authority) -> None:
    """Say what a role may do from now on; what was used today counts on.

    Raises:
        NotFoundError: the role adjusts no points.
        GrantRefusedError: a day that holds less than one act, or more than anybody may move.
    """
    if role not in policy.granting_roles():
        raise NotFoundError
    acts = (authority.act_points, authority.approve_act_points)
    days = (authority.day_points, authority.approve_day_points)
    if min(acts) < 0 or any(day < act for act, day in zip(acts, days, strict=True)):
        raise GrantRefusedError(_l("A day has to hold at least one act."))
    if max(days) > policy.MOST_POINTS:
        raise GrantRefusedError(_l("At most %(most)s points.", most=policy.MOST_POINTS))
    before = queries.budgets().by_role[role]
    figures = {
        "act_points": authority.act_points,
        "day_points": authority.day_points,
        "approve_act_points": authority.approve_act_points,
        "approve_day_points": authority.approve_day_points,
        "set_by": actor_id,
        "set_at": clock.now(),
    }
    statement = insert(GrantBudget).values(role=role, **figures)
    changed(statement.on_conflict_do_update(index_elements=["role"], set_=figures))
    audit.note(
        actor_id, "grant.budget_set", role=role.value,
        before=[before.act_points, before.day_points, *_approving(before)],
        now=[authority.act_points, authority.day_points, *_approving(authority)],
    )  # fmt: skip


def _approving(authority: Authority) -> tuple[int, int]:
    return authority.approve_act_points, authority.approve_day_points
