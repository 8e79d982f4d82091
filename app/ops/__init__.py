"""Ops: what the team plans for a week, and what it might write about."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, navigation, merging, the miner."""
    from app.kernel import menu
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission
    from app.ops import merging, queries, staff, tasks  # noqa: F401 - tasks: the timetable

    merging.register()
    for blueprint in staff.blueprints:
        app.register_blueprint(blueprint)
    community = _l("Community")
    for item in (
        menu.Item(
            "kit", "ops_kit.week", _l("Weekly kit"), icon="calendar-event",
            icon_on="calendar-event", order=16, group=community, permission=Permission.KIT_EDIT,
        ),
        menu.Item(
            "ideas", "ops_ideas.ideas", _l("Topic ideas"), icon="sparkles",
            icon_on="sparkles", order=17, group=community, permission=Permission.KIT_EDIT,
        ),
    ):  # fmt: skip
        menu.add("staff", item)
