"""Direct messages between two members, with consent, and a front door to the team."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, menus, notices, what can be reported, verifiers, timetable."""
    from app.kernel import figures, menu, verify, web
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.media import service as media
    from app.kernel.permissions import Permission
    from app.messages import (  # noqa: F401 - tasks: the timetable
        leaving,
        merging,
        notices,
        queries,
        reportable,
        routes,
        staff,
        tasks,
    )

    def waiting() -> int | None:
        someone = web.viewer()
        return (someone.figures.get("messages") if someone else None) or None

    merging.register()
    leaving.register()
    notices.register_notices()
    reportable.register()
    figures.register(
        "messages",
        lambda member_id: queries.unread_of(member_id) + queries.team_unread_of(member_id),
    )
    media.shown_by(queries.photos_in_use)
    media.shown_by(queries.team_photos_in_use)
    verify.register("messages.sides", queries.drifting_sides)
    verify.register("messages.numbers", queries.drifting_numbers)
    verify.register("messages.team", queries.drifting_team)
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    app.register_blueprint(staff.team_bp)
    menu.add(
        "staff",
        menu.Item(
            "team_talks", "messages_team.talks", _l("Members' messages"), icon="mail",
            icon_on="mail", order=16, group=_l("Community"), permission=Permission.TEAM_ANSWER,
            badge=menu.counted("team_talks", Permission.TEAM_ANSWER, queries.counting_team),
        ),
    )  # fmt: skip
    for name in ("me", "rail"):
        menu.add(
            name,
            menu.Item(
                "messages", "messages.inbox", _l("Messages"), icon="mail", icon_on="mail",
                order=16, badge=waiting,
            ),
        )  # fmt: skip
    menu.add(
        "settings",
        menu.Item(
            "messages", "messages.settings", _l("Who may write to me"), icon="mail",
            icon_on="mail", order=40,
        ),
    )  # fmt: skip
