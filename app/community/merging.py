"""How posts, likes and follows follow when two members become one."""

from typing import Any, cast

import sqlalchemy as sa

from app.community.models import ExternalPost
from app.community.queries import REPLY, REPLY_LIKE, THREAD, THREAD_LIKE
from app.community.queries.tables import ANSWER, DRAFT, FOLLOW, MENTION, TALLY, TEXT_WORK, WELCOME
from app.community.queries.videos import VIDEO
from app.kernel import merging
from app.kernel.db import changed, db, insert
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved
from app.search import service as search

EXTERNAL = cast("sa.Table", ExternalPost.__table__)


def register() -> None:
    """Say what moves and what stays, and count profiles anew."""
    merging.register(
        "community",
        carry=_drop_self_follows,
        moves=(
            Moved(THREAD.c.author_id, _l("posts")),
            Moved(REPLY.c.author_id, _l("replies")),
            Moved(THREAD_LIKE.c.member_id, _l("likes")),
            Moved(REPLY_LIKE.c.member_id, _l("likes")),
            Moved(FOLLOW.c.follower_id, _l("follows")),
            Moved(FOLLOW.c.followed_id, _l("followers")),
            Moved(EXTERNAL.c.member_id, _l("posts elsewhere")),
            Moved(MENTION.c.member_id),
            Moved(DRAFT.c.member_id, _l("drafts")),
            Moved(VIDEO.c.owner_id, _l("videos")),
        ),
        settle=_recount,
    )
    merging.stays(EXTERNAL.c.added_by, "who wrote it down, as it was written")
    merging.stays(ANSWER.c.marked_by, "who marked it, as it was")
    merging.stays(TEXT_WORK.c.author_id, "done within seconds")
    merging.stays(WELCOME.c.member_id, "a first post was welcomed, or was not, as whose it was")
    merging.stays(WELCOME.c.settled_by, "who of the team it was, as it was")
    merging.stays(TALLY.c.member_id, "derived: counted anew for both")


def _drop_self_follows(log: Log) -> None:
    pair = [log.source_id, log.target_id]
    log.delete(FOLLOW, sa.and_(FOLLOW.c.follower_id.in_(pair), FOLLOW.c.followed_id.in_(pair)))


def _recount(log: Log) -> None:
    """Count the profiles of both anew, and of those followed by both: their followers differ."""
    for member_id in sorted((log.source_id, log.target_id)):
        _recount_of(log, member_id)
    for kind, table in (("thread", THREAD), ("reply", REPLY)):
        moved = [line.key[0] for line in log.lines if line.table == table.name]
        search.refresh(kind, moved)  # they are found by who wrote them


def _recount_of(log: Log, member_id: int) -> None:
    figures = {name: int(count) for name, count in _figures(member_id).items()}
    known = db.session.scalar(sa.select(TALLY.c.member_id).where(TALLY.c.member_id == member_id))
    if known is not None and not any(figures.values()) and log.has_made(TALLY, [member_id]):
        changed(sa.delete(TALLY).where(TALLY.c.member_id == member_id))
        return
    if known is None:
        if not any(figures.values()):
            return
        log.made(TALLY, [member_id])
    statement = insert(TALLY).values(member_id=member_id, **figures)
    changed(statement.on_conflict_do_update(index_elements=["member_id"], set_=figures))


def _figures(member_id: int) -> dict[str, Any]:
    row = db.session.execute(
        sa.select(
            _count(THREAD, THREAD.c.author_id == member_id, *_visible(THREAD)).label(
                "thread_count"
            ),
            _count(REPLY, REPLY.c.author_id == member_id, *_visible(REPLY)).label("reply_count"),
            (
                _likes(THREAD_LIKE, "thread_id", THREAD, member_id)
                + _likes(REPLY_LIKE, "reply_id", REPLY, member_id)
            ).label("like_count"),
            _count(FOLLOW, FOLLOW.c.followed_id == member_id).label("follower_count"),
            _count(FOLLOW, FOLLOW.c.follower_id == member_id).label("following_count"),
        )
    ).one()
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def _visible(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.removed_at.is_(None), table.c.hidden_at.is_(None)


def _count(table: sa.Table, *where: sa.ColumnElement[bool]) -> Any:
    return sa.select(sa.func.count()).select_from(table).where(*where).scalar_subquery()


def _likes(likes: sa.Table, key: str, table: sa.Table, member_id: int) -> Any:
    return (
        sa.select(sa.func.count())
        .select_from(likes.join(table, table.c.id == likes.c[key]))
        .where(table.c.author_id == member_id, likes.c.undone_at.is_(None))
        .scalar_subquery()
    )
