"""Badges in the staff console: define, give, take, and what happened."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries as members
from app.kernel import i18n, web
from app.kernel.errors import DomainError, InvalidError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import listed, ngettext, sentences
from app.kernel.permissions import Permission
from app.loyalty import shown
from app.loyalty.forms.badges import FACES, BadgeForm, GrantForm, RevokeForm, badge_data
from app.loyalty.queries import badges as queries
from app.loyalty.service import badges as service
from app.loyalty.types.badges import Badge, BadgeError, Granted

bp = Blueprint("loyalty_badges_staff", __name__, url_prefix="/staff")

GRANT = Permission.BADGES_GRANT


@bp.get("/badges")
@web.permission(GRANT)
def badges() -> ResponseReturnValue:
    """List all badges."""
    return render_template(
        "loyalty/staff_badges.html",
        badges=queries.all_badges(with_drafts=True),
        members=queries.member_count(),
        **shown.values(),
    )


@bp.route("/badges/new", methods=["GET", "POST"])
@web.permission(GRANT)
def new_badge() -> ResponseReturnValue:
    """Make a badge; it is given out from its own page."""
    return _edit(BadgeForm(), None)


@bp.route("/badges/<key>/edit", methods=["GET", "POST"])
@web.permission(GRANT)
def edit_badge(key: str) -> ResponseReturnValue:
    """Change a badge.

    Raises:
        NotFoundError: there is none.
    """
    found = _get(key)
    form = BadgeForm(data=badge_data(found.draft))
    form.key.data = found.draft.key
    return _edit(form, found)


def _get(key: str) -> Badge:
    found = queries.find_badge(key, with_drafts=True)
    if found is None:
        raise NotFoundError
    return found


def _edit(form: BadgeForm, found: Badge | None) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                service.save_badge(form.draft(), actor_id=web.me().id, is_new=found is None)
            except BadgeError as error:
                form[error.field].errors = [error.message]
            else:
                web.toast(_("Saved"))
                return redirect(url_for("loyalty_badges_staff.badge", key=form.key.data), 303)
    return render_template(
        "loyalty/staff_badge_edit.html",
        form=form,
        badge=found,
        icons={face.icon: face.icon for face in FACES},
    ), status


@bp.get("/badges/<key>")
@web.permission(GRANT)
def badge(key: str) -> ResponseReturnValue:
    """Show a badge: how it is got, how far the sweep is, who got and lost it.

    Raises:
        NotFoundError: there is none.
    """
    return _page(_get(key), GrantForm())


@bp.post("/badges/<key>/active")
@web.permission(GRANT)
def set_active(key: str) -> ResponseReturnValue:
    """Give a badge out, or no more.

    Raises:
        NotFoundError: there is none.
    """
    is_active = request.form.get("active") == "1"
    service.set_badge_active(key, is_active=is_active, actor_id=web.me().id)
    web.toast(_("It is given out now.") if is_active else _("Retired. Who has it keeps it."))
    return redirect(url_for("loyalty_badges_staff.badge", key=key), 303)


@bp.post("/badges/<key>/grant")
@web.permission(GRANT)
def grant(key: str) -> ResponseReturnValue:
    """Give a badge to one or many.

    Raises:
        NotFoundError: there is none, or it is not given out.
    """
    found, form = _get(key), GrantForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    try:
        done = service.grant_badge(key, form.codes, form.reason.data, actor_id=web.me().id)
    except InvalidError as error:
        form.form_errors = [error.message]
        return _page(found, form), 422
    web.toast(_granted(done), "warn" if done.unknown else "ok")
    return redirect(url_for("loyalty_badges_staff.badge", key=key), 303)


def _granted(done: Granted) -> str:
    parts = [ngettext("Given to %(num)s member.", "Given to %(num)s members.", done.given)]
    if done.had:
        parts.append(ngettext("%(num)s had it.", "%(num)s had it.", done.had))
    if done.unknown:
        parts.append(_("Not known: %(yids)s.", yids=listed(done.unknown[:5])))
    return sentences(parts)


@bp.route("/badges/<key>/revoke/<yid>", methods=["GET", "POST"])
@web.permission(GRANT)
def revoke(key: str, yid: str) -> ResponseReturnValue:
    """Ask why, then take a badge from a member.

    Raises:
        NotFoundError: there is no such badge or member.
    """
    found, form, status = _get(key), RevokeForm(), 200
    member = members.find_member_by_yid(yid)
    if member is None:
        raise NotFoundError
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                service.revoke_badge(key, yid, form.reason.data, actor_id=web.me().id)
            except NotFoundError:
                raise
            except DomainError as error:
                form.form_errors = [error.message]
            else:
                web.toast(_("Taken. The member can read why. You can give it back at any time."))
                return redirect(url_for("loyalty_badges_staff.badge", key=key), 303)
    page = render_template("loyalty/staff_badge_revoke.html", badge=found, member=member, form=form)
    return page, status


def _page(found: Badge, form: GrantForm) -> str:
    page = queries.history_of_badge(found.id, request.args.get("after"))
    key = found.draft.key
    next_url = (
        url_for("loyalty_badges_staff.badge", key=key, after=page.next_key)
        if page.next_key
        else None
    )
    members = queries.member_count()
    return render_template(
        "loyalty/staff_badge.html",
        badge=found,
        form=form,
        page=page,
        next_url=next_url,
        members=members,
        swept=i18n.number(found.swept) if found.swept is not None else None,
        **shown.values(),
    )
