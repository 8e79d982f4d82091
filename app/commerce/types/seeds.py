"""Bulk doors for a demo, a migration or a test."""

from dataclasses import dataclass
from datetime import datetime

from app.commerce.types.drafts import LineDraft
from app.commerce.types.words import IdentityKind, RefundPhase


@dataclass(frozen=True, slots=True)
class SeedProduct:
    """A product to be made in bulk; price in minor units of ``currency``."""

    sku: str
    name_zh: str
    name_en: str
    category: str
    price_minor: int
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class SeedChannel:
    """A sales channel to be made in bulk."""

    code: str
    name: str
    return_window_days: int
    currency: str = "CNY"
    identity_kind: IdentityKind = IdentityKind.BUYER_ID


@dataclass(frozen=True, slots=True)
class SeedRefund:
    """A refund of a seeded order; the fields are those of :class:`RefundDraft`."""

    external_id: str
    amount_minor: int
    refunded_at: datetime
    line_ref: str = ""
    qty: int = 0
    phase: RefundPhase | None = None


@dataclass(frozen=True, slots=True)
class SeedOrder:
    """A paid order to be made in bulk; it earns as an imported one does.

    Attributes:
        member_id: the buyer, where he is a member; else ``buyer`` names him in the channel.
        refunds: what of it came back.
    """

    channel_code: str
    external_id: str
    paid_at: datetime
    lines: tuple[LineDraft, ...]
    member_id: int | None = None
    buyer: str = ""
    currency: str | None = None
    refunds: tuple[SeedRefund, ...] = ()
    shipped_at: datetime | None = None
    received_at: datetime | None = None
