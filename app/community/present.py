"""From rows to what templates take: addresses, cards, words. For the edges of this domain."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app, url_for
from markupsafe import Markup

from app.community import policy, queries
from app.community.queries import ThreadLine
from app.community.types import REPLIES_PER_PAGE
from app.community.types.videos import Clip
from app.config import Config
from app.kernel import parts
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_tag, ngettext
from app.kernel.layout import span_for
from app.kernel.types import Person, Photo
from app.loyalty.types import Award
from app.moderation.types import REASON_LABELS, HideReason
from app.notify import types as notify


@dataclass(frozen=True, slots=True)
class NoteCard:
    """A thread as ``note_card`` takes it."""

    code: str
    url: str
    title: str
    author: Person
    cover: Photo | None
    excerpt: str
    likes: int
    liked: bool
    replies: int
    photo_count: int
    span: int
    like_url: str | None
    pinned: bool = False
    tag: str | None = None
    tag_icon: str | None = None
    parts: Markup | None = None
    unread: bool = False
    clip: Clip | None = None


def cards(
    lines: Iterable[ThreadLine], viewer_id: int | None, *, plain: bool = False
) -> list[NoteCard]:
    """Return the cards of a list; a guest's have no like button, plain ones no parts."""
    locale, shown = locale_tag(), list(lines)
    added = {} if plain else parts.on_cards([line.id for line in shown])
    return [
        NoteCard(
            code=line.code,
            url=url_for("community.thread", code=line.code),
            title=line.title,
            author=line.author,
            cover=line.cover,
            excerpt=line.excerpt,
            likes=line.like_count,
            liked=line.is_liked,
            replies=line.reply_count,
            photo_count=line.photo_count,
            span=span_for(line.cover, line.title, locale, excerpt=line.excerpt),
            like_url=thread_like_url(line.code, liked=line.is_liked) if viewer_id else None,
            tag=_("Featured") if line.is_featured else None,
            tag_icon="star" if line.is_featured else None,
            parts=added.get(line.id) or None,
            unread=line.is_unread,
            clip=line.clip,
        )
        for line in shown
    ]


class Posts:
    """What other domains may ask about posts, see :mod:`app.kernel.parts`."""

    def glances(self, thread_ids: Collection[int]) -> dict[int, parts.Glance]:
        """Return the visible ones among posts, by id. One statement."""
        return {line.id: _glance(line) for line in queries.visible_threads(thread_ids)}

    def glances_among(self, thread_ids: sa.Select[tuple[int]]) -> list[parts.Glance]:
        """Return the visible ones among selected posts, the newest first. One statement."""
        return [_glance(line) for line in queries.visible_among(thread_ids)]

    def find(self, code: str) -> int | None:
        """Return the id of a visible post by its code. One statement."""
        found = queries.find_owned_thread(code)
        return found.id if found and not found.is_removed and not found.is_hidden else None


def _glance(line: ThreadLine) -> parts.Glance:
    return parts.Glance(
        line.id, line.code, url_for("community.thread", code=line.code), line.title,
        line.excerpt, line.lang, line.author, line.cover, line.like_count, line.reply_count,
        line.created_at,
    )  # fmt: skip


# --- addresses -----------------------------------------------------------------------------------


def thread_like_url(code: str, *, liked: bool, bar: bool = False) -> str:
    """Return where the like button of a thread posts; ``bar``: the large one of its page."""
    endpoint = "community.unlike_thread" if liked else "community.like_thread"
    return url_for(endpoint, code=code, at="bar" if bar else None)


def reply_like_url(code: str, floor: int, *, liked: bool) -> str:
    """Return where the like button of a reply posts."""
    endpoint = "community.unlike_reply" if liked else "community.like_reply"
    return url_for(endpoint, code=code, floor=floor)


def thread_url(code: str) -> str:
    """Return the address of a thread."""
    return url_for("community.thread", code=code)


