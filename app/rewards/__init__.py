"""Rewards: the points mall, what one redeemed, and the page on which points become things."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, menus, goods, verifiers, what becomes of rows at merges and leavings."""
    from app.kernel import menu, refs, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.media import service as media
    from app.rewards import fulfilment_manifest, goods, leaving, merging, queries, routes, words
    from app.rewards.queries import checks

    leaving.register()
    merging.register()
    words.register()
    goods.register()
    app.register_blueprint(routes.bp)
    fulfilment_manifest.register(app)
    media.shown_by(queries.photos_in_use)
    refs.register("mall_order", routes.order_url)
    refs.register("mall_item", routes.item_url)
    verify.register("rewards.stocks", checks.drifting_stocks)
    verify.register("rewards.orders", checks.drifting_orders)
    verify.register("rewards.steps", checks.misplaced_orders)
    menu.add(
        "me",
        menu.Item(
            "mall_orders", "rewards.my_orders", _l("Redemptions"), icon="gift",
            icon_on="gift-filled", order=31,
        ),
    )  # fmt: skip
