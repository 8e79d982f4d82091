"""A member's tier in the console, and super-members."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import SelectChoice

from app.identity import queries as identity
from app.identity.types import MemberRow
from app.kernel import i18n, slots, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.loyalty import tier_shown as shown
from app.loyalty.forms.tiers import GrantForm, SuperRuleForm
from app.loyalty.queries import closeness, ladders, supers, tier_pages, tiers
from app.loyalty.service import supers as super_service
from app.loyalty.service import tier_grants
from app.loyalty.settings import home_currency
from app.loyalty.types.supers import SuperRuleError, SuperState
from app.loyalty.types.tiers import Ladder

bp = Blueprint("loyalty_tier_members", __name__, url_prefix="/staff")


@bp.get("/members/<yid>/tier")
@web.permission(Permission.RULES_SEE)
def member_tier(yid: str) -> ResponseReturnValue:
    """Show a member's tier, its history and what staff gave him."""
    return _member_page(_member(yid), GrantForm())


@bp.post("/members/<yid>/tier")
@web.permission(Permission.TIERS_EDIT)
def grant(yid: str) -> ResponseReturnValue:
    """Give a member a tier for a time."""
    member, form = _member(yid), GrantForm()
    _offer_tiers(form, ladders.current_ladder())
    if not form.validate_on_submit():
        return _member_page(member, form), 422
    try:
        tier_grants.grant_tier(
            member.id,
            form.tier.data,
            until_on=form.until_on.data,
            reason=form.reason.data,
            request_key=form.request_key.data,
            actor_id=web.me().id,
        )
    except DomainError as error:
        form.form_errors.append(str(error.message))
        return _member_page(member, form), error.http_status
    web.toast(_("Given until %(day)s.", day=i18n.day(form.until_on.data)))
    return redirect(url_for("loyalty_tier_members.member_tier", yid=member.yid), 303)


@bp.post("/members/<yid>/tier/<int:grant_id>/undo")
@web.permission(Permission.TIERS_EDIT)
def undo_grant(yid: str, grant_id: int) -> ResponseReturnValue:
    """Take a given tier back.

    Raises:
        NotFoundError: it is another member's.
    """
    member = _member(yid)
    if grant_id not in {line.id for line in tier_pages.grants_of(member.id)}:
        raise NotFoundError
    tier_grants.undo_grant(grant_id, actor_id=web.me().id)
    web.toast(_("Taken back. What the member earned himself counts again."))
    return redirect(url_for("loyalty_tier_members.member_tier", yid=member.yid), 303)


def _member(yid: str) -> MemberRow:
    member = identity.find_member_by_yid(yid)
    if member is None:
        raise NotFoundError(_("No member has this Yid."))
    return member


def _offer_tiers(form: GrantForm, ladder: Ladder) -> None:
    form.tier.choices = [SelectChoice(tier.key, shown.name_of(tier)) for tier in ladder.tiers[1:]]


def _member_page(member: MemberRow, form: GrantForm) -> str:
    before = request.args.get("before", "")
    is_id = before.isascii() and before.isdecimal() and len(before) < 19  # noqa: PLR2004
    known = ladders.ladders()
    page = tier_pages.history(member.id, int(before) if is_id else None, known)
    mine, currency = tier_pages.my_tier(member.id, known), home_currency()
    _offer_tiers(form, ladders.effective(known))
    own = url_for("loyalty_tier_members.member_tier", yid=member.yid)
    return render_template(
        "loyalty/staff_member_tier.html",
        member=member,
        mine=mine,
        value=shown.amount(mine.ladder, mine.value, currency),
        holds=shown.how_long(mine, currency)[1],
        name_of=shown.name_of,
        grants=mine.grants,
        tier_name=lambda key: shown.name_of(mine.ladder.tier(key)),
        lines=[shown.told(line, currency) for line in page.items],
        next_url=f"{own}?before={page.next_key}" if page.next_key else None,
        first_url=own if before else None,
        form=form,
        may_edit=web.me().can(Permission.TIERS_EDIT),
    )


@slots.fills("staff_member")
def staff_member(member_ids: Collection[int]) -> dict[int, Markup]:
    """Tell staff a member's tier and VIP type, and lead to more. Four statements at most."""
    if not web.me().can(Permission.RULES_SEE):
        return {}
    found, vips = tiers.tiers_of(member_ids), closeness.vip_types_of(member_ids)
    people = identity.people(member_ids)
    return {
        member_id: Markup(  # noqa: S704 - a template's own output
            render_template(
                "loyalty/_staff_member.html",
                yid=person.yid,
                tier=shown.name_of(found[member_id]),
                vip=shown.name_of(vip) if (vip := vips.get(member_id)) else "",
            )
        )
        for member_id, person in people.items()
    }


# --- super-members -------------------------------------------------------------------------------


@bp.get("/super-members")
@web.permission(Permission.RULES_SEE)
def super_members() -> ResponseReturnValue:
    """List super-members and invitations; ``?state=review`` narrows."""
    wanted = request.args.get("state", "")
    state = SuperState(wanted) if wanted in set(SuperState) else None
    page = supers.lines(state, request.args.get("after"))
    counts = supers.counts()

    def to(which: SuperState | None, **more: Any) -> str:
        return url_for("loyalty_tier_members.super_members", state=which, **more)

    return render_template(
        "loyalty/staff_supers.html",
        page=page,
        tabs=[
            (_("All"), to(None), state is None),
            *(
                (f"{shown.state_name(each)} {counts.get(each, 0)}", to(each), each is state)
                for each in SuperState
            ),
        ],
        state_name=shown.state_name,
        rule=supers.rule(),
        currency=home_currency(),
        may_edit=web.me().can(Permission.TIERS_EDIT),
        next_url=to(state, after=page.next_key) if page.next_key else None,
        first_url=to(state) if "after" in request.args else None,
    )


@bp.post("/super-members/<yid>/<act>")
@web.permission(Permission.TIERS_EDIT)
def decide(yid: str, act: str) -> ResponseReturnValue:
    """Keep a member under review, end a membership, or invite again.

    Raises:
        NotFoundError: there is no such act or member.
    """
    acts = {
        "keep": super_service.keep,
        "end": super_service.end,
        "invite": super_service.invite_again,
    }
    if act not in acts:
        raise NotFoundError
    acts[act](_member(yid).id, actor_id=web.me().id)
    said = {
        "keep": _("Kept for another window."),
        "end": _("Ended. You can invite again."),
        "invite": _("Invited again."),
    }
    web.toast(said[act])
    return redirect(url_for("loyalty_tier_members.super_members"), 303)


@bp.route("/super-members/rule", methods=["GET", "POST"])
@web.permission(Permission.TIERS_EDIT)
def super_rule() -> ResponseReturnValue:
    """Change what makes a super-member."""
    form, status = SuperRuleForm(), 200
    if not form.is_submitted():
        form.fill(supers.rule())
    elif form.validate():
        try:
            super_service.change_rule(form.rule(), actor_id=web.me().id)
        except SuperRuleError as error:
            status = error.http_status
            form.form_errors.append(str(error.message))
        else:
            web.toast(_("Saved. It holds from the next hourly look on."))
            return redirect(url_for("loyalty_tier_members.super_members"), 303)
    else:
        status = 422
    page = render_template("loyalty/staff_super_rule.html", form=form, currency=home_currency())
    return page, status
