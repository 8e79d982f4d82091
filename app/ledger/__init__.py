"""The one loyalty ledger: what is owed to whom, provably; nothing about why points move."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in."""
    from app.kernel import labels, menu, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission
    from app.ledger import cli, leaving, merging, models, routes, shown, staff, tasks, verifier  # noqa: F401 - tables and timetable

    leaving.register()
    merging.register()
    app.cli.add_command(cli.group)
    verify.register("ledger", verifier.drifts)
    labels.register("fund", lambda _codes: {f.value: str(name) for f, name in shown.FUNDS.items()})
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    menu.add(
        "me",
        menu.Item(
            "wallet", "ledger.wallet", _l("Wallet"), icon="wallet", icon_on="wallet", order=20
        ),
    )
    menu.add(
        "staff",
        menu.Item(
            "ledger", "ledger_staff.roll_forward", _l("Ledger"), icon="book-2", icon_on="book-2",
            order=195, group=_l("Points desk"), permission=Permission.LEDGER_SEE,
        ),
    )  # fmt: skip
