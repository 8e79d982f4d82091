"""Daily check-in: one tap a day by the brand's calendar, streaks, milestones."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: the page, its tab, the cards on home and on Me, the verifier."""
    from app.checkin import acts, merging, models, queries, routes  # noqa: F401
    from app.kernel import menu, refs, verify
    from app.kernel.i18n import lazy_gettext as _l

    merging.register()
    acts.register()
    app.register_blueprint(routes.bp)
    menu.add(
        "tabs",
        menu.Item(
            key="checkin",
            endpoint="checkin.calendar",
            label=_l("Check-in"),
            icon="calendar-check",
            icon_on="calendar-check",
            order=40,
        ),
    )
    refs.register("checkin", routes.page_of)
    verify.register("checkin.streaks", queries.drifting_streaks)
