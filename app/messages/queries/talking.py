"""One conversation: what decides about it, and its messages."""

from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import FOLLOW, MEMBER
from app.community.queries.tables_reading import BLOCK
from app.identity import queries as identity
from app.identity.types import MemberState
from app.kernel import ids
from app.kernel.db import db
from app.kernel.media import queries as media
from app.messages.queries.tables import BIGGEST, MESSAGE, SIDE, WISH, seen_by
from app.messages.types import PAGE, Consent, Desk, Line, LineState, Sent, Talk, Who, Wish

READERS = (MemberState.ACTIVE, MemberState.MUTED)
ME, MINE, THEIRS = MEMBER.alias("me"), SIDE.alias("mine"), SIDE.alias("theirs")
MY_BLOCK, THEIR_BLOCK = BLOCK.alias("my_block"), BLOCK.alias("their_block")


def desk_of(me_id: int, conversation_id: int) -> Desk | None:
    """Return what decides about a conversation of a member, or None: it is not his.

    One statement.
    """
    if not 0 < conversation_id < BIGGEST:
        return None
    here = MINE.c.conversation_id == conversation_id
    return _desk(_desks(me_id, here).where(here))


def desk_with(me_id: int, yid: str) -> Desk | None:
    """Return what decides about writing to somebody, or None: there is nobody to see.

    One statement.
    """
    code = ids.read_code(yid)
    if code is None:
        return None
    statement = _desks(me_id, MINE.c.slot == 0)
    return _desk(statement.where(MEMBER.c.yid == code, MEMBER.c.state.in_(READERS)))


def _desks(me_id: int, which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    side = sa.and_(MINE.c.member_id == me_id, MINE.c.other_id == MEMBER.c.id, which)
    other_side = sa.and_(
        THEIRS.c.conversation_id == MINE.c.conversation_id, THEIRS.c.member_id == MEMBER.c.id
    )
    follows = sa.and_(FOLLOW.c.follower_id == MEMBER.c.id, FOLLOW.c.followed_id == me_id)
    by_me = sa.and_(MY_BLOCK.c.owner_id == me_id, MY_BLOCK.c.other_id == MEMBER.c.id)
    by_him = sa.and_(THEIR_BLOCK.c.owner_id == MEMBER.c.id, THEIR_BLOCK.c.other_id == me_id)
    return (
        sa.select(
            *identity.person_columns(MEMBER.c),
            ME.c.id.label("me_id"),
            ME.c.state.label("my_state"),
            MINE.c.conversation_id,
            MINE.c.consent,
            MINE.c.cleared_number,
            MINE.c.read_number,
            MINE.c.unread_count,
            THEIRS.c.consent.label("their_consent"),
            THEIRS.c.asked_at,
            THEIRS.c.read_number.label("seen_number"),
            FOLLOW.c.follower_id,
            WISH.c.who,
            WISH.c.shows_seen,
            MY_BLOCK.c.is_block.label("hides"),
            THEIR_BLOCK.c.is_block.label("hides_me"),
        )
        .select_from(MEMBER)
        .join(ME, ME.c.id == me_id)
        .outerjoin(MINE, side)
        .outerjoin(THEIRS, other_side)
        .outerjoin(FOLLOW, follows)
        .outerjoin(WISH, WISH.c.member_id == MEMBER.c.id)
        .outerjoin(MY_BLOCK, by_me)
        .outerjoin(THEIR_BLOCK, by_him)
    )


def _desk(statement: sa.Select[Any]) -> Desk | None:
    row = db.session.execute(statement).one_or_none()
    if row is None:
        return None
    return Desk(
        me_id=row.me_id,
        my_state=row.my_state,
        other=identity.person_from(row),
        is_reachable=row.person_state in READERS,
        conversation_id=row.conversation_id,
        consent=row.consent or Consent.NONE,
        their_consent=row.their_consent or Consent.NONE,
        asked_at=row.asked_at,
        follows_me=row.follower_id is not None,
        wish=Wish(row.who or Who.EVERYBODY, bool(row.shows_seen)),
        hides=row.hides,
        is_blocked=bool(row.hides_me),
        cleared_number=row.cleared_number or 0,
        read_number=row.read_number or 0,
        unread_count=row.unread_count or 0,
        seen_number=row.seen_number or 0,
    )


def conversation_with(me_id: int, other_id: int) -> int | None:
    """Return the conversation in which two members write to each other. One statement."""
    found = sa.select(SIDE.c.conversation_id).where(
        SIDE.c.member_id == me_id, SIDE.c.other_id == other_id, SIDE.c.slot == 0
    )
    return db.session.scalar(found)


# --- messages ------------------------------------------------------------------------------------


def talk(desk: Desk, *, before: int | None = None, limit: int = PAGE) -> Talk:
    """Return the newest messages that the viewer sees, or those before a number. One statement."""
    query = _lines(desk).order_by(MESSAGE.c.number.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(MESSAGE.c.number < before)
    rows = db.session.execute(query).all()
    shown = [_line(row, desk.me_id) for row in rows[:limit]][::-1]
    return Talk(shown, shown[0].number if len(rows) > limit else None)


def talk_since(desk: Desk, number: int, limit: int = PAGE) -> Talk:
    """Return the message of a number and what came after it, the oldest first. One statement."""
    query = _lines(desk).where(MESSAGE.c.number >= number).order_by(MESSAGE.c.number)
    rows = db.session.execute(query.limit(limit))
    return Talk([_line(row, desk.me_id) for row in rows])


def find_line(desk: Desk, number: int) -> Line | None:
    """Return one message that the viewer sees, or None. One statement."""
    row = db.session.execute(_lines(desk).where(MESSAGE.c.number == number)).one_or_none()
    return _line(row, desk.me_id) if row else None


def _lines(desk: Desk) -> sa.Select[Any]:
    return (
        sa.select(MESSAGE, *media.photo_columns(prefix="pic_"))
        .outerjoin(media.MEDIA, media.MEDIA.c.id == MESSAGE.c.photo_id)
        .where(
            MESSAGE.c.conversation_id == desk.conversation_id,
            *seen_by(desk.me_id, desk.cleared_number),
        )
    )


def _line(row: Any, me_id: int) -> Line:
    is_mine = row.author_id == me_id
    state = state_of(row)
    legible = is_legible(state, is_mine=is_mine)
    return Line(
        row.id, row.number, is_mine,
        row.body if legible else "", row.body_html if legible else "",
        media.photo_from(row, "pic_") if legible else None,
        row.sent_at, state, row.hidden_reason if is_mine else None,
    )  # fmt: skip


def state_of(row: Any) -> LineState:
    """Return how the message of a row stands."""
    is_erased = not row.body and row.photo_id is None
    if is_erased or (row.hidden_at is not None and row.is_final):
        return LineState.GONE
    if row.hidden_at is not None:
        return LineState.HIDDEN
    return LineState.SHOWN


def is_legible(state: LineState, *, is_mine: bool) -> bool:
    """Return whether who looks may read it: its author also what the team hid from the other."""
    return state is LineState.SHOWN or (state is LineState.HIDDEN and is_mine)


def sent_before(author_id: int, request_key: str | None) -> Sent | None:
    """Return what a form has sent already. One statement, none without a key."""
    if request_key is None:
        return None
    row = db.session.execute(
        sa.select(MESSAGE.c.id, MESSAGE.c.conversation_id, MESSAGE.c.number).where(
            MESSAGE.c.author_id == author_id, MESSAGE.c.request_key == request_key
        )
    ).one_or_none()
    return Sent(row.conversation_id, row.id, row.number, is_new=False) if row else None
