"""VIP types in the console, and the audit of the promise of closeness."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.kernel import i18n, web
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.loyalty import rules_words
from app.loyalty import tier_shown as shown
from app.loyalty.forms.closeness import VipTypeForm
from app.loyalty.forms.tiers import SeenForm
from app.loyalty.policy.closeness import NO_PROMISE, STANDARD_LABELS, STARTERS
from app.loyalty.policy.offers import NOBODYS
from app.loyalty.policy.tiers import PERK_LABELS
from app.loyalty.queries import books, closeness
from app.loyalty.service import closeness as service
from app.loyalty.types.closeness import (
    NoSuchVipTypeError,
    Violation,
    VipKeyTakenError,
    VipType,
    VipTypeChangedError,
    VipTypeError,
)

NO_NAMES: Mapping[str, str] = {}

bp = Blueprint("loyalty_closeness_staff", __name__, url_prefix="/staff")


@bp.get("/vip-types")
@web.permission(Permission.RULES_SEE)
def vip_types() -> ResponseReturnValue:
    """List VIP types, first served first, with how many stand in each."""
    counts = closeness.type_counts()
    return render_template(
        "loyalty/staff_vip_types.html",
        types=closeness.types(),
        counts=counts,
        scored=sum(counts.values()),
        name_of=shown.name_of,
        within=shown.within,
        times=shown.times,
        may_edit=web.me().can(Permission.TIERS_EDIT),
        starters=STARTERS,
        minima=shown.minima,
    )


@bp.route("/vip-types/new", methods=["GET", "POST"])
@web.permission(Permission.TIERS_EDIT)
def new_type() -> ResponseReturnValue:
    """Make a VIP type."""
    return _type_page(VipTypeForm(), None)


@bp.post("/vip-types/starters")
@web.permission(Permission.TIERS_EDIT)
def begin_with_starters() -> ResponseReturnValue:
    """Keep the types that a house may begin with.

    Raises:
        VipKeyTakenError: there is a type already.
    """
    service.begin_with_starters(web.me().id)
    web.toast(_("Three types to begin with. Change them as you like."))
    return redirect(url_for("loyalty_closeness_staff.vip_types"), 303)


@bp.route("/vip-types/<key>", methods=["GET", "POST"])
@web.permission(Permission.TIERS_EDIT)
def edit_type(key: str) -> ResponseReturnValue:
    """Change a VIP type. Its key stays."""
    vip = _type(key)
    form = VipTypeForm()
    if not form.is_submitted():
        form = VipTypeForm.of(vip)
    form.key.data = vip.key
    return _type_page(form, vip)


def _type(key: str) -> VipType:
    vip = closeness.find_type(key)
    if vip is None:
        raise NoSuchVipTypeError
    return vip


def _type_page(form: VipTypeForm, vip: VipType | None) -> ResponseReturnValue:
    status, broken = 200, tuple[Violation, ...]()
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                service.save_type(_written(form, vip), is_new=vip is None, actor_id=web.me().id)
            except VipKeyTakenError as error:
                form.key.errors = [str(error.message)]
            except VipTypeChangedError as error:
                status = error.http_status
                form.seen.data = str(vip.version if vip else 0)
                form.form_errors.append(str(error.message))
            except VipTypeError as error:
                broken = error.violations
                form.form_errors.append(str(error.message))
            else:
                web.toast(_("Saved. Everybody stands where they belong already."))
                return redirect(url_for("loyalty_closeness_staff.vip_types"), 303)
    page = render_template(
        "loyalty/staff_vip_type.html",
        form=form,
        vip=vip,
        name_of=shown.name_of,
        broken=[_told(each) for each in broken],
    )
    return page, status


def _written(form: VipTypeForm, vip: VipType | None) -> VipType:
    seen = SeenForm(formdata=None, data={"seen": form.seen.data or "0"}).version
    return form.vip_type(vip.key if vip else None, seen)


@bp.route("/vip-types/<key>/remove", methods=["GET", "POST"])
@web.permission(Permission.TIERS_EDIT)
def remove_type(key: str) -> ResponseReturnValue:
    """Ask, then remove a VIP type."""
    vip, form, status = _type(key), SeenForm(), 200
    if form.validate_on_submit():
        try:
            service.remove_type(key, seen=form.version, actor_id=web.me().id)
        except DomainError as error:
            status = error.http_status
            form.form_errors.append(str(error.message))
        else:
            web.toast(_("Removed"))
            return redirect(url_for("loyalty_closeness_staff.vip_types"), 303)
    form.seen.data = str(vip.version)
    page = render_template(
        "loyalty/staff_vip_type_remove.html", vip=vip, form=form, name_of=shown.name_of
    )
    return page, status


@bp.get("/closeness")
@web.permission(Permission.RULES_SEE)
def audit() -> ResponseReturnValue:
    """Show whether anybody closer gets a worse multiplier, price or waiting time."""
    found = closeness.audit()
    names = _names(found)
    return render_template(
        "loyalty/staff_closeness.html",
        audit=found,
        by_data=[
            _told(each, names)
            for each in (*found.type_violations, *found.ladder_violations, *found.offer_violations)
        ],
        crossings=[_crossing(each) for each in found.crossings],
    )


def _names(found: closeness.Audit) -> dict[str, str]:
    tag = i18n.locale_tag()
    tiers = {each.key: each.name(tag) for each in found.ladder.tiers}
    types = {each.key: each.name(tag) for each in found.types}
    return {**tiers, **types, NOBODYS: _("Everybody else")}


def _told(each: Violation, names: Mapping[str, str] = NO_NAMES) -> dict[str, Any]:
    return {
        "standard": STANDARD_LABELS.get(each.standard) or PERK_LABELS[each.standard],
        "thing": _thing(each.thing),
        "closer": names.get(each.closer, each.closer),
        "other": names.get(each.other, each.other),
        "closer_gets": _figure(each.standard, each.closer_gets),
        "other_gets": _figure(each.standard, each.other_gets),
        "explanation": each.explanation,
    }


def _thing(thing: object) -> str:
    """Return what a figure is about: rules and campaigns by their names."""
    if not isinstance(thing, tuple):
        return str(thing)
    book = books.shown()
    return " + ".join(dict.fromkeys(str(rules_words.label_of(key, book)) for key in thing))


def _crossing(each: closeness.Crossing) -> dict[str, Any]:
    explanation = each.explanation
    if each.is_by_tier:
        explanation = _("Tiers count growth, not closeness; both are published.")
    return {
        "standard": STANDARD_LABELS[each.standard],
        "closer": each.closer,
        "other": each.other,
        "closer_score": each.closer_score,
        "other_score": each.other_score,
        "closer_gets": _figure(each.standard, each.closer_gets),
        "other_gets": _figure(each.standard, each.other_gets),
        "explanation": explanation,
    }


def _figure(standard: str, value: int) -> str:
    if standard == "rule_waiting":
        return shown.within(value * 60) if value else _("at once")
    if standard == "item_limit" and value >= NO_PROMISE:
        return _("no limit")
    if standard in {"multiplier", "tier_multiplier", "multiplier_permille", "campaign_multiplier"}:
        return shown.times(value)
    if standard == "price":
        return i18n.percent(value / 1000)
    if standard in {"first_reply", "packing"}:
        if value >= NO_PROMISE:
            return _("no promise")
        return shown.within(value if standard == "first_reply" else value * 60)
    if standard in {"concierge", "lounge", "item_open"}:
        return _("Yes") if value else _("No")
    return i18n.number(value)
