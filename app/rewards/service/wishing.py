"""Wishes, and what members are told about them."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock, goods
from app.kernel.db import changed, db, insert, use_case
from app.kernel.permissions import Permission, roles_with
from app.ledger import queries as ledger
from app.notify import service as notify
from app.notify.types import Link, Tell
from app.rewards.models import ITEM, VARIANT, WISH
from app.rewards.queries.item import item_page
from app.rewards.queries.rights import left_of
from app.rewards.types import Drop

STARTED, BACK, AFFORD, LOW = "mall.started", "mall.back", "mall.affordable", "mall.low_stock"
BATCH = 200


@use_case
def wish(member_id: int, slug: str, *, wants: bool) -> bool:
    """Put an item on a member's list of wishes, or take it off; return whether that is new.

    Raises:
        NoSuchItemError: there is none, or he may not know of it.
    """
    item = item_page(slug, member_id)
    if not wants:
        mine = sa.and_(WISH.c.member_id == member_id, WISH.c.item_id == item.id)
        return changed(sa.delete(WISH).where(mine)) > 0
    statement = insert(WISH).values(
        member_id=member_id, item_id=item.id, at=clock.now(), was_out=item.left == 0
    )
    return changed(statement.on_conflict_do_nothing(index_elements=["member_id", "item_id"])) > 0


# --- sweeps --------------------------------------------------------------------------------------


@use_case
def tell_starts() -> int:
    """Tell who wished a drop that it has begun; return how many items that was."""
    rows = db.session.execute(
        sa.select(ITEM.c.id, ITEM.c.opens_at)
        .where(
            ITEM.c.is_shown,
            ITEM.c.drop_kind != Drop.NONE,
            ITEM.c.opens_at <= clock.now(),
            ITEM.c.told_at.is_(None),
        )
        .limit(5)
        .with_for_update()
    ).all()
    for row in rows:
        members = db.session.scalars(sa.select(WISH.c.member_id).where(WISH.c.item_id == row.id))
        _tell(members.all(), STARTED, row.id, f"{row.id}:{row.opens_at:%Y%m%d%H%M}")
        changed(sa.update(ITEM).where(ITEM.c.id == row.id).values(told_at=clock.now()))
    return len(rows)


@use_case
def tell_back() -> int:
    """Tell who wished something that was gone that it is back; return how many wishes that was.

    Also of what is handed over: a seat that somebody gave back, codes that came into a pool.
    """
    nowhere = _gone()
    out = sa.or_(WISH.c.item_id.in_(_out()), WISH.c.item_id.in_(nowhere))
    changed(sa.update(WISH).where(~WISH.c.was_out, out).values(was_out=True))
    rows = db.session.execute(
        sa.select(WISH.c.member_id, WISH.c.item_id)
        .join(ITEM, ITEM.c.id == WISH.c.item_id)
        .where(WISH.c.was_out, ITEM.c.is_shown, ~out)
        .order_by(WISH.c.item_id, WISH.c.member_id)
        .limit(BATCH)
    ).all()
    now = clock.now()
    for row in rows:
        _tell([row.member_id], BACK, row.item_id, f"{row.item_id}:{now:%Y%m%d%H}")
        mine = sa.and_(WISH.c.member_id == row.member_id, WISH.c.item_id == row.item_id)
        changed(sa.update(WISH).where(mine).values(was_out=False, stock_told_at=now))
    return len(rows)


def _out() -> sa.Select[tuple[int]]:
    """Return the items of which nothing is left."""
    left = left_of(ITEM.c.id)
    return sa.select(ITEM.c.id).where(left == 0)


def _gone() -> list[int]:
    """Return wished items whose goods have run out, as their owners say. A statement for each."""
    rows = db.session.execute(
        sa.select(ITEM.c.id, ITEM.c.goods)
        .join(WISH, WISH.c.item_id == ITEM.c.id)
        .where(ITEM.c.goods.is_not(None), ITEM.c.is_shown)
        .distinct()
    ).all()
    left = {text: goods.left(text) for text in {row.goods for row in rows}}
    return [row.id for row in rows if left[row.goods] == 0]


def tell_affordable() -> int:
    """Tell members, once for each wish, that their points reach for it; return how many wishes.

    One run looks at everybody, a batch a commit.
    """
    after, told = 0, 0
    while members := db.session.scalars(
        sa.select(WISH.c.member_id)
        .where(WISH.c.member_id > after, WISH.c.afford_told_at.is_(None))
        .distinct()
        .order_by(WISH.c.member_id)
        .limit(BATCH)
    ).all():
        after = members[-1]
        told += _afford(members)
    return told


@use_case
def _afford(member_ids: Sequence[int]) -> int:
    held, nowhere = ledger.balances(member_ids), _gone()
    rows = db.session.execute(
        sa.select(WISH.c.member_id, WISH.c.item_id, ITEM.c.price_points, ITEM.c.deposit_points)
        .join(ITEM, ITEM.c.id == WISH.c.item_id)
        .where(
            WISH.c.member_id.in_(member_ids),
            WISH.c.afford_told_at.is_(None),
            ITEM.c.is_shown,
            ITEM.c.id.not_in(_out()),
            ITEM.c.id.not_in(nowhere),
        )
    ).all()
    told = 0
    for row in rows:
        if held[row.member_id].available < (row.deposit_points or row.price_points):
            continue
        _tell([row.member_id], AFFORD, row.item_id, str(row.item_id))
        mine = sa.and_(WISH.c.member_id == row.member_id, WISH.c.item_id == row.item_id)
        changed(sa.update(WISH).where(mine).values(afford_told_at=clock.now()))
        told += 1
    return told


@use_case
def tell_low_stock() -> int:
    """Tell staff once when a stock has fallen to its threshold; return how many that was.

    A stock that is above it again is told of again when it falls the next time.
    """
    is_low = sa.and_(
        VARIANT.c.low_at > 0, VARIANT.c.stock <= VARIANT.c.low_at,
        ~VARIANT.c.is_endless, ~VARIANT.c.is_retired,
    )  # fmt: skip
    changed(
        sa.update(VARIANT)
        .where(VARIANT.c.low_told_at.is_not(None), ~is_low)
        .values(low_told_at=None)
    )
    rows = db.session.execute(
        sa.select(VARIANT.c.id, VARIANT.c.stock, ITEM.c.id.label("item_id"), ITEM.c.slug)
        .join(ITEM, ITEM.c.id == VARIANT.c.item_id)
        .where(is_low, VARIANT.c.low_told_at.is_(None), ITEM.c.is_shown)
        .limit(BATCH)
    ).all()
    now = clock.now()
    team = sorted(identity.members_with(roles_with(Permission.MALL_EDIT))) if rows else []
    for row in rows:
        notify.tell_many(
            [
                Tell(
                    member_id, LOW, f"{row.id}:{now:%Y%m%d%H%M%S}",
                    params={"item": row.item_id, "left": row.stock},
                    link=Link("rewards_staff.stock", {"slug": row.slug}),
                )
                for member_id in team
            ]
        )  # fmt: skip
        changed(sa.update(VARIANT).where(VARIANT.c.id == row.id).values(low_told_at=now))
    return len(rows)


def _tell(member_ids: Sequence[int], kind: str, item_id: int, key: str) -> None:
    slug = db.session.scalar(sa.select(ITEM.c.slug).where(ITEM.c.id == item_id)) or ""
    notify.tell_many(
        [
            Tell(
                member_id, kind, key, params={"item": item_id},
                link=Link("rewards.item", {"slug": slug}),
            )
            for member_id in sorted(member_ids)
        ]
    )  # fmt: skip
