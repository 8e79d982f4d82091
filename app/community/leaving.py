"""How a member leaves the community: his posts with him, or without his name."""

from typing import Any, cast

import sqlalchemy as sa

from app.community import service
from app.community.models import ExternalPost
from app.community.queries.tables import (
    DRAFT,
    DRAFT_PHOTO,
    FOLLOW,
    LINK_USE,
    MEDIA,
    REPLY,
    REPLY_LIKE,
    REVISION,
    STEP,
    TALLY,
    THREAD,
    THREAD_LIKE,
    THREAD_PHOTO,
)
from app.community.queries.tables_reading import (
    BALLOT,
    BLOCK,
    BOARD_READ,
    BOOKMARK,
    FOLDER,
    MEMBER_PLACE,
    REACTION,
    TAG,
    THREAD_READ,
    WATCH,
)
from app.community.queries.videos import VIDEO, films_of
from app.community.types.reading import WatchKind
from app.kernel import leaving
from app.kernel.db import changed, db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Gone, Shown, Wish
from app.kernel.media import queries as media
from app.kernel.media import service as shelf

PHOTO = THREAD_PHOTO
EXTERNAL = cast("sa.Table", ExternalPost.__table__)
VIDEO_WORK = frozenset(
    {"source", "format", "sha256", "state", "percent", "tries", "problem", "lease_until"}
)
PIECE = 20  # posts that are taken down between two looks at the clock


def register() -> None:
    """Say what goes with a member and what stays without his name."""
    leaving.register(
        "community",
        gone=(
            Gone(BOOKMARK.c.member_id, _l("Bookmarks")),
            Gone(FOLDER.c.member_id, _l("Bookmark folders")),
            Gone(WATCH.c.member_id, _l("What you follow")),
            Gone(WATCH.c.target_id, where=_watched),
            Gone(FOLLOW.c.follower_id, _l("People you follow"), frozenset({"followed_id"})),
            Gone(FOLLOW.c.followed_id),
            Gone(BLOCK.c.owner_id, _l("Muted and blocked people"), frozenset({"other_id"})),
            Gone(BLOCK.c.other_id),
            Gone(THREAD_READ.c.member_id, _l("What you have read")),
            Gone(BOARD_READ.c.member_id),
            Gone(MEMBER_PLACE.c.member_id, _l("Your city's board")),
            Gone(EXTERNAL.c.member_id, _l("Posts elsewhere"), frozenset({"added_by"})),
            Gone(DRAFT_PHOTO.c.draft_id, where=_photos_of_drafts),
            Gone(DRAFT.c.member_id, _l("Drafts")),
        ),
        shown=(
            Shown(THREAD.c.author_id, _l("Posts"), frozenset({"people", "hot_ms"})),
            Shown(PHOTO.c.thread_id, _l("Photos in posts"), where=_in_threads(PHOTO)),
            Shown(VIDEO.c.owner_id, _l("Videos"), VIDEO_WORK),
            Shown(STEP.c.thread_id, _l("Steps of how-tos"), where=_in_threads(STEP)),
            Shown(
                REVISION.c.thread_id, _l("Earlier versions of posts"), where=_in_threads(REVISION)
            ),
            Shown(REPLY.c.author_id, _l("Replies")),
            Shown(THREAD_LIKE.c.member_id, _l("Likes")),
            Shown(REPLY_LIKE.c.member_id, _l("Likes of replies")),
            Shown(REACTION.c.member_id, _l("Reactions")),
            Shown(BALLOT.c.member_id, _l("Votes")),
        ),
        prepare=_take_down_some,
        close=_close,
        photos=_pictures,
    )


def _pictures(member_id: int) -> list[tuple[str, str]]:
    """Return the files of a member's photos and videos."""
    return [*media.files_of(member_id), *films_of(member_id)]


