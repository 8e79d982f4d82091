"""What members are told of what became of them: short, in the transaction of the act, once.

Notices hold ids, figures and enums; ``loyalty.notices`` puts them into words when they are read.
Each function costs one statement, none where nobody is to be told.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.loyalty.types import Award, Outcome
from app.loyalty.types.badges import Badge
from app.loyalty.types.grants import GrantReason
from app.loyalty.types.supers import SuperState
from app.notify import service as notify
from app.notify.types import Link, Tell, Value

TIER, SUPER, BADGE = "loyalty.tier", "loyalty.super", "loyalty.badge"
CAMP, WORK, GRANT = "loyalty.camp", "loyalty.camp_work", "loyalty.grant"
REFERRAL, REVIEW = "loyalty.referral", "loyalty.review"
REACHED, AT_RISK, LOST = "reached", "at_risk", "lost"


def tier_tell(
    member_id: int,
    what: str,
    tier: str,
    ladder: int,
    *,
    key: str | datetime,
    until: date | None = None,
) -> Tell:
    """Return what a member is told about his tier.

    Args:
        member_id: whose.
        what: ``reached``, ``at_risk`` or ``lost``.
        tier: the key of the tier in which he stands now.
        ladder: the number of the ladder that says what it is called.
        key: what makes it this one: the grant's id with its turn, or the moment of the change,
            which comes out the same however often it is computed.
        until: the last day of a tier at risk.
    """
    mark = f"{key:%Y%m%dT%H%M%S}" if isinstance(key, datetime) else key
    params: dict[str, Value] = {"what": what, "tier": tier, "ladder": ladder}
    return Tell(
        member_id,
        TIER,
        f"{what}:{tier}:{mark}",
        {**params, "until": until.isoformat()} if until else params,
        Link("loyalty_tiers.my_tier"),
        also_by_mail=what == AT_RISK,
    )


def tell_tiers(tells: Sequence[Tell]) -> None:
    """Tell members about their tiers."""
    notify.tell_many(tells)


def tell_super(member_id: int, to: SuperState, step_id: int) -> None:
    """Tell a member where his super-membership stands, unless he moved it himself."""
    if to is not SuperState.DECLINED:
        notify.tell(
            member_id,
            SUPER,
            key=str(step_id),
            params={"state": to.value},
            link=Link("loyalty_tiers.my_super"),
            also_by_mail=to in {SuperState.INVITED, SuperState.REVIEW},
        )


def tell_badges(badge: Badge, turns: Mapping[int, int], *, is_lost: bool = False) -> None:
    """Tell members that they got a badge, or that it went; his badges say why.

    Args:
        badge: which.
        turns: by member the id of the turn that stands in the history.
        is_lost: it was taken away.
    """
    what = "revoked" if is_lost else "granted"
    page = Link("loyalty_badges.my_badges")
    link = page if is_lost else Link("loyalty_badges.badge", {"key": badge.draft.key})
    notify.tell_many(
        [
            Tell(member_id, BADGE, str(turn_id), {"badge": badge.id, "what": what}, link)
            for member_id, turn_id in turns.items()
        ]
    )


def tell_graduated(member_id: int, camp_id: int, slug: str, seat_id: int, points: int) -> None:
    """Tell a member that he has graduated from a camp, and what it brought."""
    notify.tell(
        member_id,
        CAMP,
        key=str(seat_id),
        params={"camp": camp_id, "points": points},
        link=Link("loyalty_camps.camp", {"slug": slug}),
    )


def tell_work(row: Any, work_id: int, state: str) -> None:
    """Tell a member that what he handed in was accepted or came back; the task's page says why.

    Args:
        row: his seat, the task and the camp's slug. How often the seat was touched tells apart
            how often the same work came back.
        work_id: what.
        state: ``done`` or ``returned``.
    """
    notify.tell(
        row.seat_member_id,
        WORK,
        key=f"{work_id}:{row.seat_touched}",
        params={"state": state},
        link=Link("loyalty_camps.task", {"slug": row.slug, "task_id": row.task_id}),
    )


def tell_grants(
    grants: Collection[tuple[int, int, int, GrantReason, int]], *, is_back: bool = False
) -> None:
    """Tell members that staff have moved their points.

    Args:
        grants: of each the grant's id, its member, signed points, the reason, the transaction.
        is_back: what had been given or taken was undone.
    """
    way = "back" if is_back else "posted"
    notify.tell_many(
        [
            Tell(
                member_id,
                GRANT,
                f"{grant_id}:{way}",
                {"points": points, "reason": reason.value, "way": way},
                Link("ledger.entry", {"txn_id": txn_id}),
            )
            for grant_id, member_id, points, reason, txn_id in grants
        ]
    )


def tell_referral(referral_id: int, brought: tuple[int, Award], joined: tuple[int, Award]) -> None:
    """Tell both sides of an invitation what it brought: the inviter always, the guest if paid."""
    told = [("brought", *brought)]
    if joined[1].points or joined[1].outcome is Outcome.FROZEN:
        told.append(("joined", *joined))
    links = {"brought": Link("loyalty_invite.invite"), "joined": Link("ledger.wallet")}
    notify.tell_many(
        [
            Tell(
                member_id,
                REFERRAL,
                f"{referral_id}:{side}",
                {
                    "side": side,
                    "points": award.points,
                    "waits": award.outcome is Outcome.FROZEN or award.pending_until is not None,
                },
                links[side],
            )
            for side, member_id, award in told
        ]
    )


def tell_review(member_id: int, case_id: int, what: str, turn: int) -> None:
    """Tell a member that staff froze, released or took back his points; the page says why.

    A case that nobody has acted on concerns nobody but the desk: its opening is not told.
    """
    notify.tell(
        member_id,
        REVIEW,
        key=f"{case_id}:{what}:{turn}",
        params={"what": what},
        link=Link("loyalty_review.review"),
        also_by_mail=True,
    )
