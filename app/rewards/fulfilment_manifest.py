"""Parcels move in: the board, its menu entry, what members are told, the timetable."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in."""
    from app.kernel import menu
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission
    from app.rewards import fulfilment_notices, tasks_fulfilment  # noqa: F401 - the timetable
    from app.rewards.queries import fulfilment
    from app.rewards.staff import fulfilment as pages
    from app.rewards.staff import fulfilment_many  # noqa: F401 - its pages

    fulfilment_notices.register_notices()
    app.register_blueprint(pages.bp)
    menu.add(
        "staff",
        menu.Item(
            "fulfilment", "rewards_fulfilment.board", _l("Fulfilment"), icon="truck-delivery",
            icon_on="truck-delivery", order=205, group=_l("Rewards"),
            permission=Permission.MALL_SHIP, badge=menu.counted(
                "mall_parcels", Permission.MALL_SHIP, fulfilment.counting_waiting
            ),
        ),
    )  # fmt: skip
