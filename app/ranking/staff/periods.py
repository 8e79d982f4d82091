"""A period in the console: who stands there, who is left out, which prizes went out."""

from datetime import date
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries as identity
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.web import me, permission, toast
from app.ranking import queries, service
from app.ranking.forms import AwardForm, ExcludeForm
from app.ranking.queries import awards, desk
from app.ranking.staff.blueprint import EDIT, bp
from app.ranking.staff.boards import board_of, words
from app.ranking.types import AwardState, BoardRow, FieldError, PeriodRow, PeriodState, Place, Shown

SHOWN = 100


def _period(slug: str, starts_on: str) -> tuple[BoardRow, PeriodRow]:
    """Return a board and one of its periods.

    Raises:
        NotFoundError: there is none that begins on this day.
    """
    board = board_of(slug)
    try:
        found = queries.find_period(board.id, date.fromisoformat(starts_on))
    except ValueError:
        found = None
    if found is None:
        raise NotFoundError
    return board, found


@bp.get("/<slug>/<starts_on>")
@permission(EDIT)
def period(slug: str, starts_on: str) -> ResponseReturnValue:
    """Show a period: its standing as it would be settled now, or as it was."""
    board, found = _period(slug, starts_on)
    return _page(board, found)


def _page(
    board: BoardRow,
    found: PeriodRow,
    *,
    award: AwardForm | None = None,
    stuck: int = 0,
    status: int = 200,
) -> ResponseReturnValue:
    is_settled = found.state in queries.SETTLED
    given = awards.awards_of(found.id) if is_settled else []  # there are none before
    excluded = desk.excluded(found.id)
    if award is None and any(each.state is AwardState.STUCK for each in given):
        award = AwardForm(formdata=None)  # every kind of goods is asked for what there is to choose
    return (
        render_template(
            "ranking/staff_period.html",
            board=board,
            period=found,
            places=_places(board, found, [each.person.id for each in excluded]),
            excluded=excluded,
            awards=given,
            is_frozen=found.state is PeriodState.FROZEN,
            form=award,
            stuck=stuck,
            **words(),
        ),
        status,
    )


def _places(board: BoardRow, found: PeriodRow, excluded: list[int]) -> list[Place]:
    if found.state in queries.SETTLED:
        return queries.standing(found.id)
    if found.state is PeriodState.OPEN:
        return list(queries.top(found.id, board.draft.ties, limit=SHOWN).items)
    standing = service.standing_of(board, found, excluded)[:SHOWN]
    people = identity.people({each.member_id for each in standing})
    return [Place(each.rank, each.score, Shown(people[each.member_id])) for each in standing]


@bp.route("/<slug>/<starts_on>/exclude/<yid>", methods=["GET", "POST"])
@permission(EDIT)
def exclude(slug: str, starts_on: str, yid: str) -> ResponseReturnValue:
    """Ask why somebody is left out, and leave him out."""
    board, found = _period(slug, starts_on)
    member = identity.find_member_by_yid(yid)
    if member is None:
        raise NotFoundError
    form, status = ExcludeForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                service.exclude(me().id, found.id, member.id, form.reason.data or "")
            except FieldError as error:
                form.reason.errors = [str(error.message)]
            else:
                toast(_("Left out. The others move up"))
                return redirect(_url(slug, starts_on), 303)
    values: dict[str, Any] = {"board": board, "period": found, "member": member, "form": form}
    return render_template("ranking/staff_exclude.html", **values, **words()), status


@bp.post("/<slug>/<starts_on>/include/<yid>")
@permission(EDIT)
def include(slug: str, starts_on: str, yid: str) -> ResponseReturnValue:
    """Take an exclusion back."""
    _board, found = _period(slug, starts_on)
    member = identity.find_member_by_yid(yid)
    if member is None:
        raise NotFoundError
    service.include_again(me().id, found.id, member.id)
    toast(_("Stands there again"), "info")
    return redirect(_url(slug, starts_on), 303)


@bp.post("/<slug>/<starts_on>/awards/<int:award_id>")
@permission(EDIT)
def again(slug: str, starts_on: str, award_id: int) -> ResponseReturnValue:
    """Try a prize again that got stuck, or give another one."""
    board, found = _period(slug, starts_on)
    if award_id not in {each.id for each in awards.awards_of(found.id)}:
        raise NotFoundError
    form = AwardForm()
    try:
        if form.validate():
            service.try_again(me().id, award_id, form.chosen())
            toast(_("It goes out within a minute"))
            return redirect(_url(slug, starts_on), 303)
    except FieldError as error:
        form.form_errors.append(str(error.message))
    return _page(board, found, award=form, stuck=award_id, status=422)


def _url(slug: str, starts_on: str) -> str:
    return url_for("ranking_staff.period", slug=slug, starts_on=starts_on)
