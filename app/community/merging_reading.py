"""What becomes of what reading leaves behind when two members become one."""

import sqlalchemy as sa

from app.community.queries.tables_reading import (
    BALLOT,
    BLOCK,
    BOARD_READ,
    BOOKMARK,
    FOLDER,
    HEAT,
    MEMBER_PLACE,
    REACTION,
    SHARE,
    THREAD_READ,
    TOPIC,
    WATCH,
)
from app.community.types.reading import WatchKind
from app.kernel import merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved


def register() -> None:
    """Say what moves and what stays. A row whose twin the target has stays with the source."""
    merging.register(
        "community.reading",
        carry=_carry,
        moves=(
            Moved(BOOKMARK.c.member_id, _l("bookmarks")),
            Moved(FOLDER.c.member_id),
            Moved(WATCH.c.member_id),
            Moved(WATCH.c.target_id, where=lambda _log: WATCH.c.kind == WatchKind.MEMBER),
            Moved(BLOCK.c.owner_id),
            Moved(BLOCK.c.other_id),
            Moved(THREAD_READ.c.member_id),
            Moved(BOARD_READ.c.member_id),
            Moved(MEMBER_PLACE.c.member_id),
            Moved(REACTION.c.member_id, _l("reactions")),
            Moved(BALLOT.c.member_id),
            Moved(SHARE.c.member_id),
            Moved(HEAT.c.member_id),
        ),
    )
    merging.stays(TOPIC.c.created_by, "who planned it, as it was written")


def _carry(log: Log) -> None:
    """Nobody watches or hides himself."""
    pair = [log.source_id, log.target_id]
    log.delete(
        WATCH,
        sa.and_(
            WATCH.c.kind == WatchKind.MEMBER,
            WATCH.c.member_id.in_(pair),
            WATCH.c.target_id.in_(pair),
        ),
    )
    log.delete(BLOCK, sa.and_(BLOCK.c.owner_id.in_(pair), BLOCK.c.other_id.in_(pair)))
