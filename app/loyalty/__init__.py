"""Why points move: earning rules with versions, limits, campaigns, reversal, and their words."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: name the reasons, answer for the counters, keep them short."""
    from app.kernel import verify
    from app.loyalty import cards, merging, models, queries, rules_manifest, tasks, words  # noqa: F401 - slots, tables, timetable

    words.register()
    merging.register()
    verify.register("loyalty.counters", queries.drifting_counters)
    verify.register("loyalty.caps", queries.overdrawn_caps)
    verify.register("loyalty.budgets", queries.drifting_budgets)
    rules_manifest.register(app)
