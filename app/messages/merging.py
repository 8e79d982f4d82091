"""How conversations follow when two members become one."""

import sqlalchemy as sa

from app.kernel import merging
from app.kernel.db import changed, db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved
from app.messages import queries
from app.messages.queries.tables import LINE, MESSAGE, SIDE, TALK, WISH, newest_now, unread_now


def register() -> None:
    """Say what moves. Who may write stays as the target chose it."""
    merging.register(
        "messages",
        carry=_carry,
        moves=(
            Moved(SIDE.c.member_id, _l("conversations")),
            Moved(SIDE.c.other_id),
            Moved(MESSAGE.c.author_id),
            Moved(WISH.c.member_id),
            Moved(LINE.c.member_id, _l("messages with the team")),
            Moved(LINE.c.author_id),
            Moved(TALK.c.member_id),
        ),
        part=_give_words_back,
        settle=_recount,
    )


def _carry(log: Log) -> None:
    """Nobody writes to himself; where both wrote to somebody, the source's talk stays a second."""
    pair = [log.source_id, log.target_id]
    log.delete(SIDE, sa.and_(SIDE.c.member_id.in_(pair), SIDE.c.other_id.in_(pair)))
    kept = TALK.alias("kept")  # one talk with the team: the source's lines follow into it
    has_one = sa.exists().where(kept.c.member_id == log.target_id)
    log.delete(TALK, sa.and_(TALK.c.member_id == log.source_id, has_one))
    theirs = SIDE.alias("theirs")
    both = sa.select(SIDE.c.conversation_id).where(
        SIDE.c.member_id == log.source_id,
        SIDE.c.slot == 0,
        SIDE.c.other_id.in_(
            sa.select(theirs.c.other_id).where(
                theirs.c.member_id == log.target_id, theirs.c.slot == 0
            )
        ),
    )
    rows = db.session.execute(
        sa.select(SIDE.c.conversation_id, SIDE.c.member_id, SIDE.c.slot)
        .where(SIDE.c.conversation_id.in_(both))
        .order_by(SIDE.c.conversation_id, SIDE.c.member_id)
    ).all()
    for row in rows:
        key = [row.conversation_id, row.member_id]
        log.change(SIDE, key, {"slot": row.slot}, slot=row.conversation_id)


def _give_words_back(log: Log) -> None:
    """What the target wrote meanwhile in a talk that is the source's again is the source's word."""
    here = MESSAGE.c.conversation_id
    his = sa.exists().where(SIDE.c.conversation_id == here, SIDE.c.member_id == log.source_id)
    own = sa.exists().where(SIDE.c.conversation_id == here, SIDE.c.member_id == log.target_id)
    changed(
        sa.update(MESSAGE)
        .where(MESSAGE.c.author_id == log.target_id, his, sa.not_(own))
        .values(author_id=log.source_id, request_key=None)
    )


def _recount(log: Log) -> None:
    """Count anew what both have not read, and what those whom they wrote to have not."""
    pair = [log.source_id, log.target_id]
    changed(
        sa.update(SIDE)
        .where(sa.or_(SIDE.c.member_id.in_(pair), SIDE.c.other_id.in_(pair)))
        .values(unread_count=unread_now(SIDE, SIDE.c.read_number), last_id=newest_now(SIDE))
    )
    changed(sa.update(TALK).where(TALK.c.member_id.in_(pair)).values(queries.recounted()))
