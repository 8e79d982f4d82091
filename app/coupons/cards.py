"""Coupons' place on the rewards page."""

from collections.abc import Collection

from flask import render_template
from markupsafe import Markup

from app.coupons import queries
from app.kernel import slots


@slots.fills("rewards_home")
def my_coupons(member_ids: Collection[int]) -> dict[int, Markup]:
    """Tell a member how many coupons he can use. One statement."""
    counts = queries.usable_counts(member_ids)
    return {
        member_id: Markup(render_template("coupons/_card.html", count=counts.get(member_id, 0)))  # noqa: S704 - a template's own output
        for member_id in member_ids
    }
