"""Coupons in words: what one is worth, on what conditions, until when, where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.coupons import policy, queries
from app.coupons.types import (
    Coupon,
    CouponState,
    JobKind,
    JobState,
    LineFault,
    Pool,
    PoolDraft,
    PoolState,
    Standing,
    Worth,
    WorthKind,
)
from app.kernel import clock, labels
from app.kernel.goods import About
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_tag, money, ngettext

SOON_DAYS = 3

STATES: Mapping[CouponState, tuple[object, str]] = {
    CouponState.FREE: (_l("Not given yet"), ""),
    CouponState.GIVEN: (_l("With a member"), "info"),
    CouponState.USED: (_l("Used"), "ok"),
    CouponState.VOID: (_l("Void"), "danger"),
}
POOL_STATES: Mapping[PoolState, tuple[object, str]] = {
    PoolState.OPEN: (_l("Gives"), "ok"),
    PoolState.STOPPED: (_l("Stopped"), ""),
}
JOB_KINDS: Mapping[JobKind, object] = {
    JobKind.ADD: _l("Codes from a file"),
    JobKind.MAKE: _l("Made codes"),
    JobKind.USED: _l("Used codes reported"),
}
JOB_STATES: Mapping[JobState, tuple[object, str]] = {
    JobState.WAITING: (_l("Waiting"), "info"),
    JobState.RUNNING: (_l("At work"), "info"),
    JobState.DONE: (_l("Done"), "ok"),
    JobState.STOPPED: (_l("Stopped"), "warn"),
}
FAULTS: Mapping[LineFault, object] = {
    LineFault.SHAPE: _l("This is no code: 4 to 120 letters, digits and signs, no spaces."),
    LineFault.FIGURE: _l(
        "A spreadsheet has rounded this number. Format the column as text and export it again."
    ),
    LineFault.TWICE: _l("The same code stands in this file before."),
    LineFault.KNOWN: _l("A pool holds this code already."),
    LineFault.UNKNOWN: _l("No pool holds this code."),
    LineFault.USED_BEFORE: _l("It was marked as used before."),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A coupon as its owner sees it.

    Attributes:
        big: what it is worth, short: "¥20", "20% off".
        kind: of the badge that tells how it stands; ``state`` is its word, empty where it is plain.
        is_usable: its code may be looked at now.
    """

    coupon: Coupon
    name: str
    big: str
    unit: str
    condition: str
    until: str
    place: str
    state: str
    kind: str
    standing: Standing
    is_usable: bool


def cards(coupons: Sequence[Coupon]) -> list[Card]:
    """Return a member's coupons as he sees them; channels' names come in one call."""
    places = _places([coupon.pool for coupon in coupons])
    now = clock.now()
    return [_card(coupon, place, now) for coupon, place in zip(coupons, places, strict=True)]


def card(coupon: Coupon) -> Card:
    """Return one coupon as its owner sees it."""
    return cards([coupon])[0]


def _card(coupon: Coupon, place: str, now: datetime) -> Card:
    draft = coupon.pool
    how = policy.standing(coupon, now)
    big, unit = _worth(draft.worth)
    state, kind = _state(coupon, how, now)
    return Card(
        coupon, draft.name(locale_tag()), big, unit, condition_of(draft), _until(coupon), place,
        state, kind, how, how in {Standing.USABLE, Standing.SOON},
    )  # fmt: skip


def _worth(worth: Worth) -> tuple[str, str]:
    """Return what stands large on a coupon, and the word below it."""
    if worth.kind is WorthKind.MONEY:
        return short_money(worth.minor, worth.currency), _("discount")
    if worth.kind is WorthKind.PERCENT:
        return f"{worth.percent}%", _("discount")
    if worth.kind is WorthKind.SHIPPING:
        return _("Free shipping"), ""
    return (worth.text_zh if _is_zh() else worth.text_en), ""


def worth_text(worth: Worth) -> str:
    """Return what a coupon is worth in one line."""
    if worth.kind is WorthKind.MONEY:
        return _("%(amount)s off", amount=short_money(worth.minor, worth.currency))
    if worth.kind is WorthKind.PERCENT:
        return _("%(percent)s%% off", percent=worth.percent)
    if worth.kind is WorthKind.SHIPPING:
        return _("Free shipping")
    return worth.text_zh if _is_zh() else worth.text_en


def short_money(minor: int, currency: str) -> str:
    """Return an amount without empty cents: ¥20, ¥9.90."""
    return money(minor, currency).removesuffix(".00")


def condition_of(draft: PoolDraft) -> str:
    """Return from what spend on it counts."""
    if not draft.min_minor:
        return _("No minimum spend")
    return _("From %(amount)s on", amount=short_money(draft.min_minor, draft.worth.currency))


def _until(coupon: Coupon) -> str:
    if coupon.until_at is None:
        return _("No end date")
    return _("Until %(day)s", day=day_name(policy.last_day(coupon.until_at)))


def _state(coupon: Coupon, how: Standing, now: datetime) -> tuple[str, str]:
    told = {
        Standing.USED: (_("Used"), "ok"),
        Standing.EXPIRED: (_("Expired"), ""),
        Standing.VOID: (_("Taken back"), ""),
    }
    if how in told:
        return told[how]
    if how is Standing.SOON and coupon.from_at is not None:
        return _("From %(day)s", day=day_name(clock.business_date(coupon.from_at))), "info"
    if coupon.until_at is None:
        return "", ""
    days = (policy.last_day(coupon.until_at) - clock.business_date(now)).days
    if days > SOON_DAYS:
        return "", ""
    if days == 0:
        return _("Last day"), "danger"
    return ngettext("%(num)s day left", "%(num)s days left", days), "warn"


def _places(drafts: Sequence[PoolDraft]) -> list[str]:
    codes = {draft.channel for draft in drafts if draft.channel}
    names = labels.names_of("channel", codes)
    return [
        names.get(draft.channel) or (draft.place_zh if _is_zh() else draft.place_en)
        for draft in drafts
    ]


def place_of(draft: PoolDraft) -> str:
    """Return where a coupon is used."""
    return _places([draft])[0]


def validity_of(draft: PoolDraft) -> str:
    """Return until when a pool's coupons are good, for staff."""
    if draft.days is not None:
        told = ngettext("%(num)s day from giving", "%(num)s days from giving", draft.days)
        if draft.ends_on is None:
            return told
        return _("%(days)s, at most until %(day)s", days=told, day=day_name(draft.ends_on))
    if draft.ends_on is None:
        return _("No end date")
    if draft.starts_on is None:
        return _("Until %(day)s", day=day_name(draft.ends_on))
    return _("%(first)s to %(last)s", first=day_name(draft.starts_on), last=day_name(draft.ends_on))


def _is_zh() -> bool:
    return locale_tag().startswith("zh")


# --- what can be handed over ---------------------------------------------------------------------


def choices() -> list[tuple[str, object]]:
    """Return the pools that give now, for forms of whoever hands something over."""
    return [(pool.code, _choice(pool)) for pool in queries.open_pools()]


def _choice(pool: Pool) -> str:
    told = {"name": pool.draft.name(locale_tag()), "worth": worth_text(pool.draft.worth)}
    return _("%(name)s · %(worth)s · %(left)s left", **told, left=pool.free)


def about(ref: str) -> About:
    """Return what the page that offers a coupon says of it: how many are left. One statement."""
    return About(left=queries.left(ref))
