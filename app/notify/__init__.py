"""What members are told: a page, a count on the bell, a letter for who wants one."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in."""
    from app.kernel import figures, menu
    from app.kernel.i18n import lazy_gettext as _l
    from app.notify import merging, queries, routes, tasks  # noqa: F401 - tasks: the timetable

    merging.register()
    figures.register("unread", queries.unread_of)
    app.register_blueprint(routes.bp)
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
