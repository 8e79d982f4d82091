"""Daily check-in: one tap a day by the brand's calendar, streaks, shields, make-up cards."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, the tab, cards on home and on Me, staff pages, sweeps, verifiers."""
    from app.checkin import (  # noqa: F401 - the timetable
        acts,
        goods,
        leaving,
        listeners,
        merging,
        queries,
        routes,
        staff,
        tasks,
        words,
    )
    from app.kernel import menu, refs, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission
    from app.loyalty.queries import measures

    leaving.register()
    merging.register()
    acts.register()
    measures.register(
        measures.Measure(
            measures.STREAK, _l("Longest streak, in days"), queries.longest_streak, "checkin.daily"
        )
    )
    words.register()
    goods.register()
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    checkin = menu.Item(
        key="checkin",
        endpoint="checkin.calendar",
        label=_l("Check-in"),
        icon="calendar-check",
        icon_on="calendar-check",
        order=20,
    )
    for name in ("rail", "me"):  # the hero of the home page checks in already
        menu.add(name, checkin)
    menu.add(
        "staff",
        menu.Item(
            key="checkins",
            endpoint="checkin_staff.overview",
            label=_l("Check-in"),
            icon="calendar-check",
            icon_on="calendar-check",
            order=110,
            group=_l("Loyalty"),
            permission=Permission.CHECKINS_EDIT,
        ),
    )
    refs.register("checkin", routes.page_of)
    refs.register("checkin_grant", routes.grant_page_of)
    refs.register("checkin_movement", routes.saver_page_of)
    verify.register("checkin.streaks", queries.drifting_streaks)
    verify.register("checkin.stocks", queries.drifting_stocks)
