"""Rules move in: pages for staff and members, the ways there, a line's explanation."""

from flask import Flask, url_for

from app.kernel import menu, merging, reasons
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission
from app.loyalty import acts_shown  # noqa: F401 - fills a slot of the statement
from app.loyalty.queries.rehearsals import RUN
from app.loyalty.routes import acts, rules
from app.loyalty.staff import (  # noqa: F401 - pages of one blueprint
    dry_runs,
    rule_drafts,
    rule_parts,
)
from app.loyalty.staff import rules as staff_rules


def register(app: Flask) -> None:
    """Install pages and menus."""
    for pages in (staff_rules, rules, acts):
        app.register_blueprint(pages.bp)
    menu.add(
        "staff",
        menu.Item(
            "rules", "loyalty_rules.rules", _l("Earning rules"), icon="scale", icon_on="scale",
            order=100, group=_l("Loyalty"), permission=Permission.RULES_SEE,
        ),
    )  # fmt: skip
    merging.stays(RUN.c.asked_by, "who of the team asked for a dry run")
    reasons.link_versions(lambda version: url_for("loyalty_rules_read.former", version=version))
    activity = menu.Item(
        "acts", "loyalty_acts.my_acts", _l("Points activity"), icon="list-check",
        icon_on="list-check", order=22,
    )  # fmt: skip
    reading = menu.Item(
        "points_rules", "loyalty_rules_read.points", _l("How points are earned"),
        icon="scale", icon_on="scale", order=90,
    )  # fmt: skip
    for name in ("me", "wallet"):
        menu.add(name, activity)
        menu.add(name, reading)
