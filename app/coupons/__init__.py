"""Coupons: pools of secret codes, whom they are given to, and what becomes of them."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in: pages, the kind of goods, verifiers, timetable."""
    from app.coupons import (  # noqa: F401 - tasks: the timetable; cards: slots
        cards,
        exports,
        leaving,
        merging,
        queries,
        routes,
        service,
        shown,
        staff,
        tasks,
    )
    from app.coupons.types import KIND
    from app.kernel import goods, menu, refs, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission

    leaving.register()
    merging.register()
    exports.register()
    goods.register(
        goods.Kind(
            KIND, _l("Coupon"), choices=shown.choices, give=service.give,
            take_back=service.take_back, left=queries.left,
            about=shown.about, find=queries.where_given,
        )
    )  # fmt: skip
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    refs.register(KIND, routes.coupon_url)
    verify.register("coupons.counts", queries.drifting_counts)
    verify.register("coupons.givings", queries.drifting_givings)
    menu.add(
        "me",
        menu.Item(
            "coupons", "coupons.my_coupons", _l("Coupons"), icon="ticket", icon_on="ticket",
            order=28,
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "coupons", "coupons_staff.pools", _l("Coupons"), icon="ticket", icon_on="ticket",
            order=210, group=_l("Rewards"), permission=Permission.COUPONS_EDIT,
            badge=menu.counted("coupons_low", Permission.COUPONS_EDIT, queries.counting_low),
        ),
    )  # fmt: skip
