"""Boards in the console: the list, a board, its editor, its formula."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import i18n
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.web import me, permission, toast
from app.ranking import queries, service, shown
from app.ranking.forms import BoardForm, FormulaForm, PublishForm
from app.ranking.queries import desk
from app.ranking.staff.blueprint import EDIT, bp
from app.ranking.types import Act, BoardDraft, BoardRow, FieldError, Formula, PeriodState

FIRST = Formula(
    {Act.POST: 10, Act.REPLY: 3, Act.LIKED: 2, Act.REPLIED: 2, Act.FEATURED: 20, Act.ANSWER: 10},
    {Act.POST: 3, Act.REPLY: 10},
    pair_cap=5, repeat_percent=50, full_people=5, quality_percent=10, remix_percent=50,
    buyer_percent=20,
)  # fmt: skip
"""What a new board begins with."""


def words() -> dict[str, Any]:
    """Return what every staff page of the boards prints with."""
    return {
        "states": shown.BOARD_STATES, "period_states": shown.PERIOD_STATES,
        "periods": shown.PERIODS, "place_label": shown.place_label, "days_of": shown.days_of,
        "last_day": shown.last_day,
        "prizes_of": shown.prizes, "prize_name": shown.prize_name, "acts": shown.ACTS,
        "act_icons": shown.ACT_ICONS, "locale": i18n.locale_tag(),
    }  # fmt: skip


def board_of(slug: str) -> BoardRow:
    """Return a board in whatever state.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.find_board(slug)
    if found is None:
        raise NotFoundError
    return found


def _names_for(found: Sequence[BoardRow]) -> dict[tuple[str, str], str]:
    """Return the names of places, where a board looks at one."""
    return queries.place_names() if any(each.draft.scope_ref for each in found) else {}


@bp.get("")
@permission(EDIT)
def boards() -> ResponseReturnValue:
    """Show all boards."""
    found, lines = queries.all_boards(), desk.board_lines()
    return render_template(
        "ranking/staff_boards.html",
        boards=found,
        lines=lines,
        place_names=_names_for(found),
        kpis=shown.desk_figures(found, lines),
        **words(),
    )


@bp.route("/new", methods=["GET", "POST"])
@permission(EDIT)
def new() -> ResponseReturnValue:
    """Write a new board. It begins with a formula that can be changed before anybody sees it."""
    form = BoardForm()
    if not form.is_submitted():
        form.show(BoardDraft("", "", ""))
        return _editor(form, None)
    if form.validate():
        try:
            draft = form.draft()
            service.create_board(me().id, draft, FIRST)
        except FieldError as error:
            form.blame(error)
        except DomainError as error:
            form.slug.errors = [str(error.message)]
        else:
            toast(_("Written. Look at its formula, then open it"))
            return redirect(url_for("ranking_staff.formula", slug=draft.slug), 303)
    return _editor(form, None, 422)


@bp.route("/<slug>/edit", methods=["GET", "POST"])
@permission(EDIT)
def edit(slug: str) -> ResponseReturnValue:
    """Change a board."""
    board, form = board_of(slug), BoardForm()
    if not form.is_submitted():
        form.show(board.draft)
        return _editor(form, board)
    if form.validate():
        try:
            draft = form.draft()
            service.save_board(me().id, slug, draft)
        except FieldError as error:
            form.blame(error)
        except NotFoundError:
            raise
        except DomainError as error:
            form.slug.errors = [str(error.message)]
        else:
            toast(_("Saved. What is over stays as it is"))
            return redirect(url_for("ranking_staff.board", slug=draft.slug), 303)
    return _editor(form, board, 422)


def _editor(form: BoardForm, board: BoardRow | None, status: int = 200) -> ResponseReturnValue:
    return render_template("ranking/staff_edit.html", form=form, board=board, **words()), status


@bp.get("/<slug>")
@permission(EDIT)
def board(slug: str) -> ResponseReturnValue:
    """Show a board: the standing now, its periods, its formulas."""
    found = board_of(slug)
    lines = desk.period_lines(found.id)
    running = next((each for each in lines if each.period.state is PeriodState.OPEN), None)
    ties = found.draft.ties
    return render_template(
        "ranking/staff_board.html",
        board=found,
        lines=lines,
        place_names=_names_for([found]),
        places=queries.top(running.period.id, ties, limit=10).items if running else [],
        versions=queries.versions_of(found.id),
        counts=shown.what_counts(found.formula),
        rules=shown.rules(found.formula),
        **words(),
    )


@bp.route("/<slug>/formula", methods=["GET", "POST"])
@permission(EDIT)
def formula(slug: str) -> ResponseReturnValue:
    """Work on a board's formula; nothing is scored by it before it is published."""
    found, form = board_of(slug), FormulaForm()
    if not form.is_submitted():
        form.show(found.formula)
        return _formula_page(found, form, found.formula)
    if form.validate():
        try:
            service.save_formula(me().id, slug, form.formula())
        except FieldError as error:
            form.blame(error)
        else:
            toast(_("Kept. Publish it, and it holds from the day you choose"))
            return redirect(url_for("ranking_staff.formula", slug=slug), 303)
    return _formula_page(found, form, found.formula, 422)


def _formula_page(
    board: BoardRow, form: Any, now: Formula, status: int = 200
) -> ResponseReturnValue:
    publish = PublishForm(formdata=None)
    publish.offer(service.first_days(board))
    return (
        render_template(
            "ranking/staff_formula.html",
            board=board,
            form=form,
            publish=publish,
            counts=shown.what_counts(now),
            rules=shown.rules(now),
            **words(),
        ),
        status,
    )


@bp.post("/<slug>/formula/publish")
@permission(EDIT)
def publish(slug: str) -> ResponseReturnValue:
    """Publish the formula that was kept, from a day on which a period begins."""
    try:
        day = date.fromisoformat(request.form.get("effective_on", ""))
    except ValueError:
        day = None
    try:
        version = service.publish_formula(me().id, slug, day)
    except FieldError as error:
        found = board_of(slug)
        form = FormulaForm(formdata=None)
        form.show(found.formula)
        form.blame(error)
        return _formula_page(found, form, found.formula, 422)
    toast(_("Published as formula %(number)s. It never changes any more", number=version))
    return redirect(url_for("ranking_staff.board", slug=slug), 303)


@bp.post("/<slug>/open")
@permission(EDIT)
def open_it(slug: str) -> ResponseReturnValue:
    """Show a board to members."""
    service.open_board(me().id, slug)
    toast(_("Open. What happened since its period began counts too"))
    return redirect(url_for("ranking_staff.board", slug=slug), 303)


@bp.route("/<slug>/close", methods=["GET", "POST"])
@permission(EDIT)
def close(slug: str) -> ResponseReturnValue:
    """Ask before a board ends, and end it."""
    found = board_of(slug)
    if request.method == "GET":
        form = PublishForm(formdata=None)
        return render_template("ranking/staff_close.html", board=found, form=form, **words())
    service.close_board(me().id, slug)
    toast(_("Ended. Its hall of fame stays"), "info")
    return redirect(url_for("ranking_staff.board", slug=slug), 303)
