"""The queue of the team: what was reported, what it says, who wrote it, and what to do."""

from collections import Counter
from collections.abc import Collection

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.identity import queries as identity
from app.identity.types import MemberRow
from app.kernel import slots, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.moderation import queries, service
from app.moderation.forms import DecideForm, MuteForm, reason_of
from app.moderation.queries import View
from app.moderation.types import (
    OUTCOME_LABELS,
    REASON_LABELS,
    REPORT_LABELS,
    VERDICT_LABELS,
    CaseRow,
    CaseState,
    Verdict,
    kinds,
)

bp = Blueprint("moderation_staff", __name__, url_prefix="/staff/mod")

HEAVY, MIDDLE = 8, 4


@bp.get("")
@web.permission(Permission.CONTENT_MODERATE)
def cases() -> ResponseReturnValue:
    """List cases, what hurts most first: ``?view=held``, ``?view=log``, ``?kind=reply``.

    In a fragment the list alone, for the column beside a case (``?here=`` is that case).
    """
    asked, kind = request.args.get("view", ""), request.args.get("kind", "")
    view = View(asked) if asked in set(View) else View.OPEN
    chosen = kind if kind in {each.key for each in kinds.every()} else None
    page = queries.cases(view, web.me().id, request.args.get("after"), chosen)
    items = kinds.items([(case.kind, case.subject_id) for case in page.items])
    shown = {
        "rows": [(case, items.get((case.kind, case.subject_id))) for case in page.items],
        "tabs": [
            (name, url_for(".cases", view=each, kind=chosen), each is view)
            for each, name in _views().items()
        ],
        "kinds": [
            (each.label, url_for(".cases", view=view, kind=each.key), each.key == chosen)
            for each in kinds.every()
        ],
        "every_url": url_for(".cases", view=view),
        "chosen": chosen,
        "view": view.value,
        "here": request.args.get("here", type=int),
        "weight_of": _weight,
        "verdicts": VERDICT_LABELS,
        "report_reasons": REPORT_LABELS,
        "next_url": url_for(".cases", view=view, kind=chosen, after=page.next_key)
        if page.next_key
        else None,
    }
    if web.is_fragment():
        return render_template("moderation/_queue.html", **shown)
    decided, minutes = queries.today()
    return render_template(
        "moderation/staff_cases.html", **shown, decided=decided, minutes=minutes, done=_done()
    )


def _views() -> dict[View, str]:
    return {
        View.OPEN: _("To decide"), View.MINE: _("Mine"), View.OLDEST: _("Oldest"),
        View.HELD: _("Held"), View.LOG: _("Decided"),
    }  # fmt: skip


def _weight(case: CaseRow) -> tuple[str, str]:
    """Return the words and the badge of how much a case weighs."""
    if case.weight >= HEAVY:
        return _("Urgent"), "danger"
    return (_("Soon"), "warn") if case.weight >= MIDDLE else (_("Can wait"), "")


def _done() -> int | None:
    """Return the case just decided, whose verdict the page offers to undo."""
    return request.args.get("done", type=int)


@bp.get("/<int:case_id>")
@web.permission(Permission.CONTENT_MODERATE)
def case(case_id: int) -> ResponseReturnValue:
    """Show a case: the thing, its reports, its author, and the verbs."""
    return _case_page(case_id, DecideForm(formdata=None))


def _case_page(case_id: int, form: Form, problem: object | None = None) -> str:
    found = queries.get_case(case_id)
    kind = kinds.get(found.kind)
    item = kind.load([found.subject_id]).get(found.subject_id)
    reports = queries.reports_of(case_id)
    standing, former = queries.record(found)
    counted = Counter(each.reason for each in reports)
    reason = counted.most_common(1)[0][0] if counted else None
    author = item.author if item else identity.people([found.author_id])[found.author_id]
    return render_template(
        "moderation/staff_case.html",
        case=found,
        kind=kind,
        item=item,
        author=author,
        reports=reports,
        counted=counted.most_common(),
        standing=standing,
        former=[(each, kinds.get(each.kind).label) for each in former],
        alike=queries.alike(found, reason) if reason else None,
        weight=_weight(found),
        form=form,
        problem=problem,
        is_own=found.author_id == web.me().id,
        is_open=found.state is CaseState.OPEN,
        verdicts=VERDICT_LABELS,
        reasons=REASON_LABELS,
        report_reasons=REPORT_LABELS,
        outcomes=OUTCOME_LABELS,
        done=_done(),
    )


