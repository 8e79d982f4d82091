"""The values on the first page of a new member."""

from collections.abc import Collection

from flask import render_template
from markupsafe import Markup

from app.brand import queries
from app.kernel import slots
from app.kernel.i18n import locale_tag


@slots.fills("welcome")
def values_step(member_ids: Collection[int]) -> dict[int, Markup]:
    """Show what the brand stands for; nothing where no values are published. One statement."""
    values = queries.values()
    if not values:
        return {}
    step = Markup(  # noqa: S704 - a template's own output
        render_template("brand/_welcome.html", values=values, locale=locale_tag())
    )
    return dict.fromkeys(member_ids, step)
