"""How notices follow when two members become one."""

import sqlalchemy as sa

from app.kernel import merging
from app.kernel.db import changed
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved
from app.notify.models import NoticeRow
from app.notify.queries import ACT, DELIVERY, HABIT, NOTICE, PUSH, WISH


def register() -> None:
    """Notices follow; where the target has told his own wish about a kind, that one holds."""
    merging.register(
        "notify",
        moves=(
            Moved(NOTICE.c.member_id, _l("notices")),
            Moved(NOTICE.c.actor_id),
            Moved(ACT.c.member_id),
            Moved(ACT.c.actor_id),
            Moved(WISH.c.member_id),
            Moved(HABIT.c.member_id),
            Moved(DELIVERY.c.member_id),
            Moved(PUSH.c.member_id),
        ),
        settle=_count_people,
    )


def _count_people(log: Log) -> None:
    """Two who became one are one person in what gathered; parted they are two again."""
    theirs = sa.select(ACT.c.notice_id).where(ACT.c.actor_id.in_((log.source_id, log.target_id)))
    standing = (
        sa.select(sa.func.count(ACT.c.actor_id.distinct()))
        .where(ACT.c.notice_id == NOTICE.c.id, ACT.c.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    changed(
        sa.update(NoticeRow)
        .where(NOTICE.c.id.in_(theirs), NOTICE.c.subject.is_not(None))
        .values(people=standing)
    )
