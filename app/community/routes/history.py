"""What a thread said before, and who may see it; a question's accepted answer."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.community import differences, policy, present, service
from app.community.queries import parts as beside
from app.community.routes.blueprint import bp
from app.community.routes.threads import get_thread
from app.community.settings import history_is_public
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import me, member_required, no_store, public, toast, viewer


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a thread: when, and what it did."""

    number: int
    at: datetime
    title: list[differences.Piece]
    body: list[differences.Piece]


@bp.get("/p/<code>/history")
@public
@no_store
def history(code: str) -> ResponseReturnValue:
    """Show what was changed in a thread, the newest change first.

    Raises:
        NotFoundError: there is no such thread, or this viewer may not see it or its past.
    """
    thread = get_thread(code)
    someone = viewer()
    viewer_id = someone.id if someone else None
    is_team = someone is not None and someone.can(Permission.CONTENT_MODERATE)
    is_open = history_is_public() or is_team or viewer_id == thread.author_id
    if not is_open or not policy.can_read(thread, viewer_id, moderates=is_team):
        raise NotFoundError
    steps = [step.text for step in beside.steps_of(thread.id)]
    now = "\n\n".join([thread.body, *steps]).strip()
    revisions = beside.revisions(thread.id)
    # What is stored names people by their Yids; who reads it knows them by their names.
    body, *bodies = service.unmark([now, *(former.body for former in revisions)])
    changes, title = [], thread.title
    for former, former_body in zip(revisions, bodies, strict=True):
        changes.append(
            Change(
                former.number,
                former.until_at,
                differences.between(former.title, title),
                differences.between(former_body, body),
            )
        )
        title, body = former.title, former_body
    return render_template("community/history.html", thread=thread, changes=changes)


@bp.post("/p/<code>/f/<int:floor>/answer")
@member_required
def accept_answer(code: str, floor: int) -> ResponseReturnValue:
    """Mark a reply as the answer of one's own question; the team may, too."""
    if service.accept_answer(me().id, code, floor, is_staff=_is_team()):
        toast(_("Marked as the best answer. It stands first now"))
    return redirect(url_for("community.thread", code=code, _anchor="answer"), 303)


@bp.post("/p/<code>/answer/undo")
@member_required
def take_answer_back(code: str) -> ResponseReturnValue:
    """Take the mark from an answer."""
    if service.take_answer_back(me().id, code, is_staff=_is_team()):
        toast(_("The question is open again"), "info")
    return redirect(present.thread_url(code), 303)


def _is_team() -> bool:
    return me().can(Permission.CONTENT_MODERATE)
