"""Pure rules of the door: is a body signed by who says so, and lately."""

import binascii
import hashlib
import hmac
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.integrations.types import Adapter

TOLERANCE = timedelta(minutes=5)  # both ways
FORMER_SECRET_LIVES = timedelta(hours=1)
MIN_SECRET = 16
MAX_SIGNATURES = 10
PREFIX = "whsec_"
DELIVERY_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
TOPIC = re.compile(r"[a-z0-9_./-]{1,64}")
TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
PING = re.compile(rb"webhook_id=\d{1,20}")
GENERIC_TOPIC = "orders"


@dataclass(frozen=True, slots=True)
class Signed:
    """What the headers of a signed body say."""

    delivery_id: str
    topic: str


def signed(
    adapter: Adapter,
    headers: Mapping[str, str],
    body: bytes,
    secrets: Sequence[str],
    now: datetime,
) -> Signed | None:
    """Return what a request says of itself, or None unless one of the secrets signed its body.

    Args:
        adapter: whose way of signing.
        headers: by their names in small letters.
        body: the raw body.
        secrets: those that are good now.
        now: against which a time stamp is held.
    """
    if adapter is Adapter.GENERIC:
        return _standard(headers, body, secrets, now)
    if adapter is Adapter.WOOCOMMERCE:
        names = ("x-wc-webhook-signature", "x-wc-webhook-delivery-id", "x-wc-webhook-topic")
    else:
        names = ("x-shopify-hmac-sha256", "x-shopify-webhook-id", "x-shopify-topic")
    signature, delivery_id, topic = (headers.get(name, "") for name in names)
    named = DELIVERY_ID.fullmatch(delivery_id) and TOPIC.fullmatch(topic)
    given = _decoded(signature)
    if not named or given is None or not _matches([given], body, _keys(adapter, secrets)):
        return None
    return Signed(delivery_id, topic)


def _standard(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime
) -> Signed | None:
    """Check a body as the Standard Webhooks specification says."""
    delivery_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not DELIVERY_ID.fullmatch(delivery_id) or not TIMESTAMP.fullmatch(stamp):
        return None
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        return None
    listed = headers.get("webhook-signature", "").split(" ")[:MAX_SIGNATURES]
    given = [
        found
        for text in listed
        if text.startswith("v1,") and (found := _decoded(text[3:])) is not None
    ]
    content = b".".join((delivery_id.encode(), stamp.encode(), body))
    if not _matches(given, content, _keys(Adapter.GENERIC, secrets)):
        return None
    return Signed(delivery_id, GENERIC_TOPIC)


def _matches(given: Sequence[bytes], content: bytes, keys: Sequence[bytes]) -> bool:
    """Compare every signature with every key's, each in constant time, without an early end."""
    is_right = False
    for key in keys:
        wanted = hmac.new(key, content, hashlib.sha256).digest()
        for signature in given:
            is_right |= hmac.compare_digest(signature, wanted)
    return is_right


def _decoded(text: str) -> bytes | None:
    try:
        found = b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == hashlib.sha256().digest_size else None


def _keys(adapter: Adapter, secrets: Sequence[str]) -> list[bytes]:
    """Return the HMAC keys of secrets; one that is too short to be a secret is none."""
    return [secret_key(adapter, secret) for secret in secrets if len(secret) >= MIN_SECRET]


def secret_key(adapter: Adapter, secret: str) -> bytes:
    """Return the HMAC key that a secret stands for.

    Raises:
        ValueError: a secret of Standard Webhooks is no base64.
    """
    if adapter is Adapter.GENERIC:
        return b64decode(secret.removeprefix(PREFIX).encode("ascii"), validate=True)
    return secret.encode()


def is_ping(adapter: Adapter, mimetype: str, body: bytes) -> bool:
    """Return whether this is what WooCommerce sends, unsigned, when a webhook is made."""
    is_form = mimetype == "application/x-www-form-urlencoded"
    return adapter is Adapter.WOOCOMMERCE and is_form and PING.fullmatch(body) is not None


def body_digest(body: bytes) -> str:
    """Return the digest by which a body is known again."""
    return hashlib.sha256(body).hexdigest()
