"""What a digest shows beside its reader's own news: the warmest posts that he wants to see."""

from collections.abc import Collection
from datetime import timedelta

from flask import current_app

from app.community import queries
from app.community.queries import ThreadLine
from app.community.types.reading import Sort
from app.kernel import clock
from app.notify.types.highlights import Highlight

MOST = 3
NEW_FOR = timedelta(days=8)
LOOKED_AT = 8  # his own and older ones among them are left out


def highlights(member_ids: Collection[int]) -> dict[int, list[Highlight]]:
    """Return by member up to three posts for his digest. Two statements a member."""
    return {member_id: _for(member_id) for member_id in sorted(member_ids)}


def _for(member_id: int) -> list[Highlight]:
    since = clock.now() - NEW_FOR
    lines = queries.ranked(member_id, Sort.HOT, limit=LOOKED_AT).items
    others = [each for each in lines if each.author.id != member_id and each.created_at > since]
    return [_shown(each) for each in others[:MOST]]


def _shown(line: ThreadLine) -> Highlight:
    path = current_app.url_map.bind("localhost").build("community.thread", {"code": line.code})
    return Highlight(
        line.title, path, line.author.name, line.lang,
        line.cover.url(240) if line.cover else None,
        line.cover.alt or line.title if line.cover else "",
    )  # fmt: skip
