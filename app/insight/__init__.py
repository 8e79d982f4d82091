"""Insight: figures for staff. Reads everybody, writes nobody."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, navigation, exports."""
    from app.insight import exporting, staff
    from app.kernel import menu
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission

    exporting.register()
    app.register_blueprint(staff.bp)
    menu.add(
        "staff",
        menu.Item(
            "health", "insight_staff.health", _l("Health"), icon="activity",
            icon_on="activity", order=18, group=_l("Community"),
            permission=Permission.HEALTH_SEE,
        ),
    )  # fmt: skip
