"""Ladders in the console: who stands where, versions, drafts, what publishing would do."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import i18n, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.loyalty import tier_shown as shown
from app.loyalty.forms.tiers import LadderForm, SeenForm
from app.loyalty.queries import ladders
from app.loyalty.service import ladders as service
from app.loyalty.settings import home_currency
from app.loyalty.types.tiers import DraftChangedError, Ladder, LadderDraft, NoSuchDraftError

bp = Blueprint("loyalty_tiers_staff", __name__, url_prefix="/staff/tiers")


@bp.get("")
@web.permission(Permission.RULES_SEE)
def overview() -> ResponseReturnValue:
    """Show who stands where, all versions and the drafts."""
    current = ladders.current_ladder()
    places = ladders.distribution(current)
    everybody = sum(place.members for place in places) or 1
    return render_template(
        "loyalty/staff_tiers.html",
        current=current,
        bars=[
            {
                "label": shown.name_of(place.tier),
                "value": i18n.number(place.members),
                "percent": round(100 * place.members / everybody, 1),
                "count": i18n.percent(place.members / everybody),
            }
            for place in places
        ],
        versions=ladders.published(),
        drafts=ladders.drafts(),
        may_edit=web.me().can(Permission.TIERS_EDIT),
        what_counts=shown.what_counts,
    )


@bp.get("/<int:number>")
@web.permission(Permission.RULES_SEE)
def version(number: int) -> ResponseReturnValue:
    """Show a published version; it is never changed.

    Raises:
        NotFoundError: there is none of this number.
    """
    ladder = ladders.find_published(number)
    if ladder is None:
        raise NotFoundError
    return render_template(
        "loyalty/staff_tier_version.html", ladder=ladder, **_ladder_values(ladder)
    )


def _ladder_values(ladder: Ladder) -> dict[str, object]:
    currency = home_currency()
    return {
        "name_of": shown.name_of,
        "what_counts": shown.what_counts(ladder),
        "perk_rows": shown.perk_rows(ladder.tiers),
        "thresholds": [shown.figure(ladder, t.threshold, currency) for t in ladder.tiers],
    }


# --- drafts --------------------------------------------------------------------------------------


@bp.post("/drafts")
@web.permission(Permission.TIERS_EDIT)
def begin_draft() -> ResponseReturnValue:
    """Copy a version into a new draft."""
    number = request.form.get("number", type=int) or 0
    draft_id = service.begin_draft(number, actor_id=web.me().id)
    return redirect(url_for("loyalty_tiers_staff.edit_draft", draft_id=draft_id), 303)


@bp.route("/drafts/<int:draft_id>", methods=["GET", "POST"])
@web.permission(Permission.TIERS_EDIT)
def edit_draft(draft_id: int) -> ResponseReturnValue:
    """Change a draft; it is kept as written, and told what still keeps it from being published."""
    draft = _draft(draft_id)
    form, status = LadderForm(), 200
    if not form.is_submitted():
        form = LadderForm.of(draft.ladder, draft.version)
    elif not form.validate():
        status = 422
    else:
        try:
            service.save_draft(draft_id, form.ladder(), seen=_seen(form), actor_id=web.me().id)
        except DraftChangedError as error:
            status = error.http_status
            form.seen.data = str(draft.version)
            form.form_errors.append(str(error.message))
        else:
            web.toast(_("Saved"))
            where = "check_draft" if "check" in request.form else "edit_draft"
            return redirect(url_for(f"loyalty_tiers_staff.{where}", draft_id=draft_id), 303)
    page = render_template(
        "loyalty/staff_tier_draft.html", form=form, draft=draft, currency=home_currency()
    )
    return page, status


def _draft(draft_id: int) -> LadderDraft:
    found = ladders.find_draft(draft_id)
    if found is None:
        raise NoSuchDraftError
    return found


def _seen(form: LadderForm) -> int:
    text = str(form.seen.data or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1  # noqa: PLR2004


@bp.get("/drafts/<int:draft_id>/check")
@web.permission(Permission.TIERS_EDIT)
def check_draft(draft_id: int) -> ResponseReturnValue:
    """Show who would stand where and who would move, before anything is published."""
    return _check_page(_draft(draft_id))


def _check_page(draft: LadderDraft, error: DomainError | None = None) -> tuple[str, int]:
    form = SeenForm(formdata=None, data={"seen": str(draft.version)})
    if error is not None:
        form.form_errors = [str(error.message)]
    dry = None if draft.problems else ladders.dry_run(draft.ladder)
    page = render_template(
        "loyalty/staff_tier_check.html",
        draft=draft,
        dry=dry,
        form=form,
        amount=lambda value: shown.amount(draft.ladder, value, home_currency()),
        **_ladder_values(draft.ladder),
    )
    return page, error.http_status if error else 200


@bp.post("/drafts/<int:draft_id>/publish")
@web.permission(Permission.TIERS_EDIT)
def publish_draft(draft_id: int) -> ResponseReturnValue:
    """Let a draft drive the tiers from now on."""
    form = SeenForm()
    try:
        made = service.publish_draft(draft_id, seen=form.version, actor_id=web.me().id)
    except NoSuchDraftError:
        raise
    except DomainError as error:
        return _check_page(_draft(draft_id), error)
    web.toast(
        _("Version %(num)s holds from %(at)s.", num=made.number, at=i18n.moment(made.effective_at))
    )
    return redirect(url_for("loyalty_tiers_staff.overview"), 303)


@bp.route("/drafts/<int:draft_id>/drop", methods=["GET", "POST"])
@web.permission(Permission.TIERS_EDIT)
def drop_draft(draft_id: int) -> ResponseReturnValue:
    """Ask, then throw a draft away."""
    draft, form, status = _draft(draft_id), SeenForm(), 200
    if form.validate_on_submit():
        try:
            service.drop_draft(draft_id, seen=form.version, actor_id=web.me().id)
        except DraftChangedError as error:
            status = error.http_status
            form.form_errors.append(str(error.message))
        else:
            web.toast(_("Thrown away"))
            return redirect(url_for("loyalty_tiers_staff.overview"), 303)
    form.seen.data = str(draft.version)
    return render_template("loyalty/staff_tier_drop.html", draft=draft, form=form), status
