"""Publish, change, take down and bring back threads."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.community import policy, queries
from app.community.events import ThreadBroughtBack, ThreadPublished, ThreadRemoved
from app.community.policy.beginnings import begun_with
from app.community.queries.tables import STEP
from app.community.service import counting, drafting, heat, indexing, marking, videos
from app.community.service.tags import tags_in
from app.community.service.writing import WrittenThread, compose
from app.community.types import (
    OutsideError,
    Published,
    SilencedError,
    ThreadGoneError,
    UnknownBoardError,
)
from app.community.types.writing import Extras, OriginGoneError
from app.identity import queries as identity
from app.identity.types import MemberState
from app.kernel import clock, facts, ids, parts, withdrawals
from app.kernel.db import BigInt, changed, db, use_case
from app.kernel.errors import NotFoundError, TooManyError
from app.kernel.media.models import Media
from app.kernel.media.types import PhotoGoneError
from app.kernel.types import Ref
from app.loyalty import service as loyalty
from app.loyalty.types import Value
from app.search import service as search

PACE = queries.Pace(20, timedelta(hours=1))
PLAIN = Extras()


def publish_thread(
    author_id: int,
    board_slug: str,
    title: str,
    body: str,
    photo_ids: Sequence[int] = (),
    request_key: str | None = None,
    given: parts.Given | None = None,
    extras: Extras = PLAIN,
) -> Published:
    """Publish a thread and reward its author, both or neither. A draft of it goes.

    Args:
        author_id: who writes.
        board_slug: where.
        title: one line, already cleaned.
        body: Markdown; may be empty when there are photos.
        photo_ids: his uploads, the cover first; at most nine.
        request_key: minted when the form was shown; with the same key the first thread comes back.
        given: what other domains add to it, see :mod:`app.kernel.parts`.
        extras: its kind, and what belongs to that kind.

    Raises:
        WritingError: title, text or photos break a rule, or there is no such board or origin.
        PhotoGoneError: an upload is not there any more.
        SilencedError: the member may not write for now.
        TooManyError: he has published a lot this hour.
        NotFoundError: no such member.
    """
    # Rendering takes time: before any lock.
    written = compose(author_id, title, body, photo_ids, extras)
    return publish(author_id, board_slug, written, request_key, given)


@use_case
def publish(
    author_id: int,
    board_slug: str,
    written: WrittenThread,
    request_key: str | None,
    given: parts.Given | None,
) -> Published:
    """Publish what :func:`app.community.service.writing.compose` made; see publish_thread."""
    step_photos = written.step_photo_ids
    desk = queries.thread_desk(
        author_id, board_slug, request_key, PACE, written.origin_code, step_photos
    )
    if desk is None:
        raise NotFoundError
    if desk.draft_id is not None:
        drafting.drop(desk.draft_id)
    if desk.earlier:
        award = loyalty.reward(author_id, "thread.published", source=Ref("thread", desk.earlier.id))
        return Published(desk.earlier.id, desk.earlier.code, award, is_new=False)
    check_pace(desk.state, desk.recent.wait(PACE))
    board_id = _board_of(desk)
    if written.origin_code and desk.origin_id is None:
        raise OriginGoneError
    if desk.photos != len(step_photos):  # the sweep marks them as used when it comes by
        raise PhotoGoneError
    photo_ids, cover_id = written.photo_ids, written.cover_id
    tags, known = tags_in(f"{written.title} {written.whole}"), written.marked.tags
    names = known.names(tags)
    thread = queries.ThreadKey(ids.next_id(), ids.new_code(), bool(photo_ids))
    db.session.execute(
        sa.insert(queries.THREAD).values(
            id=thread.id,
            code=thread.code,
            board_id=board_id,
            author_id=author_id,
            request_key=request_key,
            created_at=clock.now(),
            cover_media_id=_own_photo(author_id, cover_id)
            if cover_id
            else poster_of(written, author_id),
            origin_id=desk.origin_id if written.origin_code else None,
            tag_count=len(names),
            **text_columns(written),
        )
    )
    _put_own_photos(thread.id, author_id, photo_ids, written.captions)
    put_steps(thread.id, written)
    if written.video_id is not None:
        videos.show_in(thread.id, author_id, written.video_id, written.title)
    new_tags = heat.tag(thread.id, clock.now(), names, known)
    parts.save(parts.Owned(thread.id, author_id, photo_ids, is_new=True), given)
    award = loyalty.reward(
        author_id,
        "thread.published",
        source=Ref("thread", thread.id),
        about={**about_thread(board_id, written), "topic": known.topic_ids, "tags": tags},
    )
    facts.publish(
        ThreadPublished(thread.id, len(photo_ids), written.lang, written.kind.value),
        actor_id=author_id,
        subject=Ref("thread", thread.id),
        scope=Ref("board", board_id),
    )
    place = marking.Place(thread.id, 0, author_id)
    marking.leave(place, written.marked, is_new=True)
    counting.count_posted(author_id, PACE, desk.recent, thread_count=1, threads_posted=1)
    counting.count_on_board(board_id, 1)
    indexing.thread_written(thread.id, author_id, board_id, written, new_tags)
    return Published(thread.id, thread.code, award)


def _board_of(desk: queries.ThreadDesk) -> int:
    """Return the board that a thread goes to.

    Raises:
        UnknownBoardError: there is none.
        OutsideError: it is a circle that the author is not in.
    """
    if desk.board_id is None:
        raise UnknownBoardError
    if not desk.may_write:
        raise OutsideError
    return desk.board_id


def about_thread(board_id: int, written: WrittenThread) -> dict[str, Value]:
    """Return what rules may ask about a thread, besides its tags; see ``community.acts``."""
    template = begun_with(written.kind, written.whole)
    return {
        "kind": written.kind.value,
        "from_template": bool(template),
        "template": template,
        "has_photo": written.has_photo,
        "has_video": written.video_id is not None,
        "photos": len(written.photo_ids) + len(written.step_photo_ids),
        "length": len(written.whole),
        "board": board_id,
        "lang": written.lang,
    }


@use_case
def remove_thread(author_id: int, code: str) -> None:
    """Take a thread of one's own down; :func:`bring_back_thread` undoes it. Twice is once.

    Raises:
        NotFoundError: no such thread, or somebody else's.
        ThreadGoneError: the team has hidden it.
    """
    thread = own_thread(author_id, code)
    if thread.is_hidden:
        raise ThreadGoneError
    if _flip(thread.id, removed_at=clock.now()):
        facts.publish(ThreadRemoved(thread.id), **_about(thread))
        parts.show(thread.id, is_visible=False)
        heat.show(thread.id, is_visible=False)
        counting.count_thread(thread.board_id, author_id, -1)
        search.forget("thread", [thread.id])
        loyalty.take_back(Ref("thread", thread.id))
        withdrawals.tell(Ref("thread", thread.id))


@use_case
def bring_back_thread(author_id: int, code: str) -> bool:
    """Undo :func:`remove_thread`; return whether everybody sees it. Twice is once.

    What the team hid meanwhile stays hidden.

    Raises:
        NotFoundError: no such thread, or somebody else's.
    """
    thread = own_thread(author_id, code)
    back = _flip(thread.id, removed_at=None)
    if back:
        facts.publish(ThreadBroughtBack(thread.id), **_about(thread))
    if back and back.hidden_at is None:
        parts.show(thread.id, is_visible=True)
        heat.show(thread.id, is_visible=True)
        counting.count_thread(thread.board_id, author_id, 1)
        search.refresh("thread", [thread.id])
        loyalty.give_back(Ref("thread", thread.id))
    return not (back.hidden_at if back else thread.is_hidden)


def _flip(thread_id: int, *, removed_at: datetime | None) -> Any:
    """Set ``removed_at`` where that changes something; return the row, or None where it did not.

    What the team hid is not taken down any more.
    """
    table = queries.THREAD
    before = (table.c.removed_at.is_(None), table.c.hidden_at.is_(None))
    where = before if removed_at else (table.c.removed_at.is_not(None),)
    statement = sa.update(table).where(table.c.id == thread_id, *where)
    return db.session.execute(
        statement.values(removed_at=removed_at).returning(table.c.id, table.c.hidden_at)
    ).one_or_none()


def _about(thread: queries.OwnedThread) -> Any:
    return {
        "actor_id": thread.author_id,
        "subject": Ref("thread", thread.id),
        "scope": Ref("board", thread.board_id),
    }


# --- shared --------------------------------------------------------------------------------------


def check_may_write(member_id: int) -> None:
    """Let only those through who may publish and reply.

    Raises:
        SilencedError: not for now.
        NotFoundError: no such member.
    """
    check_pace(identity.get_member(member_id).state, 0)


def check_pace(state: MemberState, wait: int) -> None:
    """Let only those through who may write, and not too fast.

    Raises:
        SilencedError: not for now.
        TooManyError: only after ``wait`` more seconds.
    """
    if not policy.can_write(state):
        raise SilencedError
    if wait:
        raise TooManyError(wait)


def own_thread(author_id: int, code: str) -> queries.OwnedThread:
    """Return a thread of a member by its code.

    Raises:
        NotFoundError: there is none; somebody else's is none.
    """
    thread = queries.find_owned_thread(code)
    if thread is None or thread.author_id != author_id:
        raise NotFoundError
    return thread


def text_columns(written: WrittenThread) -> dict[str, Any]:
    """Return what a thread's row says of its text."""
    return {
        "kind": written.kind,
        "title": written.title,
        "body": written.body,
        "body_html": written.body_html,
        "excerpt": written.excerpt,
        "lang": written.lang,
        "photo_count": len(written.photo_ids),
    }


