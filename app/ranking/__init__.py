"""Leaderboards: who gave most to the table, by formulas that everybody can read."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, the shortcut on home, the wish in the settings, staff pages, sweeps."""
    from app.kernel import menu, refs, verify, withdrawals
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission
    from app.ranking import (  # noqa: F401 - tasks: the timetable; listeners: what they hear
        lab_manifest,
        leaving,
        listeners,
        merging,
        notices,
        queries,
        routes,
        service,
        staff,
        tasks,
    )

    merging.register()
    lab_manifest.register(app)
    leaving.register()
    notices.register_notices()
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    refs.register("ranking_award", routes.award_page_of)
    withdrawals.register(service.withdraw)
    verify.register("ranking.lines", queries.drifting_lines)
    verify.register("ranking.scores", queries.drifting_scores)
    ranks, short = _l("Leaderboards"), _l("Rankings")
    for place, order in (("home", 40), ("rail", 40)):
        menu.add(
            place,
            menu.Item(
                "rank", "ranking.board", short, icon="trophy", icon_on="trophy", order=order
            ),
        )  # fmt: skip
    menu.add(
        "settings",
        menu.Item(
            "rank", "ranking.preferences", ranks, icon="trophy", icon_on="trophy", order=27
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "ranking", "ranking_staff.boards", ranks, icon="trophy", icon_on="trophy", order=230,
            group=_l("Rewards"), permission=Permission.RANKING_EDIT,
        ),
    )  # fmt: skip
