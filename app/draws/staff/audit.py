"""The audit page of a draw, and the lists of entrants."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.draws import desk_shown as shown
from app.draws import queries, service
from app.draws.forms import DrawListForm, FreezeForm
from app.draws.staff.blueprint import bp
from app.draws.types import Game
from app.kernel import web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.permissions import Permission


@bp.get("/<slug>/audit")
@web.permission(Permission.DRAWS_EDIT)
def audit(slug: str) -> ResponseReturnValue:
    """Show commitments, every try and what is left of the prizes.

    Raises:
        NotFoundError: there is no such draw.
    """
    draw = queries.get(slug)
    after = request.args.get("after", type=int)
    page = queries.plays(draw.id, after=after)
    return render_template(
        "draws/staff_audit.html",
        draw=draw,
        name=shown.name_of(draw),
        epochs=[shown.epoch_row(draw, epoch) for epoch in queries.epochs_of(draw.id, limit=20)],
        prizes=shown.stock_rows(draw, queries.prizes_of(draw.id)),
        rows=[shown.play_row(draw, line) for line in page.items],
        next_url=url_for(".audit", slug=slug, after=page.next_key) if page.next_key else None,
        first_url=url_for(".audit", slug=slug) if after else None,
    )


@bp.route("/<slug>/entrants", methods=["GET", "POST"])
@web.permission(Permission.DRAWS_EDIT)
def entrants(slug: str) -> ResponseReturnValue:
    """Freeze the list of a draw; once frozen it stays as it is.

    Raises:
        NotFoundError: the draw is none out of a list.
    """
    draw = queries.get(slug)
    if draw.game is not Game.ENTRIES:
        raise NotFoundError
    form, status = FreezeForm(facts=shown.facts_to_choose()), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                count = service.freeze(slug, form.source(), actor_id=web.me().id)
            except DomainError as error:
                form.kind.errors = [str(error.message)]
            else:
                web.toast(
                    ngettext("%(num)s entrant is frozen", "%(num)s entrants are frozen", count)
                )
                return redirect(url_for(".setup", slug=slug), 303)
    page = render_template(
        "draws/staff_entrants.html", form=form, draw=draw, name=shown.name_of(draw)
    )
    return page, status


@bp.route("/<slug>/winners", methods=["GET", "POST"])
@web.permission(Permission.DRAWS_EDIT)
def winners(slug: str) -> ResponseReturnValue:
    """Draw the winners of a frozen list, once; then show them.

    Raises:
        NotFoundError: the draw is none out of a list.
    """
    draw = queries.get(slug)
    if draw.is_played:
        raise NotFoundError
    form, status = DrawListForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                count = service.draw_list(
                    slug, actor_id=web.me().id, beacon_value=form.beacon_value.data or ""
                )
            except DomainError as error:
                form.beacon_value.errors = [str(error.message)]
            else:
                web.toast(ngettext("%(num)s winner", "%(num)s winners", count))
                return redirect(url_for(".winners", slug=slug), 303)
    prizes = queries.prizes_of(draw.id)
    page = queries.wins(draw.id, after=request.args.get("after", type=int))
    text = render_template(
        "draws/staff_winners.html",
        form=form,
        draw=draw,
        name=shown.name_of(draw),
        rows=[shown.win_row(win, prizes) for win in page.items],
        next_url=url_for(".winners", slug=slug, after=page.next_key) if page.next_key else None,
        is_drawn=draw.settled_at is not None,
        can=draw.game is Game.ENTRIES and draw.entries_sha256 and draw.closed_at,
        heading=_("Who won"),
    )
    return text, status
