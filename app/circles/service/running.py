"""What the team does: make a circle, change it, close and reopen it, say who leads. Audited."""

import sqlalchemy as sa

from app.circles import queries
from app.circles.events import CircleClosed, CircleOpened
from app.circles.models import CIRCLE, CIRCLE_MEMBER
from app.circles.service.joining import came_in, get_open, tell
from app.circles.types import ROOM, Circle, CircleDraft, CircleState, Stand
from app.community import service as community
from app.community.service import places
from app.community.types import SeedBoard
from app.identity import queries as identity
from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.types import Ref
from app.search import service as search


@use_case
def create(actor_id: int, draft: CircleDraft) -> int:
    """Make a circle with a board of its own; return its id.

    Raises:
        InvalidError: the address is taken or not usable, a name is missing, or the icon is unknown.
    """
    if queries.find_circle(draft.slug) is not None:
        raise InvalidError(_("Another circle has this address. Choose a different one."))
    board_id = _save(actor_id, draft)
    circle_id = ids.next_id()
    db.session.execute(
        sa.insert(CIRCLE).values(
            id=circle_id, board_id=board_id, state=CircleState.OPEN, joining=draft.joining,
            member_count=0, made_at=clock.now(), made_by_id=actor_id,
        )
    )  # fmt: skip
    audit.note(actor_id, "circle.made", Ref(ROOM, circle_id), slug=draft.slug)
    tell(CircleOpened(circle_id), queries.circle(draft.slug), actor_id)
    search.refresh(ROOM, [circle_id])
    return circle_id


@use_case
def change(actor_id: int, draft: CircleDraft) -> None:
    """Change a circle; its address stays. Who asked before it opened to all still waits.

    Raises:
        NotFoundError: there is none of this address.
        InvalidError: a name is missing, or the icon is unknown.
    """
    circle = queries.circle(draft.slug)
    _save(actor_id, draft)
    statement = sa.update(CIRCLE).where(CIRCLE.c.id == circle.id)
    changed(statement.values(joining=draft.joining))
    search.refresh(ROOM, [circle.id])
    audit.note(actor_id, "circle.changed", Ref(ROOM, circle.id), joining=draft.joining.value)


def _save(actor_id: int, draft: CircleDraft) -> int:
    board = SeedBoard(
        draft.slug, draft.name_zh, draft.name_en, draft.purpose_zh, draft.purpose_en, draft.icon
    )
    board_id = community.save_board(board, actor_id=actor_id, room=ROOM)
    places.place_board(draft.slug, draft.city_zh, draft.city_en, actor_id=actor_id)
    return board_id


@use_case
def close(actor_id: int, slug: str) -> bool:
    """Close a circle: nobody joins or posts, what stands there stays. Return whether it was open.

    Raises:
        NotFoundError: there is no such circle.
    """
    return _turn(actor_id, slug, CircleState.CLOSED)


@use_case
def reopen(actor_id: int, slug: str) -> bool:
    """Open a closed circle again, with its members; return whether it was closed.

    Raises:
        NotFoundError: there is no such circle.
    """
    return _turn(actor_id, slug, CircleState.OPEN)


def _turn(actor_id: int, slug: str, state: CircleState) -> bool:
    circle, is_closed = queries.circle(slug), state is CircleState.CLOSED
    done = changed(
        sa.update(CIRCLE)
        .where(CIRCLE.c.id == circle.id, CIRCLE.c.state != state)
        .values(state=state, closed_at=clock.now() if is_closed else None)
    )
    if done:
        act = "circle.closed" if is_closed else "circle.reopened"
        audit.note(actor_id, act, Ref(ROOM, circle.id))
        fact = CircleClosed(circle.id) if is_closed else CircleOpened(circle.id, is_new=False)
        tell(fact, circle, actor_id)
    return bool(done)


@use_case
def set_leader(actor_id: int, slug: str, yid: str, *, on: bool) -> bool:
    """Let a member lead a circle, or lead it no longer; return whether that changed anything.

    Who leads is in it from now on, whether he asked or not.

    Raises:
        NotFoundError: there is no such circle or member.
        CircleClosedError: it is closed.
    """
    circle = get_open(slug)
    member = identity.find_member_by_yid(yid)
    if member is None:
        raise NotFoundError(_("There is no member of this Yid."))
    done = _lead(circle, member.id, actor_id) if on else _set(circle, member.id, is_leader=False)
    if done:
        act = "circle.leader_set" if on else "circle.leader_unset"
        audit.note(actor_id, act, Ref(ROOM, circle.id), member_id=member.id)
    return done


def _lead(circle: Circle, member_id: int, actor_id: int) -> bool:
    row = CIRCLE_MEMBER.c
    values = {
        "stand": Stand.IN, "at": clock.now(), "must_ask": False, "answer": "", "by_id": actor_id,
    }  # fmt: skip
    statement = insert(CIRCLE_MEMBER).values(
        id=ids.next_id(), circle_id=circle.id, member_id=member_id, is_leader=False, **values
    )
    if changed(
        statement.on_conflict_do_update(
            index_elements=["circle_id", "member_id"], set_=values, where=row.stand != Stand.IN
        )
    ):
        came_in(circle, member_id, again=True)
    return _set(circle, member_id, is_leader=True)


def _set(circle: Circle, member_id: int, *, is_leader: bool) -> bool:
    """Let somebody lead who is in; or no longer, also who has just left and may come back."""
    row = CIRCLE_MEMBER.c
    pair = [row.circle_id == circle.id, row.member_id == member_id]
    if is_leader:
        pair.append(row.stand == Stand.IN)
    statement = sa.update(CIRCLE_MEMBER).where(*pair, row.is_leader.is_not(is_leader))
    return bool(changed(statement.values(is_leader=is_leader)))
