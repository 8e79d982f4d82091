"""Rooms: boards with people of their own, brought by upper floors and served by the community.

A board may be a room (a circle's). Everybody reads what stands there; only its people write. The
community asks here who they are, as a condition of its own statement, and where the door is::

    rooms.register(rooms.Kind("circle", "circles.circle", writers=is_in, door=door_of))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from markupsafe import Markup

Writers = Callable[[sa.ColumnElement[int], sa.ColumnElement[int]], sa.ColumnElement[bool]]
"""(column that names a board, column that names a member) -> whether he may write there."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody who may not write in a room gets in.

    Attributes:
        text: what to do first, in words.
        short: the same in a few words, where a reply would be typed.
        act: what the button says.
        url: the page with the button that does it.
    """

    text: str
    short: str
    act: str
    url: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rooms.

    Attributes:
        key: stands beside the board; at most 32 characters.
        endpoint: a room's own page, by the board's slug.
        writers: who may write.
        door: (slug, member's id) -> the door, or None where he may write.
    """

    key: str
    endpoint: str
    writers: Writers
    door: Callable[[str, int], Door | None]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What stands in a room, as the community prints it on the room's own page.

    Attributes:
        posts: the posts with "show more", or what to do where there are none.
        sort: in which order: ``new``, ``hot``, ``featured``.
        watch: how closely the viewer follows it, to be changed; empty for guests.
        feed_url: the same for feed readers.
    """

    posts: Markup
    sort: str
    watch: Markup
    feed_url: str


Printer = Callable[[str, int | None, bool], Shelf]
"""(slug of the board, viewer or None, may he post) -> what stands there, as the request asks."""

_kinds: dict[str, Kind] = {}
_printers: list[Printer] = []


def register(kind: Kind) -> None:
    """Answer for a kind of rooms. Called from a domain's manifest."""
    _kinds[kind.key] = kind


def printed_by(printer: Printer) -> None:
    """Print what stands in rooms. Called from the community's manifest."""
    _printers[:] = [printer]


def shelf(slug: str, viewer_id: int | None, *, may_post: bool) -> Shelf:
    """Return what stands in a room. Four statements at most."""
    return _printers[0](slug, viewer_id, may_post)


def writers(
    room: sa.ColumnElement[Any], board: sa.ColumnElement[int], member: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """Return whether a member may write on a board: an ordinary one, or a room that is his.

    Args:
        room: column with the board's kind of rooms, NULL for an ordinary board.
        board: column with its id.
        member: column or literal with the member's id.
    """
    inside = [sa.and_(room == kind.key, kind.writers(board, member)) for kind in _kinds.values()]
    return sa.or_(room.is_(None), *inside)


def page_url(room: str | None, slug: str, **values: Any) -> str | None:
    """Return the address of a room's own page; None for an ordinary board."""
    kind = _kinds.get(room or "")
    return url_for(kind.endpoint, slug=slug, **values) if kind else None


def door(room: str | None, slug: str, member_id: int) -> Door | None:
    """Return where a member gets into a room; None where he may write. None asks nothing."""
    kind = _kinds.get(room or "")
    return kind.door(slug, member_id) if kind else None
