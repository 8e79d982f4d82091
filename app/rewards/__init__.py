"""Rewards: the points mall, what one redeemed, and the page on which points become things."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, menus, goods, verifiers, what becomes of rows at merges and leavings."""
    from app.kernel import menu, refs, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.media import service as media
    from app.kernel.permissions import Permission
    from app.loyalty.queries import offers as loyalty_offers
    from app.rewards import (  # noqa: F401 - tasks: the timetable
        fulfilment_manifest,
        goods,
        leaving,
        merging,
        notices,
        queries,
        routes,
        staff,
        tasks,
        words,
    )
    from app.rewards.queries import checks, money, offers
    from app.rewards.queries import staff as staff_queries

    leaving.register()
    merging.register()
    words.register()
    goods.register()
    notices.register_notices()
    app.register_blueprint(routes.bp)
    fulfilment_manifest.register(app)
    app.register_blueprint(staff.bp)
    media.shown_by(queries.photos_in_use)
    refs.register("mall_order", routes.order_url)
    refs.register("mall_item", routes.item_url)
    loyalty_offers.register("mall", offers.offers)
    verify.register("rewards.stocks", checks.drifting_stocks)
    verify.register("rewards.orders", checks.drifting_orders)
    verify.register("rewards.steps", checks.misplaced_orders)
    verify.register("rewards.parts", checks.drifting_parts)
    verify.register("rewards.money", money.drifting_money)
    menu.add(
        "me",
        menu.Item(
            "mall_orders", "rewards.my_orders", _l("Redemptions"), icon="gift",
            icon_on="gift-filled", order=31,
        ),
    )  # fmt: skip
    menu.add(
        "me",
        menu.Item(
            "wishes", "rewards.wishes", _l("Wish list"), icon="heart", icon_on="heart-filled",
            order=32,
        ),
    )  # fmt: skip
    rewards = menu.Item(
        "rewards", "rewards.home", _l("Rewards"), icon="gift", icon_on="gift-filled", order=40
    )
    menu.add("tabs", rewards)
    menu.add(
        "staff",
        menu.Item(
            "mall", "rewards_staff.items", _l("Points mall"), icon="gift", icon_on="gift-filled",
            order=200, group=_l("Rewards"), permission=Permission.MALL_EDIT,
            badge=menu.counted("mall_low", Permission.MALL_EDIT, staff_queries.counting_low),
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "mall_money", "rewards_staff.payments", _l("Payments"), icon="coins",
            icon_on="coins", order=202,
            group=_l("Rewards"), permission=Permission.MALL_EDIT,
            badge=menu.counted("mall_money", Permission.MALL_EDIT, money.counting_open),
        ),
    )  # fmt: skip
