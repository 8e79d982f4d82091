"""Members bring members: the link, the sign-up that carries it, the reward on joining in.

A member comes once, at his sign-up, so an invitation can't be claimed later. The reward is two acts
that the rule book pays for; they hang on what counted (a thread, an order) and follow it when it
goes or comes back, like all points do.
"""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock, facts, ids, limits, sealing
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import TooManyError
from app.kernel.limits import Limit
from app.kernel.sealing import UnsealableError
from app.kernel.types import Ref
from app.loyalty.events import MemberReferred
from app.loyalty.models.referrals import InviteCode, InviteTap, Referral
from app.loyalty.queries import referrals as queries
from app.loyalty.queries.referrals import ONE_NOW, REFERRAL
from app.loyalty.service import reversing, telling
from app.loyalty.service.rewarding import reward_many
from app.loyalty.types import Act, Award
from app.loyalty.types.referrals import (
    BROUGHT,
    JOINED_IN,
    Inviter,
    NoInvitationError,
    ReferralRules,
    ReferralState,
    VoidReason,
)

PURPOSE = "invitation"
KEEP_DAYS = 30
KEEP_SECONDS = KEEP_DAYS * 86_400
ALIKE_SINCE = timedelta(days=90)
ONESELF = "loyalty.oneself"
CHUNK = 100
TAPS = Limit("invite.tap", 20, 86_400)


@use_case
def make_link(member_id: int) -> str:
    """Give a member his personal link; asked again, he gets the same code."""
    if code := queries.code_of(member_id):
        return code
    code = ids.new_code()
    db.session.execute(
        sa.insert(InviteCode), [{"code": code, "member_id": member_id, "made_at": clock.now()}]
    )
    return code


def sealed(code: str) -> str:
    """Return what a guest's browser keeps of an invitation."""
    return sealing.seal(code, PURPOSE)


def accept(code: str, *, address: str) -> Inviter:
    """Count that somebody accepts an invitation; return whose it is.

    Raises:
        NoInvitationError: nobody's.
    """
    inviter = queries.inviter_of(code)
    if inviter is None:
        raise NoInvitationError
    try:
        limits.hit(TAPS, address)
    except TooManyError:  # welcome all the same; it does not count any more today
        return inviter
    _count_tap(inviter.id)
    return inviter


@use_case
def _count_tap(member_id: int) -> None:
    statement = insert(InviteTap).values(member_id=member_id, on_date=clock.business_date(), taps=1)
    changed(
        statement.on_conflict_do_update(
            index_elements=["member_id", "on_date"], set_={"taps": InviteTap.taps + 1}
        )
    )


# --- sign-up -------------------------------------------------------------------------------------


def welcome(member_id: int, kept: str) -> None:
    """Note who brought a member who has just signed up; in the transaction of the sign-up.

    A seal that is broken or older than 30 days, or an inviter who has left, brings nobody.
    """
    try:
        code = sealing.unseal(kept, PURPOSE, max_age=KEEP_SECONDS)
    except UnsealableError:
        return
    inviter = queries.inviter_of(code)
    if inviter is None or inviter.id == member_id:
        return
    now = clock.now()
    likeness = identity.likenesses(member_id, [inviter.id], since=now - ALIKE_SINCE)
    alike = sorted(likeness.get(inviter.id, ()))
    referral_id = ids.next_id()
    db.session.execute(
        sa.insert(Referral),
        [
            {
                "id": referral_id,
                "member_id": member_id,
                "inviter_id": inviter.id,
                "state": ReferralState.JOINED,
                "joined_at": now,
                "joined_on": clock.business_date(now),
                "alike": ",".join(alike),
            }
        ],
    )
    facts.publish(
        MemberReferred(referral_id, bool(alike)),
        actor_id=member_id,
        subject=Ref("referral", referral_id),
        concerns_id=inviter.id,
    )


# --- joining in ----------------------------------------------------------------------------------


