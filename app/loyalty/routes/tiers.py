"""A member's tier, his super-membership and his closeness; the rules of closeness for everybody."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.kernel import i18n, slots, web
from app.kernel.i18n import gettext as _
from app.loyalty import tier_shown as shown
from app.loyalty.policy.closeness import INGREDIENTS, WINDOW_MONTHS, points_of, score_of
from app.loyalty.queries import closeness, counted, ladders, supers, tier_pages, tiers
from app.loyalty.service import supers as super_service
from app.loyalty.settings import home_currency
from app.loyalty.types.closeness import Axis
from app.loyalty.types.supers import SuperState
from app.loyalty.types.tiers import Measure

bp = Blueprint("loyalty_tiers", __name__)

EXAMPLE = {"net_spend": 1_500_00, "accepted_posts": 7, "help_given": 15, "verified_exposure": 1}


@bp.get("/me/tier")
@web.member_required
@web.no_store
def my_tier() -> ResponseReturnValue:
    """Show where he stands, what counts, how long it holds, what every tier brings."""
    member_id = web.me().id
    before = request.args.get("before", "")
    known = ladders.ladders()
    page = tier_pages.history(member_id, int(before) if _is_id(before) else None, known)
    mine, currency = tier_pages.my_tier(member_id, known), home_currency()
    return render_template(
        "loyalty/my_tier.html",
        mine=mine,
        name_of=shown.name_of,
        missing=shown.figure(mine.ladder, mine.missing, currency),
        value=shown.figure(mine.ladder, mine.value, currency),
        is_money=mine.ladder.measure is Measure.NET_SPEND,
        progress=_progress(mine),
        holds=shown.how_long(mine, currency),
        what_counts=shown.what_counts(mine.ladder),
        perk_rows=shown.perk_rows(mine.ladder.tiers),
        thresholds=[shown.figure(mine.ladder, t.threshold, currency) for t in mine.ladder.tiers],
        lines=[shown.told(line, currency) for line in page.items],
        next_url=url_for("loyalty_tiers.my_tier", before=page.next_key) if page.next_key else None,
        first_url=url_for("loyalty_tiers.my_tier") if before else None,
        wallet_url=url_for("ledger.wallet", show="growth")
        if mine.ladder.measure is not Measure.NET_SPEND
        else None,
    )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19  # noqa: PLR2004 - fits 64 bits


def _progress(mine: tier_pages.MyTier) -> dict[str, Any] | None:
    """Return how far it is to the next tier, in units that a bar can print."""
    if mine.next_tier is None:
        return None
    per = 100 if mine.ladder.measure is Measure.NET_SPEND else 1
    return {
        "value": mine.value // per,
        "goal": mine.next_tier.threshold // per,
        "label": _("To %(tier)s", tier=shown.name_of(mine.next_tier)),
    }


# --- super-membership ----------------------------------------------------------------------------


@bp.get("/me/super")
@web.member_required
@web.no_store
def my_super() -> ResponseReturnValue:
    """Show the invitation, or where the super-membership stands."""
    member_id = web.me().id
    rule, one = supers.rule(), supers.membership(member_id)
    net = supers.net_of(member_id, rule)
    return render_template(
        "loyalty/my_super.html",
        one=one,
        state=one.state.value if one else "",
        rule=rule,
        net=net,
        missing=max(0, rule.threshold_minor - net),
        currency=home_currency(),
        may_take=one is not None
        and one.state in {SuperState.INVITED, SuperState.DECLINED}
        and net >= rule.threshold_minor,
        may_leave=one is not None
        and one.state in {SuperState.INVITED, SuperState.ACCEPTED, SuperState.REVIEW},
    )


@bp.post("/me/super/accept")
@web.member_required
@web.no_store
def accept() -> ResponseReturnValue:
    """Take the invitation."""
    super_service.accept(web.me().id)
    web.toast(_("Welcome. You are a super-member now."))
    return redirect(url_for("loyalty_tiers.my_super"), 303)


@bp.post("/me/super/decline")
@web.member_required
@web.no_store
def decline() -> ResponseReturnValue:
    """Decline the invitation, or leave."""
    super_service.decline(web.me().id)
    web.toast(_("Noted. You can take it later, while you reach the mark."), "info")
    return redirect(url_for("loyalty_tiers.my_super"), 303)


# --- closeness -----------------------------------------------------------------------------------


@bp.get("/me/closeness")
@web.member_required
@web.no_store
def my_closeness() -> ResponseReturnValue:
    """Show how close he is and everything it is made of."""
    mine = closeness.my_closeness(web.me().id)
    return render_template(
        "loyalty/my_closeness.html",
        mine=mine,
        axes=[(axis, _axis_name(axis), mine.axis_lines(axis)) for axis in Axis],
        amount_of=_amount_of,
        name_of=shown.name_of,
        minima=shown.minima,
        within=shown.within,
        times=shown.times,
        currency=home_currency(),
    )


@bp.get("/rules/closeness")
@web.public
@web.cached_for_guests(300)
def closeness_rules() -> ResponseReturnValue:
    """Tell the formula to everybody, with an example that is really computed."""
    score = score_of(EXAMPLE)
    return render_template(
        "loyalty/closeness_rules.html",
        months=WINDOW_MONTHS,
        axes=[(axis, _axis_name(axis), _of(axis)) for axis in Axis],
        counted=counted.is_counted,
        example=[
            (each, _amount_of(each.measure, EXAMPLE[each.measure]),
             points_of(each, EXAMPLE[each.measure]))
            for each in INGREDIENTS
            if each.measure in EXAMPLE
        ],
        score=score,
        amount_of=_amount_of,
        types=closeness.types(),
        name_of=shown.name_of,
        minima=shown.minima,
        within=shown.within,
        times=shown.times,
        currency=home_currency(),
    )  # fmt: skip


def _of(axis: Axis) -> list[Any]:
    return [each for each in INGREDIENTS if each.axis is axis]


def _axis_name(axis: Axis) -> str:
    return _("Spend") if axis is Axis.SPEND else _("Advocacy")


def _amount_of(measure: str, amount: int) -> str:
    if measure == counted.NET_SPEND:
        return i18n.money(amount, home_currency())
    return i18n.number(amount)


# --- places in other domains' pages --------------------------------------------------------------


@slots.fills("me_cards")
def me_card(member_ids: Collection[int]) -> dict[int, Markup]:
    """Tell a member his tier on his own page. Two statements."""
    found = tiers.tiers_of(member_ids)
    return {
        member_id: Markup(  # noqa: S704 - a template's own output
            render_template("loyalty/_tier_card.html", tier=tier, name=shown.name_of(tier))
        )
        for member_id, tier in found.items()
    }


@slots.fills("profile_marks")
def profile_mark(member_ids: Collection[int]) -> dict[int, Markup]:
    """Put the mark of a tier beside a name on a profile; none for the base tier. One statement."""
    found = tiers.tiers_of(member_ids)
    return {
        member_id: Markup(  # noqa: S704 - a template's own output
            render_template("loyalty/_tier_mark.html", name=shown.name_of(tier))
        )
        for member_id, tier in found.items()
        if tier.threshold
    }
