"""Home, boards."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import present, queries
from app.community.queries import ThreadLine
from app.community.routes.blueprint import bp
from app.kernel import slots
from app.kernel.errors import NotFoundError
from app.kernel.types import Page
from app.kernel.web import cached_for_guests, is_fragment, public, viewer

FOLLOWING = "following"
GUEST = 0


@bp.get("/")
@public
@cached_for_guests(30)
def home() -> ResponseReturnValue:
    """Show the newest threads, or those of the members one follows (``?tab=following``)."""
    someone = viewer()
    me = someone.id if someone else None
    tab = FOLLOWING if request.args.get("tab") == FOLLOWING else None
    after = request.args.get("after")
    page = _home_page(me, tab, after)
    next_url = url_for("community.home", tab=tab, after=page.next_key) if page.next_key else None
    shown = {"cards": present.cards(page.items, me), "next_url": next_url}
    if is_fragment():
        return render_template("community/_feed.html", **shown)
    is_lonely = tab == FOLLOWING and not page.items and not after
    return render_template(
        "community/home.html",
        tab=tab,
        is_first=not after,
        boards=queries.boards(),
        hero=slots.fill("home_hero", [me or GUEST])[me or GUEST],
        writers=queries.active_writers(me),
        follows_somebody=bool(is_lonely and me and queries.following_count(me)),
        **shown,
    )


def _home_page(me: int | None, tab: str | None, after: str | None) -> Page[ThreadLine]:
    if tab != FOLLOWING:
        return queries.feed(me, after=after)
    return queries.feed(me, after=after, followed_by=me) if me else Page([])


@bp.get("/b")
@public
@cached_for_guests(60)
def boards() -> ResponseReturnValue:
    """Show all boards with their newest thread."""
    return render_template("community/boards.html", lines=queries.board_list())


@bp.get("/b/<slug>")
@public
@cached_for_guests(30)
def board(slug: str) -> ResponseReturnValue:
    """Show the threads of a board.

    Raises:
        NotFoundError: there is no such board.
    """
    found = queries.find_board(slug)
    if found is None:
        raise NotFoundError
    someone = viewer()
    me = someone.id if someone else None
    after = request.args.get("after")
    page = queries.feed(me, after=after, board_id=found.id)
    next_key = page.next_key
    next_url = url_for("community.board", slug=slug, after=next_key) if next_key else None
    shown = {"cards": present.cards(page.items, me), "next_url": next_url}
    if is_fragment():
        return render_template("community/_feed.html", **shown)
    return render_template("community/board.html", board=found, is_first=not after, **shown)
