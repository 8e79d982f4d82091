"""Codes find their owners, and some of them back. The pool's row is the mutex of its codes."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.coupons import policy
from app.coupons.events import CouponGiven, CouponTakenBack
from app.coupons.queries.pools import gives
from app.coupons.queries.tables import COUPON, GIVING, POOL, draft_from
from app.coupons.types import KIND, CouponState
from app.identity import queries as identity
from app.identity.types import MemberState
from app.kernel import audit, clock, facts, goods, ids, jobs
from app.kernel.db import changed, db, use_case
from app.kernel.errors import InvalidError
from app.kernel.facts import Note
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref

LOW = "coupons.low"
TAKES = (MemberState.ACTIVE, MemberState.MUTED, MemberState.SILENT)


class NoSuchMemberError(InvalidError):
    """Nobody has this Yid, or he has left."""

    code = "coupon_member_unknown"
    default_message = _l("No member has this Yid.")


@use_case
def give(giving: goods.Giving) -> goods.Given:
    """Hand over the next free codes of a pool, all of them or none. The same key gives once.

    Nothing is written before it is certain, so that a caller may go on after a refusal.

    Raises:
        UnknownGoodsError: there is no such pool.
        GoodsGoneError: not enough codes are left, or the pool gives no more.
    """
    return _give(giving)


@use_case
def give_one(actor_id: int, pool_code: str, yid: str, reason: str, request_key: str) -> goods.Given:
    """Let the team give a member one coupon, with a reason that he reads.

    Raises:
        NoSuchMemberError: nobody has this Yid.
        UnknownGoodsError: there is no such pool.
        GoodsGoneError: none is left.
    """
    member = identity.find_member_by_yid(yid)
    if member is None or member.state not in TAKES:
        raise NoSuchMemberError
    key = f"staff:{actor_id}:{request_key}"
    wanted = goods.Giving(member_id=member.id, ref=pool_code, key=key)
    given = _give(wanted, actor_id=actor_id, note=reason)
    if given.is_new:
        audit.note(actor_id, "coupon.given", given.where, member=member.id, pool=pool_code)
    return given


def _give(wanted: goods.Giving, *, actor_id: int | None = None, note: str = "") -> goods.Given:
    before = db.session.scalar(sa.select(GIVING.c.id).where(GIVING.c.key == wanted.key))
    if before is not None:
        return goods.Given(is_new=False, where=_where(before))
    pool = _take(wanted)
    now, giving_id = clock.now(), ids.next_id()
    source = wanted.source
    db.session.execute(
        sa.insert(GIVING).values(
            id=giving_id, key=wanted.key, pool_id=pool.id, member_id=wanted.member_id,
            count=wanted.count, given_by=actor_id, note=note, given_at=now,
            source_kind=source.kind if source else None, source_id=source.id if source else None,
        )
    )  # fmt: skip
    begins, ends = policy.validity(draft_from(pool, ""), now)
    given = _hand_over(
        pool.id, wanted.count, giving_id=giving_id, member_id=wanted.member_id, given_at=now,
        from_at=begins, until_at=ends,
    )  # fmt: skip
    is_by_team = actor_id is not None
    facts.publish_many(
        [
            Note(
                CouponGiven(row.id, pool.id, row.code, is_by_team), actor_id=actor_id,
                subject=Ref(KIND, row.id), concerns_id=wanted.member_id,
            )
            for row in given
        ]
    )  # fmt: skip
    if pool.free_count <= pool.low_at and not pool.is_low:
        jobs.nudge(LOW)
    return goods.Given(is_new=True, where=Ref(KIND, given[0].id))


def _take(wanted: goods.Giving) -> Any:
    """Lock the pool and take the codes out of its count; return its row as it is now."""
    row = db.session.execute(
        sa.update(POOL)
        .where(POOL.c.code == wanted.ref, POOL.c.free_count >= wanted.count, *gives())
        .values(
            free_count=POOL.c.free_count - wanted.count,
            given_count=POOL.c.given_count + wanted.count,
        )
        .returning(POOL)
    ).one_or_none()
    if row is not None:
        return row
    known = db.session.scalar(sa.select(POOL.c.id).where(POOL.c.code == wanted.ref))
    raise goods.GoodsGoneError if known else goods.UnknownGoodsError(wanted.ref)


def _hand_over(pool_id: int, count: int, **values: Any) -> Sequence[Any]:
    """Give the next free codes their owner. Under the pool's lock nobody else looks for them."""
    chosen = (
        sa.select(COUPON.c.id)
        .where(COUPON.c.pool_id == pool_id, COUPON.c.state == CouponState.FREE)
        .order_by(COUPON.c.id)
        .limit(count)
    )
    given = db.session.execute(
        sa.update(COUPON)
        .where(COUPON.c.id.in_(chosen), COUPON.c.state == CouponState.FREE)
        .values(state=CouponState.GIVEN, **values)
        .returning(COUPON.c.id, COUPON.c.code)
    ).all()
    if len(given) != count:  # the count lied: nothing of this transaction may stay
        message = f"coupon pool {pool_id} counts free codes that are not there"
        raise RuntimeError(message)
    return given


