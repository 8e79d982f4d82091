"""The list of items and categories."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.rewards import service, shown
from app.rewards.forms.staff import CategoryForm
from app.rewards.queries import staff as queries
from app.rewards.staff.blueprint import bp
from app.rewards.types import Category

SEARCH_LENGTH = 60


@bp.get("")
@web.permission(Permission.MALL_EDIT)
def items() -> ResponseReturnValue:
    """List items with stock, cover and what went out in a week."""
    q = request.args.get("q", "")[:SEARCH_LENGTH].strip()
    state, after = request.args.get("state", ""), request.args.get("after")
    page = queries.items(q, state, after)
    return render_template(
        "rewards/staff_items.html",
        page=page,
        q=q,
        state=state,
        states=[
            ("", _("Every state")), ("shown", _("Shown")), ("hidden", _("Hidden")),
            ("low", _("Running low")), ("out", _("Sold out")),
        ],
        kpis=shown.desk_kpis(queries.desk_figures()),
        is_narrowed=bool(q or state),
        is_first=not after,
        next_url=_next(page.next_key, q, state),
        shown=shown,
    )  # fmt: skip


def _next(key: str | None, q: str, state: str) -> str | None:
    return url_for(".items", after=key, q=q or None, state=state or None) if key else None


@bp.post("/items/<slug>/show")
@web.permission(Permission.MALL_EDIT)
def show_item(slug: str) -> ResponseReturnValue:
    """Show an item to members."""
    service.show_item(slug, is_shown=True, actor_id=web.me().id)
    return redirect(url_for(".edit_item", slug=slug, done="shown"), 303)


@bp.post("/items/<slug>/hide")
@web.permission(Permission.MALL_EDIT)
def hide_item(slug: str) -> ResponseReturnValue:
    """Take an item off the shelf; the page that follows offers to undo it."""
    service.show_item(slug, is_shown=False, actor_id=web.me().id)
    return redirect(url_for(".edit_item", slug=slug, done="hidden"), 303)


@bp.route("/categories", methods=["GET", "POST"])
@web.permission(Permission.MALL_EDIT)
def categories() -> ResponseReturnValue:
    """List the shelves; add one, or change the one of the same address."""
    form, status = CategoryForm(), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            row = Category(
                0, form.slug.data, form.name_zh.data, form.name_en.data, form.position.data or 0
            )
            service.save_category(row, actor_id=web.me().id)
            web.toast(_("Saved"))
            return redirect(url_for(".categories"), 303)
    page = render_template("rewards/staff_categories.html", form=form, rows=queries.categories())
    return page, status
