"""What members are told: a page, a count on the bell, letters and messages for who wants them."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in."""
    from app.kernel import figures, menu, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission
    from app.notify import (  # noqa: F401 - tasks: the timetable
        cli,
        leaving,
        merging,
        queries,
        routes,
        tasks,
    )

    leaving.register()
    merging.register()
    figures.register("unread", queries.unread_of)
    verify.register("notify.people", queries.drifting_people)
    app.register_blueprint(routes.bp)
    app.register_blueprint(routes.machine_bp)
    app.register_blueprint(routes.staff_bp)
    cli.init_app(app)
    menu.add(
        "me",
        menu.Item(
            "notices", "notify.notices", _l("Notices"), icon="bell", icon_on="bell-filled",
            order=15,
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "letters", "notify_staff.letters", _l("Letters to members"), icon="mail",
            icon_on="mail", order=296, group=_l("House"), permission=Permission.GALLERY_SEE,
        ),
    )  # fmt: skip
    menu.add(
        "settings",
        menu.Item(
            "notices", "notify.settings", _l("Notices"), icon="bell", icon_on="bell-filled",
            order=35,
        ),
    )  # fmt: skip
