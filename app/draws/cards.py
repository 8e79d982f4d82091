"""The draws' place on the rewards page."""

from collections.abc import Collection

from flask import render_template
from markupsafe import Markup

from app.draws.queries import pages
from app.kernel import slots


@slots.fills("rewards_home")
def open_draws(member_ids: Collection[int]) -> dict[int, Markup]:
    """Tell a member how many draws are open. One statement."""
    page = render_template("draws/_card.html", count=pages.open_count())
    card = Markup(page)  # noqa: S704 - a template's own output
    return dict.fromkeys(member_ids, card)
