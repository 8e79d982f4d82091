"""How closely one follows; whom one doesn't want to see."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community.queries import saved
from app.community.routes.blueprint import bp
from app.community.service import reads
from app.community.service import watching as service
from app.community.types.reading import WatchKind, WatchLevel
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.web import me, member_required, no_store, safe_path, toast

PAGES = {
    WatchKind.BOARD: ("community.board", "slug"),
    WatchKind.TOPIC: ("community.topic", "slug"),
    WatchKind.THREAD: ("community.thread", "code"),
    WatchKind.MEMBER: ("community.profile", "yid"),
}


@bp.post("/watch/<kind>/<key>")
@member_required
def set_watch(kind: str, key: str) -> ResponseReturnValue:
    """Follow a board, topic, thread or member more or less closely.

    Raises:
        NotFoundError: there is no such thing.
        InvalidError: no such level.
    """
    if kind not in {each.value for each in WatchKind}:
        raise NotFoundError
    level = request.form.get("level", "")
    if level not in {each.value for each in WatchLevel}:
        raise InvalidError
    service.set_watch(me().id, WatchKind(kind), key, WatchLevel(level))
    toast(_told(WatchLevel(level)))
    endpoint, name = PAGES[WatchKind(kind)]
    values: dict[str, Any] = {name: key}
    return redirect(url_for(endpoint, **values), 303)


def _told(level: WatchLevel) -> str:
    return {
        WatchLevel.WATCHING: _("You follow this as closely as can be"),
        WatchLevel.TRACKING: _("New posts come into your Following feed"),
        WatchLevel.NORMAL: _("Back to normal"),
        WatchLevel.MUTED: _("Muted. You won't see or hear of it"),
    }[level]


@bp.post("/u/<yid>/mute")
@member_required
def mute(yid: str) -> ResponseReturnValue:
    """See nothing of a member any more."""
    service.mute(me().id, yid)
    toast(_("Muted. Posts and replies of this member are hidden from you"))
    return redirect(url_for("community.profile", yid=yid), 303)


@bp.post("/u/<yid>/block")
@member_required
def block(yid: str) -> ResponseReturnValue:
    """Mute a member and part."""
    service.block(me().id, yid)
    toast(_("Blocked. You don't follow each other any more"))
    return redirect(url_for("community.profile", yid=yid), 303)


@bp.post("/u/<yid>/unblock")
@member_required
def unblock(yid: str) -> ResponseReturnValue:
    """See a member again."""
    service.unblock(me().id, yid)
    toast(_("You see each other again"))
    default = url_for("community.profile", yid=yid)
    return redirect(safe_path(request.form.get("next"), default), 303)


@bp.get("/settings/hidden")
@member_required
@no_store
def hidden_people() -> ResponseReturnValue:
    """Show whom one has muted or blocked."""
    return render_template("community/hidden.html", people=saved.hidden_people(me().id))


@bp.post("/b/<slug>/read")
@member_required
def read_board(slug: str) -> ResponseReturnValue:
    """Mark everything on a board as read."""
    reads.read_board(me().id, slug)
    toast(_("All read"), "info")
    return redirect(url_for("community.board", slug=slug), 303)
