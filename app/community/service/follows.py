"""Who follows whom."""

import sqlalchemy as sa

from app.community.events import MemberFollowed, MemberUnfollowed
from app.community.models import Follow
from app.community.queries.hiding import who_bars
from app.community.service import counting
from app.community.service.barring import check_apart
from app.community.types import OwnProfileError
from app.identity import queries as identity
from app.identity.types import MemberState
from app.kernel import clock, facts
from app.kernel.db import changed, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.facts import Fact
from app.kernel.types import Ref


@use_case
def follow(follower_id: int, yid: str) -> bool:
    """Follow a member; return whether that changed anything.

    Raises:
        NotFoundError: no such member, or one who never signed in or has left.
        BarredError: the two keep apart.
        OwnProfileError: oneself.
    """
    followed_id = _followable(follower_id, yid)
    check_apart(who_bars(follower_id, followed_id))
    statement = insert(Follow).values(
        follower_id=follower_id, followed_id=followed_id, created_at=clock.now()
    )
    is_new = changed(statement.on_conflict_do_nothing()) == 1
    if is_new:
        _count(follower_id, followed_id, 1)
        _publish(MemberFollowed(followed_id), follower_id, followed_id)
    return is_new


@use_case
def unfollow(follower_id: int, yid: str) -> bool:
    """Follow a member no longer; return whether that changed anything.

    Raises:
        NotFoundError: no such member.
    """
    member = identity.find_member_by_yid(yid)
    if member is None:
        raise NotFoundError
    followed_id = member.id
    was_there = changed(
        sa.delete(Follow).where(
            Follow.follower_id == follower_id, Follow.followed_id == followed_id
        )
    )
    if was_there:
        _count(follower_id, followed_id, -1)
        _publish(MemberUnfollowed(followed_id), follower_id, followed_id)
    return was_there == 1


def _followable(follower_id: int, yid: str) -> int:
    member = identity.find_member_by_yid(yid)
    if member is None or member.state in {MemberState.SILENT, MemberState.CLOSED}:
        raise NotFoundError
    if member.id == follower_id:
        raise OwnProfileError
    return member.id


def _count(follower_id: int, followed_id: int, by: int) -> None:
    figures = {follower_id: "following_count", followed_id: "follower_count"}
    for member_id in sorted(figures):
        counting.count_for_member(member_id, **{figures[member_id]: by})


def _publish(fact: Fact, follower_id: int, followed_id: int) -> None:
    facts.publish(
        fact, actor_id=follower_id, subject=Ref("member", followed_id), concerns_id=followed_id
    )
