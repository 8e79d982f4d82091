"""Missions, camps and badges move in."""

from flask import Flask

from app.kernel import exports, menu, reasons, refs, verify
from app.kernel.exports import Column, ColumnKind, Export
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.media import service as media
from app.kernel.permissions import Permission
from app.kernel.reasons import Reason
from app.ledger.types import Fund
from app.loyalty import listeners_camps, merging_camps, policy, tasks_camps  # noqa: F401 - what they hear; the timetable
from app.loyalty.queries import badges, camp_checks, camp_staff, camps, missions, options
from app.loyalty.routes import badges as badge_routes
from app.loyalty.routes import camps as camp_routes
from app.loyalty.routes import missions as mission_routes
from app.loyalty.service import after, badge_earning, camp_turning, camp_work, mission_turning
from app.loyalty.service import missions as mission_service
from app.loyalty.staff import badges as badge_staff
from app.loyalty.staff import camps as camps_staff
from app.loyalty.staff import missions as missions_staff
from app.loyalty.types import actions
from app.loyalty.types.actions import Action, Attribute, AttributeKind


def register(app: Flask) -> None:
    """Move in: pages, menus, what acts move on, what is verified."""
    merging_camps.register()
    for module in (
        mission_routes, camp_routes, badge_routes, missions_staff, camps_staff, badge_staff,
    ):  # fmt: skip
        app.register_blueprint(module.bp)
    refs.register("mission", mission_routes.page_of)
    refs.register("camp_seat", camp_routes.page_of)
    refs.register("badge", badge_routes.page_of)
    media.shown_by(camps.photos_in_use)
    after.register("missions", mission_service.note_acts, concerns=missions.any_open)
    after.register_turning(mission_turning.follow_content)
    after.register_turning(camp_turning.follow_content)
    after.register("camps", camp_work.note_acts, concerns=camps.any_seat)
    after.register("badges", badge_earning.note_acts, concerns=badges.any_automatic)
    verify.register("loyalty.missions", missions.unpaid_missions)
    verify.register("loyalty.progress", missions.drifting_progress)
    verify.register("loyalty.camps", camp_checks.drifting_seats)
    verify.register("loyalty.holders", badges.drifting_holders)
    verify.register("loyalty.badges", badges.drifting_badges)
    amount = Attribute(
        policy.AMOUNT, _l("Points named with it"), AttributeKind.NUMBER, is_amount=True
    )
    actions.register(
        Action("profile.completed", _l("Profile completed"), "user-circle", Fund.CONTENT),
        Action(
            policy.MISSION, _l("Mission done"), "target", Fund.PRIZE,
            (amount, Attribute("mission", _l("Mission"), AttributeKind.CHOICE, options.missions)),
            is_one_sided=False,
        ),
        Action(
            policy.CAMP, _l("Camp finished"), "tent", Fund.PRIZE,
            (amount, Attribute("camp", _l("Camp"), AttributeKind.CHOICE, options.camps)),
            is_one_sided=False,
        ),
    )  # fmt: skip
    _name_reasons()
    _offer_exports()
    _add_menus()


def _name_reasons() -> None:
    reasons.register(
        mission_service.REASON,
        Reason(
            _l("Mission done"),
            icon="target",
            explain=lambda _version: _("A mission pays once in its day or week, when it is done."),
        ),
    )
    reasons.register(
        camp_work.GRADUATED,
        Reason(
            _l("Camp finished"),
            icon="tent",
            explain=lambda _version: _("The bonus for graduating from a camp, once for each camp."),
        ),
    )


def _offer_exports() -> None:
    whole = ColumnKind.INTEGER
    exports.register(
        Export(
            "loyalty.camp_funnel",
            _l("How cohorts went"),
            Permission.CAMPS_EDIT,
            (
                Column(_l("Cohort"), whole, 9),
                Column(_l("First day"), ColumnKind.DAY),
                Column(_l("Step")),
                Column(_l("Members"), whole, 9),
                Column(_l("Of those who joined"), ColumnKind.SHARE),
                Column(_l("Lost since the step before"), whole),
            ),
            camp_staff.funnel_rows,
            ("camp",),
        )
    )


def _add_menus() -> None:
    missions_item = menu.Item(
        "missions", "loyalty_missions.missions", _l("Missions"), icon="target", icon_on="target",
        order=20,
    )  # fmt: skip
    camps_item = menu.Item(
        "camps", "loyalty_camps.camp_list", _l("Camps"), icon="tent", icon_on="tent", order=22
    )
    for name in ("home", "rail"):
        menu.add(name, missions_item)
    menu.add("rail", camps_item)
    menu.add("me", missions_item)
    menu.add("me", camps_item)
    menu.add(
        "me",
        menu.Item(
            "badges", "loyalty_badges.my_badges", _l("Badges"), icon="award", icon_on="award",
            order=24,
        ),
    )  # fmt: skip
    group = _l("Loyalty")
    for item in (
        menu.Item(
            "staff_missions", "loyalty_missions_staff.missions", _l("Missions"), icon="target",
            icon_on="target", order=120, group=group, permission=Permission.CAMPS_EDIT,
        ),
        menu.Item(
            "staff_camps", "loyalty_camps_staff.camp_list", _l("Camps"), icon="tent",
            icon_on="tent", order=121, group=group, permission=Permission.CAMPS_EDIT,
        ),
        menu.Item(
            "handed_in", "loyalty_camps_staff.handed_in", _l("Handed in"), icon="inbox",
            icon_on="inbox", order=122, group=group, permission=Permission.CAMPS_EDIT,
            badge=menu.counted(
                "handed_in", Permission.CAMPS_EDIT, camp_staff.counting_waiting
            ),
        ),
        menu.Item(
            "staff_badges", "loyalty_badges_staff.badges", _l("Badges"), icon="award",
            icon_on="award", order=123, group=group, permission=Permission.BADGES_GRANT,
        ),
    ):  # fmt: skip
        menu.add("staff", item)
