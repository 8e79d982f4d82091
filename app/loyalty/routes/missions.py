"""Missions for members."""

from collections.abc import Collection

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.kernel import clock, slots, web
from app.loyalty import shown
from app.loyalty.queries import camps as camp_queries
from app.loyalty.queries import missions as queries

bp = Blueprint("loyalty_missions", __name__)


@bp.get("/missions")
@web.public
@web.cached_for_guests(60)
def missions() -> ResponseReturnValue:
    """Show what can be done for points today, and how far one is."""
    viewer = web.viewer()
    member_id = viewer.id if viewer else None
    return render_template(
        "loyalty/missions.html",
        rows=queries.missions_of(member_id),
        cards=camp_queries.camps_of(member_id),
        today=clock.business_date(),
        **shown.values(),
    )


@slots.fills("me_cards")
def me_card(viewer_ids: Collection[int]) -> dict[int, Markup]:
    """Tell a member on his own page what is left to do today. One statement."""
    cards = {}
    for member_id in viewer_ids:
        rows = queries.missions_of(member_id)
        text = render_template("loyalty/_missions_card.html", rows=rows) if rows else ""
        cards[member_id] = Markup(text)  # noqa: S704 - a template's own output
    return cards


def page_of(_progress_id: int, viewer_id: int | None) -> str | None:
    """Return the page that a statement line about a mission leads to."""
    return url_for("loyalty_missions.missions") if viewer_id else None
