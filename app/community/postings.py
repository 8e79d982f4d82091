"""A thread as search engines take it: schema.org's DiscussionForumPosting."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from app.community import present
from app.community.queries import ReplyView, ThreadView
from app.community.types.videos import VideoView
from app.kernel.text import plain_text, shorten
from app.kernel.types import Person, Photo

COMMENTS = 10
LONGEST = 5_000  # characters of a text


def posting(
    thread: ThreadView, photos: Sequence[Photo], replies: Sequence[ReplyView]
) -> dict[str, Any]:
    """Return what stands in the page as JSON-LD; only what the page itself shows."""
    address = present.absolute(url_for("community.thread", code=thread.code))
    shown = [r for r in replies if not r.is_removed and not r.is_hidden][:COMMENTS]
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "mainEntityOfPage": address,
        "url": address,
        "headline": thread.title,
        "text": shorten(plain_text(thread.body_html), LONGEST) or thread.excerpt or thread.title,
        "inLanguage": "zh-CN" if thread.lang == "zh" else "en",
        "author": _person(thread.author),
        "datePublished": thread.created_at.isoformat(),
        "isPartOf": present.absolute(url_for("community.board", slug=thread.board.slug)),
        "commentCount": thread.reply_count,
        "interactionStatistic": [
            _counter("LikeAction", thread.like_count),
            _counter("CommentAction", thread.reply_count),
            _counter("ViewAction", thread.view_count),
        ],
        "comment": [
            {
                "@type": "Comment",
                "text": reply.excerpt,
                "author": _person(reply.author),
                "datePublished": reply.created_at.isoformat(),
                "url": present.absolute(present.floor_url(thread.code, reply.floor)),
            }
            for reply in shown
        ],
    }
    if thread.edited_at:
        found["dateModified"] = thread.edited_at.isoformat()
    if photos:
        found["image"] = [present.absolute(photo.url(960)) for photo in photos]
    if thread.video is not None and thread.video.is_ready:
        found["video"] = _video(thread, thread.video)
    return found


def _video(thread: ThreadView, video: VideoView) -> dict[str, Any]:
    return {
        "@type": "VideoObject",
        "name": thread.title,
        "description": thread.excerpt or thread.title,
        "thumbnailUrl": present.absolute(video.poster.url(960)),
        "contentUrl": present.absolute(video.url),
        "uploadDate": thread.created_at.isoformat(),
        "duration": f"PT{video.seconds}S",
    }


def _person(person: Person) -> dict[str, str]:
    url = present.absolute(url_for("community.profile", yid=person.yid))
    return {"@type": "Person", "name": person.name, "url": url}


def _counter(action: str, count: int) -> dict[str, Any]:
    return {
        "@type": "InteractionCounter",
        "interactionType": f"https://schema.org/{action}",
        "userInteractionCount": count,
    }
