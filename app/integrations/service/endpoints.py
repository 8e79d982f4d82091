"""A channel's door for webhooks: open it, change its key, close it."""

import secrets
from base64 import b64encode

import sqlalchemy as sa

from app.commerce.types import ChannelRow
from app.integrations import policy
from app.integrations.models import Endpoint
from app.integrations.queries import endpoint_of
from app.integrations.types import Adapter, BadSecretError, EndpointRow, SecretUnreadableError
from app.kernel import audit, clock, ids, sealing
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref

PURPOSE = "webhook secrets"
SECRET_BYTES = 32
MAX_SECRET = 200


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
    secret, now = _new_secret(adapter, given), clock.now()
    values = {
        "adapter": adapter,
        "sealed_secret": sealing.seal(secret, PURPOSE),
        "sealed_former": None,
        "is_on": True,
        "changed_at": now,
    }
    statement = insert(Endpoint.__table__).values(
        channel_id=channel.id, code=ids.new_code(), created_at=now, **values
    )
    changed(statement.on_conflict_do_update(index_elements=["channel_id"], set_=values))
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
    secret = _new_secret(endpoint.adapter, given)
    done = changed(
        sa.update(Endpoint)
        .where(Endpoint.channel_id == channel.id, Endpoint.is_on)
        .values(
            sealed_former=Endpoint.sealed_secret,
            sealed_secret=sealing.seal(secret, PURPOSE),
            changed_at=clock.now(),
        )
    )
    if done != 1:
        raise NotFoundError
    audit.note(actor_id, "webhooks.rotated", Ref("channel", channel.id))
    return _there(channel.id), secret


@use_case
def turn_off(channel: ChannelRow, *, actor_id: int) -> None:
    """Close a door: nothing comes in any more. What came in stays.

    Raises:
        NotFoundError: it is closed already.
    """
    done = changed(
        sa.update(Endpoint)
        .where(Endpoint.channel_id == channel.id, Endpoint.is_on)
        .values(is_on=False, sealed_former=None, changed_at=clock.now())
    )
    if done != 1:
        raise NotFoundError
    audit.note(actor_id, "webhooks.off", Ref("channel", channel.id))


def _there(channel_id: int) -> EndpointRow:
    endpoint = endpoint_of(channel_id)
    if endpoint is None:
        raise NotFoundError
    return endpoint


def _new_secret(adapter: Adapter, given: str) -> str:
    if given:
        return _checked(adapter, given)
    if adapter is Adapter.SHOPIFY:  # Shopify chooses it; nothing made here would ever fit
        raise BadSecretError
    made = secrets.token_bytes(SECRET_BYTES)
    encoded = b64encode(made).decode()
    return policy.PREFIX + encoded if adapter is Adapter.GENERIC else made.hex()


def _checked(adapter: Adapter, given: str) -> str:
    if not policy.MIN_SECRET <= len(given) <= MAX_SECRET or not given.isascii():
        raise BadSecretError
    try:
        key = policy.secret_key(adapter, given)
    except ValueError as error:
        raise BadSecretError from error
    if len(key) < policy.MIN_SECRET:
        raise BadSecretError
    return given


def readable_secrets(endpoint: EndpointRow) -> list[str]:
    """Return the secrets that open a door now: its own, and the former one for an hour.

    Raises:
        SecretUnreadableError: its own can't be unsealed: the house secret changed.
    """
    try:
        found = [sealing.unseal(endpoint.sealed_secret, PURPOSE)]
        is_fresh = clock.now() - endpoint.changed_at < policy.FORMER_SECRET_LIVES
        if endpoint.sealed_former and is_fresh:
            found.append(sealing.unseal(endpoint.sealed_former, PURPOSE))
    except sealing.UnsealableError as error:
        raise SecretUnreadableError from error
    return found


@use_case
def rekey() -> int:
    """Seal secrets anew that only a former house secret opens, and drop former ones; return both.

    What no known secret opens stays as it is: the right fallback may come back.
    """
    old = changed(
        sa.update(Endpoint)
        .where(
            Endpoint.sealed_former.is_not(None),
            Endpoint.changed_at <= clock.now() - policy.FORMER_SECRET_LIVES,
        )
        .values(sealed_former=None)
    )
    rows = db.session.execute(
        sa.select(Endpoint.channel_id, Endpoint.sealed_secret, Endpoint.sealed_former)
    ).all()
    return old + sum(_rekeyed(row.channel_id, row.sealed_secret, row.sealed_former) for row in rows)


def _rekeyed(channel_id: int, secret: str, former: str | None) -> int:
    fresh, fresh_former = (
        sealing.renewed(secret, PURPOSE),
        sealing.renewed(former, PURPOSE) if former else None,
    )
    if (fresh, fresh_former) == (secret, former):
        return 0
    return changed(
        sa.update(Endpoint)
        .where(Endpoint.channel_id == channel_id, Endpoint.sealed_secret == secret)
        .values(sealed_secret=fresh, sealed_former=fresh_former)
    )
