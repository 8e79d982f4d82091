"""The brand world: story and manifesto, values, the people of the brand, weekly columns."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, the mark of the team, the column in the composer, staff pages."""
    from app.brand import (  # noqa: F401 - tasks: the timetable; listeners: what they hear
        leaving,
        listeners,
        merging,
        notices,
        part,
        queries,
        routes,
        staff,
        tasks,
    )
    from app.kernel import menu, parts, robots, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.media import service as media
    from app.kernel.permissions import Permission

    merging.register()
    leaving.register()
    notices.register_notices()
    parts.register("column", part.ColumnPart())
    robots.names(routes.about.paths)
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    media.shown_by(queries.photos_in_use)
    verify.register("brand.columns", queries.drifting_columns)
    verify.register("brand.people", queries.drifting_people)
    about = _l("About us")
    for place, order in (("home", 80), ("me", 85), ("rail", 80)):
        menu.add(
            place,
            menu.Item(
                "about", "brand.about", about, icon="book-2", icon_on="book-2", order=order
            ),
        )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "brand", "brand_staff.pages", _l("Brand world"), icon="book-2", icon_on="book-2",
            order=50, group=_l("Community"), permission=Permission.CONSOLE_OPEN,
            badge=menu.counted("columns_due", Permission.BRAND_EDIT, queries.counting_due),
        ),
    )  # fmt: skip
