"""Members in the staff console: find somebody, see who he is, grant and revoke roles."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from app.identity import queries, service
from app.identity.forms import CloseForm, RoleForm
from app.identity.pages import again, role_name
from app.identity.types import MemberRow, MemberState, Who
from app.kernel import i18n, slots, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission, Role
from app.kernel.types import Person

bp = Blueprint("identity_staff", __name__, url_prefix="/staff/members")

SEARCH_LENGTH = 60


@bp.get("")
@web.permission(Permission.MEMBERS_SEE)
def members() -> ResponseReturnValue:
    """List members, the newest first; search by name or Yid."""
    asked = _asked()
    page = queries.member_list(**asked, after=request.args.get("after"))
    role, who = asked["role"], asked["who"]
    plain = {
        "q": asked["search"] or None,
        "role": role.value if role else None,
        "who": who.value if who is not Who.MEMBERS else None,
    }
    return render_template(
        "identity/staff_members.html",
        page=page,
        search=asked["search"],
        role=plain["role"] or "",
        roles=_role_choices(),
        role_name=role_name,
        who=who.value,
        whos=[(Who.MEMBERS.value, _("Who signed up")), (Who.SILENT.value, _("Buyers only")),
              (Who.ALL.value, _("Everybody"))],
        reset_url=url_for("identity_staff.members") if any(plain.values()) else None,
        next_url=url_for("identity_staff.members", **plain, after=page.next_key)
        if page.next_key
        else None,
        first_url=url_for("identity_staff.members", **plain) if "after" in request.args else None,
    )  # fmt: skip


def _asked() -> dict[str, Any]:
    role, who = request.args.get("role", ""), request.args.get("who", "")
    return {
        "search": request.args.get("q", "")[:SEARCH_LENGTH].strip(),
        "role": Role(role) if role in set(Role) else None,
        "who": Who(who) if who in set(Who) else Who.MEMBERS,
    }


@bp.get("/<yid>")
@web.permission(Permission.MEMBERS_SEE)
def member(yid: str) -> ResponseReturnValue:
    """Show one member: who he is, what he may do, how to reach him (masked)."""
    return render_template("identity/staff_member.html", **_page(_find(yid)), form=_role_form())


@bp.post("/<yid>/contacts")
@web.permission(Permission.CONTACTS_REVEAL)
def reveal_contacts(yid: str) -> ResponseReturnValue:
    """Show his contacts in full, once, and note who looked."""
    found = _find(yid)
    service.note_contacts_revealed(web.me().id, found.id)
    page = _page(found, revealed=True)
    return render_template("identity/staff_member.html", **page, form=_role_form())


@bp.post("/<yid>/letters")
@web.permission(Permission.MEMBERS_MERGE)
def set_letters(yid: str) -> ResponseReturnValue:
    """Note whether he may be written to unasked."""
    found, stop = _find(yid), request.form.get("stop") == "1"
    service.set_do_not_contact(found.id, on=stop, actor_id=web.me().id)
    web.toast(_("Noted: no letters unasked.") if stop else _("Noted: letters are welcome."))
    return redirect(url_for("identity_staff.member", yid=found.yid), 303)


@bp.post("/<yid>/roles")
@web.permission(Permission.ROLES_GRANT)
def grant(yid: str) -> ResponseReturnValue:
    """Give him a role; it works from his next request on."""
    found, form = _find(yid), _role_form()
    if not form.validate_on_submit():
        return again("identity/staff_member.html", form, **_page(found))
    try:
        service.grant_role(web.me().id, found.id, Role(form.role.data))
    except DomainError as error:
        return again("identity/staff_member.html", form, error, **_page(found))
    web.toast(_("%(role)s granted.", role=role_name(form.role.data)))
    return redirect(url_for("identity_staff.member", yid=found.yid), 303)


@bp.post("/<yid>/roles/<role>/revoke")
@web.permission(Permission.ROLES_GRANT)
def revoke(yid: str, role: str) -> ResponseReturnValue:
    """Take a role back; it stops working with his next request.

    Raises:
        NotFoundError: there is no such role.
    """
    found = _find(yid)
    if role not in set(Role):
        raise NotFoundError
    try:
        service.revoke_role(web.me().id, found.id, Role(role))
    except DomainError as error:
        return again("identity/staff_member.html", _role_form(), error, **_page(found))
    web.toast(_("%(role)s revoked.", role=role_name(role)))
    return redirect(url_for("identity_staff.member", yid=found.yid), 303)


@bp.get("/<yid>/close")
@web.permission(Permission.MEMBERS_ERASE)
def ask_to_close(yid: str) -> ResponseReturnValue:
    """Ask whether an account shall be closed, and what becomes of the posts."""
    return render_template("identity/staff_close.html", member=_find(yid), form=CloseForm())


@bp.post("/<yid>/close")
@web.permission(Permission.MEMBERS_ERASE)
def close_account(yid: str) -> ResponseReturnValue:
    """Close an account at its owner's wish; he is told and has 14 days to keep it."""
    found, form = _find(yid), CloseForm()
    if not form.validate_on_submit():
        return again("identity/staff_close.html", form, member=found)
    try:
        service.ask_for(found.id, keeps_posts=form.posts.data == "keep", actor_id=web.me().id)
    except DomainError as error:
        return again("identity/staff_close.html", form, error, member=found)
    web.toast(_("Noted. The account closes in 14 days."))
    return redirect(url_for("identity_staff.member", yid=found.yid), 303)


@bp.post("/<yid>/keep")
@web.permission(Permission.MEMBERS_ERASE)
def keep_account(yid: str) -> ResponseReturnValue:
    """Stop the closing of an account."""
    found = _find(yid)
    if service.stay(found.id, actor_id=web.me().id):
        web.toast(_("The account stays."))
    return redirect(url_for("identity_staff.member", yid=found.yid), 303)


def _find(yid: str) -> MemberRow:
    found = queries.find_member_by_yid(yid)
    if found is None:
        raise NotFoundError(_("No member has this Yid."))
    return found


def _role_choices() -> list[tuple[str, str]]:
    return [(role.value, role_name(role)) for role in Role if role is not Role.FAN]


def _role_form() -> RoleForm:
    form = RoleForm()
    form.role.choices = [SelectChoice(value, name) for value, name in _role_choices()]
    return form


def _page(found: MemberRow, *, revealed: bool = False) -> dict[str, Any]:
    sheet = queries.staff_sheet(found.id)
    reach = queries.contacts_of(found.id)
    return {
        "member": found,
        "person": sheet.person,
        "held": [_role_row(line) for line in sheet.roles],
        "contacts": [(line, line.contact.value if revealed else line.contact.masked)
                     for line in reach],
        "revealed": revealed,
        "no_letters_since": sheet.no_letters_since,
        "leaves_at": sheet.leaves_at,
        "survivor": _survivor(found),
        "cards": slots.fill("staff_member", [found.id])[found.id],
    }  # fmt: skip


def _survivor(found: MemberRow) -> Person | None:
    """Return whom a merged member is now, or None for one who was not merged."""
    if found.state is not MemberState.CLOSED:
        return None
    now = queries.survivor_of(found.id)
    return None if now == found.id else queries.people([now])[now]


def _role_row(line: queries.RoleLine) -> dict[str, Any]:
    by = line.granted_by.name if line.granted_by else _("Command line")
    return {
        "role": line.role.value,
        "cells": [role_name(line.role), i18n.moment(line.granted_at), by],
        "href": None,
    }
