"""Money that is paid outside: who owes, what was set aside, what must go back, who asks for it."""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import ids, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.types import Page
from app.rewards import service, shown, words
from app.rewards.forms import PlainForm
from app.rewards.forms.money import DecideForm, GivenBackForm, LateForm
from app.rewards.queries import money as queries
from app.rewards.queries.staff import waiting_for_money
from app.rewards.staff.blueprint import bp
from app.rewards.types import Decision

EDIT = Permission.MALL_EDIT


def _list(template: str, endpoint: str, page: Page[Any], **more: Any) -> str:
    """Print one of the four lists, with how much waits in the others."""
    kept, asked, owed = queries.open_counts()
    tabs = [
        (_("Waiting for payment"), "payments", 0), (_("Set aside"), "kept_payments", kept),
        (_("Refunds asked for"), "asked_refunds", asked), (_("Money to give back"), "owed", owed),
    ]  # fmt: skip
    args: dict[str, Any] = {"done": 1} if more.get("is_done") else {}
    return render_template(
        template,
        page=page,
        tabs=[(text, url_for(f".{name}"), name == endpoint, n) for text, name, n in tabs],
        is_first=not request.args.get("after"),
        next_url=url_for(f".{endpoint}", after=page.next_key, **args) if page.next_key else None,
        first_url=url_for(f".{endpoint}", **args),
        shown=shown,
        words=words,
        **more,
    )


@bp.get("/payments")
@web.permission(EDIT)
def payments() -> ResponseReturnValue:
    """List orders whose money part has not come."""
    page = waiting_for_money(request.args.get("after"))
    return _list("rewards/staff_payments.html", "payments", page)


@bp.post("/payments/<code>")
@web.permission(EDIT)
def mark_paid(code: str) -> ResponseReturnValue:
    """Note that an order's money part has come.

    Raises:
        NoSuchOrderError: there is none.
    """
    if PlainForm().validate_on_submit():
        try:
            is_new = service.mark_paid(code, actor_id=web.me().id)
        except DomainError as error:
            if web.wants_json() or error.http_status == 404:  # noqa: PLR2004 - its own page
                raise
            web.toast(str(error.message), "warn")
        else:
            web.toast(_("Noted as paid") if is_new else _("It was paid already"))
    return redirect(url_for(".payments"), 303)


# --- payments that were set aside ----------------------------------------------------------------


@bp.get("/payments/kept")
@web.permission(EDIT)
def kept_payments() -> ResponseReturnValue:
    """List payments that fit no order."""
    page = queries.kept_payments(request.args.get("after"))
    return _list("rewards/staff_kept_payments.html", "kept_payments", page)


@bp.route("/payments/kept/<int:payment_id>", methods=["GET", "POST"])
@web.permission(EDIT)
def decide_payment(payment_id: int) -> ResponseReturnValue:
    """Ask what becomes of a payment, then do it.

    Raises:
        NoSuchMoneyError: there is none, or it is settled.
    """
    row, form, status = queries.kept_payment(payment_id), DecideForm(), 200
    form.offer(can_take=row.can_take)
    if form.is_submitted():
        status = 422
        if form.validate():
            decision = Decision(form.decision.data)
            try:
                service.decide(
                    payment_id, decision, note=form.note.data or "", actor_id=web.me().id
                )
            except DomainError as error:
                form.form_errors = [error.message]
            else:
                web.toast(_("Decided"))
                return redirect(url_for(".kept_payments"), 303)
    page = render_template(
        "rewards/staff_kept_payment.html", row=row, form=form, words=words, shown=shown
    )
    return page, status


# --- money to give back --------------------------------------------------------------------------


@bp.get("/money-back")
@web.permission(EDIT)
def owed() -> ResponseReturnValue:
    """List money to give back, or what went back."""
    is_done = request.args.get("done") == "1"
    page = queries.money_back(request.args.get("after"), is_done=is_done)
    return _list("rewards/staff_money_back.html", "owed", page, is_done=is_done)


@bp.route("/money-back/new", methods=["GET", "POST"])
@web.permission(EDIT)
def money_came() -> ResponseReturnValue:
    """Note by hand that money came for an order that has ended."""
    form, status = LateForm(), 200
    if request.method == "GET":
        form.code.data = request.args.get("order", "")
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                is_new = service.note_late(form.came(), actor_id=web.me().id)
            except DomainError as error:
                form.code.errors = [str(error.message)]
            else:
                web.toast(_("Noted. It waits to be given back") if is_new else _("Noted before"))
                return redirect(url_for(".owed"), 303)
    currency = current_app.config["POTLUCK"].currency
    return render_template("rewards/staff_money_came.html", form=form, currency=currency), status


@bp.route("/money-back/<int:back_id>", methods=["GET", "POST"])
@web.permission(EDIT)
def give_back(back_id: int) -> ResponseReturnValue:
    """Ask how money went back, then note it.

    Raises:
        NoSuchMoneyError: there is none of this number.
    """
    row, status = queries.money_back_of(back_id), 200
    form = GivenBackForm(data={"note": row.note})
    if form.is_submitted():
        status = 422
        if form.validate():
            is_new = service.note_given_back(back_id, form.note.data or "", actor_id=web.me().id)
            web.toast(_("Noted as given back") if is_new else _("A colleague had noted it before."))
            return redirect(url_for(".owed"), 303)
    page = render_template("rewards/staff_give_back.html", row=row, form=form, words=words)
    return page, status


@bp.post("/money-back/<int:back_id>/undo")
@web.permission(EDIT)
def undo_give_back(back_id: int) -> ResponseReturnValue:
    """Put money back on the list: it did not go back after all.

    Raises:
        NoSuchMoneyError: there is none of this number.
    """
    service.note_still_owed(back_id, actor_id=web.me().id)
    web.toast(_("It is on the list again"))
    return redirect(url_for(".owed"), 303)


# --- refunds that are asked for ------------------------------------------------------------------


@bp.get("/refunds")
@web.permission(EDIT)
def asked_refunds() -> ResponseReturnValue:
    """List orders whose owners ask for a refund."""
    page = queries.asked_refunds(request.args.get("after"))
    return _list("rewards/staff_asked_refunds.html", "asked_refunds", page)


@bp.route("/refunds/<code>", methods=["GET", "POST"])
@web.permission(EDIT)
def answer_refund(code: str) -> ResponseReturnValue:
    """Ask whether an order is refunded, then do it, or decline.

    Raises:
        NotFoundError: nobody asks for it (any more).
    """
    canonical = ids.read_code(code)
    if canonical is None:
        raise NotFoundError
    row, form, status = queries.asked_refund(canonical), PlainForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                told = _answer(canonical)
            except DomainError as error:
                form.form_errors = [error.message]
            else:
                web.toast(told)
                return redirect(url_for(".asked_refunds"), 303)
    page = render_template("rewards/staff_asked_refund.html", row=row, form=form, words=words)
    return page, status


def _answer(code: str) -> str:
    if request.form.get("answer") == "decline":
        service.decline_refund(code, actor_id=web.me().id)
        return _("Declined. Its owner is told.")
    service.refund(code, actor_id=web.me().id, returns_to_stock=False)
    return _("Ended. The points are back with their owner.")
