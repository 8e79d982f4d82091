"""The pages of circles: the list, one of them, its members; joining and leaving."""

from collections.abc import Callable

from flask import current_app, redirect, render_template, request, url_for
from flask.blueprints import Blueprint
from flask.typing import ResponseReturnValue

from app.circles import policy, queries, service
from app.circles.forms import JoinForm, ReasonForm
from app.circles.types import Circle, Joined, Stand
from app.config import Config
from app.identity import queries as identity
from app.kernel import clock, limits, rooms, slots, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag
from app.kernel.permissions import Permission

bp = Blueprint("circles", __name__, url_prefix="/c")
JOINS = limits.Limit("circles.join", 40, 3600)
NO_ROOMS = "no_rooms"
"""The slot for what is to be read where there is no circle yet."""
RANKS = "room_ranks"
"""The slot for what is counted in a room, by the id of its board."""


@bp.get("")
@web.public
@web.cached_for_guests(60)
def circle_list() -> ResponseReturnValue:
    """List circles: ``?show=mine``, ``?city=Chengdu``."""
    me = _viewer_id()
    which = queries.MINE if request.args.get("show") == queries.MINE and me else queries.ALL
    city, after = request.args.get("city", "")[:40], request.args.get("after", type=int)
    page = queries.circles(me, which, city, after)
    next_url, is_bare = None, not (page.items or city or after or which == queries.MINE)
    if page.next_key:
        show = which if which == queries.MINE else None
        next_url = url_for(".circle_list", show=show, city=city or None, after=page.next_key)
    return render_template(
        "circles/list.html",
        circles=page.items,
        which=which,
        city=city,
        cities=queries.cities(),
        boards=slots.fill(NO_ROOMS, [0])[0] if is_bare else "",
        is_first=after is None,
        next_url=next_url,
    )


@bp.get("/<slug>")
@web.public
@web.cached_for_guests(30)
def circle(slug: str) -> ResponseReturnValue:
    """Show a circle with what is written there: ``?sort=hot``, ``new`` (as usual), ``featured``.

    Raises:
        NotFoundError: there is no such circle.
    """
    me, found = _viewer_id(), _found(slug)
    is_in = bool(found.is_open and found.mine and found.mine.is_in)
    shelf = rooms.shelf(slug, me, may_post=is_in)
    if web.is_fragment():
        return shelf.posts
    return render_template(
        "circles/circle.html",
        **_head(found),
        shelf=shelf,
        faces=queries.faces(found.id),
        address=_absolute(url_for(".circle", slug=slug)),
    )


def _absolute(path: str) -> str:
    config: Config = current_app.config["POTLUCK"]
    return config.base_url + path


def _head(found: Circle, form: JoinForm | None = None) -> dict[str, object]:
    """Return what the head of every page of a circle needs."""
    return {
        "circle": found,
        "form": form or JoinForm(formdata=None),
        "may_undo": policy.may_come_back(found.mine, clock.now()),
        "ranks": slots.fill(RANKS, [found.board.id])[found.board.id],
        "back": web.safe_path(request.values.get("next"), ""),
    }


@bp.get("/<slug>/members")
@web.public
@web.cached_for_guests(60)
def members(slug: str) -> ResponseReturnValue:
    """List the members of a circle; its leaders and the team read here who asks to be let in.

    Raises:
        NotFoundError: there is no such circle.
    """
    found, after = _found(slug), request.args.get("after")
    page, leads = queries.members(found.id, after), _leads(found)
    next_url = url_for(".members", slug=slug, after=page.next_key) if page.next_key else None
    return render_template(
        "circles/members.html",
        **_head(found),
        members=page.items,
        asking=queries.asking(found.id) if leads and not after else [],
        leads=leads,
        next_url=next_url,
    )


@bp.get("/<slug>/rank")
@web.public
@web.cached_for_guests(60)
def ranks(slug: str) -> ResponseReturnValue:
    """Show who is in front on the leaderboards of a circle.

    Raises:
        NotFoundError: there is no such circle.
    """
    return render_template("circles/ranks.html", **_head(_found(slug)))


# --- joining and leaving -------------------------------------------------------------------------


@bp.post("/<slug>/join")
@web.member_required
def join(slug: str) -> ResponseReturnValue:
    """Join, or ask to be let in; lead back to where the member came from.

    Raises:
        NotFoundError: there is no such circle.
    """
    limits.hit(JOINS, str(web.me().id))
    form = JoinForm()
    if not form.validate():
        return _again(slug, form), 422
    return _done(slug, lambda: _joined(service.join(web.me().id, slug, form.said.data or "")))


def _again(slug: str, form: JoinForm) -> str:
    found = _found(slug)
    return render_template(
        "circles/members.html", **_head(found, form), members=queries.members(found.id).items,
        asking=[], leads=False, next_url=None,
    )  # fmt: skip


def _joined(joined: Joined) -> None:
    if joined.stand is Stand.IN:
        web.toast(_("Welcome! You can post here now"))
    elif joined.is_new:
        web.toast(_("Your request is with the leaders"))


@bp.post("/<slug>/leave")
@web.member_required
def leave(slug: str) -> ResponseReturnValue:
    """Leave, or take a request back.

    Raises:
        NotFoundError: there is no such circle.
    """

    def act() -> None:
        if service.leave(web.me().id, slug):
            web.toast(_("Done"), "info")

    return _done(slug, act)


