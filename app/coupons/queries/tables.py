"""Tables, keys of lists, and rows as what they stand for."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.coupons.models import (
    Coupon,
    CouponGiving,
    CouponJob,
    CouponJobFault,
    CouponJobPart,
    CouponPool,
)
from app.coupons.types import Pool, PoolDraft, Worth
from app.kernel import contacts

POOL = cast("sa.Table", CouponPool.__table__)
COUPON = cast("sa.Table", Coupon.__table__)
GIVING = cast("sa.Table", CouponGiving.__table__)
JOB = cast("sa.Table", CouponJob.__table__)
PART = cast("sa.Table", CouponJobPart.__table__)
FAULT = cast("sa.Table", CouponJobFault.__table__)
PER_PAGE = 20
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
MAX_DIGITS = 19


def digest_of(secret: str) -> str:
    """Return the keyed digest under which a secret code stands."""
    return contacts.keyed(f"coupon|{secret}")


def digests_of(secret: str) -> list[str]:
    """Return every digest under which it may stand: also under retired secrets of the house."""
    return contacts.keyed_before(f"coupon|{secret}")


def is_number(text: str) -> bool:
    """Return whether a piece of a key is a number that the database takes."""
    return text.isascii() and text.isdecimal() and len(text) < MAX_DIGITS


def older(after: str | None, column: Any) -> list[sa.ColumnElement[bool]]:
    """Return the condition for rows with a smaller id than the key's."""
    return [column < int(after)] if after and is_number(after) else []


def moment_key(at: datetime, row_id: int) -> str:
    """Return the key of the page that begins after this row."""
    return f"{(at - EPOCH) // timedelta(microseconds=1)}-{row_id}"


def later(after: str | None, at: Any, row_id: Any) -> list[sa.ColumnElement[bool]]:
    """Return the condition for rows after a key, the earliest first."""
    moment, _, number = (after or "").partition("-")
    if not (is_number(moment) and is_number(number)):
        return []
    try:
        then = EPOCH + timedelta(microseconds=int(moment))
    except OverflowError:
        return []
    return [sa.or_(at > then, sa.and_(at == then, row_id > int(number)))]


def pool_columns() -> list[sa.ColumnElement[Any]]:
    """Return what of a pool a draft is read from, under names of its own."""
    return [POOL.c[name].label(f"pool_{name}") for name in _DRAFT]


_DRAFT = (
    "name_zh", "name_en", "worth", "worth_minor", "currency", "percent", "text_zh", "text_en",
    "min_minor", "terms_zh", "terms_en", "channel", "place_zh", "place_en", "use_url", "starts_on",
    "ends_on", "days", "low_at",
)  # fmt: skip


def draft_from(row: Any, prefix: str = "pool_") -> PoolDraft:
    """Return the draft that :func:`pool_columns` selected."""
    told = {name: getattr(row, f"{prefix}{name}") for name in _DRAFT}
    worth = Worth(
        told.pop("worth"), told.pop("worth_minor"), told.pop("currency"), told.pop("percent"),
        told.pop("text_zh"), told.pop("text_en"),
    )  # fmt: skip
    return PoolDraft(worth=worth, **told)


def pool_from(row: Any) -> Pool:
    """Return a row of the pools' table as a pool."""
    return Pool(
        row.id, row.code, row.state, draft_from(row, ""), row.code_count, row.free_count,
        row.given_count, row.used_count, row.void_count, row.is_low, row.created_at,
    )  # fmt: skip


def values_of(draft: PoolDraft) -> dict[str, Any]:
    """Return a draft as the columns of its pool."""
    worth = draft.worth
    told = {name: getattr(draft, name) for name in _DRAFT if hasattr(draft, name)}
    return {
        **told,
        "worth": worth.kind,
        "worth_minor": worth.minor,
        "currency": worth.currency,
        "percent": worth.percent,
        "text_zh": worth.text_zh,
        "text_en": worth.text_en,
    }
