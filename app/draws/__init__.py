"""Lucky draws: nine-grid, scratch card, floor prize, lists of entrants; fair, and provably so."""

from flask import Flask


def register(app: Flask) -> None:  # noqa: ARG001 - pages follow
    """Move in: pages, tickets as goods, reasons, sweeps, verifiers."""
    from app.draws import (  # noqa: F401 - the timetable, what it hears
        handing,
        leaving,
        listeners,
        merging,
        notices,
        queries,
        tasks,
        words,
    )
    from app.kernel import verify

    leaving.register()
    merging.register()
    handing.register()
    words.register()
    notices.register_notices()
    verify.register("draws.fairness", queries.unproven)
