"""Codes of a pool, masked; one for a member; one taken away."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.coupons import queries, service, shown
from app.coupons.forms import GiveForm
from app.coupons.staff.blueprint import EDIT, bp
from app.coupons.staff.pools import pool_page
from app.coupons.types import CouponState
from app.kernel import ids, web
from app.kernel.errors import DomainError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _


@bp.get("/<code>/codes")
@web.permission(EDIT)
def codes(code: str) -> ResponseReturnValue:
    """List the codes of a pool: masked, whose they are, how they stand.

    Raises:
        NotFoundError: there is no such pool.
    """
    pool = queries.get_pool(code)
    asked = request.args.get("state", "")
    state = CouponState(asked) if asked in set(CouponState) else None
    page = queries.codes_of(pool.id, state, request.args.get("after"))
    tabs = [
        (_("All"), url_for(".codes", code=pool.code), state is None),
        *(
            (str(label), url_for(".codes", code=pool.code, state=each.value), state is each)
            for each, (label, _kind) in shown.STATES.items()
        ),
    ]
    again = url_for(".codes", code=pool.code, state=asked or None, after=page.next_key)
    return render_template(
        "coupons/staff_codes.html",
        pool=pool,
        lines=page.items,
        tabs=tabs,
        states=shown.STATES,
        next_url=again if page.next_key else None,
    )


@bp.post("/<code>/give")
@web.permission(EDIT)
def give(code: str) -> ResponseReturnValue:
    """Give one coupon to a member, with a reason.

    Raises:
        NotFoundError: there is no such pool.
    """
    pool, form = queries.get_pool(code), GiveForm()
    if not form.validate_on_submit():
        return pool_page(pool, give=form), 422
    try:
        given = service.give_one(
            web.me().id, pool.code, form.yid.data, form.reason.data, form.request_key.data
        )
    except service.NoSuchMemberError as error:
        form.yid.errors = [error.message]
        return pool_page(pool, give=form), error.http_status
    except DomainError:
        form.form_errors = [*form.form_errors, _("No code is left, or this pool gives no more.")]
        return pool_page(pool, give=form), 409
    web.toast(_("Given. The member is told.") if given.is_new else _("That was given before."))
    return redirect(url_for(".pool", code=pool.code), 303)


@bp.route("/<code>/codes/<coupon>/void", methods=["GET", "POST"])
@web.permission(EDIT)
def void(code: str, coupon: str) -> ResponseReturnValue:
    """Ask, then take a coupon away from its owner.

    Raises:
        NotFoundError: there is no such code.
    """
    pool, form = queries.get_pool(code), Form()
    line = queries.find_line(pool.id, ids.read_code(coupon) or "")
    if form.validate_on_submit():
        if service.void(web.me().id, pool.code, line.code):
            web.toast(_("Taken back. It is never given again."))
        else:
            web.toast(_("This coupon is not with a member any more."), "warn")
        return redirect(url_for(".codes", code=pool.code), 303)
    return render_template("coupons/staff_code_void.html", pool=pool, line=line, form=form)
