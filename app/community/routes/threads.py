"""One thread: its page, its link, taking it down and bringing it back."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.community import policy, present, queries, service
from app.community.forms import ReplyForm
from app.community.queries import ThreadView
from app.community.queries import parts as beside
from app.community.routes.blueprint import bp, number_arg
from app.community.settings import history_is_public
from app.community.types.kinds import KINDS, ThreadKind
from app.kernel import parts
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import cached_for_guests, me, member_required, public, toast, viewer

GONE = 410
MORE = 5  # other threads of the board beside one


@bp.get("/p/<code>")
@public
@cached_for_guests(30)
def thread(code: str) -> ResponseReturnValue:
    """Show a thread and a page of its replies: ``?page=2``, or ``?floor=37``."""
    found = get_thread(code)
    if not _may_read(found):
        return render_template("community/gone.html", thread=found, **_words(found)), GONE
    return thread_page(found)


def thread_page(found: ThreadView, *, body: str = "", error: str | None = None) -> str:
    """Return the page of a thread; with ``body`` and ``error`` the reply bar as it was left."""
    someone = viewer()
    viewer_id = someone.id if someone else None
    page = _page(found)
    answered = _answered(found, viewer_id)
    is_mine = viewer_id == found.author_id
    return render_template(
        "community/thread.html",
        thread=found,
        photos=queries.thread_photos(found.id) if found.photo_count else [],
        parts=parts.on_page(parts.Standing(found.id, found.code, found.author_id)),
        for_author=parts.for_author(found.id) if is_mine else "",
        kind=KINDS[found.kind],
        steps=beside.steps_of(found.id) if found.kind is ThreadKind.HOWTO else [],
        origin=beside.find_origin(thread_id=found.origin_id) if found.origin_id else None,
        answer=_answer(found, viewer_id),
        may_accept=_may_accept(found, viewer_id),
        may_see_history=found.version > 0 and (is_mine or _moderates() or history_is_public()),
        replies=queries.replies(found.id, page, viewer_id) if found.last_floor else [],
        page=page,
        more=_more(found),
        answered=answered,
        body=body,
        error=error,
        request_key=ReplyForm().request_key.data if someone else None,
        is_mine=is_mine,
        may_edit=viewer_id is not None and policy.can_edit(found, viewer_id),
        may_moderate=_moderates(),
        address=present.absolute(url_for("community.thread", code=found.code)),
        absolute=present.absolute,
        links=present,
        **_words(found),
    )


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


def _page(found: ThreadView) -> int:
    floor = number_arg("floor")
    wanted = present.page_of(floor) if floor else number_arg("page") or 1
    return min(max(1, wanted), found.page_count)


def _more(found: ThreadView) -> list[queries.ThreadLine]:
    """Return the newest other threads of the board, for wide screens."""
    lines = queries.feed(None, board_id=found.board.id, limit=MORE + 1).items
    return [line for line in lines if line.id != found.id][:MORE]


def _answered(found: ThreadView, viewer_id: int | None) -> queries.ReplyView | None:
    """Return the reply that the bar is about to answer (``?reply_to=5``), if it can be."""
    floor = number_arg("reply_to")
    if viewer_id is None or not floor:
        return None
    reply = queries.find_reply(found.id, floor, viewer_id)
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


def _may_read(found: ThreadView) -> bool:
    someone = viewer()
    return policy.can_read(found, someone.id if someone else None, moderates=_moderates())


def _moderates() -> bool:
    someone = viewer()
    return someone is not None and someone.can(Permission.CONTENT_MODERATE)


def _words(found: ThreadView) -> dict[str, str]:
    return {"reason": present.reason_text(found.hidden_reason) if found.is_hidden else ""}


@bp.get("/p/<code>/share")
@public
@cached_for_guests(300)
def share(code: str) -> ResponseReturnValue:
    """Show a thread's address, to be copied.

    Raises:
        NotFoundError: there is no such thread, or this viewer may not read it.
    """
    found = get_thread(code)
    if not _may_read(found):
        raise NotFoundError
    address = present.absolute(url_for("community.thread", code=found.code))
    return render_template("community/share.html", thread=found, address=address)


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
    service.bring_back_thread(me().id, code)
    toast(_("It's back on the table"))
    return redirect(url_for("community.thread", code=code), 303)
