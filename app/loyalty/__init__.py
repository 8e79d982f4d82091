"""Why points move: earning rules with versions, limits, campaigns, reversal, and their words."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: name the reasons, answer for the counters, keep them short."""
    from app.kernel import verify
    from app.loyalty import cards, merging, models, queries, tasks, words  # noqa: F401 - slots, tables, timetable

    words.register()
    merging.register()
    verify.register("loyalty.counters", queries.drifting_counters)
    verify.register("loyalty.caps", queries.overdrawn_caps)
    verify.register("loyalty.budgets", queries.drifting_budgets)
    _register_desk(app)


def _register_desk(app: Flask) -> None:
    """Move in with what staff do by hand: adjustments, referrals, the fraud desk."""
    from app.kernel import menu, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission
    from app.loyalty import desk_merging, desk_tasks, grants_shown  # noqa: F401 - timetable
    from app.loyalty.queries import grants
    from app.loyalty.staff import grants as grant_pages
    from app.loyalty.staff import grants_batches  # noqa: F401 - its pages

    desk_merging.register()
    grants_shown.register()
    app.register_blueprint(grant_pages.bp)
    verify.register("loyalty.grant_days", grants.drifting_days)
    verify.register("loyalty.four_eyes", grants.lone_decisions)
    menu.add(
        "staff",
        menu.Item(
            "grants", "loyalty_grants.grants", _l("Adjustments"), icon="adjustments-horizontal",
            icon_on="adjustments-horizontal", order=150, group=_l("Loyalty"),
            permission=Permission.POINTS_GRANT,
        ),
    )  # fmt: skip