def _where(giving_id: int) -> Ref | None:
    """Return the first coupon of a giving, or None once it went back."""
    found = db.session.scalar(
        sa.select(COUPON.c.id).where(COUPON.c.giving_id == giving_id).order_by(COUPON.c.id).limit(1)
    )
    return Ref(KIND, found) if found else None


# --- the way back --------------------------------------------------------------------------------


@use_case
def take_back(key: str) -> bool:
    """Undo a giving, all of it or nothing.

    A code that its owner has not seen goes back to its pool. One that he has seen may be anywhere:
    it is void from now on and never given again. Where one of them was used all stay with him.

    Returns:
        Whether it was undone now or before: nothing of it had been used.
    """
    row = db.session.execute(
        sa.select(GIVING.c.id, GIVING.c.pool_id, GIVING.c.member_id, GIVING.c.taken_back_at).where(
            GIVING.c.key == key
        )
    ).one_or_none()
    if row is None:
        return False
    lock_pools([row.pool_id])
    undone = changed(
        sa.update(GIVING)
        .where(
            GIVING.c.id == row.id,
            GIVING.c.taken_back_at.is_(None),
            ~sa.exists().where(COUPON.c.giving_id == GIVING.c.id, COUPON.c.state != "given"),
        )
        .values(taken_back_at=clock.now())
    )
    if not undone:
        return row.taken_back_at is not None
    _undo(row.id, row.member_id, row.pool_id)
    return True


def lock_pools(pool_ids: Sequence[int]) -> None:
    """Lock pools in ascending order: whoever changes their codes waits for the other."""
    for pool_id in sorted(set(pool_ids)):
        changed(sa.update(POOL).where(POOL.c.id == pool_id).values(free_count=POOL.c.free_count))


def _undo(giving_id: int, member_id: int, pool_id: int) -> None:
    """Take the coupons of a giving back: unseen ones are free again, seen ones are void."""
    now = clock.now()
    mine = (COUPON.c.giving_id == giving_id, COUPON.c.state == CouponState.GIVEN)
    nobody = dict.fromkeys(
        ("giving_id", "member_id", "given_at", "from_at", "until_at", "warned_at")
    )
    whole = db.session.scalars(
        sa.update(COUPON)
        .where(*mine, COUPON.c.shown_at.is_(None))
        .values(state=CouponState.FREE, **nobody)
        .returning(COUPON.c.id)
    ).all()
    seen = db.session.scalars(
        sa.update(COUPON)
        .where(*mine)
        .values(state=CouponState.VOID, void_at=now)
        .returning(COUPON.c.id)
    ).all()
    move(pool_id, given=-len(whole) - len(seen), free=len(whole), void=len(seen))
    facts.publish_many(
        [
            Note(
                CouponTakenBack(coupon_id, pool_id, is_whole), subject=Ref(KIND, coupon_id),
                concerns_id=member_id,
            )
            for ids_, is_whole in ((whole, True), (seen, False))
            for coupon_id in ids_
        ]
    )  # fmt: skip


def move(pool_id: int, *, codes: int = 0, free: int = 0, given: int = 0, used: int = 0,
         void: int = 0) -> None:  # fmt: skip
    """Change a pool's counts; one that was filled up is not low any more."""
    filled = sa.and_(POOL.c.is_low, POOL.c.free_count + free <= POOL.c.low_at)
    changed(
        sa.update(POOL)
        .where(POOL.c.id == pool_id)
        .values(
            code_count=POOL.c.code_count + codes,
            free_count=POOL.c.free_count + free,
            given_count=POOL.c.given_count + given,
            used_count=POOL.c.used_count + used,
            void_count=POOL.c.void_count + void,
            is_low=filled,
        )
    )


@use_case
def void(actor_id: int, pool_code: str, code: str) -> bool:
    """Take one given coupon away from its owner; return whether it was still his to use.

    Raises:
        UnknownGoodsError: there is no such code in the pool.
    """
    row = db.session.execute(
        sa.select(COUPON.c.id, COUPON.c.pool_id)
        .join(POOL, POOL.c.id == COUPON.c.pool_id)
        .where(POOL.c.code == pool_code, COUPON.c.code == code)
    ).one_or_none()
    if row is None:
        raise goods.UnknownGoodsError(code)
    lock_pools([row.pool_id])
    done = void_all(COUPON.c.id == row.id, row.pool_id)
    if done:
        audit.note(actor_id, "coupon.voided", Ref(KIND, row.id), pool=pool_code)
    return bool(done)


def void_all(which: sa.ColumnElement[bool], pool_id: int) -> int:
    """Make given codes of a locked pool void; return how many."""
    done = changed(
        sa.update(COUPON)
        .where(which, COUPON.c.pool_id == pool_id, COUPON.c.state == CouponState.GIVEN)
        .values(state=CouponState.VOID, void_at=clock.now())
    )
    if done:
        move(pool_id, given=-done, void=done)
    return done


@use_case
def lapse(member_id: int) -> None:
    """Make void what a member who leaves had not used: nobody uses it in his place."""
    rows = db.session.execute(
        sa.select(COUPON.c.pool_id)
        .where(COUPON.c.member_id == member_id, COUPON.c.state == CouponState.GIVEN)
        .distinct()
    )
    pool_ids = sorted(row.pool_id for row in rows)
    lock_pools(pool_ids)
    for pool_id in pool_ids:
        void_all(COUPON.c.member_id == member_id, pool_id)
