"""A draw, a try, its result."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.draws import outcomes, queries, service, shown
from app.draws.forms import PlayForm
from app.draws.policy import playing as policy
from app.draws.routes.blueprint import bp
from app.draws.types import DrawRefusedError, Game, PaidBy, Shown
from app.kernel import web
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _
from app.kernel.text import render_markdown


@bp.get("/draw")
@web.public
@web.cached_for_guests(60)
def draw_list() -> ResponseReturnValue:
    """Show the draws that one can take part in."""
    return render_template(
        "draws/list.html", cards=[shown.card(card) for card in queries.running()]
    )


@bp.get("/draw/ended")
@web.public
@web.cached_for_guests(60)
def ended() -> ResponseReturnValue:
    """Show the archive of draws that are over."""
    after = request.args.get("after", type=int)
    page = queries.ended(after=after)
    return render_template(
        "draws/ended.html",
        cards=[shown.card(card) for card in page.items],
        next_url=url_for(".ended", after=page.next_key) if page.next_key else None,
        first_url=url_for(".ended") if after else None,
    )


@bp.get("/draw/<slug>")
@web.public
@web.cached_for_guests(30)
def page(slug: str) -> ResponseReturnValue:
    """Show a draw: what can be won and how likely, under which conditions, who holds it.

    Raises:
        NotFoundError: there is no such draw that was opened.
    """
    return _page(slug)


def _page(
    slug: str, error: DomainError | None = None, form: PlayForm | None = None
) -> ResponseReturnValue:
    viewer = web.viewer()
    found = queries.page(slug, viewer.id if viewer else None)
    if viewer is not None and form is None:
        form = PlayForm(
            data={
                "client_seed": service.random_seed(),
                "shown": _pays_with(found).value,
            }
        )
    elif form is not None:
        form.shown.data = _pays_with(found).value
    lists = None
    if found.draw.game in {Game.FLOOR, Game.ENTRIES}:
        wins = queries.wins(found.draw.id).items if found.draw.settled_at else ()
        taken = queries.floor_count(found.draw.id) if found.draw.game is Game.FLOOR else 0
        lists = outcomes.list_block(found, wins, taken)
    text = render_template(
        "draws/page.html",
        page=found,
        draw=found.draw,
        form=form,
        lists=lists,
        error=str(error.message) if error else None,
        **shown.page_values(found),
    )
    return text, (error.http_status if error else 200)


def _pays_with(found: Shown) -> PaidBy:
    way = policy.pays_with(found.draw, found.member) if found.member else None
    return way or PaidBy.POINTS


@bp.post("/draw/<slug>")
@web.member_required
@web.no_store
def play(slug: str) -> ResponseReturnValue:
    """Play one try; a second submit gets the first answer."""
    form = PlayForm()
    if not form.validate_on_submit():
        messages = [message for _id, _label, message in form.error_list()]
        return _page(slug, DrawRefusedError(" ".join(messages)), form)
    try:
        played = service.play(
            web.me().id,
            slug,
            client_seed=form.client_seed.data,
            shown=PaidBy(form.shown.data),
            request_key=form.request_key.data,
        )
    except DomainError as error:
        if web.wants_json():
            raise
        return _page(slug, error, form)
    return redirect(url_for(".result", slug=slug, code=played.code), 303)


@bp.get("/draw/<slug>/result/<code>")
@web.member_required
@web.no_store
def result(slug: str, code: str) -> ResponseReturnValue:
    """Show what a try of the viewer's own brought.

    Raises:
        NotFoundError: there is no such try of his.
    """
    found = queries.result(slug, code, member_id=web.me().id)
    return render_template("draws/result.html", **outcomes.result_values(found))


@bp.get("/draw/<slug>/rules")
@web.public
@web.cached_for_guests(60)
def rules(slug: str) -> ResponseReturnValue:
    """Show the whole conditions and rules.

    Raises:
        NotFoundError: there is no such draw that was opened.
    """
    draw = queries.get_public(slug)
    texts = [
        (title, render_markdown(text))
        for title, text in (
            (_("Conditions"), shown.in_language(draw.conditions_zh, draw.conditions_en)),
            (_("Rules"), shown.in_language(draw.rules_zh, draw.rules_en)),
        )
        if text
    ]
    return render_template(
        "draws/rules.html",
        draw=draw,
        name=shown.name_of(draw),
        legal=shown.legal(draw),
        texts=texts,
        prizes=shown.prize_rows(draw, queries.prizes_of(draw.id)),
    )


# --- where references lead -----------------------------------------------------------------------


def draw_page_of(draw_id: int, _viewer_id: int | None) -> str | None:
    """Return the page of a draw that was opened."""
    slug = queries.slug_of(draw_id)
    return url_for("draws.page", slug=slug) if slug else None


def play_page_of(play_id: int, viewer_id: int | None) -> str | None:
    """Return the page of a member's own try."""
    found = queries.page_of_play(play_id, viewer_id) if viewer_id else None
    return url_for("draws.result", slug=found[0], code=found[1]) if found else None


def win_page_of(win_id: int, viewer_id: int | None) -> str | None:
    """Return the page of the draw in which a member won a place."""
    slug = queries.slug_of_win(win_id, viewer_id) if viewer_id else None
    return url_for("draws.page", slug=slug) if slug else None
