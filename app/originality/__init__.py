"""Originality: is what a member posts his own? Photos and texts that are like something earlier.

Machines only find; people judge. Nothing is ever hidden by any of it.
"""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, the author's note on his post, the desk, sweeps."""
    from app.kernel import menu, parts, refs, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.media import service as media
    from app.kernel.permissions import Permission
    from app.originality import (  # noqa: F401 - tasks: the timetable; listeners: what they hear
        leaving,
        listeners,
        merging,
        notices,
        part,
        queries,
        routes,
        staff,
        tasks,
    )

    merging.register()
    leaving.register()
    notices.register_notices()
    parts.register("originality", part.OriginalityPart())
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    media.shown_by(queries.photos_in_use)
    refs.register("finding", staff.finding_address)
    verify.register("originality.flags", queries.drifting_flags)
    verify.register("originality.bands", queries.drifting_bands)
    verify.register("originality.imports", queries.drifting_imports)
    judge = Permission.ORIGINALITY_JUDGE
    menu.add(
        "staff",
        menu.Item(
            "originality", "originality_staff.desk", _l("Originality"), icon="copy",
            icon_on="copy", order=18, group=_l("Community"), permission=judge,
            badge=menu.counted("originality_waiting", judge, queries.counting_waiting),
        ),
    )  # fmt: skip
