"""A channel's door for webhooks: open it, change its key, close it."""

from typing import cast

import sqlalchemy as sa

from app.commerce.types import ChannelRow
from app.integrations.models import Endpoint
from app.integrations.queries import endpoint_of
from app.integrations.service import doors
from app.integrations.types import Adapter, EndpointRow
from app.kernel import audit
from app.kernel.db import use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref

KEY = cast("sa.Column[int]", Endpoint.__table__.c.channel_id)


@use_case
def turn_on(
    channel: ChannelRow, adapter: Adapter, given: str = "", *, actor_id: int
) -> tuple[EndpointRow, str]:
    """Open a channel's door, or open it anew with another adapter and a new secret.

    Args:
        channel: whose door.
        adapter: whose language the shop speaks.
        given: the secret, where the shop chooses it (Shopify); else one is made.
        actor_id: who does it.

    Returns:
        The endpoint and its secret, which can't be read again.

    Raises:
        BadSecretError: ``given`` is no usable secret, or one is needed.
    """
    secret = doors.new_secret(adapter, given)
    doors.open_door(KEY, channel.id, secret, adapter=adapter)
    audit.note(actor_id, "webhooks.on", Ref("channel", channel.id), adapter=adapter.value)
    return _there(channel.id), secret


@use_case
def rotate(channel: ChannelRow, given: str = "", *, actor_id: int) -> tuple[EndpointRow, str]:
    """Give a door a new secret; the former one opens it for one more hour.

    Raises:
        NotFoundError: the door is closed.
        BadSecretError: ``given`` is no usable secret, or one is needed.
    """
    endpoint = endpoint_of(channel.id)
    if endpoint is None or not endpoint.is_on:
        raise NotFoundError
    secret = doors.new_secret(endpoint.adapter, given)
    doors.rotate_door(KEY, channel.id, secret)
    audit.note(actor_id, "webhooks.rotated", Ref("channel", channel.id))
    return _there(channel.id), secret


@use_case
def turn_off(channel: ChannelRow, *, actor_id: int) -> None:
    """Close a door: nothing comes in any more. What came in stays.

    Raises:
        NotFoundError: it is closed already.
    """
    doors.close_door(KEY, channel.id)
    audit.note(actor_id, "webhooks.off", Ref("channel", channel.id))


def _there(channel_id: int) -> EndpointRow:
    endpoint = endpoint_of(channel_id)
    if endpoint is None:
        raise NotFoundError
    return endpoint


@use_case
def rekey() -> int:
    """Seal secrets anew that only a former house secret opens, and drop former ones; return both.

    What no known secret opens stays as it is: the right fallback may come back.
    """
    return doors.rekey_doors(KEY)
