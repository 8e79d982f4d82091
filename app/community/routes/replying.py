"""Answers: sending, changing, taking down and bringing back."""

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.community import policy, present, queries, service
from app.community.forms import ReplyEditForm, ReplyForm
from app.community.queries import ReplyView, ThreadView
from app.community.routes.blueprint import bp, number_arg
from app.community.routes.compose import forget
from app.community.routes.threads import get_thread, thread_page
from app.community.types import ThreadGoneError, WritingError
from app.kernel.errors import NotFoundError, TooManyError
from app.kernel.i18n import gettext as _
from app.kernel.web import me, member_required, no_store, toast


@bp.post("/p/<code>/reply")
@member_required
def reply(code: str) -> ResponseReturnValue:
    """Answer a thread, or with ``?reply_to=5`` the reply on that floor."""
    form = ReplyForm()
    try:
        _check(form)
        sent = service.reply(
            me().id,
            code,
            form.body.data or "",
            reply_to=number_arg("reply_to"),
            request_key=form.request_key.data,
        )
    except ThreadGoneError:
        return _gone_with_text(code, form.body.data or "")
    except (WritingError, TooManyError) as error:
        found = get_thread(code)
        if not policy.can_read(found, me().id):
            return _gone_with_text(code, form.body.data or "")
        page = thread_page(found, body=form.body.data or "", error=str(error.message))
        return page, error.http_status
    if sent.is_new:
        toast(present.replied_text(sent.award))
    done = make_response(redirect(present.floor_url(sent.thread_code, sent.floor), 303))
    return forget(done, form.request_key.data or "")


def _gone_with_text(code: str, body: str) -> ResponseReturnValue:
    """Say that the thread has left, and hand back what was typed."""
    found = get_thread(code)
    reason = present.reason_text(found.hidden_reason) if found.is_hidden else ""
    page = render_template("community/gone.html", thread=found, reason=reason, typed=body)
    return page, ThreadGoneError.http_status


def _check(form: ReplyForm) -> None:
    if not form.validate():
        raise WritingError(next(iter(form.request_key.errors), None))


@bp.route("/p/<code>/f/<int:floor>/edit", methods=["GET", "POST"])
@member_required
@no_store
def edit_reply(code: str, floor: int) -> ResponseReturnValue:
    """Change a reply of one's own."""
    thread, mine = _own(code, floor)
    form = ReplyEditForm()
    status = 200
    if request.method == "GET":
        [form.body.data] = service.unmark([mine.body])
    elif form.validate():
        try:
            service.edit_reply(me().id, code, floor, form.body.data or "")
        except WritingError as error:
            form.body.errors = [str(error.message)]
            status = error.http_status
        else:
            toast(_("Saved"))
            return redirect(present.floor_url(thread.code, floor), 303)
    else:
        status = 422
    back = present.floor_url(thread.code, floor)
    return render_template(
        "community/reply_edit.html", form=form, thread=thread, floor=floor, back=back
    ), status


def _own(code: str, floor: int) -> tuple[ThreadView, ReplyView]:
    """Return a reply of one's own that can be changed.

    Raises:
        NotFoundError: there is none; somebody else's is none.
        ThreadGoneError: it or its thread is removed or hidden.
    """
    thread = get_thread(code)
    mine = queries.find_reply(thread.id, floor, me().id)
    if mine is None or mine.author_id != me().id:
        raise NotFoundError
    if not policy.can_edit(mine, me().id) or not policy.can_read(thread, me().id):
        raise ThreadGoneError
    return thread, mine


@bp.post("/p/<code>/f/<int:floor>/remove")
@member_required
def remove_reply(code: str, floor: int) -> ResponseReturnValue:
    """Take a reply of one's own down. No question asked: it can be undone."""
    service.remove_reply(me().id, code, floor)
    toast(_("Removed. You can bring it back"), "info")
    return redirect(present.floor_url(code, floor), 303)


@bp.post("/p/<code>/f/<int:floor>/bring-back")
@member_required
def bring_back_reply(code: str, floor: int) -> ResponseReturnValue:
    """Undo the removal of a reply of one's own."""
    if service.bring_back_reply(me().id, code, floor):
        toast(_("It's back on the table"))
    return redirect(present.floor_url(code, floor), 303)
