"""Shops that sign and send, for tests."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.commerce.types import ChannelRow, IdentityKind
from app.integrations import service
from app.integrations.types import Adapter, EndpointRow, Shop
from app.kernel import clock
from app.kernel.startup import limiter
from tests.factories.identity import Browser

PAYLOADS = Path(__file__).parent / "payloads"
SHOPIFY_SECRET = "shpss_0123456789abcdef0123456789abcdef"


def payload(name: str) -> str:
    """Return a payload as documented."""
    return (PAYLOADS / f"{name}.json").read_text(encoding="utf-8")


def a_shop(kind: IdentityKind = IdentityKind.BUYER_ID, currency: str = "USD") -> Shop:
    """Return what an adapter is told of a channel."""
    latest = clock.now() + timedelta(hours=1)
    return Shop(
        "shop", currency, kind, lambda contact: hashlib.sha256(contact.encode()).hexdigest(), latest
    )


@dataclass(frozen=True, slots=True)
class Sender:
    """A shop that holds a channel's secret."""

    channel: ChannelRow
    endpoint: EndpointRow
    secret: str

    @property
    def path(self) -> str:
        return f"/hooks/{self.endpoint.code}"

    def headers(
        self,
        body: bytes,
        delivery_id: str = "d-1",
        *,
        topic: str = "",
        age: timedelta = timedelta(0),
        secret: str | None = None,
    ) -> dict[str, str]:
        """Return the headers of a well-signed delivery."""
        secret = self.secret if secret is None else secret
        if self.endpoint.adapter is Adapter.GENERIC:
            return signed_headers(body, delivery_id, secret, age=age)
        signature = mac(secret.encode(), body)
        if self.endpoint.adapter is Adapter.WOOCOMMERCE:
            return {
                "Content-Type": "application/json",
                "X-WC-Webhook-Signature": signature,
                "X-WC-Webhook-Delivery-ID": delivery_id,
                "X-WC-Webhook-Topic": topic or "order.updated",
                "X-WC-Webhook-Source": "https://shop.example.com/",
            }
        return {
            "Content-Type": "application/json",
            "X-Shopify-Hmac-SHA256": signature,
            "X-Shopify-Webhook-Id": delivery_id,
            "X-Shopify-Topic": topic or "orders/updated",
            "X-Shopify-Shop-Domain": "shop.myshopify.example",
        }

    def send(
        self,
        client: Browser,
        body: str | bytes,
        delivery_id: str = "d-1",
        *,
        headers: Mapping[str, str] | None = None,
        **signing: Any,
    ) -> TestResponse:
        """Send a body, well signed unless ``headers`` say otherwise."""
        raw = body.encode() if isinstance(body, str) else body
        sent = headers if headers is not None else self.headers(raw, delivery_id, **signing)
        return client.post(self.path, data=raw, headers=dict(sent), csrf=False)


def signed_headers(
    body: bytes, delivery_id: str, secret: str, *, age: timedelta = timedelta(0)
) -> dict[str, str]:
    """Return the headers of a delivery that is signed as Standard Webhooks say."""
    stamp = str(int((clock.now() - age).timestamp()))
    content = f"{delivery_id}.{stamp}.".encode() + body
    key = b64decode(secret.removeprefix("whsec_"))
    return {
        "Content-Type": "application/json",
        "webhook-id": delivery_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{mac(key, content)}",
    }


def mac(key: bytes, content: bytes) -> str:
    """Return a signature as shops write it."""
    return b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def a_sender(channel: ChannelRow, adapter: Adapter, actor_id: int) -> Sender:
    """Turn webhooks on for a channel; return the shop that was given the secret."""
    given = SHOPIFY_SECRET if adapter is Adapter.SHOPIFY else ""
    endpoint, secret = service.turn_on(channel, adapter, given, actor_id=actor_id)
    return Sender(channel, endpoint, secret)


def an_order_body(number: str = "A-1", total: str = "12.50", **more: Any) -> str:
    """Return one order in our own JSON."""
    order = {
        "id": number, "buyer": "lin", "total": total, "paid_at": "2026-08-31T12:00:00+08:00",
        "lines": [{"qty": 1, "paid": total}], **more,
    }  # fmt: skip
    return json.dumps({"orders": [order]})


@pytest.fixture
def unlimited() -> Iterator[None]:
    """Switch off what slows one address down."""
    limiter.enabled = False
    yield
    limiter.enabled = True
