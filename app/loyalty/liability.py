"""Manifest of the pages about what points cost and what the house owes."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in."""
    from app.kernel import menu
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission
    from app.loyalty import liability_exports
    from app.loyalty.staff import liability as pages

    app.register_blueprint(pages.bp)
    liability_exports.register()
    menu.add(
        "staff",
        menu.Item(
            "liability", "loyalty_liability.liability", _l("Liability and cost"), icon="scale",
            icon_on="scale", order=190, group=_l("Points desk"), permission=Permission.LEDGER_SEE,
        ),
    )  # fmt: skip
