"""Lucky draws: nine-grid, scratch card, floor prize, lists of entrants; fair, and provably so."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, tickets as goods, reasons, sweeps, verifiers."""
    from app.draws import (  # noqa: F401 - the timetable, what it hears, pages on a blueprint
        cards,
        cli,
        exports,
        handing,
        leaving,
        merging,
        notices,
        queries,
        routes,
        staff,
        tasks,
        words,
    )
    from app.kernel import menu, refs, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission

    leaving.register()
    merging.register()
    handing.register()
    words.register()
    notices.register_notices()
    exports.register()
    cli.init_app(app)
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    for place, name, order in (("home", _l("Draws"), 22), ("me", _l("Lucky draws"), 45)):
        menu.add(
            place,
            menu.Item(
                "draws", "draws.draw_list", name, icon="ticket", icon_on="ticket", order=order
            ),
        )
    menu.add(
        "staff",
        menu.Item(
            key="draws",
            endpoint="draws_staff.overview",
            label=_l("Draws"),
            icon="ticket",
            icon_on="ticket",
            order=220,
            group=_l("Rewards"),
            permission=Permission.DRAWS_EDIT,
        ),
    )
    refs.register("draw", routes.draw_page_of)
    refs.register("draw_play", routes.play_page_of)
    refs.register("draw_win", routes.win_page_of)
    verify.register("draws.fairness", queries.unproven)
