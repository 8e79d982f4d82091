"""Search: one index for all floors, in Chinese and in Latin letters, on both databases."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: people, page, commands, timetable, verifier."""
    from app.kernel import robots, verify
    from app.search import cli, leaving, merging, people, queries, routes, tasks  # noqa: F401 - the timetable

    people.move_in()
    leaving.register()
    merging.register()
    app.register_blueprint(routes.bp)
    cli.init_app(app)
    robots.keep_out("/search")
    verify.register("search.entries", queries.drifting_entries)
