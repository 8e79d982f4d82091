"""The desk of first posts: a person of the team welcomes each with one tap, in his own name."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from app.community import present, service
from app.community.forms import WelcomeForm
from app.community.queries import welcomes
from app.community.types import WritingError
from app.community.types.kinds import ThreadKind
from app.identity import queries as identity
from app.kernel.errors import NotFoundError, TooManyError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import me, permission, toast

staff_bp = Blueprint("community_welcomes", __name__, url_prefix="/staff/welcomes")


def suggestions(post: welcomes.FirstPost, staff_name: str) -> list[str]:
    """Return two ways to welcome a post, in its own language whatever the console's."""
    names = {"name": post.author.name, "staff": staff_name}
    with force_locale("zh_Hans_CN" if post.lang == "zh" else "en"):
        if post.kind is ThreadKind.QUESTION:
            return [
                _("Welcome to the table, %(name)s! Good question. I'll ask around. — %(staff)s",
                  **names),
                _("Hello %(name)s, I'm %(staff)s. How hot was it, and for how long? Tell us a "
                  "little more and we can help.", **names),
            ]  # fmt: skip
        return [
            _("Welcome to the table, %(name)s! This looks delicious, thank you for sharing. I'm "
              "%(staff)s: call me whenever you have a question.", **names),
            _("What a first post, %(name)s! I look forward to your next pot. — %(staff)s",
              **names),
        ]  # fmt: skip


@staff_bp.get("")
@permission(Permission.CONTENT_MODERATE)
def waiting() -> ResponseReturnValue:
    """List first posts that nobody of the team has welcomed, the oldest first."""
    return _page()


def _page(form: WelcomeForm | None = None, at: int | None = None) -> str:
    after = request.args.get("after", type=int)
    page = welcomes.first_posts(after=after)
    staff_name = identity.get_member(me().id).name
    return render_template(
        "community/staff_welcomes.html",
        posts=[(post, suggestions(post, staff_name)) for post in page.items],
        next_url=url_for("community_welcomes.waiting", after=page.next_key)
        if page.next_key
        else None,
        is_first=after is None,
        form=form or WelcomeForm(formdata=None),
        at=at,
        links=present,
    )


@staff_bp.post("/<int:thread_id>/send")
@permission(Permission.CONTENT_MODERATE)
def send(thread_id: int) -> ResponseReturnValue:
    """Send a welcome."""
    post = _post(thread_id)
    form = WelcomeForm()
    if not form.validate():
        return _page(form, thread_id), 422
    try:
        sent = service.send_welcome(
            me().id, thread_id, post.code, form.body.data or "", form.request_key.data
        )
    except (WritingError, TooManyError) as error:
        form.body.errors = [str(error.message)]
        return _page(form, thread_id), error.http_status
    if sent is None:
        toast(_("A colleague was faster"), "info")
    else:
        toast(_("Sent in your name"))
    return redirect(url_for("community_welcomes.waiting"), 303)


@staff_bp.post("/<int:thread_id>/leave")
@permission(Permission.CONTENT_MODERATE)
def leave(thread_id: int) -> ResponseReturnValue:
    """Leave a first post to the table."""
    _post(thread_id)
    service.leave_first_post(me().id, thread_id)
    toast(_("Left to the table"), "info")
    return redirect(url_for("community_welcomes.waiting"), 303)


def _post(thread_id: int) -> welcomes.FirstPost:
    """Return a first post that waits.

    Raises:
        NotFoundError: there is none.
    """
    found = welcomes.first_posts(thread_id=thread_id).items
    if not found:
        raise NotFoundError(_("This post needs no welcome any more."))
    return found[0]
