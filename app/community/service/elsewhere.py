"""Posts on other platforms: recorded, shown on the profile or not, measured, taken out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.community.elsewhere import PostLink, read_link
from app.community.queries import elsewhere as queries
from app.community.queries.elsewhere import EXTERNAL, External
from app.community.types import (
    MOST_ELSEWHERE,
    KnownLinkError,
    OthersLinkError,
    TooMuchElsewhereError,
)
from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref


@dataclass(frozen=True, slots=True)
class NewExternal:
    """A post on another platform as somebody describes it.

    Attributes:
        metrics: see :data:`app.community.types.METRICS`.
    """

    url: str
    title: str
    posted_on: date
    metrics: Mapping[str, int]
    is_public: bool


@use_case
def add_elsewhere(member_id: int, new: NewExternal, *, actor_id: int) -> int:
    """Record a post of a member on another platform; return its id.

    What the team records for a member stays off his page until he agrees.

    Raises:
        LinkError: the address is no https address of a post.
        KnownLinkError: he has it already; OthersLinkError: somebody else has.
        TooMuchElsewhereError: his list is full.
    """
    link = read_link(new.url)
    owner_id = queries.owner_of_link(link.digest)
    if owner_id is not None:
        raise KnownLinkError if owner_id == member_id else OthersLinkError
    if queries.elsewhere_count(member_id) >= MOST_ELSEWHERE:
        raise TooMuchElsewhereError
    row = _row(member_id, new, link, actor_id)
    db.session.execute(sa.insert(EXTERNAL).values(row))
    if actor_id != member_id:
        audit.note(actor_id, "external_post.added", Ref("member", member_id), post=row["id"])
    return int(row["id"])


def _row(member_id: int, new: NewExternal, link: PostLink, actor_id: int) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": ids.next_id(),
        "member_id": member_id,
        "platform": link.platform,
        "url": link.url,
        "url_digest": link.digest,
        "title": new.title,
        "posted_on": new.posted_on,
        "metrics": dict(new.metrics),
        "measured_at": now if new.metrics else None,
        "is_public": new.is_public and actor_id == member_id,
        "added_by": actor_id,
        "created_at": now,
    }


@use_case
def show_elsewhere(member_id: int, post_id: int, *, is_public: bool) -> None:
    """Put a post on the member's page, or take it off. Twice is once.

    Raises:
        NotFoundError: it is not in his list.
    """
    _update(member_id, post_id, is_public=is_public)


@use_case
def measure_elsewhere(
    member_id: int, post_id: int, metrics: Mapping[str, int], *, actor_id: int
) -> None:
    """Write down what a platform says of a post now.

    Raises:
        NotFoundError: it is not in his list.
    """
    _update(member_id, post_id, metrics=dict(metrics), measured_at=clock.now())
    if actor_id != member_id:
        audit.note(actor_id, "external_post.measured", Ref("member", member_id), post=post_id)


@use_case
def remove_elsewhere(member_id: int, post_id: int) -> External:
    """Take a post out of a member's list; return it, so that it can be put back.

    Raises:
        NotFoundError: it is not in his list.
    """
    found = queries.find_elsewhere(post_id, member_id)
    if found is None:
        raise NotFoundError
    changed(sa.delete(EXTERNAL).where(EXTERNAL.c.id == post_id, EXTERNAL.c.member_id == member_id))
    return found


def _update(member_id: int, post_id: int, **values: Any) -> None:
    mine = (EXTERNAL.c.id == post_id, EXTERNAL.c.member_id == member_id)
    if not changed(sa.update(EXTERNAL).where(*mine).values(values)):
        raise NotFoundError