def follow(acts: Sequence[Act], _awards: Sequence[Award]) -> None:
    """Reward both sides when somebody who came by an invitation joins in for the first time.

    Called inside the transaction of the acts, and only with acts of such members.
    """
    rules = queries.rules()
    counting = [act for act in acts if _counts(act, rules)]
    if not counting:
        return
    waiting = {
        row.member_id: row
        for row in db.session.execute(
            sa.select(REFERRAL).where(
                REFERRAL.c.member_id.in_({act.member_id for act in counting}),
                REFERRAL.c.state == ReferralState.JOINED,
            )
        )
    }
    for act in sorted(counting, key=lambda each: each.at):
        row = waiting.get(act.member_id)
        if row is not None and act.at >= row.joined_at:
            del waiting[act.member_id]
            _settle(row.id, row.inviter_id, act, _why_not(row, act, rules))


def _counts(act: Act, rules: ReferralRules) -> bool:
    if act.action not in rules.actions:
        return False
    amount = act.about.get("amount", 0)
    is_small = isinstance(amount, int) and amount < rules.least_amount
    return not (act.action == "order.paid" and is_small)


def _why_not(row: sa.Row[tuple[object, ...]], act: Act, rules: ReferralRules) -> VoidReason | None:
    """Return why an invitation counts as none; None: it counts."""
    if act.at > row.joined_at + timedelta(days=rules.within_days):
        return VoidReason.LATE
    chain = queries.ancestors_of(act.member_id)
    now = identity.survivors_of({*chain, row.inviter_id, act.member_id})
    if now[row.inviter_id] == now[act.member_id]:
        return VoidReason.ONESELF
    if now[act.member_id] in {now[each] for each in chain}:
        return VoidReason.LOOP
    return None


def _settle(referral_id: int, inviter_id: int, act: Act, reason: VoidReason | None) -> None:
    cause = act.hangs_on
    won = changed(
        sa.update(REFERRAL)
        .where(REFERRAL.c.id == referral_id, REFERRAL.c.state == ReferralState.JOINED)
        .values(
            state=ReferralState.REWARDED if reason is None else ReferralState.VOID,
            void_reason=reason,
            action=act.action,
            cause_kind=cause.kind,
            cause_id=cause.id,
            decided_at=clock.now(),
        )
    )
    if won and reason is None:
        _reward(referral_id, inviter_id, act)


def _reward(referral_id: int, inviter_id: int, act: Act) -> None:
    """Let the rules pay both; limits of the inviter cut only his own share."""
    brought = Act(
        identity.survivor_of(inviter_id), BROUGHT, Ref("referral", referral_id), act.at,
        {"by": act.action}, other_id=act.member_id, cause=act.hangs_on, not_before=act.not_before,
    )  # fmt: skip
    joined = Act(
        act.member_id, JOINED_IN, Ref("referral_gift", referral_id), act.at,
        {"by": act.action}, other_id=inviter_id, cause=act.hangs_on, not_before=act.not_before,
    )  # fmt: skip
    by_inviter, by_guest = reward_many([brought, joined])
    telling.tell_referral(
        referral_id, (brought.member_id, by_inviter), (joined.member_id, by_guest)
    )


# --- two who are one ------------------------------------------------------------------------------


def settle_selves(limit: int = CHUNK) -> int:
    """Take back what an invitation paid where both are one by now; give it back where they parted.

    Each in a transaction of its own. Twice is once.

    Returns:
        How many changed.
    """
    found = queries.selves(limit)
    db.session.rollback()
    return sum(_settle_self(referral_id) for referral_id in found)


@use_case
def _settle_self(referral_id: int) -> int:
    row = db.session.execute(sa.select(REFERRAL).where(REFERRAL.c.id == referral_id)).one()
    now = identity.survivors_of({row.inviter_id, row.member_id})
    is_one = now[row.inviter_id] == now[row.member_id]
    shares = Ref("referral", referral_id), Ref("referral_gift", referral_id)
    if is_one:
        reversing.take_back(*shares, on_account=ONE_NOW, reason=ONESELF)
    else:
        reversing.give_back(*shares, on_account=ONE_NOW)
    former, state = ReferralState.REWARDED, ReferralState.VOID
    if not is_one:
        former, state = state, former
    return changed(
        sa.update(REFERRAL)
        .where(REFERRAL.c.id == referral_id, REFERRAL.c.state == former)
        .values(state=state, void_reason=VoidReason.ONESELF if is_one else None)
    )
