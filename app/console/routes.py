"""Pages of the staff shell: overview, the log of facts, the component gallery."""

import json
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.console import overview as figures
from app.console import queries, samples
from app.console.words import told_as
from app.kernel import facts, refs, web
from app.kernel.i18n import gettext as _
from app.kernel.i18n import moment, number, span
from app.kernel.permissions import Permission

bp = Blueprint("console", __name__, url_prefix="/staff")


@bp.get("")
@web.permission(Permission.CONSOLE_OPEN)
def overview() -> ResponseReturnValue:
    """Show what needs somebody and how the community is doing."""
    asked = request.args.get("days", type=int)
    days = asked if asked in figures.RANGES else 30
    return render_template("console/overview.html", **figures.build(web.me(), days))


@bp.get("/facts")
@web.permission(Permission.FACTS_SEE)
def facts_log() -> ResponseReturnValue:
    """List what happened, the newest first, and how far every listener is behind."""
    names = queries.fact_names()
    name = request.args.get("name", "")
    name = name if name in names else ""
    after = request.args.get("after")
    page = queries.fact_log(name=name, after=after)
    return render_template(
        "console/facts.html",
        rows=[_log_row(line) for line in page.items],
        name=name,
        names=[(each, told_as(each).label) for each in names],
        lags=[_lag_row(lag) for lag in facts.lags()] if after is None else [],
        is_first=after is None,
        next_url=_log_url(name, page.next_key) if page.next_key else None,
        first_url=_log_url(name),
    )


def _log_row(line: queries.FactLine) -> dict[str, Any]:
    cells = [
        moment(line.occurred_at),
        told_as(line.name).label,
        line.actor.name if line.actor else _("the house"),
        str(line.subject) if line.subject else "–",
        _figures(line.payload),
    ]
    return {"cells": cells, "href": refs.link(line.subject)}


def _figures(payload: str) -> str:
    """Return a fact's fields for reading: ``streak_days 12, points 10``."""
    return ", ".join(f"{name} {value}" for name, value in json.loads(payload).items())


def _lag_row(lag: facts.Lag) -> dict[str, Any]:
    oldest = span(lag.oldest_seconds) if lag.waiting else "–"
    cells = [lag.listener, number(lag.waiting), number(lag.failed), oldest]
    return {"cells": cells, "href": None}


def _log_url(name: str, after: str | None = None) -> str:
    return url_for("console.facts_log", name=name or None, after=after)


@bp.get("/gallery")
@web.permission(Permission.GALLERY_SEE)
def gallery() -> ResponseReturnValue:
    """Show every component in every state."""
    values: dict[str, Any] = samples.everything()
    return render_template("console/gallery.html", **values)
