"""The parts of a draft, each on a form of its own: a rule, a campaign, the rate of orders."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import i18n, web
from app.kernel.errors import NotFoundError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.loyalty import rules_shown, rules_words
from app.loyalty.forms.rules import CampaignForm, OrdersForm, RuleForm
from app.loyalty.queries import books, drafts
from app.loyalty.service import drafts as service
from app.loyalty.staff.rule_drafts import the_draft
from app.loyalty.staff.rules import bp
from app.loyalty.types import BOTH, MAX_KEY, Rule, RuleBook, actions
from app.loyalty.types.actions import Action, Attribute
from app.loyalty.types.drafts import DraftRefusedError, Finding, StaleDraftError

MAX_PARTS = 4_000
LARGE_FORMS = {"loyalty_rules.new_rule", "loyalty_rules.edit_rule",
               "loyalty_rules.new_campaign", "loyalty_rules.edit_campaign"}  # fmt: skip


@bp.url_value_preprocessor
def make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let conditions have many choices; before anybody reads the form."""
    if endpoint in LARGE_FORMS:
        request.max_form_parts = MAX_PARTS


Save = Callable[[], Sequence[Finding]]


def _saved(form: Form, save: Save, book: RuleBook, places: Mapping[str, str]) -> int:
    """Save a part; return 303 where it is in the draft, else the status with the form's errors."""
    try:
        doubts = save()
    except DraftRefusedError as error:
        for finding in error.findings:
            if finding.is_error:
                _tell(form, finding, rules_words.finding_words(finding, book), places)
        return error.http_status
    except StaleDraftError as error:
        form.form_errors.append(str(error.message))
        return error.http_status
    for finding in doubts:
        web.toast(rules_words.finding_words(finding, book), "warn")
    web.toast(_("It is in the draft. Nothing holds before you publish it."))
    return 303


def _tell(form: Form, finding: Finding, text: str, places: Mapping[str, str]) -> None:
    """Put a sentence at the field that it is about."""
    name = places.get(finding.place, finding.place)
    field = form._fields.get(name)
    if field is None:
        form.form_errors.append(text)
    else:
        field.errors = [*field.errors, text]


def _buttons() -> tuple[str, str]:
    return request.form.get("add", ""), request.form.get("take_out", "")


# --- rules ---------------------------------------------------------------------------------------


@bp.get("/draft/rules/new")
@web.permission(Permission.RULES_EDIT)
def choose_action() -> ResponseReturnValue:
    """Ask which act a new rule is to pay for; with ``?action=`` show its form."""
    asked = request.args.get("action", "")
    if actions.find(asked):
        return redirect(url_for("loyalty_rules.new_rule", action=asked), 303)
    return render_template(
        "loyalty/staff_rule_new.html", actions=rules_shown.known_actions(), draft=the_draft()
    )


@bp.route("/draft/rules/new/<action>", methods=["GET", "POST"])
@web.permission(Permission.RULES_EDIT)
def new_rule(action: str) -> ResponseReturnValue:
    """Write a rule for an act.

    Raises:
        NotFoundError: nobody knows the act, or there is no draft.
    """
    found = actions.find(action)
    if found is None:
        raise NotFoundError
    return _rule_page(found, None)


@bp.route("/draft/rules/<key>", methods=["GET", "POST"])
@web.permission(Permission.RULES_EDIT)
def edit_rule(key: str) -> ResponseReturnValue:
    """Change a rule of the draft.

    Raises:
        NotFoundError: the draft has no such rule, or there is no draft.
    """
    rule = the_draft().book.rules.get(key)
    if rule is None:
        raise NotFoundError
    action = actions.find(rule.action) or Action(rule.action, rule.action, "coin", rule.fund)
    return _rule_page(action, rule)


RULE_PLACES = {"action": "points"}


def _rule_page(action: Action, rule: Rule | None) -> ResponseReturnValue:
    book = the_draft().book
    form = RuleForm()
    form.offer(drafts.attributes_of(action.key))
    form.offer_for(action, rule, book)
    status = 200
    if not form.is_submitted():
        form.seen.data = service.mark_of(rule)
        form.fill(rule) if rule else _preset(form, action)
    elif not form.grown(*_buttons()):
        status = _save_rule(form, action, rule, book)
        if status == 303:  # noqa: PLR2004 - saved
            return redirect(url_for("loyalty_rules.draft"), 303)
    page = render_template(
        "loyalty/staff_rule.html",
        form=form,
        rule=rule,
        action=action,
        title=rules_words.name_of(rule) if rule else _("New rule"),
        needs_name=_needs_name(rule),
        is_published=rule is not None and rule.key in books.shown().rules,
        before=_before(rule),
        shares_with=rules_words.label_of(rule.steps_of, book) if rule and rule.steps_of else "",
    )
    return page, status


def _preset(form: RuleForm, action: Action) -> None:
    form.fund.data, form.is_on.data, form.slot.data = action.fund.value, True, ""
    form.is_lifted.data = True
    for field, code in ((form.name_zh, BOTH[0]), (form.name_en, BOTH[1])):
        with i18n.in_locale(code):
            field.data = str(action.label)


def _needs_name(rule: Rule | None) -> bool:
    """Return whether staff name it: the house's own rules are named by the catalogues."""
    return rule is None or bool(rule.names)


