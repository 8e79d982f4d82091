"""The boards, one's own score, the hall of fame."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import i18n, web
from app.kernel.errors import NotFoundError
from app.loyalty.queries.ladders import current_ladder
from app.ranking import queries, shown
from app.ranking.queries import awards
from app.ranking.routes.blueprint import bp
from app.ranking.types import BoardRow
from app.ranking.types.pages import BoardPage

WORDS: dict[str, Any] = {
    "move": shown.move, "acts": shown.ACTS, "act_icons": shown.ACT_ICONS, "whys": shown.WHYS,
    "points_of": shown.points, "days_of": shown.days_of, "prizes_of": shown.prizes,
    "prize_name": shown.prize_name,
}  # fmt: skip


def words() -> dict[str, Any]:
    """Return what every page of the boards prints with."""
    return {**WORDS, "locale": i18n.locale_tag()}


@bp.get("/rank")
@web.public
def board() -> ResponseReturnValue:
    """Show a board: the podium, the rows below it, one's own place.

    Nobody keeps a copy, guests neither: what is withdrawn is gone with the next request.

    Raises:
        NotFoundError: no open board has this address.
    """
    viewer = web.viewer()
    after = queries.after_from(request.args.get("after", ""))
    slug = request.args.get("board", "")[:40]
    page = queries.board_page(slug, viewer.id if viewer else None, after)
    if page is None and slug:
        raise NotFoundError
    if page is None:
        return render_template("ranking/none.html", **words())
    has_yesterday = any(place.was for place in page.places.items)  # else all would be new
    return render_template(
        "ranking/board.html",
        page=page,
        board=page.now.board,
        counts=shown.what_counts(page.now.formula),
        rules=shown.rules(page.now.formula),
        place_url=shown.place_url(page.now.board.draft),
        left=shown.left(page.now.period) if page.now.period else "",
        tiers={tier.key: tier.name(i18n.locale_tag()) for tier in current_ladder().tiers},
        is_first=after is None,
        next_url=_next(page),
        **{**words(), "move": shown.move if has_yesterday else None},
    )


def _next(page: BoardPage) -> str | None:
    key = page.places.next_key
    return url_for("ranking.board", board=page.now.board.slug, after=key) if key else None


@bp.get("/rank/<slug>/me")
@web.member_required
def mine(slug: str) -> ResponseReturnValue:
    """Show why the member stands where he stands, by act and by day.

    Raises:
        NotFoundError: no open board has this address.
    """
    found = queries.breakdown(slug, web.me().id)
    if found is None:
        raise NotFoundError
    return render_template(
        "ranking/mine.html",
        found=found,
        board=found.now.board,
        counts=shown.what_counts(found.now.formula),
        rules=shown.rules(found.now.formula),
        **words(),
    )


@bp.get("/rank/<slug>/hall")
@web.public
@web.cached_for_guests(60)
def hall(slug: str) -> ResponseReturnValue:
    """Show the periods that are over, each with its first three."""
    found = _board(slug)
    page = queries.winners(found.id, _day(request.args.get("before")))
    next_url = url_for("ranking.hall", slug=slug, before=page.next_key) if page.next_key else None
    return render_template(
        "ranking/hall.html", board=found, page=page, next_url=next_url, **words()
    )


@bp.get("/rank/<slug>/<starts_on>")
@web.public
@web.cached_for_guests(60)
def period(slug: str, starts_on: str) -> ResponseReturnValue:
    """Show the standing of a period that is over.

    Raises:
        NotFoundError: no such period, or it is not settled yet.
    """
    found, day = _board(slug), _day(starts_on)
    asked = queries.find_period(found.id, day) if day else None
    places = queries.standing(asked.id) if asked and asked.state in queries.SETTLED else []
    if asked is None or asked.state not in queries.SETTLED:
        raise NotFoundError
    return render_template(
        "ranking/period.html", board=found, period=asked, places=places, **words()
    )


def _board(slug: str) -> BoardRow:
    """Return a board that members may know.

    Raises:
        NotFoundError: there is none, or it has never been shown.
    """
    found = queries.find_board(slug)
    if found is None or found.state == "draft":
        raise NotFoundError
    return found


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def award_page_of(award_id: int, viewer_id: int | None) -> str | None:
    """Return where a prize was won: for its winner, and for everybody else not at all."""
    found = awards.address_of(award_id, viewer_id) if viewer_id else None
    return url_for("ranking.period", slug=found[0], starts_on=found[1]) if found else None
