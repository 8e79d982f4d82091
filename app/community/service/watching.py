"""How closely a member follows something; whom he doesn't want to see."""

from collections.abc import Collection

import sqlalchemy as sa

from app.community import queries
from app.community.queries.hiding import who_bars
from app.community.queries.tables_reading import BLOCK, TOPIC, TOPIC_NAME, WATCH
from app.community.service.barring import check_apart
from app.community.service.follows import unfollow
from app.community.types import OwnProfileError
from app.community.types.reading import WatchKind, WatchLevel, fold
from app.identity import queries as identity
from app.identity.types import MemberRow, MemberState
from app.kernel import clock
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError


@use_case
def set_watch(member_id: int, kind: WatchKind, key: str, level: WatchLevel) -> None:
    """Follow a board, topic, thread or member as closely as ``level`` says. Twice is once.

    Muting a member is :func:`mute` too: his posts, replies and likes disappear.

    Raises:
        NotFoundError: there is no such thing.
        OwnProfileError: nobody watches himself.
        BarredError: the two keep apart.
    """
    target_id = _target(member_id, kind, key)
    if kind is WatchKind.MEMBER:
        if level in {WatchLevel.TRACKING, WatchLevel.WATCHING}:
            check_apart(who_bars(member_id, target_id))
        _set_block(member_id, target_id, is_block=False, is_on=level is WatchLevel.MUTED)
    where = (
        WATCH.c.member_id == member_id, WATCH.c.kind == kind, WATCH.c.target_id == target_id
    )  # fmt: skip
    if level is WatchLevel.NORMAL:
        changed(sa.delete(WATCH).where(*where))
        return
    now = {"level": level, "set_at": clock.now()}
    statement = insert(WATCH).values(member_id=member_id, kind=kind, target_id=target_id, **now)
    changed(
        statement.on_conflict_do_update(index_elements=["member_id", "kind", "target_id"], set_=now)
    )


@use_case
def track_board(member_id: int, board_id: int, *, on: bool) -> None:
    """Let what stands on a board come into a member's Following feed, or no more. One statement.

    What he has chosen himself stays: watching it, or having it muted.
    """
    kind, level = WatchKind.BOARD, WatchLevel.TRACKING
    if on:
        values = {"kind": kind, "target_id": board_id, "level": level, "set_at": clock.now()}
        statement = insert(WATCH).values(member_id=member_id, **values)
        changed(statement.on_conflict_do_nothing())
        return
    changed(
        sa.delete(WATCH).where(
            WATCH.c.member_id == member_id, WATCH.c.kind == kind, WATCH.c.target_id == board_id,
            WATCH.c.level == level,
        )
    )  # fmt: skip


def _target(member_id: int, kind: WatchKind, key: str) -> int:
    if kind is WatchKind.MEMBER:
        return _other(member_id, key).id
    if kind is WatchKind.THREAD:
        thread = queries.find_owned_thread(key)
        found = thread.id if thread else None
    elif kind is WatchKind.BOARD:
        found = queries.find_board_id(key)
    else:
        found = db.session.scalar(
            sa.select(TOPIC.c.id)
            .join(TOPIC_NAME, TOPIC_NAME.c.topic_id == TOPIC.c.id)
            .where(TOPIC_NAME.c.name == fold(key))
        )
    if found is None:
        raise NotFoundError
    return found


def _other(member_id: int, yid: str) -> MemberRow:
    other = identity.find_member_by_yid(yid)
    if other is None or other.state in {MemberState.SILENT, MemberState.CLOSED}:
        raise NotFoundError
    if other.id == member_id:
        raise OwnProfileError
    return other


@use_case
def mute(member_id: int, yid: str) -> None:
    """See nothing of a member any more: posts, replies, likes, notices. He is not told.

    Raises:
        NotFoundError: no such member.
        OwnProfileError: oneself.
    """
    _set_block(member_id, _other(member_id, yid).id, is_block=False, is_on=True)


@use_case
def block(member_id: int, yid: str) -> None:
    """Mute a member, and part: neither follows the other any more, and he can't follow again.

    Raises:
        NotFoundError: no such member.
        OwnProfileError: oneself.
    """
    other, mine = _other(member_id, yid), identity.get_member(member_id)
    _set_block(member_id, other.id, is_block=True, is_on=True)
    unfollow(member_id, yid)
    unfollow(other.id, mine.yid)
    _unwatch(member_id, other.id)
    _unwatch(other.id, member_id)


@use_case
def unblock(member_id: int, yid: str) -> None:
    """See a member again. Follows don't come back by themselves.

    Raises:
        NotFoundError: no such member.
    """
    other = identity.find_member_by_yid(yid)
    if other is None:
        raise NotFoundError
    _set_block(member_id, other.id, is_block=True, is_on=False)


def _unwatch(member_id: int, other_id: int) -> None:
    changed(
        sa.delete(WATCH).where(
            WATCH.c.member_id == member_id, WATCH.c.kind == WatchKind.MEMBER,
            WATCH.c.target_id == other_id,
        )
    )  # fmt: skip


def _set_block(owner_id: int, other_id: int, *, is_block: bool, is_on: bool) -> None:
    if not is_on:
        where = [BLOCK.c.owner_id == owner_id, BLOCK.c.other_id == other_id]
        if not is_block:  # hearing of him again is no unblocking
            where.append(~BLOCK.c.is_block)
        changed(sa.delete(BLOCK).where(*where))
        return
    statement = insert(BLOCK).values(
        owner_id=owner_id, other_id=other_id, is_block=is_block, created_at=clock.now()
    )
    keep = statement.on_conflict_do_update(
        index_elements=["owner_id", "other_id"],
        set_={"is_block": sa.or_(BLOCK.c.is_block, statement.excluded.is_block)},
    )
    changed(keep)


def unwelcome_pairs(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return which (member, who did something) must not be told.

    The member muted or blocked him, or he blocked the member. A guard of ``notify``. One
    statement.
    """
    members, doers = {member for member, _by in pairs}, {by for _member, by in pairs}
    rows = db.session.execute(
        sa.select(BLOCK.c.owner_id, BLOCK.c.other_id, BLOCK.c.is_block).where(
            sa.or_(
                sa.and_(BLOCK.c.owner_id.in_(members), BLOCK.c.other_id.in_(doers)),
                sa.and_(
                    BLOCK.c.owner_id.in_(doers), BLOCK.c.other_id.in_(members), BLOCK.c.is_block
                ),
            )
        )
    ).all()
    refused = {(row.owner_id, row.other_id) for row in rows}
    refused |= {(row.other_id, row.owner_id) for row in rows if row.is_block}
    return refused & set(pairs)
