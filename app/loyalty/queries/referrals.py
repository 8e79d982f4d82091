"""Reads of referrals: the own page, whose a link is, how invitations spread."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import ids
from app.kernel.db import db
from app.loyalty.models import LoyaltyAward, LoyaltyUndone
from app.loyalty.models.referrals import InviteCode, InviteTap, Referral
from app.loyalty.queries import desk
from app.loyalty.types import Outcome
from app.loyalty.types.referrals import (
    BROUGHT,
    SETTING,
    Guest,
    InvitePage,
    Inviter,
    ReferralRules,
    ReferralState,
    Spread,
    TopInviter,
)

REFERRAL = cast("sa.Table", Referral.__table__)
CODE = cast("sa.Table", InviteCode.__table__)
TAP = cast("sa.Table", InviteTap.__table__)
AWARD = cast("sa.Table", LoyaltyAward.__table__)
UNDONE = cast("sa.Table", LoyaltyUndone.__table__)
MEMBER = cast("sa.Table", Member.__table__)
PER_PAGE = 20
TOP = 20
LONGEST_CHAIN = 50
ONE_NOW = "oneself"
"""On whose account points go where both sides of an invitation turn out to be one."""
SIGNED_UP = (MemberState.ACTIVE, MemberState.MUTED)


def rules() -> ReferralRules:
    """Return what counts as joining in. One statement."""
    return desk.figures(SETTING, ReferralRules)


def code_of(member_id: int) -> str | None:
    """Return the code of a member's link, the first one he made. One statement."""
    return db.session.scalar(
        sa.select(CODE.c.code)
        .where(CODE.c.member_id == member_id)
        .order_by(CODE.c.made_at, CODE.c.code)
        .limit(1)
    )


def inviter_of(text: str) -> Inviter | None:
    """Return whose link a code is; None: nobody's, or he can't invite any more. One statement."""
    code = ids.read_code(text)
    if code is None:
        return None
    row = db.session.execute(
        sa.select(*identity.person_columns())
        .join(CODE, CODE.c.member_id == MEMBER.c.id)
        .where(CODE.c.code == code, MEMBER.c.state.in_(SIGNED_UP))
    ).one_or_none()
    return None if row is None else Inviter(row.person_id, identity.person_from(row))


def masked(name: str) -> str:
    """Return the first letter of a name; the rest is nobody's business."""
    return f"{name[:1]}***"


_own = AWARD.alias("own")


def _guests() -> sa.Select[Any]:
    cause = sa.and_(UNDONE.c.kind == REFERRAL.c.cause_kind, UNDONE.c.ref_id == REFERRAL.c.cause_id)
    own = sa.and_(UNDONE.c.kind == "referral", UNDONE.c.ref_id == REFERRAL.c.id)
    gone = sa.exists().where(UNDONE.c.is_undone, sa.or_(cause, own))
    return (
        sa.select(
            REFERRAL.c.id,
            REFERRAL.c.joined_at,
            REFERRAL.c.state,
            MEMBER.c.display_name,
            MEMBER.c.yid,
            _own.c.points,
            _own.c.outcome,
            gone.label("is_gone"),
        )
        .select_from(REFERRAL)
        .join(MEMBER, MEMBER.c.id == REFERRAL.c.member_id)
        .outerjoin(
            _own,
            sa.and_(
                _own.c.source_kind == "referral",
                _own.c.source_id == REFERRAL.c.id,
                _own.c.action == BROUGHT,
            ),
        )
    )


def _guest(row: Any) -> Guest:
    return Guest(
        row.id,
        masked(identity.shown_name(row.display_name, row.yid)),
        row.joined_at,
        row.state,
        row.points,
        is_waiting=row.outcome is Outcome.FROZEN,
        is_undone=bool(row.is_gone),
    )


def invite_page(member_id: int, after: str | None = None) -> InvitePage:
    """Return what a member's own page of invitations shows. Three statements."""
    mine = REFERRAL.c.inviter_id == member_id
    query = _guests().where(mine).order_by(REFERRAL.c.id.desc()).limit(PER_PAGE + 1)
    if after and after.isdecimal() and int(after) < 2**63:
        query = query.where(REFERRAL.c.id < int(after))
    rows = db.session.execute(query).all()
    counted = _guests().where(mine).subquery()
    earned = sa.case(
        (sa.or_(counted.c.is_gone, counted.c.outcome == Outcome.FROZEN), 0),
        else_=sa.func.coalesce(counted.c.points, 0),
    )
    totals = db.session.execute(
        sa.select(
            sa.func.count().label("came"),
            sa.func.sum(sa.case((counted.c.state == ReferralState.REWARDED, 1), else_=0)).label(
                "joined_in"
            ),
            sa.func.sum(earned).label("earned"),
        ).select_from(counted)
    ).one()
    return InvitePage(
        code_of(member_id),
        int(totals.came),
        int(totals.joined_in or 0),
        int(totals.earned or 0),
        [_guest(row) for row in rows[:PER_PAGE]],
        str(rows[PER_PAGE - 1].id) if len(rows) > PER_PAGE else None,
    )


