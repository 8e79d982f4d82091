"""Publish, change, take down and bring back threads."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.community import policy, queries
from app.community.events import ThreadBroughtBack, ThreadEdited, ThreadPublished, ThreadRemoved
from app.community.models import ThreadPhoto
from app.community.service import counting, heat, indexing
from app.community.service.writing import WrittenThread, tags_in, written_thread
from app.community.types import Published, SilencedError, ThreadGoneError, UnknownBoardError
from app.identity import queries as identity
from app.identity.types import MemberState
from app.kernel import clock, facts, ids, parts
from app.kernel.db import BigInt, changed, db, use_case
from app.kernel.errors import NotFoundError, TooManyError
from app.kernel.media import service as media
from app.kernel.media.models import Media
from app.kernel.media.types import PhotoGoneError
from app.kernel.types import Ref
from app.loyalty import service as loyalty
from app.loyalty.types import Value
from app.search import service as search

PACE = queries.Pace(20, timedelta(hours=1))


def publish_thread(
    author_id: int,
    board_slug: str,
    title: str,
    body: str,
    photo_ids: Sequence[int] = (),
    request_key: str | None = None,
    given: parts.Given | None = None,
) -> Published:
    """Publish a thread and reward its author, both or neither.

    Args:
        author_id: who writes.
        board_slug: where.
        title: one line, already cleaned.
        body: Markdown; may be empty when there are photos.
        photo_ids: his uploads, the cover first; at most nine.
        request_key: minted when the form was shown; with the same key the first thread comes back.
        given: what other domains add to it, see :mod:`app.kernel.parts`.

    Raises:
        WritingError: title, text or photos break a rule, or there is no such board.
        PhotoGoneError: an upload is not there any more.
        SilencedError: the member may not write for now.
        TooManyError: he has published a lot this hour.
        NotFoundError: no such member.
    """
    written = written_thread(title, body, photo_ids)  # rendering takes time: before any lock
    return _publish(author_id, board_slug, written, request_key, given)


@use_case
def _publish(
    author_id: int,
    board_slug: str,
    written: WrittenThread,
    request_key: str | None,
    given: parts.Given | None,
) -> Published:
    desk = queries.thread_desk(author_id, board_slug, request_key, PACE)
    if desk is None:
        raise NotFoundError
    if desk.earlier:
        award = loyalty.reward(author_id, "thread.published", source=Ref("thread", desk.earlier.id))
        return Published(desk.earlier.id, desk.earlier.code, award, is_new=False)
    check_pace(desk.state, desk.recent.wait(PACE))
    board_id = desk.board_id
    if board_id is None:
        raise UnknownBoardError
    photo_ids = written.photo_ids
    thread = queries.ThreadKey(ids.next_id(), ids.new_code(), bool(photo_ids))
    db.session.execute(
        sa.insert(queries.THREAD).values(
            id=thread.id,
            code=thread.code,
            board_id=board_id,
            author_id=author_id,
            request_key=request_key,
            created_at=clock.now(),
            cover_media_id=_own_photo(author_id, photo_ids[0]) if photo_ids else None,
            **_text_columns(written),
        )
    )
    _put_own_photos(thread.id, author_id, photo_ids)
    heat.tag(thread.id, clock.now(), tags_in(f"{written.title} {written.body}"))
    parts.save(parts.Owned(thread.id, author_id, photo_ids, is_new=True), given)
    award = loyalty.reward(
        author_id,
        "thread.published",
        source=Ref("thread", thread.id),
        about=about_thread(board_id, written),
    )
    facts.publish(
        ThreadPublished(thread.id, len(photo_ids), written.lang),
        actor_id=author_id,
        subject=Ref("thread", thread.id),
        scope=Ref("board", board_id),
    )
    counting.count_thread(board_id, author_id, 1)
    indexing.thread_written(thread.id, author_id, board_id, written)
    return Published(thread.id, thread.code, award)


def about_thread(board_id: int, written: WrittenThread) -> dict[str, Value]:
    """Return what rules may ask about a thread; see ``community.acts``."""
    return {
        "has_photo": bool(written.photo_ids),
        "photos": len(written.photo_ids),
        "length": len(written.body),
        "board": board_id,
        "lang": written.lang,
        "tags": tags_in(f"{written.title} {written.body}"),
    }


def edit_thread(
    author_id: int,
    code: str,
    *,
    board_slug: str,
    title: str,
    body: str,
    photo_ids: Sequence[int] = (),
    given: parts.Given | None = None,
) -> None:
    """Change a thread of one's own: text, photos, board, parts. What it earned stays as it is.

    Without ``given`` the parts that other domains added stay as they are.

    Raises:
        WritingError, PhotoGoneError, SilencedError: as for :func:`publish_thread`.
        NotFoundError: no such thread, or somebody else's.
        ThreadGoneError: it is removed or hidden.
    """
    _edit(author_id, code, board_slug, written_thread(title, body, photo_ids), given)


@use_case
def _edit(
    author_id: int,
    code: str,
    board_slug: str,
    written: WrittenThread,
    given: parts.Given | None,
) -> None:
    check_may_write(author_id)
    thread = own_thread(author_id, code)
    if not policy.can_edit(thread, author_id):
        raise ThreadGoneError
    board_id = _board_id(board_slug)
    _change_photos(thread.id, author_id, written.photo_ids)
    done = changed(
        sa.update(queries.THREAD)
        .where(queries.THREAD.c.id == thread.id, *queries.visible(queries.THREAD.c))
        .values(
            board_id=board_id,
            edited_at=clock.now(),
            cover_media_id=written.photo_ids[0] if written.photo_ids else None,
            **_text_columns(written),
        )
    )
    if not done:  # hidden in this very moment
        raise ThreadGoneError
    # After the thread's own row: whoever hides it takes the two in the same order.
    parts.save(parts.Owned(thread.id, author_id, written.photo_ids, is_new=False), given)
    heat.rewrite(thread.id, tags_in(f"{written.title} {written.body}"))
    facts.publish(
        ThreadEdited(thread.id),
        actor_id=author_id,
        subject=Ref("thread", thread.id),
        scope=Ref("board", board_id),
    )
    search.refresh("thread", [thread.id])
    if board_id != thread.board_id:
        for board, by in sorted([(thread.board_id, -1), (board_id, 1)]):
            counting.count_on_board(board, by)


def _change_photos(thread_id: int, author_id: int, wanted: tuple[int, ...]) -> None:
    before = queries.photo_ids_of(thread_id)
    if tuple(before) == wanted:
        return
    media.use_photos(author_id, [new for new in wanted if new not in before])
    changed(sa.delete(ThreadPhoto).where(ThreadPhoto.thread_id == thread_id))
    _put_photos(thread_id, wanted)
    gone = [old for old in before if old not in wanted]
    media.release_photos(set(gone) - queries.photos_in_use(gone))


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


@use_case
def bring_back_thread(author_id: int, code: str) -> None:
    """Undo :func:`remove_thread`. Twice is once.

    Raises:
        NotFoundError: no such thread, or somebody else's.
    """
    thread = own_thread(author_id, code)
    if _flip(thread.id, removed_at=None):
        facts.publish(ThreadBroughtBack(thread.id), **_about(thread))
        parts.show(thread.id, is_visible=True)
        heat.show(thread.id, is_visible=True)
        counting.count_thread(thread.board_id, author_id, 1)
        search.refresh("thread", [thread.id])
        loyalty.give_back(Ref("thread", thread.id))


def _flip(thread_id: int, **values: Any) -> bool:
    """Set ``removed_at`` where that changes something; return whether it did."""
    (name, value), table = next(iter(values.items())), queries.THREAD
    before = table.c[name].is_(None) if value is not None else table.c[name].is_not(None)
    where = (table.c.id == thread_id, before, table.c.hidden_at.is_(None))
    return changed(sa.update(table).where(*where).values(values)) == 1


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


def _board_id(slug: str) -> int:
    board_id = queries.find_board_id(slug)
    if board_id is None:
        raise UnknownBoardError
    return board_id


def _text_columns(written: WrittenThread) -> dict[str, Any]:
    return {
        "title": written.title,
        "body": written.body,
        "body_html": written.body_html,
        "excerpt": written.excerpt,
        "lang": written.lang,
        "photo_count": len(written.photo_ids),
    }


def _own_photo(owner_id: int, media_id: int) -> sa.ScalarSelect[int]:
    """Return the id of a photo if it is there and his, to be used inside another statement."""
    return (
        sa.select(Media.id)
        .where(Media.id == media_id, Media.owner_id == owner_id)
        .scalar_subquery()
    )


def _put_own_photos(thread_id: int, owner_id: int, photo_ids: Sequence[int]) -> None:
    """Put uploads of a member in their places. One statement, none for no photos.

    Raises:
        PhotoGoneError: one of them is not there any more, or not his.
    """
    if not photo_ids:
        return
    places = {media_id: position for position, media_id in enumerate(photo_ids)}
    own = sa.select(
        sa.literal(thread_id, BigInt),
        sa.case(places, value=Media.id),
        Media.id,
        sa.literal(""),
    ).where(Media.id.in_(photo_ids), Media.owner_id == owner_id)
    columns = ["thread_id", "position", "media_id", "caption"]
    if changed(sa.insert(queries.THREAD_PHOTO).from_select(columns, own)) != len(photo_ids):
        raise PhotoGoneError


def _put_photos(thread_id: int, photo_ids: Sequence[int]) -> None:
    if photo_ids:
        db.session.execute(
            sa.insert(queries.THREAD_PHOTO),
            [
                {"thread_id": thread_id, "position": position, "media_id": media_id}
                for position, media_id in enumerate(photo_ids)
            ],
        )
