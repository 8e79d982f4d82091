"""The staff shell: overview, the log of facts, the component gallery."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages and their places in the console's menu."""
    from app.console import exports, routes
    from app.kernel import menu
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission

    app.register_blueprint(routes.bp)
    app.register_blueprint(exports.bp)
    for item in (
        menu.Item(
            "overview", "console.overview", _l("Overview"), icon="layout-dashboard",
            icon_on="layout-dashboard-filled", order=10, permission=Permission.CONSOLE_OPEN,
        ),
        menu.Item(
            "facts", "console.facts_log", _l("Facts"), icon="activity", icon_on="activity",
            order=285, group=_l("Data"), permission=Permission.FACTS_SEE,
        ),
        menu.Item(
            "exports", "console_exports.mine", _l("Exports"), icon="table-export",
            icon_on="table-export", order=284, group=_l("Data"),
            permission=Permission.CONSOLE_OPEN,
        ),
        menu.Item(
            "gallery", "console.gallery", _l("Components"), icon="palette",
            icon_on="palette-filled", order=295, group=_l("House"),
            permission=Permission.GALLERY_SEE,
        ),
    ):  # fmt: skip
        menu.add("staff", item)
    door = menu.Item(
        "console", "console.overview", _l("Staff console"), icon="layout-dashboard",
        icon_on="layout-dashboard-filled", order=5, permission=Permission.CONSOLE_OPEN,
    )  # fmt: skip
    for name in ("me", "rail"):
        menu.add(name, door)
