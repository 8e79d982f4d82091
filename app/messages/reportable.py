"""A message as moderation sees it: only who received it can report it, the desk sees no more."""

from collections.abc import Callable, Collection, Mapping
from functools import partial

from flask import url_for

from app.kernel import web
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Permission
from app.kernel.text import shorten
from app.messages import queries, service
from app.messages.queries import DeskLine
from app.messages.types import KIND, TEAM_KIND
from app.moderation.types import Item, kinds

SHOWN = 600  # characters


def register() -> None:
    """Say what can be reported."""
    kinds.register(
        kinds.Kind(
            KIND, _l("Message"), "mail", _messages, service.hide_message,
            partial(service.hide_message, is_final=True), service.restore_message, _message_of,
        )
    )  # fmt: skip
    kinds.register(
        kinds.Kind(
            TEAM_KIND, _l("Team message"), "mail", _team_lines,
            service.hide_team_line, partial(service.hide_team_line, is_final=True),
            service.restore_team_line, _team_line_of,
        )
    )  # fmt: skip


def _messages(message_ids: Collection[int]) -> Mapping[int, Item]:
    return {line.id: _item(line) for line in queries.messages_for_desk(list(message_ids)).values()}


def _team_lines(line_ids: Collection[int]) -> Mapping[int, Item]:
    found = queries.team_lines_for_desk(list(line_ids))
    return {
        line.id: _item(line, _team_address, _("Message to the team")) for line in found.values()
    }


def _item(line: DeskLine, address: Callable[[int], str] | None = None, untitled: str = "") -> Item:
    title = (
        _("Message to %(name)s", name=line.reader.name) if line.reader else untitled or _("Message")
    )
    return Item(
        line.id, line.author, title, shorten(line.text, SHOWN),
        partial(address or _address, line.id),
        line.sent_at, (line.photo,) if line.photo else (), is_hidden=line.is_hidden,
        is_gone=line.is_gone,
    )  # fmt: skip


def _address(message_id: int) -> str:
    """Return where it stands: for the two its conversation, for the team the page that asks."""
    place = queries.place_of(message_id, web.me().id)
    if place is None:
        return url_for("messages_staff.around", message_id=message_id)
    return url_for(
        "messages.conversation", conversation_id=place[0], _anchor=f"m-{place[1]}"
    )  # fmt: skip


def _message_of(key: str) -> int | None:
    """Return the id of a message that the viewer received; other people's are none."""
    someone = web.viewer()
    if someone is None or not key.isascii() or not key.isdecimal():
        return None
    return queries.reportable_id(int(key), someone.id)


def _team_address(line_id: int) -> str:
    """Return where it stands: for the member his own talk, for the team the one with him."""
    place = queries.team_place_of(line_id)
    anchor = f"m-{line_id}"
    if place is None or place[0] == web.me().id:
        return url_for("messages.team", _anchor=anchor)
    return url_for("messages_team.talk", yid=place[1], _anchor=anchor)


def _team_line_of(key: str) -> int | None:
    """Return the id of a line that the viewer received: from the team, or for it."""
    someone = web.viewer()
    if someone is None or not key.isascii() or not key.isdecimal():
        return None
    is_team = Permission.TEAM_ANSWER in someone.permissions
    return queries.team_reportable_id(int(key), someone.id, is_team=is_team)
