"""Home, boards."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import present, queries
from app.community.queries import ThreadLine
from app.community.queries.places import PlacedBoard, placed_boards
from app.community.routes.blueprint import bp
from app.community.routes.topics import sort_arg
from app.community.service import places
from app.community.types.reading import Sort
from app.kernel import rooms, slots
from app.kernel.errors import NotFoundError
from app.kernel.types import Page
from app.kernel.web import cached_for_guests, is_fragment, member_required, public, viewer
from app.kernel.web import me as member

LATEST, FOLLOWING, NEARBY, FEATURED = "latest", "following", "nearby", "featured"
TABS = {LATEST, FOLLOWING, NEARBY, FEATURED}
GUEST = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the home feed is asked for; ``tab`` None: recommended."""

    me: int | None
    tab: str | None
    after: str | None
    boards: Sequence[PlacedBoard] = field(default=())

    @property
    def nearby(self) -> PlacedBoard | None:
        """Return the board that the viewer chose as his own."""
        return next((each for each in self.boards if each.is_mine), None)


@bp.get("/")
@public
@cached_for_guests(30)
def home() -> ResponseReturnValue:
    """Show what is recommended, or ``?tab=latest``, ``following``, ``nearby``, ``featured``."""
    someone = viewer()
    me = someone.id if someone else None
    tab = request.args.get("tab")
    asked = Asked(me, tab if tab in TABS else None, request.args.get("after"), placed_boards(me))
    page = _home_page(asked)
    next_url = (
        url_for("community.home", tab=asked.tab, after=page.next_key) if page.next_key else None
    )
    shown = {"cards": present.cards(page.items, me), "next_url": next_url}
    if is_fragment():
        return render_template("community/_feed.html", **shown)
    is_lonely = asked.tab == FOLLOWING and not page.items and not asked.after
    return render_template(
        "community/home.html",
        tab=asked.tab,
        is_first=not asked.after,
        boards=[each.board for each in asked.boards],
        places=[each for each in asked.boards if each.city_zh],
        nearby=asked.nearby,
        hero=slots.fill("home_hero", [me or GUEST])[me or GUEST],
        writers=queries.active_writers(me),
        follows_somebody=bool(is_lonely and me and queries.following_count(me)),
        **shown,
    )


def _home_page(asked: Asked) -> Page[ThreadLine]:
    me, after = asked.me, asked.after
    if asked.tab == LATEST:
        return queries.feed(me, after=after)
    if asked.tab == FOLLOWING:
        return queries.feed(me, after=after, followed_by=me) if me else Page([])
    if asked.tab == NEARBY:
        near = asked.nearby
        return queries.feed(me, after=after, board_id=near.board.id) if near else Page([])
    return queries.ranked(me, Sort.FEATURED if asked.tab == FEATURED else Sort.HOT, after=after)


@bp.post("/nearby")
@member_required
def choose_nearby() -> ResponseReturnValue:
    """Choose the board that is near, or none."""
    places.choose_place(member().id, request.form.get("board") or None)
    return redirect(url_for("community.home", tab=NEARBY), 303)


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
    """Show the threads of a board: ``?sort=hot``, ``new`` (as usual), ``featured``.

    What is a room has a page of its own.

    Raises:
        NotFoundError: there is no such board.
    """
    someone = viewer()
    me = someone.id if someone else None
    found = queries.find_watched_board(slug, me)
    if found is None:
        raise NotFoundError
    board, level = found
    if room := rooms.page_url(board.room, slug, sort=request.args.get("sort")):
        return redirect(room, 301)
    after, sort = request.args.get("after"), sort_arg(Sort.NEW)
    sort = Sort.HOT if sort is Sort.BEST else sort  # of a topic only
    page = (
        queries.feed(me, after=after, board_id=board.id)
        if sort is Sort.NEW
        else queries.ranked(me, sort, after=after, board_id=board.id)
    )
    next_key, asked = page.next_key, sort.value if sort is not Sort.NEW else None
    next_url = url_for("community.board", slug=slug, sort=asked, after=next_key)
    shown = {"cards": present.cards(page.items, me), "next_url": next_url if next_key else None}
    if is_fragment():
        return render_template("community/_feed.html", **shown)
    return render_template(
        "community/board.html",
        board=board,
        level=level,
        sort=sort.value,
        is_first=not after,
        address=present.absolute(url_for("community.board", slug=board.slug)),
        **shown,
    )
