"""Writing rules: the draft, its parts, and the way to publish it."""

from collections.abc import Mapping

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries as identity
from app.kernel import clock, web
from app.kernel.errors import ConflictError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.permissions import Permission
from app.loyalty import policy, rules_shown, rules_words
from app.loyalty.forms.rules import DryRunForm, PublishForm, SeenForm
from app.loyalty.policy import comparing
from app.loyalty.queries import books, budgets, drafts, rehearsals
from app.loyalty.service import drafts as service
from app.loyalty.staff.rules import bp
from app.loyalty.types import RuleBook, StaleBookError
from app.loyalty.types.drafts import (
    Draft,
    DraftRefusedError,
    Finding,
    Part,
    StaleDraftError,
)


def the_draft() -> Draft:
    """Return the draft.

    Raises:
        NotFoundError: nobody writes one.
    """
    found = drafts.draft()
    if found is None:
        raise NotFoundError(_("There is no draft. Start one from the rules that hold."))
    return found


@bp.post("/draft")
@web.permission(Permission.RULES_EDIT)
def start_draft() -> ResponseReturnValue:
    """Begin a draft from the version that holds, or go on with the one that is there."""
    service.start(actor_id=web.me().id)
    return redirect(url_for("loyalty_rules.draft"), 303)


@bp.get("/draft")
@web.permission(Permission.RULES_EDIT)
def draft() -> ResponseReturnValue:
    """Show the draft: every rule, what it changes, what is wrong with it."""
    return draft_page(the_draft())


def draft_page(found: Draft, dry_run: DryRunForm | None = None) -> str:
    """Return the page of the draft, perhaps with a form of a dry run that was refused."""
    running = books.current()
    standing = budgets.standing(found.book.campaigns)
    findings = drafts.findings(found.book, before=running, standing=standing)
    base = books.get(found.based_on)
    marks = _marks(base, found.book)
    today = clock.business_date()
    form = dry_run or DryRunForm(
        since=(today.replace(day=1) - clock.ONE_DAY).replace(day=1),
        until=today.replace(day=1) - clock.ONE_DAY,
    )
    return render_template(
        "loyalty/staff_rule_draft.html",
        draft=found,
        author=identity.people([found.actor_id]).get(found.actor_id) if found.actor_id else None,
        running=running,
        is_stale=running.version != found.based_on,
        groups=rules_shown.groups(found.book, findings=findings, marks=marks),
        campaigns=rules_shown.campaigns(found.book, standing, findings=findings, marks=marks),
        orders=list(rules_words.order_sentences(found.book)),
        orders_mark=marks.get((Part.ORDERS, ""), ""),
        orders_findings=rules_shown.told_findings(findings, found.book, Part.ORDERS, ""),
        errors=sum(each.is_error for each in findings),
        warnings=sum(not each.is_error for each in findings),
        changed=len(marks),
        actions=rules_shown.known_actions(),
        form=form,
        last=rehearsals.last_rehearsal(),
        digest=policy.digest_of(policy.written(found.book)),
    )


def _marks(before: RuleBook, after: RuleBook) -> Mapping[tuple[Part, str], str]:
    return {
        (each.part, each.key): "new" if each.before is None else "changed"
        for each in comparing.changes(before, after)
    }


# --- throwing away -------------------------------------------------------------------------------


@bp.get("/draft/drop")
@web.permission(Permission.RULES_EDIT)
def drop_draft() -> ResponseReturnValue:
    """Ask whether the draft may go."""
    return _drop_page(the_draft(), SeenForm())


def _drop_page(found: Draft, form: SeenForm) -> str:
    form.seen.data = str(found.revision)
    changes = rules_words.differences(books.get(found.based_on), found.book)
    return render_template("loyalty/staff_rule_drop.html", form=form, changes=changes)


@bp.post("/draft/drop")
@web.permission(Permission.RULES_EDIT)
def drop_draft_now() -> ResponseReturnValue:
    """Throw the draft away."""
    found = the_draft()
    form = SeenForm()
    try:
        service.drop(revision=_revision(form.seen.data), actor_id=web.me().id)
    except StaleDraftError as error:
        web.toast(str(error.message), "warn")
        return _drop_page(found, form), error.http_status
    web.toast(_("The draft is gone. The rules that hold have not changed."))
    return redirect(url_for("loyalty_rules.rules"), 303)


def _revision(text: str | None) -> int:
    plain = text or ""
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 12 else 0  # noqa: PLR2004 - fits