@bp.post("/<slug>/come-back")
@web.member_required
def come_back(slug: str) -> ResponseReturnValue:
    """Undo leaving.

    Raises:
        NotFoundError: there is no such circle.
    """

    def act() -> None:
        if service.come_back(web.me().id, slug):
            web.toast(_("You are in again, as before"))
        else:
            web.toast(_("That is too long ago. Join once more"), "warn")

    return _done(slug, act)


def _done(slug: str, act: Callable[[], None]) -> ResponseReturnValue:
    """Do something, say what came of it, and lead back."""
    try:
        act()
    except NotFoundError:
        raise
    except DomainError as error:
        web.toast(str(error.message), "warn")
    here = url_for(".circle", slug=slug)
    return redirect(web.safe_path(request.form.get("next"), here), 303)


# --- leading -------------------------------------------------------------------------------------


@bp.post("/<slug>/members/<yid>/admit")
@web.member_required
def admit(slug: str, yid: str) -> ResponseReturnValue:
    """Let somebody in who asked.

    Raises:
        NotFoundError: there is no such circle or member.
    """
    return _led(slug, lambda: _admit(slug, yid))


def _admit(slug: str, yid: str) -> None:
    if service.answer(web.me().id, slug, yid, admit=True, by_team=_is_team()):
        web.toast(_("He is in, and is told"))


@bp.route("/<slug>/members/<yid>/refuse", methods=["GET", "POST"])
@web.member_required
def refuse(slug: str, yid: str) -> ResponseReturnValue:
    """Ask for the reason, then refuse somebody.

    Raises:
        NotFoundError: there is no such circle or member, or the viewer doesn't lead it.
    """

    def act(reason: str) -> None:
        service.answer(web.me().id, slug, yid, admit=False, reason=reason, by_team=_is_team())
        web.toast(_("Refused. He reads why"), "info")

    return _with_reason(slug, yid, act, is_asking=True)


@bp.route("/<slug>/members/<yid>/remove", methods=["GET", "POST"])
@web.member_required
def remove(slug: str, yid: str) -> ResponseReturnValue:
    """Ask for the reason, then take somebody out.

    Raises:
        NotFoundError: there is no such circle or member, or the viewer doesn't lead it.
    """

    def act(reason: str) -> None:
        service.remove(web.me().id, slug, yid, reason, by_team=_is_team())
        web.toast(_("Taken out. He reads why"), "info")

    return _with_reason(slug, yid, act, is_asking=False)


def _with_reason(
    slug: str, yid: str, act: Callable[[str], None], *, is_asking: bool
) -> ResponseReturnValue:
    found, member = _found(slug), identity.find_member_by_yid(yid)
    if member is None or not _leads(found):
        raise NotFoundError
    form = ReasonForm()
    if form.validate_on_submit():
        return _led(slug, lambda: act(form.reason.data or ""))
    page = render_template(
        "circles/reason.html", circle=found, person=identity.people([member.id])[member.id],
        form=form, is_asking=is_asking,
    )  # fmt: skip
    return page, (422 if form.is_submitted() else 200)


def _led(slug: str, act: Callable[[], None]) -> ResponseReturnValue:
    """Do what leaders do, say what came of it, and lead back to the members."""
    try:
        act()
    except NotFoundError:
        raise
    except DomainError as error:
        web.toast(str(error.message), "warn")
    return redirect(url_for(".members", slug=slug), 303)


# --- what others ask -----------------------------------------------------------------------------


def _viewer_id() -> int | None:
    someone = web.viewer()
    return someone.id if someone else None


def _found(slug: str) -> Circle:
    return queries.circle(slug, _viewer_id())


def _is_team() -> bool:
    someone = web.viewer()
    return someone is not None and someone.can(Permission.CIRCLES_EDIT)


def _leads(found: Circle) -> bool:
    return found.is_open and (_is_team() or bool(found.mine and found.mine.leads))


def door(slug: str, member_id: int) -> rooms.Door | None:
    """Return where a member gets into a circle to write there; None where he may write."""
    found = queries.find_circle(slug, member_id)
    if found is None or (found.is_open and found.mine and found.mine.is_in):
        return None
    name, url = found.name(locale_tag()), url_for("circles.circle", slug=slug)
    if not found.is_open:
        text = _("%(name)s is closed: nobody posts there.", name=name)
        return rooms.Door(text, _("This circle is closed"), _("See"), url)
    text = _("Join %(name)s first: only its members write there.", name=name)
    act = _("Ask to join") if found.asks else _("Join")
    return rooms.Door(text, _("Join the circle to reply"), act, url)


def circle_url(circle_id: int, viewer_id: int | None) -> str | None:  # noqa: ARG001 - a resolver
    """Return where a reference to a circle leads."""
    slug = queries.page_of(circle_id)
    return place_url(slug) if slug else None


def place_url(slug: str) -> str:
    """Return the page of a circle."""
    return url_for("circles.circle", slug=slug)


def paths() -> list[str]:
    """Return the pages that guests read and search engines shall know."""
    return [url_for("circles.circle_list"), *map(place_url, queries.slugs())]
