"""Link an order: a member says that it is his. And how his claims stand."""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms import SelectChoice

from app.commerce import queries, service
from app.commerce.forms.claims import REFUSALS, LinkForm
from app.commerce.queries.claims import my_claims
from app.commerce.routes.blueprint import bp
from app.commerce.service import Claim
from app.commerce.types import ClaimedOrder, ClaimOutcome
from app.kernel import i18n, ids, web
from app.kernel.errors import DomainError, NotFoundError, TooManyError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.media.types import PhotoError
from app.kernel.media.uploads import take_upload


@bp.get("/orders/link")
@web.member_required
@web.no_store
def link_order() -> ResponseReturnValue:
    """Ask for the order's figures."""
    return _page(_form())


@bp.post("/orders/link")
@web.member_required
@web.no_store
def claim_order() -> ResponseReturnValue:
    """Link the order if its figures fit, or ask staff to look at it."""
    form = _form()
    is_asking = "ask" in request.form
    if not form.validate_on_submit() or not (is_asking or form.wants_figures()):
        return _page(form, status=422)
    try:
        return _ask(form) if is_asking else _claim(form)
    except PhotoError as error:
        form.photo.errors = [error.message]
        return _page(form, status=error.http_status)
    except DomainError as error:
        form.form_errors = [error.message]
        retry = error.retry_after if isinstance(error, TooManyError) else None
        return _page(form, status=error.http_status, retry_after=retry)


def _claim(form: LinkForm) -> ResponseReturnValue:
    told = Claim(int(form.channel.data), form.number.data, form.paid_minor, form.tail.data)
    claimed = service.claim_order(web.me().id, told, address=request.remote_addr or "")
    web.toast(_claimed_text(claimed), "info" if claimed.outcome is ClaimOutcome.PENDING else "ok")
    page = "my_claims_page" if claimed.outcome is ClaimOutcome.PENDING else None
    return redirect(url_for(f"commerce.{page}" if page else "commerce.my_orders"), 303)


def _claimed_text(claimed: ClaimedOrder) -> str:
    if claimed.outcome is ClaimOutcome.PENDING:
        return _("We'll look at it and tell you on this page.")
    if claimed.outcome is ClaimOutcome.OWN:
        return _("This order is yours already.")
    orders, points = claimed.figures.get("orders", 0), claimed.figures.get("points", 0)
    linked = ngettext("%(num)s order linked", "%(num)s orders linked", orders)
    if not points:
        return _("%(orders)s.", orders=linked)
    earned = ngettext("%(figure)s point", "%(figure)s points", points, figure=i18n.number(points))
    return _("%(orders)s, and %(points)s with it.", orders=linked, points=earned)


def _ask(form: LinkForm) -> ResponseReturnValue:
    upload: FileStorage | None = form.photo.data or None
    photo_id = take_upload(web.me(), upload).id if upload and upload.filename else None
    service.ask_staff(web.me().id, int(form.channel.data), form.number.data, photo_id=photo_id)
    web.toast(_("Sent to our team. You can see here how it goes."))
    return redirect(url_for("commerce.my_claims_page"), 303)


@bp.get("/me/claims")
@web.member_required
@web.no_store
def my_claims_page() -> ResponseReturnValue:
    """List his claims with how they stand."""
    page = my_claims(web.me().id, request.args.get("after"))
    next_url = url_for("commerce.my_claims_page", after=page.next_key) if page.next_key else None
    return render_template(
        "commerce/my_claims.html", page=page, next_url=next_url, refusals=REFUSALS
    )


@bp.post("/me/claims/<code>/take-back")
@web.member_required
@web.no_store
def take_claim_back(code: str) -> ResponseReturnValue:
    """Take back a claim that still waits.

    Raises:
        NotFoundError: it is not his.
    """
    canonical = ids.read_code(code)
    if canonical is None:
        raise NotFoundError
    service.take_claim_back(web.me().id, canonical)
    web.toast(_("Taken back. You can link the order again at any time."))
    return redirect(url_for("commerce.my_claims_page"), 303)


def _form() -> LinkForm:
    form = LinkForm()
    form.channel.choices = [
        SelectChoice(str(channel.id), channel.name) for channel in queries.channels()
    ]
    return form


def _page(form: LinkForm, *, status: int = 200, retry_after: int | None = None) -> Response:
    response = make_response(render_template("commerce/link_order.html", form=form), status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(min(retry_after, 86_400))
    return response
