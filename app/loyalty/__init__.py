"""Why points move: earning rules with versions, limits, campaigns, reversal, and their words."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: name the reasons, answer for the counters, keep them short."""
    from app.kernel import verify
    from app.loyalty import (  # noqa: F401 - slots, tables, timetable
        badge_goods,
        camps_manifest,
        cards,
        coupon_notices,
        desk_manifest,
        expiring,
        goods,
        leaving,
        liability,
        listeners_coupons,
        merging,
        models,
        notices,
        queries,
        rules_manifest,
        tasks,
        tiers_manifest,
        words,
    )

    words.register()
    goods.register()
    expiring.register_notices()
    notices.register_notices()
    coupon_notices.register_notices()
    leaving.register()
    merging.register()
    verify.register("loyalty.counters", queries.drifting_counters)
    verify.register("loyalty.caps", queries.overdrawn_caps)
    verify.register("loyalty.budgets", queries.drifting_budgets)
    tiers_manifest.register(app)
    camps_manifest.register(app)
    badge_goods.register()
    desk_manifest.register(app)
    liability.register(app)
    rules_manifest.register(app)
