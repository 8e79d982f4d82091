"""One-tap forms: like, follow. A fragment for htmx, a redirect to the same place without."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import present, service
from app.community.routes.blueprint import bp
from app.community.types import Liked
from app.kernel.web import is_fragment, me, member_required, safe_path


@bp.post("/p/<code>/like")
@member_required
def like_thread(code: str) -> ResponseReturnValue:
    """Like a thread."""
    return _thread_answer(code, service.like_thread(me().id, code))


@bp.post("/p/<code>/unlike")
@member_required
def unlike_thread(code: str) -> ResponseReturnValue:
    """Take the like of a thread back."""
    return _thread_answer(code, service.unlike_thread(me().id, code))


@bp.post("/p/<code>/f/<int:floor>/like")
@member_required
def like_reply(code: str, floor: int) -> ResponseReturnValue:
    """Like a reply."""
    return _reply_answer(code, floor, service.like_reply(me().id, code, floor))


@bp.post("/p/<code>/f/<int:floor>/unlike")
@member_required
def unlike_reply(code: str, floor: int) -> ResponseReturnValue:
    """Take the like of a reply back."""
    return _reply_answer(code, floor, service.unlike_reply(me().id, code, floor))


def _thread_answer(code: str, liked: Liked) -> ResponseReturnValue:
    bar = request.args.get("at") == "bar"
    if is_fragment():
        return render_template(
            "community/_like.html",
            url=present.thread_like_url(code, liked=liked.is_liked, bar=bar),
            liked=liked,
            key=f"t{code}" if bar else code,
            size="lg" if bar else "",
        )
    thread = url_for("community.thread", code=code)
    if bar:
        return redirect(thread, 303)
    return redirect(f"{_where_from(thread)}#like-{code}", 303)


def _reply_answer(code: str, floor: int, liked: Liked) -> ResponseReturnValue:
    if is_fragment():
        return render_template(
            "community/_like.html",
            url=present.reply_like_url(code, floor, liked=liked.is_liked),
            liked=liked,
            key=f"f{floor}",
            size="",
        )
    return redirect(present.floor_url(code, floor), 303)


@bp.post("/u/<yid>/follow")
@member_required
def follow(yid: str) -> ResponseReturnValue:
    """Follow a member."""
    service.follow(me().id, yid)
    return _follow_answer(yid, is_followed=True)


@bp.post("/u/<yid>/unfollow")
@member_required
def unfollow(yid: str) -> ResponseReturnValue:
    """Follow a member no longer."""
    service.unfollow(me().id, yid)
    return _follow_answer(yid, is_followed=False)


def _follow_answer(yid: str, *, is_followed: bool) -> ResponseReturnValue:
    if is_fragment():
        big = request.args.get("at") == "profile"
        return render_template("community/_follow.html", yid=yid, is_followed=is_followed, big=big)
    return redirect(_where_from(url_for("community.profile", yid=yid)), 303)


def _where_from(default: str) -> str:
    """Return the page that sent the form, without its anchor."""
    return safe_path(request.referrer, default).partition("#")[0]
