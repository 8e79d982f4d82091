"""What leaders do, and the team in their place: answer who asks, remove who disturbs."""

import sqlalchemy as sa

from app.circles.models import CIRCLE_MEMBER
from app.circles.service.joining import came_in, get_open, went_out
from app.circles.service.telling import ADMITTED, REFUSED, REMOVED, tell_member
from app.circles.types import (
    ROOM,
    WORDS_CHARS,
    Circle,
    NotInItError,
    NotLeaderError,
    OwnLeadError,
    Stand,
)
from app.identity import queries as identity
from app.kernel import audit, clock
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref

ROW = CIRCLE_MEMBER.c


@use_case
def answer(
    actor_id: int, slug: str, yid: str, *, admit: bool, reason: str = "", by_team: bool = False
) -> bool:
    """Let somebody in who asked, or refuse him; return whether he still waited. He is told.

    Raises:
        NotFoundError: there is no such circle or member.
        CircleClosedError: it is closed.
        NotLeaderError: the actor neither leads it nor acts for the team.
    """
    circle = _led(actor_id, slug, by_team=by_team)
    member_id = _member(yid)
    done = _put(
        circle, member_id, Stand.ASKED, actor_id, stand=Stand.IN if admit else Stand.REFUSED,
        answer="" if admit else reason[:WORDS_CHARS], **({"must_ask": False} if admit else {}),
    )  # fmt: skip
    if not done:
        return False
    if admit:
        came_in(circle, member_id, again=True)
    tell_member(ADMITTED if admit else REFUSED, circle, member_id)
    act = "circle.admitted" if admit else "circle.refused"
    audit.note(actor_id, act, Ref(ROOM, circle.id), member_id=member_id, by_team=by_team)
    return True


@use_case
def remove(actor_id: int, slug: str, yid: str, reason: str, *, by_team: bool = False) -> None:
    """Take a member out of a circle; he is told why, and asks if he wants in again.

    Raises:
        NotFoundError: there is no such circle or member.
        CircleClosedError: it is closed.
        NotLeaderError: the actor neither leads it nor acts for the team.
        NotInItError: he is not in it.
        OwnLeadError: he leads it.
    """
    circle = _led(actor_id, slug, by_team=by_team)
    member_id = _member(yid)
    done = _put(
        circle, member_id, Stand.IN, actor_id, ROW.is_leader.is_(False), stand=Stand.REMOVED,
        must_ask=True, answer=reason[:WORDS_CHARS],
    )  # fmt: skip
    if not done:
        raise OwnLeadError if _is_in(circle, member_id) else NotInItError
    went_out(circle, member_id, by_id=actor_id)
    tell_member(REMOVED, circle, member_id)
    audit.note(
        actor_id, "circle.removed", Ref(ROOM, circle.id), member_id=member_id, by_team=by_team
    )


def _led(actor_id: int, slug: str, *, by_team: bool) -> Circle:
    circle = get_open(slug, actor_id)
    if not by_team and not (circle.mine and circle.mine.leads):
        raise NotLeaderError
    return circle


def _member(yid: str) -> int:
    found = identity.find_member_by_yid(yid)
    if found is None:
        raise NotFoundError
    return found.id


def _put(
    circle: Circle,
    member_id: int,
    before: Stand,
    by_id: int,
    *more: sa.ColumnElement[bool],
    **values: object,
) -> bool:
    """Change how somebody stands, if he stands as before; of two who decide one wins."""
    statement = sa.update(CIRCLE_MEMBER).where(
        ROW.circle_id == circle.id, ROW.member_id == member_id, ROW.stand == before, *more
    )
    return bool(changed(statement.values(at=clock.now(), by_id=by_id, **values)))


def _is_in(circle: Circle, member_id: int) -> bool:
    same = (ROW.circle_id == circle.id, ROW.member_id == member_id, ROW.stand == Stand.IN)
    return db.session.scalar(sa.select(ROW.id).where(*same)) is not None
