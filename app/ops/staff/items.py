"""Pieces of work: added, changed, ticked off, removed."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import clock
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import me, permission, toast
from app.ops.forms import ItemForm
from app.ops.queries import kit as queries
from app.ops.service import kit as service
from app.ops.types import Item, ItemKind, week_key, week_of

bp = Blueprint("ops_items", __name__, url_prefix="/staff/kit/items")
EDIT = Permission.KIT_EDIT


@bp.route("/new", methods=["GET", "POST"])
@permission(EDIT)
def new() -> ResponseReturnValue:
    """Plan a piece of work: ``?on=2026-12-03&kind=question``."""
    form = ItemForm(team=queries.team())
    if request.method == "GET":
        form.on.data = _day(request.args.get("on")) or clock.business_date()
        asked = request.args.get("kind", "")
        form.kind.data = asked if asked in {kind.value for kind in ItemKind} else ItemKind.OTHER
    return _page(form, None)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@bp.route("/<int:item_id>", methods=["GET", "POST"])
@permission(EDIT)
def edit(item_id: int) -> ResponseReturnValue:
    """Change a piece of work."""
    item = _item(item_id)
    told = item.draft
    data = {
        "on": told.on, "kind": told.kind.value, "title": told.title, "text": told.text,
        "note": told.note, "assignee": item.assignee.yid if item.assignee else "",
    }  # fmt: skip
    return _page(ItemForm(data=data, team=queries.team()), item)


def _item(item_id: int) -> Item:
    """Return a piece of work.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.find_item(item_id)
    if found is None:
        raise NotFoundError
    return found


def _page(form: ItemForm, item: Item | None) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate() and _saved(form, item):
            toast(_("Saved"))
            return _back(form.on.data)
    return render_template("ops/item.html", form=form, item=item), status


def _saved(form: ItemForm, item: Item | None) -> bool:
    try:
        if item is None:
            service.add_item(form.draft(), actor_id=me().id)
        else:
            service.change_item(item.id, form.draft(), actor_id=me().id)
    except NotFoundError:
        raise
    except DomainError as error:
        form.title.errors = [str(error.message)]
        return False
    return True


def _back(on: date) -> ResponseReturnValue:
    return redirect(url_for("ops_kit.week", week=week_key(week_of(on))), 303)


@bp.post("/<int:item_id>/tick")
@permission(EDIT)
def tick(item_id: int) -> ResponseReturnValue:
    """Mark a piece of work as done (``done=1``), or not."""
    item = _item(item_id)
    is_done = request.form.get("done") == "1"
    if service.tick(item_id, is_done=is_done, actor_id=me().id) and is_done:
        toast(_("Done. One thing less"))
    return _back(item.draft.on)


@bp.route("/<int:item_id>/remove", methods=["GET", "POST"])
@permission(EDIT)
def remove(item_id: int) -> ResponseReturnValue:
    """Ask, then take a piece of work off the plan."""
    item, form = _item(item_id), Form()
    if form.validate_on_submit():
        if service.remove_item(item_id, actor_id=me().id):
            toast(_("Off the plan"), "info")
        return _back(item.draft.on)
    back = url_for("ops_kit.week", week=week_key(week_of(item.draft.on)))
    return render_template("ops/item_remove.html", form=form, item=item, back=back)
