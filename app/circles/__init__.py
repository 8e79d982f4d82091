"""Circles: interest groups with a board of their own, leaders, and members who join or ask."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, the tab, rooms, places, audiences, search, acts, notices, the verifier."""
    from app.circles import (
        acts,
        leaving,
        merging,
        notices,
        queries,
        routes,
        searching,
        staff,
    )
    from app.circles.types import ROOM
    from app.kernel import audience, menu, places, refs, robots, rooms, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission

    leaving.register()
    merging.register()
    notices.register_notices()
    acts.register()
    searching.move_in()
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    refs.register(ROOM, routes.circle_url)
    verify.register("circles.members", queries.drifting_members)
    rooms.register(rooms.Kind(ROOM, "circles.circle", queries.writers, routes.door))
    places.register(
        places.PlaceKind(
            ROOM, _l("One circle"), queries.place_choices, queries.threads_of, routes.place_url
        )
    )
    audience.register(ROOM, queries.is_in, where=queries.who_is_in, choices=queries.AUDIENCES)
    robots.names(routes.paths)
    label = _l("Circles")
    for place, key, order in (("tabs", "boards", 20), ("shelves", "circles", 10)):
        menu.add(
            place,
            menu.Item(
                key, "circles.circle_list", label, icon="users", icon_on="users", order=order
            ),
        )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "circles", "circles_staff.circle_list", label, icon="users", icon_on="users",
            order=28, group=_l("Community"), permission=Permission.CIRCLES_EDIT,
            badge=menu.counted("circles_asked", Permission.CIRCLES_EDIT, queries.counting_asked),
        ),
    )  # fmt: skip
