"""The archive and its rights: authors grant or refuse reuse, staff pick, every use is recorded."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: the answer of authors, the archive of staff, exports, verifiers."""
    from app.archive import exporting, leaving, merging, notices, part, queries, routes, staff
    from app.kernel import menu, parts, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.media import service as media
    from app.kernel.permissions import Permission

    merging.register()
    leaving.register()
    notices.register_notices()
    exporting.register()
    parts.register("reuse", part.ReusePart())
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    media.shown_by(queries.photos_in_use)
    verify.register("archive.rights", queries.drifting_rights)
    verify.register("archive.picks", queries.drifting_picks)
    menu.add(
        "me",
        menu.Item(
            "reuse", "archive.my_reuse", _l("Where my posts were used"), icon="shield-check",
            icon_on="shield-check", order=38,
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "archive", "archive_staff.archive", _l("Archive"), icon="archive", icon_on="archive",
            order=55, group=_l("Community"), permission=Permission.ARCHIVE_SEE,
        ),
    )  # fmt: skip
