"""Hot topics: their list, their pages; tags that are no topic have a page too."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import present, queries
from app.community.happenings import happening
from app.community.queries import topics
from app.community.queries.rewards import find_reward
from app.community.routes.blueprint import bp
from app.community.types.reading import Sort, TopicState, fold
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.text import render_markdown
from app.kernel.web import cached_for_guests, is_fragment, public, viewer

STATES = tuple(TopicState)
WINNERS, PICKS = 3, 6


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
    usual = Sort.BEST if found and found.state is TopicState.CLOSED else Sort.HOT
    sort, after = sort_arg(usual), request.args.get("after")
    page = queries.ranked(me, sort, after=after, tag=tag)
    if found is None and not page.items and not after and sort is not Sort.FEATURED:
        raise NotFoundError
    asked = sort.value if sort is not usual else None
    next_url = (
        url_for("community.topic", slug=tag, sort=asked, after=page.next_key)
        if page.next_key
        else None
    )
    shown = {"cards": present.cards(page.items, me), "next_url": next_url}
    if is_fragment():
        return render_template("community/_feed.html", **shown)
    is_over = usual is Sort.BEST and sort is usual and not after
    picks = queries.ranked(me, Sort.FEATURED, tag=tag, limit=PICKS).items if is_over else []
    return render_template(
        "community/topic.html",
        topic=found,
        tag=tag,
        sort=sort.value,
        orders=_orders(tag, sort, usual),
        winners=[line for line in page.items[:WINNERS] if line.people] if is_over else [],
        picks=picks,
        event=happening(found) if found else None,
        reward=find_reward(found.reward_kind, found.reward_key) if found and not is_over else None,
        is_first=not after,
        count=topics.count_of(tag),
        many=topics.MANY,
        render=render_markdown,
        address=present.absolute(topics.topic_url(tag)),
        absolute=present.absolute,
        **shown,
    )


def _orders(tag: str, now: Sort, usual: Sort) -> list[tuple[str, str, bool]]:
    """Return the tabs of a topic: label, address, whether it is shown."""
    labels = {
        Sort.HOT: _("Hot"),
        Sort.BEST: _("Best"),
        Sort.NEW: _("Newest"),
        Sort.FEATURED: _("Featured"),
    }
    first = [usual, *(sort for sort in labels if sort is not usual)]
    return [
        (
            labels[sort],
            url_for("community.topic", slug=tag, sort=None if sort is usual else sort.value),
            sort is now,
        )
        for sort in first
    ]
