"""Integrations: shops tell orders, other tools acts of members; other communities move in."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: the door for machines, its staff pages, its place in the timetable."""
    from app.integrations import (  # noqa: F401 - tables, pages, timetable
        models,
        movein,
        reports,
        routes,
        staff,
        tasks,
    )
    from app.kernel import menu
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission

    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    menu.add(
        "staff",
        menu.Item(
            "webhooks", "integrations_staff.index", _l("Webhooks"), icon="webhook",
            icon_on="webhook", order=275, group=_l("Data"), permission=Permission.ORDERS_IMPORT,
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "payment_hook", "integrations_staff.payment_hook", _l("Payment webhook"),
            icon="webhook", icon_on="webhook", order=206, group=_l("Rewards"),
            permission=Permission.MALL_EDIT,
        ),
    )  # fmt: skip
    movein.register(app)
    reports.register(app)
