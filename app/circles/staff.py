"""Circles in the console: the list with how each does, its editor, leaders, closing."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.circles import queries, service, shown
from app.circles.forms import CircleForm, LeaderForm, circle_data
from app.circles.types import Circle, Health
from app.community.types import BOARD_ICONS
from app.kernel.errors import DomainError, InvalidError, NotFoundError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import me, permission, toast

EDIT = Permission.CIRCLES_EDIT
bp = Blueprint("circles_staff", __name__, url_prefix="/staff/circles")


@bp.get("")
@permission(EDIT)
def circle_list() -> ResponseReturnValue:
    """List circles with how they do."""
    page = queries.health(after=request.args.get("after", type=int))
    return render_template(
        "circles/staff_list.html",
        lines=page.items,
        shown=shown,
        next_url=url_for(".circle_list", after=page.next_key) if page.next_key else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@permission(EDIT)
def new_circle() -> ResponseReturnValue:
    """Make a circle."""
    return _edit(CircleForm(), None)


@bp.route("/<slug>/edit", methods=["GET", "POST"])
@permission(EDIT)
def edit_circle(slug: str) -> ResponseReturnValue:
    """Change a circle. Its address stays: links lead to it.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.circle(slug)
    return _edit(CircleForm(data=circle_data(found)), found)


def _edit(form: CircleForm, found: Circle | None) -> ResponseReturnValue:
    status = 200
    if found is not None:
        form.slug.data = found.slug
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                if found is None:
                    service.create(me().id, form.draft())
                else:
                    service.change(me().id, form.draft())
            except InvalidError as error:
                form.slug.errors = [str(error.message)]
            else:
                toast(_("Saved"))
                return redirect(url_for(".circle", slug=form.slug.data), 303)
    page = render_template(
        "circles/staff_edit.html",
        form=form,
        circle=found,
        icons={face.icon: face.icon for face in BOARD_ICONS},
    )
    return page, status


@bp.get("/<slug>")
@permission(EDIT)
def circle(slug: str) -> ResponseReturnValue:
    """Show a circle: how it does, who leads it, who asks.

    Raises:
        NotFoundError: there is none.
    """
    return _page(_line(slug), LeaderForm(formdata=None))


def _page(line: Health, form: LeaderForm) -> str:
    found = line.circle
    return render_template(
        "circles/staff_circle.html",
        line=line,
        circle=found,
        kpis=shown.kpis(line),
        leaders=[person for person, leads in queries.faces(found.id, 50) if leads],
        asking=queries.asking(found.id),
        form=form,
        shown=shown,
    )


def _line(slug: str) -> Health:
    """Return a circle with how it does.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.health(slug).items
    if not found:
        raise NotFoundError
    return found[0]


@bp.post("/<slug>/leaders")
@permission(EDIT)
def name_leader(slug: str) -> ResponseReturnValue:
    """Let a member lead, by his Yid.

    Raises:
        NotFoundError: there is no such circle.
    """
    line, form = _line(slug), LeaderForm()
    if form.validate():
        try:
            service.set_leader(me().id, slug, form.yid.data or "", on=True)
        except DomainError as error:
            form.yid.errors = [str(error.message)]
        else:
            toast(_("Leads from now on"))
            return redirect(url_for(".circle", slug=slug), 303)
    return _page(line, form), 422


@bp.post("/<slug>/leaders/<yid>/drop")
@permission(EDIT)
def drop_leader(slug: str, yid: str) -> ResponseReturnValue:
    """Let a member lead no longer; he stays in the circle.

    Raises:
        NotFoundError: there is no such circle or member.
    """
    service.set_leader(me().id, slug, yid, on=False)
    toast(_("Leads no longer, and stays a member"), "info")
    return redirect(url_for(".circle", slug=slug), 303)


@bp.route("/<slug>/close", methods=["GET", "POST"])
@permission(EDIT)
def close(slug: str) -> ResponseReturnValue:
    """Ask, then close a circle.

    Raises:
        NotFoundError: there is none.
    """
    found, form = queries.circle(slug), Form()
    if form.validate_on_submit():
        service.close(me().id, slug)
        toast(_("Closed. You can open it again here"), "info")
        return redirect(url_for(".circle", slug=slug), 303)
    page = render_template("circles/staff_close.html", circle=found, form=form)
    return page, (200 if request.method == "GET" else 422)


@bp.post("/<slug>/reopen")
@permission(EDIT)
def reopen(slug: str) -> ResponseReturnValue:
    """Open a closed circle again, as it was.

    Raises:
        NotFoundError: there is none.
    """
    if service.reopen(me().id, slug):
        toast(_("Open again, with all its members"))
    return redirect(url_for(".circle", slug=slug), 303)