def floor_url(code: str, floor: int) -> str:
    """Return the address of a reply: the page of its floor, and the floor."""
    page = page_of(floor)
    return url_for(
        "community.thread", code=code, page=page if page > 1 else None, _anchor=f"f-{floor}"
    )


def page_of(floor: int) -> int:
    """Return the page of a thread on which a floor stands."""
    return max(1, -(-floor // REPLIES_PER_PAGE))


def absolute(path: str) -> str:
    """Return a path with the configured address of the site before it; never the request's host."""
    config: Config = current_app.config["POTLUCK"]
    return config.base_url + path


def thread_ref_url(thread_id: int, viewer_id: int | None) -> str | None:
    """Return where a reference to a thread leads, or None when this viewer may not know it."""
    found = queries.thread_address(thread_id)
    if found is None or not policy.can_read(found[1], viewer_id):
        return None
    return url_for("community.thread", code=found[0])


def reply_ref_url(reply_id: int, viewer_id: int | None) -> str | None:
    """Return where a reference to a reply leads, or None when this viewer may not know it."""
    found = queries.reply_address(reply_id)
    if found is None or not policy.can_read(found[2], viewer_id):
        return None
    return floor_url(found[0], found[1])


def thread_like_ref_url(like_id: int, viewer_id: int | None) -> str | None:
    """Return where a reference to a like of a thread leads: to the thread."""
    thread_id = queries.liked_thread(like_id)
    return None if thread_id is None else thread_ref_url(thread_id, viewer_id)


def reply_like_ref_url(like_id: int, viewer_id: int | None) -> str | None:
    """Return where a reference to a like of a reply leads: to the reply."""
    reply_id = queries.liked_reply(like_id)
    return None if reply_id is None else reply_ref_url(reply_id, viewer_id)


# --- words ---------------------------------------------------------------------------------------


def posted_text(award: Award) -> str:
    """Return what the page says after a thread was published."""
    if award.points:
        return ngettext(
            "Posted, +%(num)s point. The club can see it",
            "Posted, +%(num)s points. The club can see it",
            award.points,
        )
    if award.capped:
        return _("Posted. The club can see it. Today's points for posts are all yours already")
    return _("Posted. The club can see it")


def replied_text(award: Award) -> str:
    """Return what the page says after a reply was published."""
    if award.points:
        return ngettext("Sent, +%(num)s point", "Sent, +%(num)s points", award.points)
    return _("Sent")


def reason_text(reason: HideReason | None) -> str:
    """Return the words of a reason, to follow "hidden because"; without one it is looked at."""
    return str(
        REASON_LABELS[reason] if reason else _("somebody of the team has to look at it first")
    )


FAILURES: dict[str, object] = {
    "barred": _l("It names somebody who can't be named by you."),
    "silenced": _l("Your account could read but not post then."),
    "photo_gone": _l("A photo was gone."),
    "video_gone": _l("The video was gone, or could not be prepared."),
    "origin_gone": _l("The post you remix had left the table."),
    "board_unknown": _l("Its board was gone."),
    "outside": _l("It is for a circle that you are not in."),
}


def failure_text(reason: str) -> str:
    """Return why a post could not go out at its hour."""
    return str(FAILURES.get(reason) or _("Something in it has to be changed first."))


# --- groups that can be called -------------------------------------------------------------------


def crowds(typed: str) -> list[tuple[str, object]]:
    """Return groups of the team one of whose names begins with what was typed.

    Returns:
        What goes into the text (a name that begins so, in the reader's script where it can be),
        and what the group is called.
    """
    folded = typed.casefold()
    is_han = locale_tag().startswith("zh")
    found: list[tuple[str, object]] = []
    for crowd in notify.crowds():
        names = [n for n in (crowd.name, *crowd.also) if n.casefold().startswith(folded)]
        if names:
            found.append((min(names, key=lambda n: n.isascii() == is_han), crowd.label))
    return found
