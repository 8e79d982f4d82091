"""Invitations: the own link with its code to scan, and where a link leads."""

import io
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.config import Config
from app.kernel import web
from app.kernel.i18n import gettext as _
from app.loyalty import referrals_shown as shown
from app.loyalty.queries import referrals as queries
from app.loyalty.service import referrals as service
from app.loyalty.types.referrals import NoInvitationError

bp = Blueprint("loyalty_invite", __name__)
COOKIE = "invitation"


@bp.get("/me/invite")
@web.member_required
@web.no_store
def invite() -> ResponseReturnValue:
    """Show the own link, who came by it, and what that earned."""
    after = request.args.get("after")
    page = queries.invite_page(web.me().id, after)
    rules = queries.rules()
    return render_template(
        "loyalty/invite.html",
        page=page,
        link=absolute(page.code) if page.code else None,
        guests=[shown.guest_line(guest) for guest in page.guests],
        offer=shown.offer(rules),
        next_url=url_for(".invite", after=page.next_key) if page.next_key else None,
    )


@bp.post("/me/invite")
@web.member_required
@web.no_store
def make_link() -> ResponseReturnValue:
    """Make the own link."""
    service.make_link(web.me().id)
    return redirect(url_for(".invite"), 303)


@bp.get("/me/invite/qr.svg")
@web.member_required
@web.no_store
def qr() -> ResponseReturnValue:
    """Draw the own link as a code to scan.

    Raises:
        NoInvitationError: the link has not been made yet.
    """
    code = queries.code_of(web.me().id)
    if code is None:
        raise NoInvitationError
    drawn = io.BytesIO()
    import segno

    made = segno.make(absolute(code), error="m", micro=False)
    made.save(drawn, kind="svg", scale=8, border=2, light="white", xmldecl=False)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def absolute(code: str) -> str:
    """Return the address of a link; never the request's host."""
    config: Config = current_app.config["POTLUCK"]
    return config.base_url + url_for("loyalty_invite.invitation", code=code)


@bp.get("/i/<code>")
@web.public
@web.no_store
def invitation(code: str) -> ResponseReturnValue:
    """Welcome a guest in the name of who invited him.

    Raises:
        NoInvitationError: the link is nobody's any more.
    """
    inviter = queries.inviter_of(code)
    if inviter is None:
        raise NoInvitationError
    someone = web.viewer()
    answer = Response(
        render_template(
            "loyalty/invitation.html",
            inviter=inviter.person,
            code=code,
            offer=shown.offer(queries.rules()),
            is_own=someone is not None and someone.id == inviter.id,
            is_member=someone is not None,
        )
    )
    if someone is None:
        _keep(answer, code)
    return answer


@bp.post("/i/<code>")
@web.public
@web.no_store
def accept(code: str) -> ResponseReturnValue:
    """Lead a guest to the sign-up form; his browser keeps who invited him.

    Raises:
        NoInvitationError: the link is nobody's any more.
    """
    if web.viewer() is not None:
        web.toast(_("You have a seat already. Share your own link instead."), "info")
        return redirect(url_for(".invite"), 303)
    service.accept(code, address=request.remote_addr or "")
    answer = redirect(url_for("identity.sign_up"), 303)
    _keep(answer, code)
    return answer


def _keep(answer: Any, code: str) -> None:
    answer.set_cookie(
        COOKIE,
        service.sealed(code),
        max_age=service.KEEP_SECONDS,
        httponly=True,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        samesite="Lax",
    )
