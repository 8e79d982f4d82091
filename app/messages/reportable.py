"""A message as moderation sees it: only who received it can report it, the desk sees no more."""

from collections.abc import Collection, Mapping
from functools import partial

from flask import url_for

from app.kernel import web
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.text import shorten
from app.messages import queries, service
from app.messages.queries import DeskLine
from app.messages.types import KIND
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


def _messages(message_ids: Collection[int]) -> Mapping[int, Item]:
    return {line.id: _item(line) for line in queries.messages_for_desk(list(message_ids)).values()}


def _item(line: DeskLine) -> Item:
    title = _("Message to %(name)s", name=line.reader.name) if line.reader else _("Message")
    return Item(
        line.id, line.author, title, shorten(line.text, SHOWN), partial(_address, line.id),
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
