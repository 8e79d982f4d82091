"""Atom feeds, the sitemap and the picture to share: what other machines read."""

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import present, queries
from app.community.queries import ThreadLine, sitemap, topics
from app.community.routes.blueprint import bp
from app.community.routes.threads import get_thread, may_read
from app.community.types.reading import Sort, fold
from app.kernel import robots
from app.kernel.errors import NotFoundError
from app.kernel.i18n import locale_tag
from app.kernel.web import cached_for_guests, public

ATOM, XML = "application/atom+xml", "application/xml"


def _feed(title: str, page_url: str, lines: Sequence[ThreadLine]) -> Response:
    body = render_template(
        "community/feed.xml",
        title=title,
        page_url=present.absolute(page_url),
        own_url=present.absolute(request.path),
        lines=lines,
        absolute=present.absolute,
    )
    return Response(body, mimetype=ATOM)


@bp.get("/feed.atom")
@public
@cached_for_guests(300)
def feed_all() -> ResponseReturnValue:
    """Give the newest threads as an Atom feed."""
    return _feed("", url_for("community.home"), queries.feed(None).items)


@bp.get("/b/<slug>/feed.atom")
@public
@cached_for_guests(300)
def feed_board(slug: str) -> ResponseReturnValue:
    """Give the newest threads of a board as an Atom feed.

    Raises:
        NotFoundError: there is no such board.
    """
    board = queries.find_board(slug)
    if board is None:
        raise NotFoundError
    page = queries.feed(None, board_id=board.id)
    return _feed(board.name(locale_tag()), url_for("community.board", slug=slug), page.items)


@bp.get("/t/<slug>/feed.atom")
@public
@cached_for_guests(300)
def feed_topic(slug: str) -> ResponseReturnValue:
    """Give the newest threads of a topic or tag as an Atom feed."""
    found = topics.find_topic(slug)
    tag = found.slug if found else fold(slug)
    page = queries.ranked(None, Sort.NEW, tag=tag)
    name = found.name(locale_tag()) if found else tag
    return _feed(f"#{name}#", topics.topic_url(tag), page.items)


@bp.get("/u/<yid>/feed.atom")
@public
@cached_for_guests(300)
def feed_member(yid: str) -> ResponseReturnValue:
    """Give the newest threads of a member as an Atom feed.

    Raises:
        NotFoundError: there is no such member.
    """
    found = queries.find_profile(yid, None)
    if found is None:
        raise NotFoundError
    page = queries.feed(None, author_id=found.person.id)
    return _feed(found.person.name, url_for("community.profile", yid=yid), page.items)


@bp.get("/sitemap.xml")
@public
@cached_for_guests(3600)
def sitemap_index() -> ResponseReturnValue:
    """List the parts of the sitemap, 10,000 threads each."""
    parts = [url_for("community.sitemap_pages")]
    parts += [url_for("community.sitemap_part", after=key) for key in sitemap.part_keys()]
    body = render_template("community/sitemap_index.xml", parts=map(present.absolute, parts))
    return Response(body, mimetype=XML)


@bp.get("/sitemap-pages.xml")
@public
@cached_for_guests(3600)
def sitemap_pages() -> ResponseReturnValue:
    """List the pages that are no threads."""
    urls = [url_for("community.home"), url_for("community.boards"), url_for("community.topic_list")]
    urls += [url_for("community.board", slug=board.slug) for board in queries.boards()]
    urls += [topics.topic_url(topic.slug) for topic in topics.current_topics()]
    urls += robots.named()
    lines = [(present.absolute(url), None) for url in urls]
    return Response(render_template("community/sitemap.xml", lines=lines), mimetype=XML)


@bp.get("/sitemap/threads/<int:after>")
@public
@cached_for_guests(3600)
def sitemap_part(after: int) -> ResponseReturnValue:
    """List the threads of a part."""
    lines = [
        (present.absolute(url_for("community.thread", code=line.code)), line.changed_at)
        for line in sitemap.part(after)
    ]
    return Response(render_template("community/sitemap.xml", lines=lines), mimetype=XML)


@bp.get("/p/<code>/card.png")
@public
@cached_for_guests(3600)
def card(code: str) -> ResponseReturnValue:
    """Give the picture of a thread to share: cover, title, a QR code that leads here.

    Raises:
        NotFoundError: there is no such thread, or this viewer may not read it.
    """
    from app.community import cards  # Pillow is heavy: only where something is drawn

    found = get_thread(code)
    if not may_read(found) or found.is_removed or found.is_hidden:
        raise NotFoundError
    photos = queries.thread_photos(found.id) if found.photo_count else []
    sharer = request.args.get("from", "")[:16]
    said: dict[str, Any] = {"from": sharer} if sharer else {}
    address = present.absolute(url_for("community.thread", code=found.code, **said))
    image = cards.share_card(
        cards.Card(
            found.title, found.author.name, address, photos[0].url(960) if photos else None,
            photos[0].color if photos else "",
        )
    )  # fmt: skip
    return Response(image, mimetype="image/png")
