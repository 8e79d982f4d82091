"""What a member reads when staff look at his points: what was seen, what happens, how to object."""

from collections.abc import Collection

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.kernel import slots, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.loyalty import fraud_shown as shown
from app.loyalty.forms.fraud import ObjectionForm
from app.loyalty.queries import fraud as queries
from app.loyalty.service import fraud as service

bp = Blueprint("loyalty_review", __name__, url_prefix="/me/points-review")


@bp.get("")
@web.member_required
@web.no_store
def review() -> ResponseReturnValue:
    """Tell what was seen, which rule that met, and what happens now."""
    return _page(ObjectionForm(formdata=None))


@bp.post("")
@web.member_required
@web.no_store
def objection() -> ResponseReturnValue:
    """Take the member's word; it reaches the case."""
    form = ObjectionForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        service.object_to(web.me().id, form.text.data)
    except NotFoundError:
        raise
    except DomainError as error:
        form.form_errors = [*form.form_errors, error.message]
        return _page(form), error.http_status
    web.toast(_("Thank you. We read it before we decide."))
    return redirect(url_for(".review"), 303)


def _page(form: ObjectionForm) -> str:
    found = queries.review_of(web.me().id)
    return render_template(
        "loyalty/points_review.html",
        review=found,
        met=shown.met(found.kinds) if found else [],
        form=form,
    )


@slots.fills("wallet_notes")
def wallet_note(member_ids: Collection[int]) -> dict[int, Markup]:
    """Tell a frozen member on his wallet, with the way to the reasons. One statement."""
    note = render_template("loyalty/_points_on_hold.html")
    return {
        member_id: Markup(note)  # noqa: S704 - a template's own output
        for member_id in queries.concerns(list(member_ids))
    }