@bp.post("/<int:case_id>/keep")
@web.permission(Permission.CONTENT_MODERATE)
def keep(case_id: int) -> ResponseReturnValue:
    """Tell the others that I am on it. An open case's page does so by itself, and goes on."""
    is_mine = service.keep(web.me().id, case_id)
    if web.is_fragment():
        return render_template("moderation/_lease.html", case=queries.get_case(case_id))
    if is_mine:
        web.toast(_("It is yours for five minutes."))
    else:
        web.toast(_("Somebody else is looking at it."), "info")
    return redirect(url_for(".case", case_id=case_id), 303)


@bp.post("/<int:case_id>/take")
@web.permission(Permission.CONTENT_MODERATE)
def take(case_id: int) -> ResponseReturnValue:
    """Be on a case in somebody else's place."""
    service.take_over(web.me().id, case_id)
    if web.is_fragment():
        return render_template("moderation/_lease.html", case=queries.get_case(case_id))
    web.toast(_("It is yours for five minutes."))
    return redirect(url_for(".case", case_id=case_id), 303)


@bp.post("/<int:case_id>/approve")
@web.permission(Permission.CONTENT_MODERATE)
def approve(case_id: int) -> ResponseReturnValue:
    """Say that nothing is wrong."""
    return _decide(case_id, DecideForm(formdata=None), Verdict.FINE)


@bp.post("/<int:case_id>/decide")
@web.permission(Permission.CONTENT_MODERATE)
def decide(case_id: int) -> ResponseReturnValue:
    """Hide or remove the thing, and perhaps mute its author."""
    form = DecideForm()
    if not form.validate_on_submit():
        return _case_page(case_id, form), 422
    return _decide(case_id, form, Verdict(form.verdict.data))


def _decide(case_id: int, form: DecideForm, verdict: Verdict) -> ResponseReturnValue:
    before = queries.get_case(case_id)
    is_fine = verdict is Verdict.FINE
    try:
        service.decide(
            web.me().id,
            case_id,
            verdict,
            None if is_fine else reason_of(form.reason.data),
            0 if is_fine else int(form.mute.data),
        )
    except NotFoundError:
        raise
    except DomainError as error:
        return _case_page(case_id, form, error.message), error.http_status
    web.toast(_("Nothing wrong. Noted.") if is_fine else _("Done. Its author reads why."))
    following = queries.next_open(before, web.me().id)
    if following is None:
        return redirect(url_for(".cases", done=case_id), 303)
    return redirect(url_for(".case", case_id=following, done=case_id), 303)


@bp.post("/<int:case_id>/undo")
@web.permission(Permission.CONTENT_MODERATE)
def undo(case_id: int) -> ResponseReturnValue:
    """Undo a verdict of the last ten minutes."""
    try:
        service.undo(web.me().id, case_id)
    except NotFoundError:
        raise
    except DomainError as error:
        return _case_page(case_id, DecideForm(formdata=None), error.message), error.http_status
    web.toast(_("Undone. It is as it was."))
    return redirect(url_for(".case", case_id=case_id), 303)


# --- members -------------------------------------------------------------------------------------


@bp.route("/members/<yid>", methods=["GET", "POST"])
@web.permission(Permission.CONTENT_MODERATE)
def member(yid: str) -> ResponseReturnValue:
    """Show a member's record; mute him for some days."""
    found, form = _find(yid), MuteForm()
    problem: object | None = None
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                reason = reason_of(form.reason.data)
                service.mute(web.me().id, found.id, int(form.days.data), reason)
            except DomainError as error:
                problem, status = error.message, error.http_status
            else:
                web.toast(_("Muted. The member reads why and until when."))
                return redirect(url_for(".member", yid=found.yid), 303)
    page = render_template(
        "moderation/staff_member.html",
        member=identity.people([found.id])[found.id],
        standing=queries.standing(found.id),
        reasons=REASON_LABELS,
        form=form,
        problem=problem,
        is_own=found.id == web.me().id,
    )
    return page, status


@bp.post("/members/<yid>/unmute")
@web.permission(Permission.CONTENT_MODERATE)
def unmute(yid: str) -> ResponseReturnValue:
    """Let a member write again."""
    found = _find(yid)
    if service.unmute(web.me().id, found.id):
        web.toast(_("The member can write again."))
    return redirect(url_for(".member", yid=found.yid), 303)


def _find(yid: str) -> MemberRow:
    """Return the member.

    Raises:
        NotFoundError: there is none.
    """
    found = identity.find_member_by_yid(yid)
    if found is None:
        raise NotFoundError
    return found


@slots.fills("staff_member")
def staff_member(member_ids: Collection[int]) -> dict[int, Markup]:
    """Lead from a member in the console to his record. One statement."""
    if not web.me().can(Permission.CONTENT_MODERATE):
        return {}
    return {
        person.id: Markup(render_template("moderation/_staff_member.html", yid=person.yid))  # noqa: S704 - a template's own output
        for person in identity.people(member_ids).values()
    }