def awaited(member_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return whether a member came by an invitation and has not joined in yet."""
    return sa.exists().where(
        REFERRAL.c.member_id == member_id, REFERRAL.c.state == ReferralState.JOINED
    )


def ancestors_of(member_id: int) -> set[int]:
    """Return who invited a member, who invited that one, and so on. One statement."""
    chain = (
        sa.select(REFERRAL.c.inviter_id.label("id"), sa.literal(1).label("depth"))
        .where(REFERRAL.c.member_id == member_id)
        .cte("chain", recursive=True)
    )
    further = REFERRAL.alias()
    chain = chain.union_all(
        sa.select(further.c.inviter_id, chain.c.depth + 1)
        .join(chain, further.c.member_id == chain.c.id)
        .where(chain.c.depth < LONGEST_CHAIN)
    )
    return set(db.session.scalars(sa.select(chain.c.id)))


# --- for staff -----------------------------------------------------------------------------------


def spread(since: date, until: date) -> Spread:
    """Return how invitations spread on business days ``since`` ≤ day ≤ ``until``. One statement."""
    days = sa.and_(REFERRAL.c.joined_on >= since, REFERRAL.c.joined_on <= until)
    joined_in = sa.and_(days, REFERRAL.c.state == ReferralState.REWARDED)
    row = db.session.execute(
        sa.select(
            _count(MEMBER, MEMBER.c.state.in_(SIGNED_UP)).label("members"),
            sa.select(sa.func.count(sa.distinct(CODE.c.member_id)))
            .scalar_subquery()
            .label("links"),
            sa.select(sa.func.coalesce(sa.func.sum(TAP.c.taps), 0))
            .where(TAP.c.on_date >= since, TAP.c.on_date <= until)
            .scalar_subquery()
            .label("taps"),
            _count(REFERRAL, days).label("came"),
            _count(REFERRAL, joined_in).label("joined_in"),
            _count(REFERRAL, sa.and_(days, REFERRAL.c.alike != "")).label("flagged"),
        )
    ).one()
    return Spread(
        since, until, row.members, row.links, int(row.taps), row.came, row.joined_in, row.flagged
    )


def _count(table: sa.Table, which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(which).scalar_subquery()


def top_inviters(since: date, until: date) -> list[TopInviter]:
    """Return who brought most members on these business days. One statement."""
    came = sa.func.count()
    counted = (
        sa.select(
            REFERRAL.c.inviter_id,
            came.label("came"),
            sa.func.sum(sa.case((REFERRAL.c.state == ReferralState.REWARDED, 1), else_=0)).label(
                "joined_in"
            ),
            sa.func.sum(sa.case((REFERRAL.c.alike != "", 1), else_=0)).label("alike"),
            sa.func.sum(sa.func.coalesce(AWARD.c.points, 0)).label("points"),
        )
        .select_from(REFERRAL)
        .outerjoin(
            AWARD,
            sa.and_(
                AWARD.c.source_kind == "referral",
                AWARD.c.source_id == REFERRAL.c.id,
                AWARD.c.action == BROUGHT,
            ),
        )
        .where(REFERRAL.c.joined_on >= since, REFERRAL.c.joined_on <= until)
        .group_by(REFERRAL.c.inviter_id)
        .order_by(came.desc(), REFERRAL.c.inviter_id)
        .limit(TOP)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(counted, *identity.person_columns())
        .join(MEMBER, MEMBER.c.id == counted.c.inviter_id)
        .order_by(counted.c.came.desc(), counted.c.inviter_id)
    )
    return [
        TopInviter(
            identity.person_from(row), row.came, int(row.joined_in), int(row.points), int(row.alike)
        )
        for row in rows
    ]


def days_back(days: int, today: date) -> date:
    """Return the first of so many business days that end today."""
    return today - timedelta(days=days - 1)


def _was_taken(referral_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return whether an invitation's points went because its two sides are one."""
    return sa.exists().where(
        UNDONE.c.kind == "referral",
        UNDONE.c.ref_id == referral_id,
        UNDONE.c.on_account == ONE_NOW,
        UNDONE.c.is_undone,
    )


def stray_rewards() -> Iterator[str]:
    """Yield one sentence for every reward of an invitation that does not stand as rewarded."""
    rows = db.session.execute(
        sa.select(AWARD.c.source_id, AWARD.c.member_id, REFERRAL.c.state)
        .outerjoin(REFERRAL, REFERRAL.c.id == AWARD.c.source_id)
        .where(
            AWARD.c.action == BROUGHT,
            AWARD.c.source_kind == "referral",
            sa.or_(REFERRAL.c.id.is_(None), REFERRAL.c.state != ReferralState.REWARDED),
            ~_was_taken(AWARD.c.source_id),
        )
    )
    for row in rows:
        yield f"invitation {row.source_id} paid member {row.member_id} and is {row.state}"


def selves(limit: int) -> list[int]:
    """Return invitations whose sides are one by now and which still pay, or the other way round.

    One statement.
    """
    invited, inviting = identity.merged_pairs("invited"), identity.merged_pairs("inviting")
    guest, host = REFERRAL.c.member_id, REFERRAL.c.inviter_id
    same = sa.or_(
        sa.exists().where(invited.c.member_id == guest, invited.c.into_id == host),
        sa.exists().where(inviting.c.member_id == host, inviting.c.into_id == guest),
        sa.exists().where(
            invited.c.member_id == guest,
            inviting.c.member_id == host,
            invited.c.into_id == inviting.c.into_id,
        ),
    )
    pays = sa.and_(REFERRAL.c.state == ReferralState.REWARDED, same)
    parted = sa.and_(REFERRAL.c.state == ReferralState.VOID, _was_taken(REFERRAL.c.id), ~same)
    return list(
        db.session.scalars(
            sa.select(REFERRAL.c.id)
            .where(sa.or_(pays, parted))
            .order_by(REFERRAL.c.id)
            .limit(limit)
        )
    )
