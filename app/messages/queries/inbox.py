"""Lists of conversations, and the number beside them."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.community.queries.tables import MEMBER
from app.community.queries.tables_reading import BLOCK
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.types import Page
from app.messages.queries.tables import BIGGEST, MESSAGE, SIDE, WISH
from app.messages.queries.talking import THEIRS, is_legible, state_of
from app.messages.types import INBOX, Chat, Consent, Wish
from app.notify.types import UNREAD_SHOWN, Notice, Params

SHOWN = ("author_id", "body", "excerpt", "photo_id", "sent_at", "hidden_at", "is_final")
LISTED = (Consent.ACCEPTED, Consent.ASKED)


def _is_welcome(side: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a member has neither muted nor blocked the other."""
    hidden = sa.exists().where(
        BLOCK.c.owner_id == side.c.member_id, BLOCK.c.other_id == side.c.other_id
    )
    return sa.not_(hidden)


def inbox(
    member_id: int,
    consent: Consent = Consent.ACCEPTED,
    *,
    after: str | None = None,
    limit: int = INBOX,
) -> Page[Chat]:
    """Return a page of a member's conversations, the newest first. One statement.

    Args:
        member_id: whose.
        consent: ``ACCEPTED``: the conversations; ``ASKED``: the requests.
        after: ``next_key`` of the page before; anything that is no such key starts at the top.
        limit: how many.
    """
    page = sa.select(SIDE).where(
        SIDE.c.member_id == member_id, SIDE.c.consent == consent, SIDE.c.last_id.is_not(None),
        _is_welcome(SIDE),
    )  # fmt: skip
    if after and after.isdecimal() and int(after) < BIGGEST:
        page = page.where(SIDE.c.last_id < int(after))
    few = page.order_by(SIDE.c.last_id.desc()).limit(limit + 1).subquery("few")
    rows = db.session.execute(
        sa.select(
            few.c.conversation_id,
            few.c.last_id,
            few.c.unread_count,
            *(MESSAGE.c[name] for name in SHOWN),
            *identity.person_columns(MEMBER.c),
            THEIRS.c.consent.label("told"),
        )
        .select_from(few)
        .join(MESSAGE, MESSAGE.c.id == few.c.last_id)
        .join(MEMBER, MEMBER.c.id == few.c.other_id)
        .outerjoin(
            THEIRS,
            sa.and_(
                THEIRS.c.conversation_id == few.c.conversation_id,
                THEIRS.c.member_id == few.c.other_id,
            ),
        )
        .order_by(few.c.last_id.desc())
    ).all()
    chats = [_chat(row, member_id) for row in rows[:limit]]
    return Page(chats, str(chats[-1].place) if len(rows) > limit else None)


def _chat(row: Any, member_id: int) -> Chat:
    is_mine = row.author_id == member_id
    state = state_of(row)
    legible = is_legible(state, is_mine=is_mine)
    return Chat(
        row.conversation_id, identity.person_from(row), row.last_id,
        row.excerpt if legible else "", row.photo_id is not None and legible, is_mine,
        row.sent_at, row.unread_count, row.told in {Consent.ASKED, Consent.DECLINED}, state,
    )  # fmt: skip


def request_count(member_id: int) -> int:
    """Return how many requests wait for a member's answer, at most a hundred. One statement."""
    few = (
        sa.select(sa.literal(1).label("one"))
        .where(
            SIDE.c.member_id == member_id, SIDE.c.consent == Consent.ASKED,
            SIDE.c.last_id.is_not(None), _is_welcome(SIDE),
        )
        .limit(UNREAD_SHOWN)
        .subquery("few")
    )  # fmt: skip
    return db.session.scalar(sa.select(sa.func.count()).select_from(few)) or 0


def unread_of(member_id: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return how many conversations have something new for a member, for another statement."""
    owner = cast("sa.Column[int]", member_id).table
    few = (
        sa.select(sa.literal(1).label("one"))
        .where(
            SIDE.c.member_id == member_id, SIDE.c.unread_count > 0, SIDE.c.consent.in_(LISTED),
            _is_welcome(SIDE),
        )
        .limit(UNREAD_SHOWN)
        .correlate(owner)
        .subquery("unread_chats")
    )  # fmt: skip
    return sa.select(sa.func.count()).select_from(few).correlate(owner).scalar_subquery()


def counts_now(notices: Sequence[Notice]) -> Mapping[int, Params]:
    """Return notices' figures as they are now: how many messages wait, and whether they ask.

    One statement.
    """
    pairs = {each.id: (int(each.params["conversation"]), each.member_id) for each in notices}
    rows = db.session.execute(
        sa.select(SIDE.c.conversation_id, SIDE.c.member_id, SIDE.c.unread_count, SIDE.c.consent)
        .where(
            SIDE.c.conversation_id.in_(sorted({chat for chat, _ in pairs.values()})),
            SIDE.c.member_id.in_(sorted({who for _, who in pairs.values()})),
        )
    )  # fmt: skip
    now = {
        (row.conversation_id, row.member_id): {
            "count": row.unread_count, "asks": row.consent is Consent.ASKED
        }
        for row in rows
    }  # fmt: skip
    return {each.id: {**each.params, **now.get(pairs[each.id], {})} for each in notices}


def wish_of(member_id: int) -> Wish:
    """Return who may write to a member. One statement."""
    row = db.session.execute(sa.select(WISH).where(WISH.c.member_id == member_id)).one_or_none()
    return Wish(row.who, row.shows_seen) if row else Wish()
