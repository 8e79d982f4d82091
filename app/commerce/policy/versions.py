"""Versions of one order or refund: which one holds.

Nothing here asks what came first: given the same versions, the same one holds.
"""

import hashlib
import json
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from json.encoder import encode_basestring as _quoted
from typing import NamedTuple

from app.commerce.policy.standing import spread
from app.commerce.types import (
    CONTACT_KEYS,
    ChannelRow,
    KnownOrder,
    LineDraft,
    LineKind,
    OrderDraft,
    RefundDraft,
    RefundVersion,
    Verdict,
)
from app.kernel import clock, contacts

TAIL_DIGITS = 4
NEVER_TOLD = datetime.min.replace(tzinfo=UTC)


class Figures(NamedTuple):
    """The figures of an order that its fingerprint covers, besides number and buyer."""

    currency: str
    paid_minor: int
    paid_at: datetime
    goods_minor: int
    not_money_minor: int = 0
    is_cancelled: bool = False


def fingerprint(channel: ChannelRow, draft: OrderDraft) -> str:
    """Return what an order's figures come to: SHA-256 over buyer, currency, total and day.

    Equal: the order is known, nothing changes. Unequal: it came with other figures. The hour of
    payment and the split into lines stay out: exports of one shop differ in both. What lessens its
    points is covered where there is any: lines that are no goods, other means than money, and that
    it was cancelled.
    """
    return fingerprints(channel, draft)[0]


def fingerprints(channel: ChannelRow, draft: OrderDraft) -> tuple[str, ...]:
    """Return every fingerprint under which these figures may be stored; the first one is written.

    Several in channels that name buyers by a contact, see :func:`buyer_forms`.
    """
    goods = sum([line.paid_minor for line in draft.lines if line.kind is LineKind.GOODS])
    figures = Figures(
        draft.currency,
        draft.paid_minor,
        draft.paid_at,
        goods,
        draft.not_money_minor,
        draft.is_cancelled,
    )
    return tuple(
        fingerprint_of(channel.code, draft.external_id, buyer, figures)
        for buyer in buyer_forms(channel, draft.buyer)
    )


def buyer_forms(channel: ChannelRow, buyer: str) -> tuple[str, ...]:
    """Return how a buyer may stand in fingerprints; the first form is the one written now.

    A contact goes in as a keyed digest: few enough telephones exist to try all of them against a
    bare SHA-256. Older fingerprints were made under retired secrets, or of the contact itself.
    """
    if channel.identity_kind not in CONTACT_KEYS:
        return (buyer,)
    return (*contacts.keyed_before(f"order-buyer|{channel.code}|{buyer}"), buyer)


def fingerprint_of(channel_code: str, external_id: str, buyer: str, order: Figures) -> str:
    """Return the fingerprint of figures, see :func:`fingerprint`."""
    day = clock.business_date(order.paid_at).isoformat()
    # The JSON array that ``_digest`` would write, by hand: it is written for every order.
    text = (
        f"[{_quoted(channel_code)},{_quoted(external_id)},{_quoted(buyer)},"
        f'{_quoted(order.currency)},{order.paid_minor},"{day}"'
    )
    if order.goods_minor != order.paid_minor:
        text += f',["goods",{order.goods_minor}]'
    if order.not_money_minor:
        text += f',["not_money",{order.not_money_minor}]'
    if order.is_cancelled:
        text += ',["cancelled"]'
    return hashlib.sha256(f"{text}]".encode()).hexdigest()


def _digest(figures: list[object]) -> str:
    return hashlib.sha256(_written(figures).encode()).hexdigest()


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def judge(known: KnownOrder, marks: Collection[str], draft: OrderDraft) -> Verdict:
    """Return what another version of a known order is; ``marks`` are its fingerprints.

    Where both versions tell when the channel changed them, the later one holds. Else equal figures
    are nothing new (yet a version that tells takes the place of one that does not), and other
    figures wait for staff. So does whatever names another currency, whenever it was told. A
    withdrawn order is revived by any version but an older one.
    """
    turn = _turn(known.source_at, draft.updated_at)
    if known.is_withdrawn:
        return Verdict.DUPLICATE if turn < 0 else Verdict.REVIVE
    if draft.currency != known.currency:
        return Verdict.ASIDE
    if turn:
        return Verdict.REPLACE if turn > 0 else Verdict.DUPLICATE
    if known.fingerprint not in marks:
        return Verdict.ASIDE
    tells_first = known.source_at is None and draft.updated_at is not None
    return Verdict.REPLACE if tells_first else Verdict.DUPLICATE


def _turn(known_at: datetime | None, told_at: datetime | None) -> int:
    """Return 1 for a later version, -1 for an older one, 0 where that can't be told."""
    if known_at is None or told_at is None:
        return 0
    return (told_at > known_at) - (told_at < known_at)


def balanced(draft: OrderDraft) -> OrderDraft:
    """Return the draft with lines that add up to what was paid, whatever the shop's own sums.

    More paid than the lines say: the rest is a line that earns nothing. Less: a discount on the
    whole order, taken off every line in proportion.
    """
    lines = draft.lines or (LineDraft(None, 1, draft.paid_minor),)
    rest = draft.paid_minor - sum([line.paid_minor for line in lines])
    if rest == 0 and draft.lines and 0 <= draft.not_money_minor <= draft.paid_minor:
        return draft
    if rest > 0:
        lines = (*lines, LineDraft(None, 1, rest, LineKind.OTHER))
    elif rest < 0:
        paid = spread(draft.paid_minor, [line.paid_minor for line in lines])
        lines = tuple(replace(line, paid_minor=n) for line, n in zip(lines, paid, strict=True))
    not_money = max(0, min(draft.not_money_minor, draft.paid_minor))
    return replace(draft, lines=lines, not_money_minor=not_money)


# --- refunds -------------------------------------------------------------------------------------


def refund_fingerprint(draft: RefundDraft) -> str:
    """Return what a refund's figures come to: SHA-256 over everything told but when it changed."""
    return _digest(
        [
            draft.order_external_id,
            draft.currency,
            draft.amount_minor,
            draft.line_ref,
            draft.qty,
            draft.phase.value if draft.phase else None,
            draft.is_cancelled,
            draft.refunded_at.astimezone(UTC).isoformat(),
        ]
    )


def refund_version(draft: RefundDraft) -> RefundVersion:
    """Return what ranks this version of a refund among others of the same number."""
    return RefundVersion(
        draft.updated_at, draft.is_cancelled, draft.amount_minor, refund_fingerprint(draft)
    )


def refund_rank(version: RefundVersion) -> tuple[datetime, bool, int, str]:
    """Return the place of a version: of several the greatest holds, whatever came first.

    The channel's later word; a version that tells when it changed before one that does not; a
    cancellation before what it cancels; the larger amount; the fingerprint, so that no two tie.
    """
    return (
        version.told_at or NEVER_TOLD,
        version.is_cancelled,
        version.amount_minor,
        version.fingerprint,
    )


# --- proof ---------------------------------------------------------------------------------------


def tail_of(phone: str) -> str:
    """Return the last four digits of a telephone number, masked or not; empty without four."""
    digits = [str(unicodedata.digit(char)) for char in phone if char.isdecimal()]
    return "".join(digits[-TAIL_DIGITS:]) if len(digits) >= TAIL_DIGITS else ""
