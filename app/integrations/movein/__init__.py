"""Moving in: boards, members, threads, replies, likes and photos of another community."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: commands, staff pages, the way from old addresses, a place in the timetable."""
    from app.integrations.movein import (
        cli,
        models,
        staff,
        tasks,  # noqa: F401 - the timetable
    )
    from app.integrations.movein.old_addresses import where_it_is
    from app.kernel import menu, merging, web
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.merging import Moved
    from app.kernel.permissions import Permission

    job, path = models.MoveJob.__table__, models.OldPath.__table__
    merging.register("movein", moves=(Moved(path.c.member_id),))
    merging.stays(job.c.started_by, "who of the team began it, as it was")
    app.register_blueprint(staff.bp)
    cli.register(app)
    web.on_missing(where_it_is)
    menu.add(
        "staff",
        menu.Item(
            "movein", "integrations_movein.index", _l("Moving in"), icon="truck-delivery",
            icon_on="truck-delivery", order=280, group=_l("Data"),
            permission=Permission.MEMBERS_MERGE,
        ),
    )  # fmt: skip