@bp.post("/draft/leave-out/<part>/<key>")
@web.permission(Permission.RULES_EDIT)
def leave_out(part: str, key: str) -> ResponseReturnValue:
    """Take something new out of the draft again.

    Raises:
        NotFoundError: there is no such thing.
    """
    if part not in {Part.RULE, Part.CAMPAIGN}:
        raise NotFoundError
    try:
        service.leave_out(Part(part), key, actor_id=web.me().id)
    except ConflictError:
        web.toast(_("A version has it already. Turn it off instead."), "warn")
    else:
        web.toast(_("Left out"))
    return redirect(url_for("loyalty_rules.draft"), 303)


# --- somebody else published ---------------------------------------------------------------------


@bp.get("/draft/rebase")
@web.permission(Permission.RULES_EDIT)
def rebase() -> ResponseReturnValue:
    """Show what the other version changed, and which of this draft's changes go along with it."""
    return _rebase_page(the_draft())


def _rebase_page(found: Draft) -> str:
    base, running = books.get(found.based_on), books.current()
    _after, kept, lost = comparing.rebased(base, running, found.book)
    form = SeenForm()
    form.seen.data = str(found.revision)
    return render_template(
        "loyalty/staff_rule_rebase.html",
        form=form,
        draft=found,
        running=running,
        theirs=rules_words.differences(base, running),
        kept=[rules_words.told(each, base, found.book) for each in kept],
        lost=[rules_words.told(each, base, found.book) for each in lost],
    )


@bp.post("/draft/rebase")
@web.permission(Permission.RULES_EDIT)
def rebase_now() -> ResponseReturnValue:
    """Put the draft's changes on top of the version that holds."""
    found = the_draft()
    try:
        kept, lost = service.rebase(revision=_revision(SeenForm().seen.data), actor_id=web.me().id)
    except StaleDraftError as error:
        web.toast(str(error.message), "warn")
        return _rebase_page(found), error.http_status
    web.toast(
        ngettext("%(num)s change is on top now.", "%(num)s changes are on top now.", len(kept))
    )
    if lost:
        web.toast(
            ngettext("%(num)s change was left out.", "%(num)s changes were left out.", len(lost)),
            "warn",
        )
    return redirect(url_for("loyalty_rules.draft"), 303)


# --- publishing ----------------------------------------------------------------------------------


@bp.get("/draft/publish")
@web.permission(Permission.RULES_EDIT)
def publish() -> ResponseReturnValue:
    """Show what publishing would change, what the check says, and what a dry run found."""
    found = the_draft()
    form = PublishForm()
    form.seen.data = str(found.revision)
    return _publish_page(found, form)


def _publish_page(found: Draft, form: PublishForm, findings: list[Finding] | None = None) -> str:
    told = drafts.findings(found.book) if findings is None else findings
    running = books.current()
    digest = policy.digest_of(policy.written(found.book))
    return render_template(
        "loyalty/staff_rule_publish.html",
        draft=found,
        form=form,
        running=running,
        is_stale=running.version != found.based_on,
        changes=rules_words.differences(books.get(found.based_on), found.book),
        findings=[
            (each, rules_words.finding_words(each, found.book), _title(each, found.book))
            for each in told
        ],
        errors=sum(each.is_error for each in told),
        last=rehearsals.last_rehearsal(digest),
    )


def _title(finding: Finding, book: RuleBook) -> object:
    return rules_words.label_of(finding.key, book) if finding.key else _("Orders")


@bp.post("/draft/publish")
@web.permission(Permission.RULES_EDIT)
def publish_now() -> ResponseReturnValue:
    """Publish the draft: it holds from the next act on."""
    found = the_draft()
    form = PublishForm()
    if not form.validate_on_submit():
        return _publish_page(found, form), 422
    try:
        version = service.publish_draft(
            note=form.note.data, revision=_revision(form.seen.data), actor_id=web.me().id
        )
    except StaleBookError as error:
        form.form_errors.append(str(error.message))
        return _publish_page(found, form), error.http_status
    except StaleDraftError as error:
        form.form_errors.append(str(error.message))
        form.seen.data = str(found.revision)
        return _publish_page(found, form), error.http_status
    except DraftRefusedError as error:
        form.form_errors.append(str(error.message))
        return _publish_page(found, form), error.http_status
    except ConflictError:
        form.form_errors.append(_("A campaign has spent more than its budget by now."))
        return _publish_page(found, form), 409
    web.toast(_("Version %(num)s holds from now on.", num=version))
    return redirect(url_for("loyalty_rules.version", version=version), 303)
