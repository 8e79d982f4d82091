"""Payments of mall orders in our own JSON (docs/payment-webhook.md)."""

from datetime import timedelta

from app.commerce.types import IdentityKind
from app.integrations.adapters.reading import MAX_MINOR, load
from app.integrations.types import PayloadError, Payment, Shop, Trouble
from app.kernel import clock

CLOCKS_DIFFER = timedelta(hours=1)
MAX_CODE = 32


def parse_payment(body: str) -> Payment:
    """Return the payment that a body tells.

    Raises:
        PayloadError: it breaks the schema.
    """
    root = load(body)
    root.only("order", "amount_minor", "currency", "paid_at", "reference")
    latest = clock.now() + CLOCKS_DIFFER
    shop = Shop("payments", "", IdentityKind.BUYER_ID, str, latest)
    paid_at = root.moment("paid_at", shop)
    if paid_at is None:
        raise PayloadError(Trouble.MISSING, "paid_at")
    minor = root.need("amount_minor")
    if isinstance(minor, bool) or not isinstance(minor, int):
        raise PayloadError(Trouble.WRONG_TYPE, "amount_minor")
    if not 0 < minor <= MAX_MINOR:
        raise PayloadError(Trouble.BAD_AMOUNT, "amount_minor")
    root.need("currency")
    return Payment(
        root.ident("order", MAX_CODE),
        minor,
        root.currency("currency", shop),
        paid_at,
        root.ident("reference"),
    )
