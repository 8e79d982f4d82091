"""Tiers, super-membership and closeness move in: pages, menus, audiences, verifiers, merging."""

from flask import Flask

from app.kernel import audience, i18n, menu, verify
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission
from app.loyalty import tier_merging, tier_tasks  # noqa: F401 - the timetable
from app.loyalty.queries import closeness, context, ladders, supers, tier_checks, tiers
from app.loyalty.routes import tiers as pages
from app.loyalty.service import after
from app.loyalty.service import supers as super_service
from app.loyalty.service import tiers as tier_service
from app.loyalty.staff import closeness as closeness_pages
from app.loyalty.staff import tier_members as member_pages
from app.loyalty.staff import tiers as ladder_pages
from app.loyalty.types.actions import Attribute, AttributeKind, Option


def register(app: Flask) -> None:
    """Answer for tiers and closeness wherever others ask."""
    for part in (pages, ladder_pages, member_pages, closeness_pages):
        app.register_blueprint(part.bp)
    tier_merging.register()
    verify.register("loyalty.tiers", tier_checks.drifting_tiers)
    verify.register("loyalty.supers", super_service.drifting_supers)
    verify.register("loyalty.closeness", closeness.drifting_scores)
    verify.register("loyalty.promises", closeness.broken_promises)
    _name_audiences()
    context.register(
        "tier",
        tiers.tier_expression,
        attribute=Attribute("tier", _l("Tier"), AttributeKind.CHOICE, _tiers_to_choose),
    )
    context.register(
        "vip_type",
        closeness.vip_expression,
        attribute=Attribute("vip_type", _l("VIP type"), AttributeKind.CHOICE, _types_to_choose),
    )
    context.register("tier_permille", tiers.multiplier_expression)
    after.register("tiers", tier_service.after_acts, once_grown=tiers.growth_left)
    _fill_menus()


def _name_audiences() -> None:
    audience.register(
        "tier",
        _is_in_tier,
        where=lambda key, member_id: tiers.tier_expression(member_id) == key,
        choices=lambda: [(f"tier:{key}", name) for key, name in _tiers_to_choose()],
    )
    audience.register(
        "vip",
        _is_of_vip_type,
        where=lambda key, member_id: closeness.vip_expression(member_id) == key,
        choices=closeness.AUDIENCES,
    )
    audience.register(
        "super_member",
        lambda _argument, member_id: supers.is_super(member_id),
        where=lambda _argument, member_id: supers.is_super_expression(member_id),
        choices=lambda: [("super_member:", _l("Super-members"))],
    )


def _tiers_to_choose() -> list[Option]:
    tag = i18n.locale_tag()
    return [(tier.key, tier.name(tag)) for tier in ladders.current_ladder().tiers]


def _types_to_choose() -> list[Option]:
    tag = i18n.locale_tag()
    return [(vip.key, vip.name(tag)) for vip in closeness.types()]


def _is_in_tier(key: str, member_id: int) -> bool:
    return bool(tiers.in_tier(key, [member_id]))


def _is_of_vip_type(key: str, member_id: int) -> bool:
    vip = closeness.vip_types_of([member_id])[member_id]
    return vip is not None and vip.key == key


def _fill_menus() -> None:
    tiers = _l("Tiers and closeness")
    for item in (
        menu.Item(
            "tiers", "loyalty_tiers_staff.overview", _l("Tiers"), icon="stairs-up",
            icon_on="stairs-up", order=140, group=tiers, permission=Permission.RULES_SEE,
        ),
        menu.Item(
            "supers", "loyalty_tier_members.super_members", _l("Super-members"), icon="crown",
            icon_on="crown", order=142, group=tiers, permission=Permission.RULES_SEE,
        ),
        menu.Item(
            "vip_types", "loyalty_closeness_staff.vip_types", _l("VIP types"),
            icon="heart-handshake", icon_on="heart-handshake", order=144, group=tiers,
            permission=Permission.RULES_SEE,
        ),
        menu.Item(
            "closeness", "loyalty_closeness_staff.audit", _l("Closeness audit"), icon="scale",
            icon_on="scale", order=146, group=tiers, permission=Permission.RULES_SEE,
        ),
    ):  # fmt: skip
        menu.add("staff", item)
