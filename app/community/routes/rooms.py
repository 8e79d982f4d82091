"""What stands on a board that is a room, for the page of the room."""

from collections.abc import Collection, Mapping

from flask import render_template, request, url_for
from markupsafe import Markup

from app.community import present, queries
from app.community.routes.topics import sort_arg
from app.community.types.reading import Sort
from app.kernel import rooms, slots
from app.kernel.errors import NotFoundError
from app.kernel.web import is_fragment


def shelf(slug: str, viewer_id: int | None, may_post: bool) -> rooms.Shelf:  # noqa: FBT001 - a printer's signature
    """Print the posts of a room: ``?sort=hot``, ``new`` (as usual), ``featured``, ``?after=``.

    Raises:
        NotFoundError: there is no such board.
    """
    found = queries.find_watched_board(slug, viewer_id)
    if found is None:
        raise NotFoundError
    board, level = found
    after, sort = request.args.get("after"), sort_arg(Sort.NEW)
    sort = Sort.HOT if sort is Sort.BEST else sort  # of a topic only
    page = (
        queries.feed(viewer_id, after=after, board_id=board.id)
        if sort is Sort.NEW
        else queries.ranked(viewer_id, sort, after=after, board_id=board.id)
    )
    asked = sort.value if sort is not Sort.NEW else None
    more = rooms.page_url(board.room, slug, sort=asked, after=page.next_key)
    posts = render_template(
        "community/_feed.html" if is_fragment() else "community/_shelf.html",
        cards=present.cards(page.items, viewer_id),
        next_url=more if page.next_key else None,
        sort=sort.value,
        is_first=not after,
        here=rooms.page_url(board.room, slug),
        post_url=url_for("community.compose", board=slug) if may_post else None,
    )
    watch = ""
    if viewer_id and not is_fragment():
        watch = render_template("community/_watch.html", slug=slug, level=level)
    return rooms.Shelf(
        Markup(posts),  # noqa: S704 - a template's own output
        sort.value,
        Markup(watch),  # noqa: S704 - a template's own output
        url_for("community.feed_board", slug=slug),
    )


@slots.fills("no_rooms")
def boards_instead(keys: Collection[int]) -> Mapping[int, Markup]:
    """Show the boards where there is no room yet. One statement."""
    page = render_template("community/_boards.html", lines=queries.board_list())
    return dict.fromkeys(keys, Markup(page))  # noqa: S704 - a template's own output
