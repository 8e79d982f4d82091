"""The stock of an item: what moved and why, and moving it by hand."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.kernel import web
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag
from app.kernel.permissions import Permission
from app.rewards import service, shown
from app.rewards.forms.staff import MoveForm
from app.rewards.queries import staff as queries
from app.rewards.queries.staff import StockRow
from app.rewards.staff.blueprint import bp
from app.rewards.types import CatalogueError, Movement
from app.rewards.words import CAUSES


@bp.route("/items/<slug>/stock", methods=["GET", "POST"])
@web.permission(Permission.MALL_EDIT)
def stock(slug: str) -> ResponseReturnValue:
    """Show an item's stock and its movements; receive, correct, write off.

    Raises:
        NoSuchItemError: there is none of this address.
    """
    item, form, status = queries.item_state(slug), MoveForm(), 200
    rows = queries.stocks(item.id)
    form.variant.choices = [
        SelectChoice(str(row.id), kind_name(row)) for row in rows if not row.is_endless
    ]
    if request.method == "POST":
        status = 422
        if form.validate() and _move(form):
            web.toast(_("Noted"))
            return redirect(url_for(".stock", slug=slug), 303)
    after = request.args.get("after")
    page = queries.movements(item.id, after)
    html = render_template(
        "rewards/staff_stock.html",
        item=item,
        rows=rows,
        form=form,
        page=page,
        causes=CAUSES,
        kind_name=kind_name,
        is_first=not after,
        next_url=url_for(".stock", slug=slug, after=page.next_key) if page.next_key else None,
        shown=shown,
    )
    return html, status


def kind_name(row: StockRow) -> str:
    """Return what staff call a kind."""
    label = row.label_zh if locale_tag().startswith("zh") else row.label_en
    return f"{row.code} {label}".strip()


def _move(form: MoveForm) -> bool:
    """Move the stock, or say at the field why not."""
    try:
        service.move_stock(
            int(form.variant.data),
            form.amount.data,
            Movement(form.cause.data),
            word=form.word.data or "",
            actor_id=web.me().id,
        )
    except CatalogueError as error:
        field = form.amount if error.field == "amount" else form.variant
        field.errors = [*field.errors, str(error.message)]
        return False
    return True