def _watched(member_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(WATCH.c.kind == WatchKind.MEMBER, WATCH.c.target_id == member_id)


def _photos_of_drafts(member_id: int) -> sa.ColumnElement[bool]:
    return DRAFT_PHOTO.c.draft_id.in_(sa.select(DRAFT.c.id).where(DRAFT.c.member_id == member_id))


def _in_threads(table: sa.Table) -> leaving.Where:
    def where(member_id: int) -> sa.ColumnElement[bool]:
        mine = sa.select(THREAD.c.id).where(THREAD.c.author_id == member_id)
        return cast("sa.ColumnElement[bool]", table.c.thread_id.in_(mine))

    return where


def _take_down_some(wish: Wish) -> bool:
    """Take some of his posts down as he would himself: counters and points follow."""
    if wish.keeps_posts:
        return False
    threads = db.session.execute(
        sa.select(THREAD.c.code)
        .where(THREAD.c.author_id == wish.member_id, *_stands(THREAD))
        .limit(PIECE)
    ).all()
    for (code,) in threads:
        service.remove_thread(wish.member_id, code)
    if threads:
        return True
    replies = db.session.execute(
        sa.select(THREAD.c.code, REPLY.c.floor)
        .join_from(REPLY, THREAD, THREAD.c.id == REPLY.c.thread_id)
        .where(REPLY.c.author_id == wish.member_id, *_stands(REPLY))
        .limit(PIECE)
    ).all()
    for code, floor in replies:
        service.remove_reply(wish.member_id, code, floor)
    return bool(replies)


def _stands(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.removed_at.is_(None), table.c.hidden_at.is_(None)


def _close(wish: Wish) -> None:
    """Blank what was taken down or hidden; let go of followers and pictures."""
    me = wish.member_id
    _uncount_follows(me)
    _blank_threads(me)
    _blank_replies(me)
    kept = sa.select(PHOTO.c.media_id).where(_in_threads(PHOTO)(me))
    steps = sa.select(STEP.c.media_id).where(_in_threads(STEP)(me), STEP.c.media_id.is_not(None))
    posters = sa.select(VIDEO.c.poster_id).where(VIDEO.c.thread_id.is_not(None))
    mine = sa.select(MEDIA.c.id).where(
        MEDIA.c.owner_id == me,
        MEDIA.c.id.not_in(kept),
        MEDIA.c.id.not_in(steps),
        MEDIA.c.id.not_in(posters.where(VIDEO.c.owner_id == me)),
    )
    shelf.release_photos(list(db.session.scalars(mine)))


def _uncount_follows(member_id: int) -> None:
    followers = sa.select(FOLLOW.c.follower_id).where(FOLLOW.c.followed_id == member_id)
    followed = sa.select(FOLLOW.c.followed_id).where(FOLLOW.c.follower_id == member_id)
    for name, whom in (("following_count", followers), ("follower_count", followed)):
        column = TALLY.c[name]
        changed(sa.update(TALLY).where(TALLY.c.member_id.in_(whom)).values({name: column - 1}))
    changed(
        sa.update(TALLY)
        .where(TALLY.c.member_id == member_id)
        .values(follower_count=0, following_count=0)
    )


def _blank_threads(member_id: int) -> None:
    """Write over the threads that nobody sees any more."""
    unseen = THREAD.c.author_id == member_id, sa.not_(sa.and_(*_stands(THREAD)))
    ids = list(db.session.scalars(sa.select(THREAD.c.id).where(*unseen)))
    for start in range(0, len(ids), leaving.PIECE):
        piece = ids[start : start + leaving.PIECE]
        blank: dict[str, Any] = {
            "title": "", "body": "", "body_html": "", "excerpt": "",
            "cover_media_id": None, "photo_count": 0, "is_final": True,
        }  # fmt: skip
        changed(sa.update(THREAD).where(THREAD.c.id.in_(piece)).values(**blank))
        gone = {"thread_id": None, "transcript": "", "captions": ""}  # the sweep forgets them
        changed(sa.update(VIDEO).where(VIDEO.c.thread_id.in_(piece)).values(**gone))
        for part in (PHOTO, STEP, REVISION, TAG, LINK_USE):
            changed(sa.delete(part).where(part.c.thread_id.in_(piece)))


def _blank_replies(member_id: int) -> None:
    unseen = REPLY.c.author_id == member_id, sa.not_(sa.and_(*_stands(REPLY)))
    changed(
        sa.update(REPLY).where(*unseen).values(body="", body_html="", excerpt="", is_final=True)
    )
