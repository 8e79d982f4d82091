"""What members are told: a page, a count on the bell, letters and messages for who wants them."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in."""
    from app.kernel import figures, menu, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.notify import cli, leaving, merging, queries, routes, tasks  # noqa: F401 - tasks: the timetable

    leaving.register()
    merging.register()
    figures.register("unread", queries.unread_of)
    verify.register("notify.people", queries.drifting_people)
    app.register_blueprint(routes.bp)
    app.register_blueprint(routes.machine_bp)
    cli.init_app(app)
    menu.add(
        "me",
        menu.Item(
            "notices", "notify.notices", _l("Notices"), icon="bell", icon_on="bell-filled",
            order=15,
        ),
    )  # fmt: skip
    menu.add(
        "settings",
        menu.Item(
            "notices", "notify.settings", _l("Notices"), icon="bell", icon_on="bell-filled",
            order=35,
        ),
    )  # fmt: skip
