"""Circles are found by their names and purposes."""

from collections.abc import Collection, Mapping

from flask import url_for

from app.circles import queries
from app.circles.types import ROOM
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_code, ngettext
from app.search.types import Card, Kind, register


def move_in() -> None:
    """Let circles be found."""
    register(
        Kind(
            ROOM, 17, _l("Circles"), "users", queries.documents, queries.ids_after,
            queries.is_visible, cards,
        )
    )  # fmt: skip


def cards(
    circle_ids: Collection[int],
    viewer_id: int | None,  # noqa: ARG001 - a kind's signature
) -> Mapping[int, Card]:
    """Return circles as hits. One statement."""
    locale = locale_code()
    return {
        each.id: Card(
            url_for("circles.circle", slug=each.slug), each.name(locale), each.purpose(locale),
            about=ngettext("%(num)s member", "%(num)s members", each.member_count),
            icon=each.board.face.icon,
        )
        for each in queries.found_circles(circle_ids)
    }  # fmt: skip
