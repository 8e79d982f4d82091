"""Staff pages of reported acts: tools with their doors, acts, and what was told."""

import json

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.integrations.reports import queries, service
from app.integrations.reports.forms import FUNDS, ActForm, DecisionForm, SourceForm
from app.integrations.reports.types import (
    ICONS,
    ActKeyTakenError,
    ActRow,
    ReportState,
    SourceRow,
    TooManyError,
    Why,
)
from app.integrations.staff.showing import secret_to_show, shown_once
from app.kernel import clock, web
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission

bp = Blueprint("integrations_reports", __name__, url_prefix="/staff/reported-acts")

EDIT = Permission.RULES_EDIT


# --- tools ---------------------------------------------------------------------------------------


@bp.get("")
@web.permission(EDIT)
def index() -> ResponseReturnValue:
    """List tools and the acts they may tell."""
    return _index(SourceForm(formdata=None))


def _index(form: SourceForm) -> str:
    return render_template(
        "integrations/reports_index.html",
        sources=queries.sources(), acts=queries.acts(), form=form, funds=FUNDS,
    )  # fmt: skip


@bp.post("")
@web.permission(EDIT)
def make_source() -> ResponseReturnValue:
    """Open a door for a tool; its secret is shown on the next page, once."""
    form = SourceForm()
    if not form.validate_on_submit():
        return _index(form), 422
    try:
        code, secret = service.make_source(form.name.data, actor_id=web.me().id)
    except TooManyError as error:
        form.name.errors = [str(error.message)]
        return _index(form), error.http_status
    web.toast(_("The door is open."))
    return _show(code, secret)


@bp.get("/tools/<code>")
@web.permission(EDIT)
def source(code: str) -> ResponseReturnValue:
    """Show a tool: its door, how it tells acts, and what it told. A new secret once."""
    found, state = queries.get_source(code), request.args.get("state", "")
    page = queries.reports(found.id, request.args.get("after"), state)
    secret, acts = secret_to_show(found.code), queries.acts()
    address = _address(found)
    more = url_for(".source", code=code, state=state or None, after=page.next_key)
    answer: Response = make_response(
        render_template(
            "integrations/reports_source.html",
            source=found, address=address, secret=secret, page=page, state=state,
            states=[("", _("Every state")), *((each, _state(each)[0]) for each in ReportState)],
            state_badge=_state, why=_why, next_url=more if page.next_key else None,
            body=_example(acts), form=DecisionForm(formdata=None),
        )
    )  # fmt: skip
    if secret:
        shown_once(answer, "", "", url_for(".source", code=found.code))
    return answer


@bp.post("/tools/<code>/secret")
@web.permission(EDIT)
def rotate(code: str) -> ResponseReturnValue:
    """Change the secret; the former one works for one more hour.

    Raises:
        NotFoundError: there is no such tool, or its door is closed.
    """
    secret = service.rotate(code, actor_id=web.me().id)
    web.toast(_("New secret made. The former one works for one more hour."))
    return _show(code, secret)


@bp.post("/tools/<code>/on")
@web.permission(EDIT)
def reopen(code: str) -> ResponseReturnValue:
    """Open a closed door, with a new secret.

    Raises:
        NoSuchSourceError: there is no such tool.
    """
    secret = service.reopen_source(code, actor_id=web.me().id)
    web.toast(_("The door is open."))
    return _show(code, secret)


@bp.get("/tools/<code>/off")
@web.permission(EDIT)
def ask_off(code: str) -> ResponseReturnValue:
    """Ask whether a door is to be closed."""
    return render_template(
        "integrations/reports_off.html", source=queries.get_source(code), form=DecisionForm()
    )


@bp.post("/tools/<code>/off")
@web.permission(EDIT)
def turn_off(code: str) -> ResponseReturnValue:
    """Close a door.

    Raises:
        NotFoundError: there is no such tool, or its door is closed already.
    """
    service.close_source(code, actor_id=web.me().id)
    web.toast(_("The door is closed. What came in stays."))
    return redirect(url_for(".source", code=code), 303)


@bp.post("/tools/<code>/reports/<int:report_id>/retry")
@web.permission(EDIT)
def retry(code: str, report_id: int) -> ResponseReturnValue:
    """Try a report again that was set aside.

    Raises:
        NotFoundError: there is none.
    """
    counts = service.retry(report_id, actor_id=web.me().id)
    if counts:
        web.toast(_("It counts now."))
    else:
        web.toast(_("It still waits."))
    return redirect(url_for(".source", code=code), 303)


@bp.post("/tools/<code>/reports/<int:report_id>/done")
@web.permission(EDIT)
def close_report(code: str, report_id: int) -> ResponseReturnValue:
    """Note that somebody has dealt with a report that was set aside.

    Raises:
        NotFoundError: there is none.
    """
    service.close_report(report_id, actor_id=web.me().id)
    web.toast(_("Noted as dealt with."))
    return redirect(url_for(".source", code=code), 303)


def _show(code: str, secret: str) -> Response:
    path = url_for(".source", code=code)
    return shown_once(make_response(redirect(path, 303)), code, secret, path)


def _address(found: SourceRow) -> str:
    base: str = current_app.config["POTLUCK"].base_url
    return base + url_for("integrations.receive_act", code=found.code)


def _example(acts: list[ActRow]) -> str:
    """Return a body that a tool may send."""
    act = next((each.draft.key for each in acts if each.draft.is_on), "survey_passed")
    at = clock.now().astimezone(clock.zone()).replace(microsecond=0)
    told = {
        "act": act, "member": web.me().yid, "reference": "answer-1001",
        "happened_at": at.isoformat(),
    }  # fmt: skip
    return json.dumps(told)


def _state(state: ReportState) -> tuple[str, str]:
    return {
        ReportState.COUNTED: (_("Counted"), "ok"),
        ReportState.KEPT: (_("Kept for you"), "danger"),
        ReportState.UNDONE: (_("Taken back"), ""),
        ReportState.CLOSED: (_("Dealt with"), ""),
    }[state]


def _why(why: Why) -> str:
    return {
        Why.MEMBER: _("Nobody is known by this name yet. We try again every hour."),
        Why.OFF: _("This act is switched off."),
    }[why]


# --- acts ----------------------------------------------------------------------------------------


@bp.route("/acts/new", methods=["GET", "POST"])
@web.permission(EDIT)
def new_act() -> ResponseReturnValue:
    """Define an act that tools tell."""
    return _act_page(ActForm(), None)


@bp.route("/acts/<key>", methods=["GET", "POST"])
@web.permission(EDIT)
def edit_act(key: str) -> ResponseReturnValue:
    """Change an act that tools tell. Its key stays.

    Raises:
        NoSuchActError: there is none.
    """
    act = queries.find_act(key)
    form = ActForm()
    if not form.is_submitted():
        form = ActForm.of(act.draft)
    form.key.data = act.draft.key
    return _act_page(form, act)


def _act_page(form: ActForm, act: ActRow | None) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                draft = form.draft(act.draft.key if act else None)
                service.write_act(draft, is_new=act is None, actor_id=web.me().id)
            except (ActKeyTakenError, TooManyError) as error:
                form.key.errors, status = [str(error.message)], error.http_status
            else:
                web.toast(_("Saved. Rules can pay for it."))
                return redirect(url_for(".index"), 303)
    page = render_template(
        "integrations/reports_act.html", form=form, act=act, icons={name: name for name in ICONS}
    )
    return page, status
