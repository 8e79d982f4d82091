"""A member's coupons. The secret code stands on its owner's page alone, once he asks for it."""

import io

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.coupons import queries, service, shown
from app.coupons.types import Coupon, CouponOverError, UnreadableCodeError
from app.kernel import ids, web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.refs import link

bp = Blueprint("coupons", __name__)
PAST = "past"


@bp.get("/me/coupons")
@web.member_required
@web.no_store
def my_coupons() -> ResponseReturnValue:
    """List a member's coupons: those he can use, or those that are over."""
    is_past, after = request.args.get("view") == PAST, request.args.get("after")
    read = queries.past_coupons if is_past else queries.usable_coupons
    page = read(web.me().id, after)
    view = PAST if is_past else None
    return render_template(
        "coupons/my_coupons.html",
        cards=shown.cards(page.items),
        is_past=is_past,
        next_url=url_for(".my_coupons", view=view, after=page.next_key) if page.next_key else None,
    )


@bp.get("/me/coupons/<code>")
@web.member_required
@web.no_store
def my_coupon(code: str) -> ResponseReturnValue:
    """Show one coupon; its code only once its owner has asked for it.

    Raises:
        NotFoundError: it is not his.
    """
    coupon = _mine(code)
    card = shown.card(coupon)
    return render_template(
        "coupons/my_coupon.html",
        card=card,
        secret=_secret(coupon) if coupon.shown_at is not None and card.is_usable else None,
        source_url=link(coupon.source),
    )


def _secret(coupon: Coupon) -> str | None:
    try:
        return service.secret_of(coupon)
    except UnreadableCodeError:
        return None


def _mine(code: str) -> Coupon:
    return queries.my_coupon(web.me().id, ids.read_code(code) or "")


@bp.get("/me/coupons/<code>/qr.svg")
@web.member_required
@web.no_store
def qr(code: str) -> ResponseReturnValue:
    """Draw the code of a coupon to be scanned at a till.

    Raises:
        NotFoundError: it is not his, or he has not asked for the code.
    """
    coupon = _mine(code)
    if coupon.shown_at is None or not shown.card(coupon).is_usable:
        raise NotFoundError
    drawn = io.BytesIO()
    import segno

    made = segno.make(service.secret_of(coupon), error="m", micro=False)
    made.save(drawn, kind="svg", scale=8, border=2, light="white", xmldecl=False)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@bp.post("/me/coupons/<code>/show")
@web.member_required
@web.no_store
def show(code: str) -> ResponseReturnValue:
    """Show the code from now on.

    Raises:
        NotFoundError: it is not his.
    """
    coupon = _mine(code)
    try:
        service.show(web.me().id, coupon.code)
    except (CouponOverError, UnreadableCodeError) as error:
        web.toast(str(error), "warn")
    return redirect(url_for(".my_coupon", code=coupon.code), 303)


@bp.post("/me/coupons/<code>/used")
@web.member_required
@web.no_store
def used(code: str) -> ResponseReturnValue:
    """Note that he has used it, or that he has not after all.

    Raises:
        NotFoundError: it is not his.
    """
    coupon = _mine(code)
    try:
        if request.form.get("undo"):
            service.unmark_used(web.me().id, coupon.code)
        else:
            service.mark_used(web.me().id, coupon.code)
            web.toast(_("Marked as used. You can undo it on its page."))
    except CouponOverError as error:
        web.toast(str(error), "warn")
    return redirect(url_for(".my_coupon", code=coupon.code), 303)


def coupon_url(coupon_id: int, viewer_id: int | None) -> str | None:
    """Return the address of a coupon for its owner, for nobody else."""
    code = queries.code_of(coupon_id, viewer_id) if viewer_id is not None else None
    return url_for("coupons.my_coupon", code=code) if code else None
