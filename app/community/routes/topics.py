"""Hot topics: their list, their pages; tags that are no topic have a page too."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import present, queries
from app.community.queries import topics
from app.community.routes.blueprint import bp
from app.community.types.reading import Sort, TopicState, fold
from app.kernel.errors import NotFoundError
from app.kernel.text import render_markdown
from app.kernel.web import cached_for_guests, is_fragment, public, viewer

STATES = tuple(TopicState)


def sort_arg(default: Sort) -> Sort:
    """Return the order that the query string asks for."""
    asked = request.args.get("sort", "")
    return Sort(asked) if asked in {sort.value for sort in Sort} else default


@bp.get("/t")
@public
@cached_for_guests(60)
def topic_list() -> ResponseReturnValue:
    """Show the hot topics: open ones, those to come, those closed last."""
    found = topics.current_topics()
    groups = [(state.value, [t for t in found if t.state is state]) for state in STATES]
    order = {"open": 0, "planned": 1, "closed": 2}
    groups.sort(key=lambda group: order[group[0]])
    return render_template("community/topics.html", groups=[g for g in groups if g[1]])


@bp.get("/t/<slug>")
@public
@cached_for_guests(30)
def topic(slug: str) -> ResponseReturnValue:
    """Show a hot topic with its posts: ``?sort=new``; or the posts of a plain tag.

    Raises:
        NotFoundError: there is no such topic, and no post has the tag.
    """
    someone = viewer()
    me = someone.id if someone else None
    found = topics.find_topic(slug, me)
    tag = found.slug if found else fold(slug)
    sort, after = sort_arg(Sort.HOT), request.args.get("after")
    page = queries.ranked(me, sort, after=after, tag=tag)
    if found is None and not page.items and not after and sort is not Sort.FEATURED:
        raise NotFoundError
    asked = sort.value if sort is not Sort.HOT else None
    next_url = (
        url_for("community.topic", slug=tag, sort=asked, after=page.next_key)
        if page.next_key
        else None
    )
    shown = {"cards": present.cards(page.items, me), "next_url": next_url}
    if is_fragment():
        return render_template("community/_feed.html", **shown)
    return render_template(
        "community/topic.html",
        topic=found,
        tag=tag,
        sort=sort.value,
        is_first=not after,
        count=topics.count_of(tag),
        many=topics.MANY,
        render=render_markdown,
        address=present.absolute(topics.topic_url(tag)),
        absolute=present.absolute,
        **shown,
    )
