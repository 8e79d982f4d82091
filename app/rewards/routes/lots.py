"""Entries in a draw of lots."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _
from app.rewards import service
from app.rewards.forms import EntryForm, PlainForm
from app.rewards.routes.blueprint import bp
from app.rewards.types import InvalidEntryError


@bp.post("/mall/<slug>/enter")
@web.member_required
@web.no_store
def enter(slug: str) -> ResponseReturnValue:
    """Take a ticket.

    Raises:
        NoSuchItemError: lots are not drawn for such an item.
    """
    form = EntryForm()
    if not form.validate():
        raise InvalidEntryError
    variant = request.form.get("variant", "")
    try:
        is_new = service.enter(
            web.me().id,
            slug,
            int(variant) if variant.isdecimal() and len(variant) <= 18 else None,  # noqa: PLR2004 - fits 64 bits
            seen_points=int(form.seen_points.data),
        )
    except DomainError as error:
        if web.wants_json() or error.http_status == 404:  # noqa: PLR2004 - its own page
            raise
        web.toast(str(error.message), "warn")
        return redirect(url_for(".item", slug=slug), 303)
    web.toast(_("You're in. Good luck") if is_new else _("You're in already"))
    return redirect(url_for(".item", slug=slug), 303)


@bp.post("/mall/<slug>/withdraw")
@web.member_required
@web.no_store
def withdraw(slug: str) -> ResponseReturnValue:
    """Take a ticket back.

    Raises:
        NoSuchItemError: he has none.
    """
    if PlainForm().validate_on_submit():
        try:
            service.withdraw(web.me().id, slug)
        except DomainError as error:
            if web.wants_json() or error.http_status == 404:  # noqa: PLR2004 - its own page
                raise
            web.toast(str(error.message), "warn")
        else:
            web.toast(_("Taken back. Your points are yours again"))
    return redirect(url_for(".item", slug=slug), 303)
