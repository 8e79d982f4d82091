"""The formula lab: try a formula over past months, compare, publish it with a date."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import i18n
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.web import is_fragment, me, permission, toast
from app.ranking import shown
from app.ranking.forms.lab import PublishForm, TrialForm
from app.ranking.queries import boards
from app.ranking.queries import lab as queries
from app.ranking.service import lab as service
from app.ranking.service.boards import first_days
from app.ranking.staff.blueprint import EDIT
from app.ranking.types import Act, BoardRow, FieldError
from app.ranking.types.lab import TrialRow, TrialState, TrialStateError

bp = Blueprint("ranking_lab", __name__, url_prefix="/staff/ranking/lab")


@bp.get("")
@permission(EDIT)
def trials() -> ResponseReturnValue:
    """List what was tried, and the boards that it can be tried for."""
    text = request.args.get("after", "")
    after = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None  # noqa: PLR2004 - 63 bits
    found = queries.trials(after=after)
    shown_here = found[: queries.LISTED]
    more = len(found) > queries.LISTED
    return render_template(
        "ranking/staff_lab.html",
        trials=shown_here,
        boards=[each for each in boards.all_boards() if each.version],
        next_url=url_for(".trials", after=shown_here[-1].id) if more else None,
        **_words(),
    )


@bp.route("/new", methods=["GET", "POST"])
@permission(EDIT)
def new_trial() -> ResponseReturnValue:
    """Write a formula to try; it begins with the one that is worked on, or with an earlier trial.

    Raises:
        NotFoundError: no such board, or it has no formula in force.
    """
    board = boards.find_board(request.args.get("board", "")[:40])
    if board is None or not board.version:
        raise NotFoundError
    form = TrialForm()
    form.offer([(each, i18n.month(each)) for each in queries.past_months()])
    if not form.is_submitted():
        form.months.data = [each.isoformat() for each in queries.past_months()[:3]]
        earlier = queries.find_trial(request.args.get("like", "")[:16])
        form.show(earlier.formula if earlier else board.formula)
        return _form_page(form, board)
    if form.validate():
        try:
            code = service.begin_trial(
                me().id, board.slug, form.label.data or "", form.formula(), form.chosen_months(),
                form.request_key.data,
            )  # fmt: skip
        except FieldError as error:
            _blame(form, error)
        else:
            return redirect(url_for(".trial", code=code), 303)
    return _form_page(form, board), 422


def _blame(form: Any, error: FieldError) -> None:
    if error.field in form:
        form[error.field].errors = [str(error.message)]
    else:
        form.form_errors.append(str(error.message))


def _form_page(form: TrialForm, board: BoardRow) -> str:
    return render_template(
        "ranking/staff_lab_new.html", form=form, board=board, acts=list(Act), **_words()
    )


@bp.get("/<code>")
@permission(EDIT)
def trial(code: str) -> ResponseReturnValue:
    """Show how far a replay is, and both formulas side by side."""
    found, board = _found(code)
    if is_fragment():
        return render_template("ranking/_staff_lab_progress.html", trial=found, **_words())
    months = [each.month for each in found.results]
    asked = request.args.get("month", "")
    month = next((each for each in months if each.isoformat() == asked), None)
    month = month or (months[-1] if months else None)
    return render_template(
        "ranking/staff_lab_trial.html",
        trial=found,
        board=board,
        month=month,
        movers=queries.movers(found.id, month) if month else [],
        before=boards.formula_of(board.id, found.version),
        **_words(),
    )


@bp.route("/<code>/publish", methods=["GET", "POST"])
@permission(EDIT)
def publish(code: str) -> ResponseReturnValue:
    """Ask from which day the formula holds, in the words that members will read; publish it."""
    found, board = _found(code)
    if found.state is not TrialState.DONE:
        raise NotFoundError
    form = PublishForm()
    form.offer([(each, i18n.day(each)) for each in first_days(board)])
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                service.publish_trial(me().id, code, form.day())
            except FieldError as error:
                _blame(form, error)
            except TrialStateError as error:
                form.form_errors.append(str(error.message))
                status = error.http_status
            else:
                toast(_("Published. Members read it now, with its first day"))
                return redirect(url_for(".trial", code=code), 303)
    return (
        render_template(
            "ranking/staff_lab_publish.html", trial=found, board=board, form=form, **_words()
        ),
        status,
    )


def _found(code: str) -> tuple[TrialRow, BoardRow]:
    found = queries.find_trial(code[:16])
    board = boards.board_by_id(found.board_id) if found else None
    if found is None or board is None:
        raise NotFoundError
    return found, board


def _words() -> dict[str, Any]:
    return {
        "locale": i18n.locale_tag(),
        "month_name": i18n.month,
        "what_counts": shown.what_counts,
        "rules": shown.rules,
        "act_names": shown.ACTS,
        "act_icons": shown.ACT_ICONS,
    }
