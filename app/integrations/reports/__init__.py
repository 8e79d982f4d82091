"""Reported acts: other tools tell that a member passed a survey, used a template, and the like."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: actions of rules, staff pages, what becomes of a member's rows, the timetable."""
    from app.integrations.reports import queries, staff, tasks  # noqa: F401 - the timetable
    from app.integrations.reports.models import REPORT
    from app.kernel import leaving, menu, merging
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.leaving import Shown
    from app.kernel.merging import Moved
    from app.kernel.permissions import Permission
    from app.loyalty.types import actions

    actions.register_source(queries.actions)
    merging.register("reports", moves=(Moved(REPORT.c.member_id, _l("acts told by other tools")),))
    leaving.register(
        "reports",
        shown=(
            Shown(
                REPORT.c.member_id,
                _l("Acts told by other tools"),
                frozenset({"body_digest", "named", "shown", "tried_at", "source_id", "act_id"}),
            ),
        ),
    )
    app.register_blueprint(staff.bp)
    menu.add(
        "staff",
        menu.Item(
            "reported", "integrations_reports.index", _l("Acts from other tools"), icon="webhook",
            icon_on="webhook", order=104, group=_l("Loyalty"), permission=Permission.RULES_EDIT,
        ),
    )  # fmt: skip
