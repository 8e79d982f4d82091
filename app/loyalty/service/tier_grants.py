"""Tiers given by staff for a time, beside what the member earns himself."""

from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.loyalty.events import TierChanged
from app.loyalty.models.tiers import TierChange, TierGrant
from app.loyalty.queries import tiers
from app.loyalty.queries.ladders import effective, ladders
from app.loyalty.service import telling
from app.loyalty.service.tiers import ROW, catch_up_under, row_of
from app.loyalty.types.tiers import (
    ChangeKind,
    GrantDayError,
    GrantOverError,
    Ladder,
    NoSuchTierError,
)

GRANT = cast("sa.Table", TierGrant.__table__)
AT_ONCE = 100


@use_case
def grant_tier(
    member_id: int, key: str, *, until_on: date, reason: str, request_key: str, actor_id: int
) -> int:
    """Give a member a tier up to a day; return the grant's id, the first one for a second submit.

    Raises:
        NoSuchTierError: the present ladder has no such tier above the base.
        GrantDayError: the day has passed.
        NotFoundError: there is no such member.
    """
    if until_on < clock.business_date():
        raise GrantDayError
    identity.get_member(member_id)
    ledger.lock_wallets([member_id])
    known = ladders()
    if not effective(known).rank_of(key):
        raise NoSuchTierError
    catch_up_under([member_id], known)  # makes his row
    grant_id = ids.next_id()
    made = changed(
        insert(GRANT)
        .values(
            id=grant_id, member_id=member_id, tier_key=key, reason=reason, until_on=until_on,
            request_key=request_key, granted_by=actor_id, granted_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["request_key"])
    )  # fmt: skip
    if not made:
        first = db.session.scalar(sa.select(GRANT.c.id).where(GRANT.c.request_key == request_key))
        return cast("int", first)
    audit.note(
        actor_id, "tier.granted", Ref("member", member_id), grant_id=grant_id, tier=key,
        until_on=until_on,
    )  # fmt: skip
    _show_anew(member_id, ChangeKind.GRANTED, grant_id, known)
    return grant_id


@use_case
def undo_grant(grant_id: int, *, actor_id: int) -> int:
    """Take a given tier back; return whose it was.

    Raises:
        GrantOverError: it has ended already.
        NotFoundError: there is none.
    """
    row = db.session.execute(sa.select(GRANT).where(GRANT.c.id == grant_id)).one_or_none()
    if row is None:
        raise NotFoundError
    ledger.lock_wallets([row.member_id])
    if not _end(grant_id, actor_id):
        raise GrantOverError
    audit.note(actor_id, "tier.grant_undone", Ref("member", row.member_id), grant_id=grant_id)
    _show_anew(row.member_id, ChangeKind.GRANT_UNDONE, grant_id)
    return int(row.member_id)


def end_grants() -> int:
    """End the given tiers whose last day has passed; return how many. A re-runnable sweep."""
    return sum(_end_one(row) for row in tiers.grants_over(AT_ONCE))


@use_case
def _end_one(row: Any) -> int:
    ledger.lock_wallets([row.member_id])
    if not _end(row.id, None):
        return 0
    _show_anew(row.member_id, ChangeKind.GRANT_ENDED, row.id)
    return 1


def _end(grant_id: int, actor_id: int | None) -> bool:
    mine = sa.and_(GRANT.c.id == grant_id, GRANT.c.ended_at.is_(None))
    ended = sa.update(GRANT).where(mine).values(ended_at=clock.now(), ended_by=actor_id)
    return changed(ended) == 1


def _show_anew(
    member_id: int, kind: ChangeKind, grant_id: int, known: tuple[Ladder, ...] | None = None
) -> None:
    """Let the higher one of earned and given count, and write it down."""
    now = clock.now()
    row = tiers.rows_of([member_id])[member_id]
    ladder = next(each for each in known or ladders() if each.number == row.ladder_number)
    given = tiers.given_to([member_id]).get(member_id, [])
    values = row_of(member_id, tiers.standing_from(row), ladder, given)
    shown = {name: values[name] for name in ("tier_key", "tier_rank", "multiplier_permille")}
    changed(sa.update(ROW).where(ROW.c.member_id == member_id).values(**shown))
    db.session.execute(
        sa.insert(TierChange),
        [
            {
                "id": ids.next_id(), "member_id": member_id, "at": now, "kind": kind,
                "from_key": row.tier_key, "to_key": shown["tier_key"],
                "ladder_number": row.ladder_number, "value": row.balance,
                "valid_until": None, "grace_until": None, "grant_id": grant_id,
            }
        ],
    )  # fmt: skip
    if row.tier_key != shown["tier_key"]:
        fact = TierChanged(row.tier_key, shown["tier_key"], kind.value, row.ladder_number)
        facts.publish(fact, concerns_id=member_id)
        what = telling.REACHED if shown["tier_rank"] >= row.tier_rank else telling.LOST
        key, mark = shown["tier_key"], f"{grant_id}:{kind.value}"
        told = telling.tier_tell(member_id, what, key, row.ladder_number, key=mark)
        telling.tell_tiers([told])


def refresh_shown(member_ids: list[int]) -> None:
    """Let given tiers count for whoever holds them now; after a merge or a parting."""
    for member_id, row in tiers.rows_of(member_ids).items():
        ladder = next(each for each in ladders() if each.number == row.ladder_number)
        given = tiers.given_to([member_id]).get(member_id, [])
        values = row_of(member_id, tiers.standing_from(row), ladder, given)
        shown = {name: values[name] for name in ("tier_key", "tier_rank", "multiplier_permille")}
        changed(sa.update(ROW).where(ROW.c.member_id == member_id).values(**shown))
