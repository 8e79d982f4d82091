"""One thread: its page, its link, taking it down and bringing it back."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import policy, present, queries, service
from app.community.forms import ReplyForm
from app.community.postings import posting as present_posting
from app.community.queries import ThreadView
from app.community.queries import parts as beside
from app.community.routes.blueprint import bp, number_arg
from app.community.settings import history_is_public
from app.community.types.kinds import KINDS, ThreadKind
from app.community.video_notices import problem_text
from app.kernel import parts, rooms, slots
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import OFFICIAL, Permission
from app.kernel.web import cached_for_guests, me, member_required, public, toast, viewer

GONE = 410
MORE = 6  # related threads
OLDEST, NEWEST, LIKED, AUTHOR = "oldest", "newest", "liked", "author"
ORDERS = {OLDEST, NEWEST, LIKED, AUTHOR}


@bp.get("/p/<code>")
@public
@cached_for_guests(30)
def thread(code: str) -> ResponseReturnValue:
    """Show a thread and a page of its replies: ``?page=2``, or ``?floor=37``."""
    found = get_thread(code)
    if not may_read(found):
        return render_template("community/gone.html", thread=found, **_words(found)), GONE
    return thread_page(found)


def thread_page(found: ThreadView, *, body: str = "", error: str | None = None) -> str:
    """Return the page of a thread; with ``body`` and ``error`` the reply bar as it was left."""
    someone = viewer()
    viewer_id = someone.id if someone else None
    page = _page(found)
    order = _order()
    floors = _floors(found, order, page, viewer_id)
    given = queries.reactions_on(found.id, [r.floor for r in floors.replies], viewer_id)
    answered = _answered(found, floors.replies, viewer_id)
    is_mine = viewer_id == found.author_id
    photos = queries.thread_photos(found.id) if found.photo_count else []
    return render_template(
        "community/thread.html",
        thread=found,
        photos=photos,
        parts=parts.on_page(_standing(found)),
        for_author=parts.for_author(found.id) if is_mine else "",
        author_menu=slots.fill("thread_author", [found.id])[found.id] if is_mine else "",
        kind=KINDS[found.kind],
        steps=beside.steps_of(found.id) if found.kind is ThreadKind.HOWTO else [],
        origin=beside.find_origin(thread_id=found.origin_id) if found.origin_id else None,
        answer=_answer(found, viewer_id),
        may_accept=_may_accept(found, viewer_id),
        may_see_history=found.version > 0 and (is_mine or _moderates() or history_is_public()),
        replies=floors.replies,
        reactions=given[0],
        reacts={
            floor: tuple((one.face.glyph, one.count) for one in some if one.count)
            for floor, some in given.items()
        },
        poll=queries.find_poll(found.id, viewer_id) if found.has_poll else None,
        page=page,
        page_count=floors.page_count,
        order=order,
        next_author=floors.next_author,
        more=present.cards(queries.related(found.id, found.board.id, MORE), None, plain=True),
        resume=_resume(found, order, page),
        answered=answered,
        body=body,
        error=error,
        request_key=ReplyForm().request_key.data if someone else None,
        door=None if body else _door(found),  # what was typed is never put away
        is_mine=is_mine,
        may_edit=viewer_id is not None and policy.can_edit(found, viewer_id),
        may_moderate=_moderates(),
        may_feature=someone is not None and someone.can(Permission.BOARDS_EDIT),
        address=present.absolute(url_for("community.thread", code=found.code)),
        absolute=present.absolute,
        share_address=_share_address(found, someone.yid if someone else None),
        posting=present_posting(found, photos, floors.replies),
        links=present,
        **_words(found),
        **video_words(found),
    )


def _door(found: ThreadView) -> rooms.Door | None:
    """Return where the viewer gets in if only others reply here; the team replies everywhere."""
    someone = viewer()
    if someone is None or someone.can(Permission.CONSOLE_OPEN):
        return None
    return rooms.door(found.board.room, found.board.slug, someone.id)


def _standing(found: ThreadView) -> parts.Standing:
    is_official = OFFICIAL in found.author.marks
    return parts.Standing(found.id, found.code, found.author_id, is_official)


def _answer(found: ThreadView, viewer_id: int | None) -> queries.ReplyView | None:
    """Return the accepted answer of a question, if it can be seen."""
    if found.answer_floor is None:
        return None
    return queries.find_reply(found.id, found.answer_floor, viewer_id)


def _may_accept(found: ThreadView, viewer_id: int | None) -> bool:
    """Return whether this viewer may mark an answer: who asked, and the team."""
    is_open = not found.is_removed and not found.is_hidden
    is_question = found.kind is ThreadKind.QUESTION
    return is_question and is_open and (viewer_id == found.author_id or _moderates())


def _share_address(found: ThreadView, sharer_yid: str | None) -> str:
    """Return the address that a viewer shares; it says who did, so that he sees what it brought."""
    said: dict[str, Any] = {"from": sharer_yid} if sharer_yid else {}
    return present.absolute(url_for("community.thread", code=found.code, **said))


@dataclass(frozen=True, slots=True)
class Floors:
    """The replies that a page shows.

    Attributes:
        next_author: of the author's alone: the floor after which the next page begins.
    """

    replies: list[queries.ReplyView]
    page_count: int
    next_author: int | None = None


def _order() -> str:
    """Return how the replies stand: ``oldest``, ``newest``, ``liked`` or ``author`` (his alone)."""
    asked = request.args.get("order", "")
    return asked if asked in ORDERS else OLDEST


def _floors(found: ThreadView, order: str, page: int, viewer_id: int | None) -> Floors:
    """Return the replies of a page. One statement, none where there are none."""
    if not found.last_floor:
        return Floors([], 1)
    if order == NEWEST:
        shown = queries.newest_replies(found.id, found.last_floor, page, viewer_id)
        return Floors(shown, found.page_count)
    if order == LIKED:
        page_count = min(found.page_count, queries.LIKED_PAGES)
        page = min(page, page_count)
        return Floors(queries.liked_replies(found.id, page, viewer_id), page_count)
    if order == AUTHOR:
        after = number_arg("after") or 0
        replies, on = queries.author_replies(found.id, found.author_id, viewer_id, after=after)
        return Floors(replies, 1, on)
    return Floors(queries.replies(found.id, page, viewer_id), found.page_count)


def _resume(found: ThreadView, order: str, page: int) -> int | None:
    """Return the floor at which the viewer may go on reading, when it stands on another page."""
    nxt = found.read_floor + 1
    is_elsewhere = order == OLDEST and present.page_of(nxt) != page
    return nxt if found.read_floor and nxt <= found.last_floor and is_elsewhere else None


def _page(found: ThreadView) -> int:
    floor = number_arg("floor") or number_arg("reply_to")
    wanted = present.page_of(floor) if floor else number_arg("page") or 1
    return min(max(1, wanted), found.page_count)


def _answered(
    found: ThreadView, shown: list[queries.ReplyView], viewer_id: int | None
) -> queries.ReplyView | None:
    """Return the reply that the bar is about to answer (``?reply_to=5``), if it can be."""
    floor = number_arg("reply_to")
    if viewer_id is None or not floor:
        return None
    here = next((reply for reply in shown if reply.floor == floor), None)
    reply = here or queries.find_reply(found.id, floor, viewer_id)
    return reply if reply and not reply.is_removed and not reply.is_hidden else None


def get_thread(code: str) -> ThreadView:
    """Return a thread in whatever state.

    Raises:
        NotFoundError: there is none.
    """
    someone = viewer()
    found = queries.find_thread(code, someone.id if someone else None)
    if found is None:
        raise NotFoundError
    return found


def may_read(found: ThreadView) -> bool:
    """Return whether this viewer may read a thread."""
    someone = viewer()
    return policy.can_read(found, someone.id if someone else None, moderates=_moderates())


def _moderates() -> bool:
    someone = viewer()
    return someone is not None and someone.can(Permission.CONTENT_MODERATE)


def _words(found: ThreadView) -> dict[str, str]:
    return {"reason": present.reason_text(found.hidden_reason) if found.is_hidden else ""}


def video_words(found: ThreadView) -> dict[str, object]:
    """Return what the video's part of a page is told beside its thread."""
    someone = viewer()
    is_mine = someone is not None and someone.id == found.author_id
    is_ours = someone is not None and someone.can(Permission.CONTENT_MODERATE)
    shown = found.video
    return {
        "is_author": is_mine,
        "may_caption": shown is not None and (is_mine or is_ours),
        "video_problem": problem_text(shown.problem) if shown and shown.has_failed else "",
    }


