"""Seats: events that the team invites to, tickets for them, and who came."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, the kind of goods, notices, verifier, timetable."""
    from app.kernel import goods, menu, refs, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission
    from app.seats import (  # noqa: F401 - tasks: the timetable
        acts,
        leaving,
        merging,
        notices,
        queries,
        routes,
        service,
        shown,
        staff,
        tasks,
    )
    from app.seats.types import KIND

    acts.register()
    leaving.register()
    merging.register()
    notices.register_notices()
    goods.register(
        goods.Kind(
            KIND, _l("Seat at an event"), choices=queries.choices, give=service.give,
            take_back=service.take_back, take_unused=service.take_unused, left=queries.left,
            about=shown.about, find=queries.find, returnable=shown.returnable,
            listing=queries.LISTING,
        )
    )  # fmt: skip
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    refs.register(KIND, routes.ticket_url)
    verify.register("seats.taken", queries.drifting_seats)
    menu.add(
        "me",
        menu.Item(
            "seats", "seats.my_tickets", _l("Event tickets"), icon="calendar-event",
            icon_on="calendar-event", order=29,
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "seats", "seats_staff.occasions", _l("Event seats"), icon="calendar-event",
            icon_on="calendar-event", order=212, group=_l("Rewards"),
            permission=Permission.SEATS_CHECK,
        ),
    )  # fmt: skip