def poster_of(written: WrittenThread, author_id: int) -> sa.ScalarSelect[int] | None:
    """Return the cover of a thread without photos: its video's poster, if it has one."""
    return videos.poster_of(author_id, written.video_id) if written.video_id else None


def _own_photo(owner_id: int, media_id: int) -> sa.ScalarSelect[int]:
    """Return the id of a photo if it is there and his, to be used inside another statement."""
    return (
        sa.select(Media.id)
        .where(Media.id == media_id, Media.owner_id == owner_id)
        .scalar_subquery()
    )


def _put_own_photos(
    thread_id: int, owner_id: int, photo_ids: Sequence[int], captions: Mapping[int, str]
) -> None:
    """Put uploads of a member in their places. One statement, none for no photos.

    Raises:
        PhotoGoneError: one of them is not there any more, or not his.
    """
    if not photo_ids:
        return
    places = {media_id: position for position, media_id in enumerate(photo_ids)}
    said = {media_id: text for media_id, text in captions.items() if media_id in places}
    own = sa.select(
        sa.literal(thread_id, BigInt),
        sa.case(places, value=Media.id),
        Media.id,
        sa.case(said, value=Media.id, else_="") if said else sa.literal(""),
    ).where(Media.id.in_(photo_ids), Media.owner_id == owner_id)
    columns = ["thread_id", "position", "media_id", "caption"]
    if changed(sa.insert(queries.THREAD_PHOTO).from_select(columns, own)) != len(photo_ids):
        raise PhotoGoneError


def put_steps(thread_id: int, written: WrittenThread) -> None:
    """Put steps in their places. One statement, none for no steps."""
    if written.steps:
        rows = [
            {
                "thread_id": thread_id,
                "position": position,
                "text": step.text,
                "text_html": step.text_html,
                "media_id": step.photo_id,
            }
            for position, step in enumerate(written.steps)
        ]
        db.session.execute(sa.insert(STEP), rows)