@bp.get("/p/<code>/share")
@public
@cached_for_guests(300)
def share(code: str) -> ResponseReturnValue:
    """Show a thread's address, to be copied.

    Raises:
        NotFoundError: there is no such thread, or this viewer may not read it.
    """
    found = get_thread(code)
    if not may_read(found):
        raise NotFoundError
    someone = viewer()
    sharer: dict[str, Any] = {"from": someone.yid} if someone else {}
    address = present.absolute(url_for("community.thread", code=found.code, **sharer))
    card = url_for("community.card", code=found.code, **sharer)
    return render_template("community/share.html", thread=found, address=address, card=card)


@bp.get("/p/<code>/jump")
@public
def jump(code: str) -> ResponseReturnValue:
    """Lead to a floor: ``?floor=37``; one beyond the last leads to the last.

    Raises:
        NotFoundError: there is no such thread, or this viewer may not read it.
    """
    found = get_thread(code)
    if not may_read(found):
        raise NotFoundError
    floor = min(number_arg("floor") or 1, max(1, found.last_floor))
    return redirect(present.floor_url(found.code, floor), 303)


@bp.post("/p/<code>/remove")
@member_required
def remove_thread(code: str) -> ResponseReturnValue:
    """Take a thread of one's own down. No question asked: it can be undone."""
    service.remove_thread(me().id, code)
    toast(_("Removed. Only you can see it now, and you can bring it back"), "info")
    return redirect(url_for("community.thread", code=code), 303)


@bp.post("/p/<code>/bring-back")
@member_required
def bring_back_thread(code: str) -> ResponseReturnValue:
    """Undo the removal of a thread of one's own."""
    if service.bring_back_thread(me().id, code):
        toast(_("It's back on the table"))
    return redirect(url_for("community.thread", code=code), 303)
