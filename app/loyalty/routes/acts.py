"""A member's own acts: what each got him, and why it got no more."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.i18n import gettext as _
from app.loyalty import acts_shown
from app.loyalty.queries import acts

bp = Blueprint("loyalty_acts", __name__, url_prefix="/me/acts")

PAGE = 20
HELD_BACK = "held"


@bp.get("")
@web.member_required
@web.no_store
def my_acts() -> ResponseReturnValue:
    """List what I did, the newest first; ``?show=held`` only what was not paid in full."""
    show = HELD_BACK if request.args.get("show") == HELD_BACK else None
    after = request.args.get("after")
    page = acts.acts_of(web.me().id, not_in_full=show is not None, after=after, limit=PAGE)
    return render_template(
        "loyalty/my_acts.html",
        days=acts_shown.days(page.items),
        show=show,
        tabs=[
            (_("All"), url_for(".my_acts"), show is None),
            (_("Not paid in full"), url_for(".my_acts", show=HELD_BACK), show is not None),
        ],
        next_url=url_for(".my_acts", show=show, after=page.next_key) if page.next_key else None,
        first_url=url_for(".my_acts", show=show) if after else None,
    )
