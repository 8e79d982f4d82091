"""Settings: who a member is in the shops, and whether he wants letters."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries, service
from app.identity.routes.blueprint import bp
from app.identity.types import LinkProof
from app.kernel import labels, web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _


@bp.get("/settings/identities")
@web.member_required
@web.no_store
def identities() -> ResponseReturnValue:
    """List a member's shop accounts and proved contacts."""
    member_id = web.me().id
    lines = queries.identities_of(member_id)
    return render_template(
        "identity/identities.html",
        lines=lines,
        channels=labels.names_of("channel", {line.channel for line in lines}),
        proofs=_proofs(),
        contacts=queries.contacts_of(member_id),
    )


@bp.get("/settings/identities/<int:identity_id>/unlink")
@web.member_required
@web.no_store
def ask_unlink(identity_id: int) -> ResponseReturnValue:
    """Ask before a shop account is unlinked.

    Raises:
        NotFoundError: it is not his.
    """
    line = queries.find_identity(web.me().id, identity_id)
    if line is None:
        raise NotFoundError
    name = labels.names_of("channel", {line.channel})[line.channel]
    return render_template("identity/unlink.html", line=line, channel=name)


@bp.post("/settings/identities/<int:identity_id>/unlink")
@web.member_required
@web.no_store
def unlink(identity_id: int) -> ResponseReturnValue:
    """Unlink a shop account: later orders from it are somebody else's.

    Raises:
        NotFoundError: it is not his.
    """
    if queries.find_identity(web.me().id, identity_id) is None:
        raise NotFoundError
    service.unlink_identity(web.me().id, identity_id)
    web.toast(_("Unlinked. Orders that are here stay yours; later ones won't come."))
    return redirect(url_for("identity.identities"), 303)


@bp.post("/settings/letters/stop")
@web.member_required
@web.no_store
def stop_letters() -> ResponseReturnValue:
    """Note that he wants no letters he did not ask for."""
    service.set_do_not_contact(web.me().id, on=True)
    web.toast(_("Noted. We only write when you ask us to, such as with a code."))
    return redirect(url_for("identity.account"), 303)


@bp.post("/settings/letters/allow")
@web.member_required
@web.no_store
def allow_letters() -> ResponseReturnValue:
    """Note that letters are welcome again."""
    service.set_do_not_contact(web.me().id, on=False)
    web.toast(_("Noted. Letters are welcome again."))
    return redirect(url_for("identity.account"), 303)


def _proofs() -> dict[LinkProof, str]:
    return {
        LinkProof.ORDER: _("named in an order"),
        LinkProof.CONTACT: _("by your proved contact"),
        LinkProof.CLAIM: _("by an order you linked"),
        LinkProof.STAFF: _("by our team"),
    }
