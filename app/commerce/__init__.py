"""Commerce: products, sales channels, the orders that come from them and what these earn."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in."""
    from app.commerce import cli, queries, routes, service, staff, tasks  # noqa: F401 - tasks: the timetable
    from app.kernel import menu, reasons, refs, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission
    from app.ledger import service as ledger

    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    cli.register(app)
    refs.register("order", routes.orders.order_url)
    verify.register("commerce.awards", queries.drifting_awards)
    verify.register("commerce.figures", queries.drifting_figures)
    verify.register("commerce.refunds", queries.lost_refunds)
    verify.register("commerce.states", queries.misplaced_states)
    ledger.register_reconciler("commerce.orders", service.reconcile_awards)
    reasons.register(
        "order.corrected",
        reasons.Reason(
            _l("Order corrected"), icon="shopping-bag", explain=routes.orders.explain_correction
        ),
    )
    menu.add(
        "me",
        menu.Item(
            "orders", "commerce.my_orders", _l("Orders"), icon="shopping-bag",
            icon_on="shopping-bag", order=30,
        ),
    )  # fmt: skip
    data = _l("Data")
    for item in (
        menu.Item(
            "orders", "commerce_staff.orders", _l("Orders"), icon="shopping-bag",
            icon_on="shopping-bag", order=70, group=data, permission=Permission.ORDERS_SEE,
        ),
        menu.Item(
            "kept_aside", "commerce_staff.kept_aside", _l("Kept aside"), icon="scale",
            icon_on="scale", order=71, group=data, permission=Permission.ORDERS_IMPORT,
            badge=staff.orders.kept_aside_badge,
        ),
        menu.Item(
            "imports", "commerce_staff.imports", _l("Imports"), icon="file-import",
            icon_on="file-import", order=72, group=data, permission=Permission.ORDERS_IMPORT,
        ),
        menu.Item(
            "channels", "commerce_staff.channels", _l("Channels"), icon="building-store",
            icon_on="building-store", order=73, group=data, permission=Permission.ORDERS_IMPORT,
        ),
    ):  # fmt: skip
        menu.add("staff", item)
