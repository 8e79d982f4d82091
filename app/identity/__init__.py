"""Members: who they are, how they sign in, what they may do."""

from flask import Flask


def register(app: Flask) -> None:
    """Move in."""
    from app.identity import (  # noqa: F401 - tasks: the timetable
        audiences,
        cli,
        desk,
        drift,
        goods,
        leaving,
        merging,
        queries,
        routes,
        staff,
        tasks,
    )
    from app.identity.routes.frames import frame_url
    from app.identity.routes.me import member_url
    from app.identity.sessions import Sessions
    from app.kernel import menu, refs, verify
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.permissions import Permission

    merging.register()
    leaving.register()
    audiences.register()
    goods.register()
    app.session_interface = Sessions()
    app.register_blueprint(routes.bp)
    app.register_blueprint(staff.bp)
    app.register_blueprint(desk.bp)
    app.register_blueprint(routes.frame_desk.bp)
    cli.init_app(app)
    refs.register("member", member_url)
    refs.register("frame", frame_url)
    verify.register("identity.marks", drift.marks)
    verify.register("identity.frames", drift.frames)
    verify.register("identity.merges", drift.merges)
    verify.register("identity.left", drift.left)
    menu.add(
        "tabs",
        menu.Item("me", "identity.me", _l("Me"), icon="user", icon_on="user-filled", order=50),
    )
    menu.add(
        "me",
        menu.Item(
            "settings", "identity.settings", _l("Settings"), icon="settings",
            icon_on="settings-filled", order=90,
        ),
    )  # fmt: skip
    for item in (
        menu.Item(
            "profile", "identity.profile_settings", _l("Profile"), icon="user-circle",
            icon_on="user-circle", order=10,
        ),
        menu.Item(
            "frame", "identity.frame_settings", _l("Avatar frame"), icon="sparkles",
            icon_on="sparkles", order=15,
        ),
        menu.Item(
            "account", "identity.account", _l("Contacts and password"), icon="key",
            icon_on="key", order=20,
        ),
        menu.Item(
            "identities", "identity.identities", _l("Shop accounts"), icon="building-store",
            icon_on="building-store", order=25,
        ),
        menu.Item(
            "language", "identity.look_settings", _l("Language and theme"), icon="language",
            icon_on="language", order=30,
        ),
        menu.Item(
            "devices", "identity.devices", _l("Devices"), icon="devices", icon_on="devices",
            order=40,
        ),
        menu.Item(
            "data", "identity.data", _l("Your data"), icon="file-zip", icon_on="file-zip",
            order=90,
        ),
    ):  # fmt: skip
        menu.add("settings", item)
    conflicts = menu.counted("conflicts", Permission.MEMBERS_MERGE, queries.counting_open_conflicts)
    menu.add(
        "staff",
        menu.Item(
            "members", "identity_staff.members", _l("Members"), icon="users", icon_on="users",
            order=260, group=_l("Data"), permission=Permission.MEMBERS_SEE,
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "identities", "identity_desk.conflicts", _l("Identities"), icon="id", icon_on="id",
            order=261, group=_l("Data"), permission=Permission.MEMBERS_MERGE,
            badge=conflicts,
        ),
    )  # fmt: skip
    menu.add(
        "staff",
        menu.Item(
            "frames", "identity_frames.overview", _l("Avatar frames"), icon="user-circle",
            icon_on="user-circle", order=207, group=_l("Rewards"), permission=Permission.MALL_EDIT,
        ),
    )  # fmt: skip
    for item in (
        menu.Item(
            "conflicts", "identity_desk.conflicts", _l("May be one"), icon="users",
            icon_on="users", order=10, permission=Permission.MEMBERS_MERGE,
            badge=conflicts,
        ),
        menu.Item(
            "merges", "identity_desk.merges", _l("Merges"), icon="users", icon_on="users",
            order=30, permission=Permission.MEMBERS_MERGE,
        ),
    ):  # fmt: skip
        menu.add("identity_desk", item)
