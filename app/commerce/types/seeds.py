"""Bulk doors for a demo, a migration or a test."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.commerce.types.catalogue import SkuDraft
from app.commerce.types.drafts import LineDraft
from app.commerce.types.words import CategoryMode, IdentityKind, RefundPhase


@dataclass(frozen=True, slots=True)
class SeedCategory:
    """A category to be made in bulk."""

    slug: str
    name_zh: str
    name_en: str
    mode: CategoryMode = CategoryMode.REPLENISHMENT
    position: int = 0


@dataclass(frozen=True, slots=True)
class SeedProduct:
    """A product to be made in bulk; price in minor units of ``currency``.

    Attributes:
        category: a category's slug; one that is not there is made.
        slug: its address; default: its SKU in small letters.
        skus: all its SKUs, ``sku`` among them; default: that one alone.
        photo_ids: pictures on the shelf of photos, the cover first.
    """

    sku: str
    name_zh: str
    name_en: str
    category: str
    price_minor: int
    currency: str = "CNY"
    slug: str = ""
    brand_line: str = ""
    description_zh: str = ""
    description_en: str = ""
    risk_zh: str = ""
    risk_en: str = ""
    allergens: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    skus: tuple[SkuDraft, ...] = ()
    photo_ids: tuple[int, ...] = ()

    @property
    def address(self) -> str:
        """Return its slug."""
        return self.slug or self.sku.lower()


@dataclass(frozen=True, slots=True)
class SeedChannel:
    """A sales channel to be made in bulk."""

    code: str
    name: str
    return_window_days: int
    currency: str = "CNY"
    identity_kind: IdentityKind = IdentityKind.BUYER_ID
    earning_permille: int = 1000
    link_template: str = ""
    price_floor_permille: int | None = None
    delivers: tuple[str, ...] = ()


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
