"""Commerce: products, sales channels, the orders that come from them and what these earn."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in."""
    from app.commerce import (  # noqa: F401 - tasks: the timetable; listeners: what they hear
        acts,
        cli,
        clicks,
        exports,
        kin,
        leaving,
        listeners,
        measures,
        merging,
        notices,
        origins,
        overview,
        queries,
        routes,
        rules_seam,
        searching,
        service,
        shown,
        staff,
        tags,
        tags_cli,
        tasks,
        trials,
    )
    from app.commerce.queries import catalogue
    from app.commerce.queries import claims as claim_queries
    from app.commerce.queries.tags import drifting_products
    from app.kernel import labels, parts, refs, robots, verify
    from app.kernel.media import service as media
    from app.ledger import service as ledger
    from app.loyalty import queries as loyalty

    leaving.register()
    merging.register()
    acts.register()
    searching.move_in()
    rules_seam.register()
    loyalty.also_spends(service.spent_on_campaigns)
    measures.register()
    for part in (routes, staff, tags, clicks, trials, overview):
        app.register_blueprint(part.bp)
    labels.register("channel", lambda _codes: claim_queries.channel_names())
    labels.register("product", lambda _codes: catalogue.names_of_shown(), catalogue.CHOICES)
    cli.register(app)
    tags_cli.register(app)
    exports.register()
    origins.register()
    parts.register("products", tags.ProductsPart())
    parts.relates(kin.same_product)
    refs.register("order", routes.orders.order_url)
    refs.register("order_bonus", routes.orders.order_url)
    refs.register("product", routes.products.product_url)
    robots.names(routes.products.paths)
    media.shown_by(catalogue.photos_in_use)
    verify.register("commerce.awards", queries.drifting_awards)
    verify.register("commerce.figures", queries.drifting_figures)
    verify.register("commerce.refunds", queries.lost_refunds)
    verify.register("commerce.states", queries.misplaced_states)
    verify.register("commerce.products", drifting_products)
    verify.register("commerce.credits", service.drifting_credits)
    ledger.register_reconciler("commerce.orders", service.reconcile_awards)
    shown.register_reasons()
    notices.register_notices()
    _stand_in_menus()


def _stand_in_menus() -> None:
    from app.commerce.queries import claims as claim_queries
    from app.commerce.queries import staff as staff_queries
    from app.kernel import menu
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission

    products = menu.Item(
        "products", "commerce.products", _l("Products"), icon="shopping-bag",
        icon_on="shopping-bag", order=25,
    )  # fmt: skip
    for name in ("home", "rail", "me"):
        menu.add(name, products)
    menu.add(
        "me",
        menu.Item(
            "collection", "commerce.my_collection", _l("Collection book"), icon="album",
            icon_on="album", order=35,
        ),
    )  # fmt: skip
    menu.add(
        "me",
        menu.Item(
            "orders", "commerce.my_orders", _l("Orders"), icon="shopping-bag",
            icon_on="shopping-bag", order=30,
        ),
    )  # fmt: skip
    shop = _l("Shop")
    for item in (
        menu.Item(
            "products", "commerce_staff.products", _l("Products"), icon="package",
            icon_on="package", order=250, group=shop, permission=Permission.PRODUCTS_EDIT,
        ),
        menu.Item(
            "categories", "commerce_staff.categories", _l("Categories"), icon="category",
            icon_on="category", order=251, group=shop, permission=Permission.PRODUCTS_EDIT,
        ),
        menu.Item(
            "sets", "commerce_staff.sets", _l("Collection sets"), icon="album",
            icon_on="album", order=252, group=shop, permission=Permission.PRODUCTS_EDIT,
        ),
    ):  # fmt: skip
        menu.add("staff", item)
    data = _l("Data")
    for item in (
        menu.Item(
            "orders", "commerce_staff.orders", _l("Orders"), icon="shopping-bag",
            icon_on="shopping-bag", order=270, group=data, permission=Permission.ORDERS_SEE,
        ),
        menu.Item(
            "kept_aside", "commerce_staff.kept_aside", _l("Kept aside"), icon="scale",
            icon_on="scale", order=271, group=data, permission=Permission.ORDERS_IMPORT,
            badge=menu.counted(
                "kept_aside", Permission.ORDERS_IMPORT, staff_queries.counting_kept_aside
            ),
        ),
        menu.Item(
            "imports", "commerce_staff.imports", _l("Imports"), icon="file-import",
            icon_on="file-import", order=272, group=data, permission=Permission.ORDERS_IMPORT,
        ),
        menu.Item(
            "attribution", "commerce_clicks.attribution", _l("From posts to orders"),
            icon="route", icon_on="route", order=275, group=data, permission=Permission.ORDERS_SEE,
        ),
        menu.Item(
            "channel_overview", "commerce_overview.channels", _l("Channel overview"),
            icon="chart-bar", icon_on="chart-bar", order=269, group=data,
            permission=Permission.ORDERS_SEE,
        ),
        menu.Item(
            "channels", "commerce_staff.channels", _l("Channels"), icon="building-store",
            icon_on="building-store", order=273, group=data, permission=Permission.ORDERS_IMPORT,
        ),
    ):  # fmt: skip
        menu.add("staff", item)
    menu.add(
        "identity_desk",
        menu.Item(
            "claims", "commerce_staff.claims", _l("Claims"), icon="receipt", icon_on="receipt",
            order=20, permission=Permission.MEMBERS_MERGE, badge=menu.counted(
                "claims", Permission.MEMBERS_MERGE, claim_queries.counting_open_claims
            ),
        ),
    )  # fmt: skip
