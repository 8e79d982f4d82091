"""Changing threads; what they said before is kept, and can be erased."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app.community import policy, queries
from app.community.events import ThreadEdited
from app.community.models import ThreadPhoto
from app.community.queries import parts as beside
from app.community.queries.tables import REVISION, STEP
from app.community.service import counting, drafting, heat, marking, videos
from app.community.service.tags import tags_in
from app.community.service.threads import (
    PLAIN,
    check_pace,
    poster_of,
    put_steps,
    text_columns,
)
from app.community.service.writing import WrittenThread, compose
from app.community.settings import quiet_edit_time
from app.community.types import OutsideError, ThreadGoneError, UnknownBoardError
from app.community.types.kinds import ThreadKind
from app.community.types.writing import Extras
from app.kernel import clock, facts, parts
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.media import service as media
from app.kernel.types import Ref
from app.search import service as search


def edit_thread(
    author_id: int,
    code: str,
    *,
    board_slug: str,
    title: str,
    body: str,
    photo_ids: Sequence[int] = (),
    given: parts.Given | None = None,
    extras: Extras = PLAIN,
) -> None:
    """Change a thread of one's own: text, photos, board, parts. What it earned stays as it is.

    Without ``given`` the parts that other domains added stay as they are. A remix stays the remix
    of what it was. Changes within the first minutes are not marked; what was changed is kept.

    Raises:
        WritingError, PhotoGoneError, SilencedError: as for publishing.
        NotFoundError: no such thread, or somebody else's.
        ThreadGoneError: it is removed or hidden.
    """
    _edit(author_id, code, board_slug, compose(author_id, title, body, photo_ids, extras), given)


@use_case
def _edit(
    author_id: int,
    code: str,
    board_slug: str,
    written: WrittenThread,
    given: parts.Given | None,
) -> None:
    before, board_id = _desk(author_id, code, board_slug)
    thread = before.owned
    is_other = _keep_former(before, written)
    _change_photos(before, author_id, written)
    if before.video_id != written.video_id:
        videos.change_in(thread.id, author_id, written.video_id, written.title)
    now = clock.now()
    is_slip = now - before.created_at < quiet_edit_time()
    known = written.marked.tags
    names = known.names(tags_in(f"{written.title} {written.whole}"))
    done = db.session.execute(
        sa.update(queries.THREAD)
        .where(queries.THREAD.c.id == thread.id, *queries.visible(queries.THREAD.c))
        .values(
            board_id=board_id,
            edited_at=before.edited_at if is_slip else now,
            version=before.version + is_other,
            cover_media_id=written.cover_id or poster_of(written, author_id),
            tag_count=len(names),
            **text_columns(written),
        )
        .returning(*heat.FIGURES)
    ).one_or_none()
    if done is None:  # hidden in this very moment
        raise ThreadGoneError
    # After the thread's own row: whoever hides it takes the two in the same order.
    parts.save(parts.Owned(thread.id, author_id, written.photo_ids, is_new=False), given)
    heat.retag(thread.id, done, names, known, had=before.tag_count > 0)
    place = marking.Place(thread.id, 0, author_id)
    marking.leave(place, written.marked, is_new=not before.points)
    if before.has_draft:
        drafting.drop_of_thread(author_id, thread.id)
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


def _desk(author_id: int, code: str, board_slug: str) -> tuple[queries.EditedThread, int]:
    """Return what is changed, and the board that it goes to. One statement.

    Raises:
        NotFoundError: no such thread, or somebody else's.
        SilencedError: the member may not write for now.
        ThreadGoneError: it is removed or hidden.
        UnknownBoardError: there is no such board.
        OutsideError: it is a circle that he is not in.
    """
    before = queries.find_edited_thread(code, board_slug)
    if before is None or before.owned.author_id != author_id:
        raise NotFoundError
    check_pace(before.author_state, 0)
    if not policy.can_edit(before.owned, author_id):
        raise ThreadGoneError
    if before.board_id is None:
        raise UnknownBoardError
    if not before.may_write:
        raise OutsideError
    return before, before.board_id


def _keep_former(before: queries.EditedThread, written: WrittenThread) -> bool:
    """Keep what a thread says now if it is to say something else; return whether it is."""
    said = before.body
    if before.kind is ThreadKind.HOWTO:
        steps = [step.text for step in beside.steps_of(before.owned.id)]
        said = "\n\n".join([before.body, *steps]).strip()
    if (before.title, said) == (written.title, written.whole):
        return False
    db.session.execute(
        sa.insert(REVISION).values(  # two edits at once: one of them runs again
            thread_id=before.owned.id,
            number=before.version + 1,
            title=before.title,
            body=said,
            until_at=clock.now(),
        )
    )
    return True


def _change_photos(edited: queries.EditedThread, author_id: int, written: WrittenThread) -> None:
    """Put photos, captions and steps in their places; leave to the sweep what nothing shows."""
    thread_id = edited.owned.id
    photos = queries.photo_captions_of(thread_id)
    steps = _clear_steps(thread_id) if edited.kind is ThreadKind.HOWTO else []
    before = {*photos, *steps}
    wanted = [*written.photo_ids, *written.step_photo_ids]
    media.use_photos(author_id, [new for new in dict.fromkeys(wanted) if new not in before])
    if list(photos.items()) != [
        (each, written.captions.get(each, "")) for each in written.photo_ids
    ]:
        changed(sa.delete(ThreadPhoto).where(ThreadPhoto.thread_id == thread_id))
        _put_photos(thread_id, written.photo_ids, written.captions)
    put_steps(thread_id, written)
    gone = [old for old in before if old not in wanted]
    media.release_photos(set(gone) - queries.photos_in_use(gone))


def _clear_steps(thread_id: int) -> list[int]:
    """Take a thread's steps away; return their photos. One statement."""
    gone = sa.delete(STEP).where(STEP.c.thread_id == thread_id).returning(STEP.c.media_id)
    return [each for each in db.session.scalars(gone) if each is not None]


def _put_photos(thread_id: int, photo_ids: Sequence[int], captions: Mapping[int, str]) -> None:
    if photo_ids:
        db.session.execute(
            sa.insert(queries.THREAD_PHOTO),
            [
                {
                    "thread_id": thread_id,
                    "position": position,
                    "media_id": media_id,
                    "caption": captions.get(media_id, ""),
                }
                for position, media_id in enumerate(photo_ids)
            ],
        )
