"""How conversations follow when two members become one."""

import sqlalchemy as sa

from app.kernel import merging
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved
from app.messages.queries.tables import MESSAGE, SIDE, WISH


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
        ),
    )


def _carry(log: Log) -> None:
    """Nobody writes to himself; where both wrote to somebody, the source's talk stays a second."""
    pair = [log.source_id, log.target_id]
    log.delete(SIDE, sa.and_(SIDE.c.member_id.in_(pair), SIDE.c.other_id.in_(pair)))
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
