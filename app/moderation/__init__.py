"""What members report and what the team decides: one queue for every kind of thing."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, menus, verifiers, timetable."""
    from app.kernel import menu, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission
    from app.moderation import leaving, merging, queries, routes, staff, tasks  # noqa: F401 - timetable

    leaving.register()
    merging.register()
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    verify.register("moderation.cases", queries.drifting_cases)
    verify.register("moderation.mutes", queries.drifting_mutes)
    menu.add(
        "staff",
        menu.Item(
            "mod", "moderation_staff.cases", _l("Moderation"), icon="shield-check",
            icon_on="shield-check", order=15, group=_l("Community"),
            permission=Permission.CONTENT_MODERATE,
            badge=menu.counted("moderation", Permission.CONTENT_MODERATE, queries.open_count),
        ),
    )  # fmt: skip
    menu.add(
        "settings",
        menu.Item(
            "reports", "moderation.my_reports", _l("Reports"), icon="flag", icon_on="flag", order=60
        ),
    )
