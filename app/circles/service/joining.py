"""A member comes in, asks, leaves, comes back."""

import sqlalchemy as sa

from app.circles import policy, queries
from app.circles.events import CircleAsked, CircleJoined, CircleLeft
from app.circles.models import CIRCLE, CIRCLE_MEMBER
from app.circles.service.telling import tell_leaders
from app.circles.types import (
    MEMBER_REF,
    ROOM,
    WORDS_CHARS,
    Circle,
    CircleClosedError,
    Joined,
    NotInItError,
    Stand,
)
from app.community.service import watching
from app.community.service.threads import check_may_write
from app.kernel import clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.facts import Fact
from app.kernel.types import Ref
from app.loyalty import service as loyalty

ROW = CIRCLE_MEMBER.c
JOINED = "circle.joined"
"""The act that rules may pay for."""


@use_case
def join(member_id: int, slug: str, said: str = "") -> Joined:
    """Come into a circle, or ask to be let in where that is how it is joined. Twice is once.

    Raises:
        NotFoundError: there is no such circle.
        CircleClosedError: it is closed.
        TooSoonToAskError: he was refused within the last days.
        SilencedError: he may not write for now; without a word he may ask.
    """
    circle = get_open(slug, member_id)
    mine = circle.mine
    if said:
        check_may_write(member_id)
    if mine and mine.is_in:
        return Joined(Stand.IN, is_new=False)
    stand = policy.entry(circle.joining, mine, clock.now())
    is_new = _stand(circle, member_id, stand, said[:WORDS_CHARS])
    if is_new and stand is Stand.IN:
        came_in(circle, member_id, again=mine is not None)
    elif is_new:
        tell(CircleAsked(circle.id), circle, member_id)
        tell_leaders(circle, member_id)
    return Joined(stand, is_new)


def _stand(circle: Circle, member_id: int, stand: Stand, said: str) -> bool:
    """Let a member stand so to a circle; return whether that is new: of two taps one wins."""
    values = {
        "stand": stand, "at": clock.now(), "is_leader": False, "said": said, "answer": "",
        "by_id": None,
    }  # fmt: skip
    statement = insert(CIRCLE_MEMBER).values(
        id=ids.next_id(), circle_id=circle.id, member_id=member_id, must_ask=False, **values
    )
    return bool(
        changed(
            statement.on_conflict_do_update(
                index_elements=["circle_id", "member_id"],
                set_=values,
                where=ROW.stand.not_in([Stand.IN, stand]),
            )
        )
    )


@use_case
def leave(member_id: int, slug: str) -> bool:
    """Leave a circle, or take back a request; return whether that changed anything.

    Raises:
        NotFoundError: there is no such circle.
    """
    circle = queries.circle(slug, member_id)
    if _flip(circle, member_id, Stand.ASKED, Stand.WITHDRAWN):
        return True
    if not _flip(circle, member_id, Stand.IN, Stand.LEFT):
        return False
    went_out(circle, member_id)
    return True


@use_case
def come_back(member_id: int, slug: str) -> bool:
    """Undo leaving, as what he was; return whether that was still possible.

    Raises:
        NotFoundError: there is no such circle.
        CircleClosedError: it is closed.
    """
    circle = get_open(slug, member_id)
    if not policy.may_come_back(circle.mine, clock.now()):
        return False
    if _flip(circle, member_id, Stand.LEFT, Stand.IN):
        came_in(circle, member_id, again=True)
    return True


def get_open(slug: str, member_id: int | None = None) -> Circle:
    """Return a circle that runs.

    Raises:
        NotFoundError: there is no such circle.
        CircleClosedError: it is closed.
    """
    circle = queries.circle(slug, member_id)
    if not circle.is_open:
        raise CircleClosedError
    return circle


def _flip(circle: Circle, member_id: int, before: Stand, after: Stand) -> bool:
    statement = sa.update(CIRCLE_MEMBER).where(
        ROW.circle_id == circle.id, ROW.member_id == member_id, ROW.stand == before
    )
    return bool(changed(statement.values(stand=after, at=clock.now(), by_id=None)))


def came_in(circle: Circle, member_id: int, *, again: bool) -> None:
    """Count a member who is in now, tell it, and let it earn what it earns, once a circle.

    What is written there comes into his Following feed.

    Args:
        circle: which.
        member_id: who.
        again: he may have been in before: what was taken back when he left comes back.
    """
    tell(CircleJoined(circle.id), circle, member_id)
    source = Ref(MEMBER_REF, row_of(circle.id, member_id))
    loyalty.reward(member_id, JOINED, source=source, about={"circle": circle.id})
    if again:
        loyalty.give_back(source)
    watching.track_board(member_id, circle.board.id, on=True)
    count(circle.id, 1)  # last: its row is everybody's


def went_out(circle: Circle, member_id: int, *, by_id: int | None = None) -> None:
    """Count a member who is out now, tell it, and take back what coming in earned."""
    fact = CircleLeft(circle.id, is_removed=by_id is not None)
    tell(fact, circle, by_id or member_id, member_id)
    loyalty.take_back(Ref(MEMBER_REF, row_of(circle.id, member_id)))
    watching.track_board(member_id, circle.board.id, on=False)
    count(circle.id, -1)


def count(circle_id: int, by: int) -> None:
    """Correct how many are in a circle."""
    more = CIRCLE.c.member_count + by
    changed(sa.update(CIRCLE).where(CIRCLE.c.id == circle_id).values(member_count=more))


def tell(fact: Fact, circle: Circle, actor_id: int, concerns_id: int | None = None) -> None:
    """Publish a fact about a circle."""
    scope = Ref(ROOM, circle.id)
    facts.publish(
        fact, actor_id=actor_id, subject=scope, concerns_id=concerns_id or actor_id, scope=scope
    )


def row_of(circle_id: int, member_id: int) -> int:
    """Return the id of the row of a pair.

    Raises:
        NotInItError: there is none.
    """
    found = db.session.scalar(
        sa.select(ROW.id).where(ROW.circle_id == circle_id, ROW.member_id == member_id)
    )
    if found is None:
        raise NotInItError
    return int(found)