def _before(rule: Rule | None) -> list[str]:
    book = books.shown()
    known = book.rules.get(rule.key) if rule else None
    return list(rules_words.staff_sentences(known, book)) if known else []


def _save_rule(form: RuleForm, action: Action, rule: Rule | None, book: RuleBook) -> int:
    key = rule.key if rule else new_key(action.key, {*book.rules, *books.current().rules})
    written = form.rule(key, needs_name=_needs_name(rule))
    if written is None:
        return 422
    seen = form.seen.data or ""
    status = _saved(
        form,
        lambda: service.save_rule(written, seen=seen, actor_id=web.me().id),
        _with_rule(book, written),
        RULE_PLACES,
    )
    if status == StaleDraftError.http_status:
        form.seen.data = service.mark_of(rule)  # what is on the page was looked at now
    return status


def _with_rule(book: RuleBook, rule: Rule) -> RuleBook:
    return RuleBook(
        book.version, {**book.rules, rule.key: rule}, book.minor_per_point, book.campaigns
    )


def new_key(action: str, taken: set[str]) -> str:
    """Return a name for a new rule of an act: the act's own while it is free."""
    if action not in taken:
        return action
    number = 2
    while (key := f"{action[: MAX_KEY - 5]}.r{number}") in taken:
        number += 1
    return key


# --- campaigns -----------------------------------------------------------------------------------


@bp.route("/draft/campaigns/new", methods=["GET", "POST"])
@web.permission(Permission.RULES_EDIT)
def new_campaign() -> ResponseReturnValue:
    """Write a campaign."""
    return _campaign_page("")


@bp.route("/draft/campaigns/<key>", methods=["GET", "POST"])
@web.permission(Permission.RULES_EDIT)
def edit_campaign(key: str) -> ResponseReturnValue:
    """Change a campaign of the draft.

    Raises:
        NotFoundError: the draft has no such campaign, or there is no draft.
    """
    if key not in the_draft().book.campaigns:
        raise NotFoundError
    return _campaign_page(key)


def _campaign_page(key: str) -> ResponseReturnValue:
    book = the_draft().book
    campaign = book.campaigns.get(key)
    form = CampaignForm()
    offered = [action for action, _name, _icon in rules_shown.known_actions()]
    own = campaign.actions if campaign else ()  # also what has been switched off since
    form.offer_acts(dict.fromkeys((*offered, *own)))
    status = 200
    if not form.is_submitted():
        form.offer(_shared_attributes(campaign.actions if campaign else ()))
        form.seen.data = service.mark_of(campaign)
        if campaign:
            form.fill(campaign)
        else:
            form.is_on.data = True
    else:
        form.offer(_shared_attributes(form.actions.data or ()))
        if not form.grown(*_buttons()):
            status = _save_campaign(form, key, book)
            if status == 303:  # noqa: PLR2004 - saved
                return redirect(url_for("loyalty_rules.draft"), 303)
    page = render_template(
        "loyalty/staff_campaign.html",
        form=form,
        campaign=campaign,
        title=rules_words.name_of(campaign) if campaign else _("New campaign"),
        is_published=bool(key) and key in books.shown().campaigns,
    )
    return page, status


def _shared_attributes(keys: Sequence[str]) -> dict[str, Attribute]:
    return drafts.attributes_of(*(key for key in keys if actions.find(key)))


def _save_campaign(form: CampaignForm, key: str, book: RuleBook) -> int:
    taken = {*book.campaigns, *books.current().campaigns}
    written = form.campaign(key or _campaign_key(taken))
    if written is None:
        return 422
    seen = form.seen.data or ""
    after = RuleBook(
        book.version, book.rules, book.minor_per_point, {**book.campaigns, written.key: written}
    )
    status = _saved(
        form,
        lambda: service.save_campaign(written, seen=seen, actor_id=web.me().id),
        after,
        {},
    )
    if status == StaleDraftError.http_status:
        form.seen.data = service.mark_of(book.campaigns.get(key))
    return status


def _campaign_key(taken: set[str]) -> str:
    number = 1
    while (key := f"campaign.{number}") in taken:
        number += 1
    return key


# --- orders --------------------------------------------------------------------------------------


@bp.route("/draft/orders", methods=["GET", "POST"])
@web.permission(Permission.RULES_EDIT)
def edit_orders() -> ResponseReturnValue:
    """Change what orders earn."""
    book = the_draft().book
    form = OrdersForm()
    form.offer_lapses()
    status = 200
    if not form.is_submitted():
        form.seen.data = service.mark_of(book)
        form.money.data = Decimal(book.minor_per_point) / 100
        form.show_expiry(book.order_expiry)
    elif form.validate():
        minor, expiry, seen = form.minor_per_point, form.expiry, form.seen.data or ""
        status = _saved(
            form,
            lambda: service.save_orders(minor, expiry, seen=seen, actor_id=web.me().id),
            book,
            {"minor_per_point": "money"},
        )
        if status == 303:  # noqa: PLR2004 - saved
            return redirect(url_for("loyalty_rules.draft"), 303)
        form.seen.data = service.mark_of(book)
    else:
        status = 422
    return render_template("loyalty/staff_rule_orders.html", form=form), status
