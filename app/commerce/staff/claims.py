"""Claims of orders in the staff console: look at the receipt, match or refuse with a reason."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from app.commerce import service
from app.commerce.forms.claims import REFUSALS, RefuseForm
from app.commerce.queries.claims import open_claims
from app.commerce.staff.blueprint import bp
from app.commerce.types import ClaimRefusal
from app.kernel import ids, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission


@bp.get("/claims")
@web.permission(Permission.MEMBERS_MERGE)
def claims() -> ResponseReturnValue:
    """List claims that wait, the oldest first, beside the order they name."""
    return _page()


@bp.post("/claims/<code>/match")
@web.permission(Permission.MEMBERS_MERGE)
def match_claim(code: str) -> ResponseReturnValue:
    """Say that it is his: the order's buyer becomes the claimant."""
    try:
        service.match_claim(_code(code), actor_id=web.me().id)
    except NotFoundError as error:
        web.toast(str(error), "warn")
    except DomainError as error:
        web.toast(str(error), "warn")
    else:
        web.toast(_("Matched. The order and its points are the claimant's now."))
    return redirect(url_for("commerce_staff.claims"), 303)


@bp.post("/claims/<code>/refuse")
@web.permission(Permission.MEMBERS_MERGE)
def refuse_claim(code: str) -> ResponseReturnValue:
    """Say no, with a reason that the member reads."""
    form = _form()
    if not form.validate_on_submit():
        web.toast(_("Choose a reason, so that the member knows."), "warn")
        return _page(), 422
    try:
        service.refuse_claim(_code(code), ClaimRefusal(form.reason.data), actor_id=web.me().id)
    except DomainError as error:
        web.toast(str(error), "warn")
    else:
        web.toast(_("Refused. The member can read why."))
    return redirect(url_for("commerce_staff.claims"), 303)


def _code(text: str) -> str:
    code = ids.read_code(text)
    if code is None:
        raise NotFoundError
    return code


def _form() -> RefuseForm:
    form = RefuseForm()
    form.reason.choices = [SelectChoice(each.value, text) for each, text in REFUSALS.items()]
    return form


def _page() -> str:
    page = open_claims(request.args.get("after"))
    next_url = url_for("commerce_staff.claims", after=page.next_key) if page.next_key else None
    return render_template(
        "commerce/staff_claims.html",
        page=page,
        next_url=next_url,
        reasons=[(each.value, text) for each, text in REFUSALS.items()],
        form=_form(),
    )
