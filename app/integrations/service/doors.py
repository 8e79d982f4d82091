"""What every door for signed messages shares: its secret, changing it, closing it."""

import secrets
from base64 import b64encode
from typing import Any

import sqlalchemy as sa

from app.integrations import policy
from app.integrations.types import Adapter, BadSecretError, DoorRow, SecretUnreadableError
from app.kernel import clock, ids, sealing
from app.kernel.db import changed, db, insert
from app.kernel.errors import NotFoundError

PURPOSE = "webhook secrets"
SECRET_BYTES = 32
MAX_SECRET = 200


def open_door(key: sa.Column[Any], value: int, secret: str, **more: Any) -> None:
    """Open a door, or open it anew with a new secret; the former one is good no more.

    Args:
        key: the primary key of a table of doors.
        value: which door.
        secret: as :func:`new_secret` returns it.
        more: other columns of that table.
    """
    now = clock.now()
    values = {
        "sealed_secret": sealing.seal(secret, PURPOSE),
        "sealed_former": None,
        "is_on": True,
        "changed_at": now,
        **more,
    }
    statement = insert(key.table).values(
        {key.name: value, "code": ids.new_code(), "created_at": now, **values}
    )
    changed(statement.on_conflict_do_update(index_elements=[key.name], set_=values))


def rotate_door(key: sa.Column[Any], value: int, secret: str) -> None:
    """Give an open door a new secret; the former one opens it for one more hour.

    Raises:
        NotFoundError: the door is closed.
    """
    table = key.table
    done = changed(
        sa.update(table)
        .where(key == value, table.c.is_on)
        .values(
            sealed_former=table.c.sealed_secret,
            sealed_secret=sealing.seal(secret, PURPOSE),
            changed_at=clock.now(),
        )
    )
    if done != 1:
        raise NotFoundError


def close_door(key: sa.Column[Any], value: int) -> None:
    """Close a door: nothing comes in any more. What came in stays.

    Raises:
        NotFoundError: it is closed already.
    """
    table = key.table
    done = changed(
        sa.update(table)
        .where(key == value, table.c.is_on)
        .values(is_on=False, sealed_former=None, changed_at=clock.now())
    )
    if done != 1:
        raise NotFoundError


def rekey_doors(key: sa.Column[Any]) -> int:
    """Seal secrets anew that only a former house secret opens, and drop former ones; return both.

    What no known secret opens stays as it is: the right fallback may come back.
    """
    table = key.table
    old = changed(
        sa.update(table)
        .where(
            table.c.sealed_former.is_not(None),
            table.c.changed_at <= clock.now() - policy.FORMER_SECRET_LIVES,
        )
        .values(sealed_former=None)
    )
    rows = db.session.execute(sa.select(key, table.c.sealed_secret, table.c.sealed_former)).all()
    return old + sum(_rekeyed(key, *row) for row in rows)


def _rekeyed(key: sa.Column[Any], value: int, secret: str, former: str | None) -> int:
    table = key.table
    fresh, fresh_former = (
        sealing.renewed(secret, PURPOSE),
        sealing.renewed(former, PURPOSE) if former else None,
    )
    if (fresh, fresh_former) == (secret, former):
        return 0
    return changed(
        sa.update(table)
        .where(key == value, table.c.sealed_secret == secret)
        .values(sealed_secret=fresh, sealed_former=fresh_former)
    )


def new_secret(adapter: Adapter, given: str = "") -> str:
    """Return a new signing secret, or the one that the shop chose.

    Raises:
        BadSecretError: ``given`` is no usable secret, or one is needed.
    """
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


def readable_secrets(door: DoorRow) -> list[str]:
    """Return the secrets that open a door now: its own, and the former one for an hour.

    Raises:
        SecretUnreadableError: its own can't be unsealed: the house secret changed.
    """
    try:
        found = [sealing.unseal(door.sealed_secret, PURPOSE)]
        is_fresh = clock.now() - door.changed_at < policy.FORMER_SECRET_LIVES
        if door.sealed_former and is_fresh:
            found.append(sealing.unseal(door.sealed_former, PURPOSE))
    except sealing.UnsealableError as error:
        raise SecretUnreadableError from error
    return found
