"""Loyalty's places in other domains' pages."""

from collections.abc import Collection
from typing import Any

from flask import render_template
from markupsafe import Markup

from app.kernel import slots
from app.loyalty import queries
from app.loyalty.types import Limit


@slots.fills("wallet_notes")
def limits_today(member_ids: Collection[int]) -> dict[int, Markup]:
    """Tell a member which daily limits he has reached. One statement."""
    notes = {}
    for member_id in member_ids:
        limits = [_told(limit) for limit in queries.limits_reached(member_id)]
        text = render_template("loyalty/_limits.html", limits=limits) if limits else ""
        notes[member_id] = Markup(text)  # noqa: S704 - a template's own output
    return notes


def _told(limit: Limit) -> dict[str, Any]:
    return {"label": queries.describe(limit.rule), "missed": limit.missed, "cap": limit.cap}
