"""Messages on members' devices: claimed, sent outside any transaction, then settled."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import structlog

from app.identity import queries as identity
from app.kernel import clock, jobs
from app.kernel.db import changed, db, use_case
from app.kernel.i18n import in_locale, ngettext
from app.kernel.outbound import Asked, Fetch, OutboundError
from app.notify import policy, queries, webpush
from app.notify.keys import operator_contact, push_key
from app.notify.models import NoticeDelivery, PushSubscription
from app.notify.queries import DELIVERY, PUSH
from app.notify.service.dispatching import dispatch
from app.notify.types import Channel, DeliveryState, Link, Notice, Said, find_kind

log = structlog.get_logger(__name__)

BATCH = 50
TITLE, TEXT = 90, 180  # letters that a device shows
GONE = {404, 410}
LATER = {408, 425, 429}
Address = Callable[[Link | None], str]


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to one member now: all that is due for him, as one message.

    Attributes:
        deliveries: delivery id by notice id.
    """

    member_id: int
    deliveries: Mapping[int, int]


def push_due(fetch: Fetch, address_of: Address, limit: int = BATCH) -> int:
    """Decide what goes out, send the messages that are due; return how many were handled.

    Killed between sending and settling, a message is sent again under the same name, so a browser
    shows it in the place of the first.

    Args:
        fetch: the way out.
        address_of: where a notice leads, as a path.
        limit: deliveries at a time.
    """
    handled = dispatch()
    for parcel in _claim(limit):
        if jobs.stopping():
            break  # what was claimed comes back by itself
        handled += _send(parcel, fetch, address_of)
    return handled


@use_case
def _claim(limit: int) -> list[Parcel]:
    """Take what is due; trying moves it forward first."""
    now = clock.now()
    due = (
        sa.select(DELIVERY.c.id, DELIVERY.c.notice_id, DELIVERY.c.member_id, DELIVERY.c.attempts)
        .where(
            DELIVERY.c.channel == Channel.PUSH,
            DELIVERY.c.state == DeliveryState.WAITING,
            DELIVERY.c.due_at <= now,
        )
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = db.session.execute(due).all()
    parcels: dict[int, dict[int, int]] = {}
    for attempts in sorted({row.attempts for row in rows}):
        same = [row for row in rows if row.attempts == attempts]
        if attempts >= policy.MAX_TRIES:
            _settle([row.id for row in same], DeliveryState.FAILED, "tries")
            continue
        changed(
            sa.update(NoticeDelivery)
            .where(DELIVERY.c.id.in_([row.id for row in same]))
            .values(attempts=attempts + 1, due_at=now + policy.retry_after(attempts))
        )
        for row in same:
            parcels.setdefault(row.member_id, {})[row.notice_id] = row.id
    return [Parcel(member_id, deliveries) for member_id, deliveries in parcels.items()]


def _send(parcel: Parcel, fetch: Fetch, address_of: Address) -> int:
    """Send one member's message to all his browsers; return how many deliveries were settled."""
    notices = _worth_sending(parcel)
    browsers = queries.browsers_of(parcel.member_id)
    locale = identity.locales_of([parcel.member_id]).get(parcel.member_id, "")
    db.session.rollback()  # nothing is held while others are talked to
    ids_ = list(parcel.deliveries.values())
    if not notices or not browsers or locale == "":
        _settle_now(ids_, DeliveryState.SKIPPED)
        return len(ids_)
    with in_locale(locale):
        message = _message(notices, address_of)
    outcomes = {browser.id: _post(browser, message, fetch) for browser in browsers}
    _forget([browser_id for browser_id, outcome in outcomes.items() if outcome == "gone"])
    return _note(ids_, set(outcomes.values()))


def _note(delivery_ids: list[int], outcomes: set[str]) -> int:
    if "sent" in outcomes:
        _settle_now(delivery_ids, DeliveryState.DONE)
    elif "later" in outcomes:
        return 0  # due again already
    elif outcomes == {"gone"}:
        _settle_now(delivery_ids, DeliveryState.SKIPPED)
    else:
        _settle_now(delivery_ids, DeliveryState.FAILED, min(outcomes))
    return len(delivery_ids)


def _worth_sending(parcel: Parcel) -> list[Notice]:
    """Return the notices that are still unread, wanted and worth a message, the newest first."""
    wishes = queries.wishes_of(parcel.member_id)
    found = [
        each
        for each in queries.notices_by_id(list(parcel.deliveries))
        if not each.is_read and Channel.PUSH in wishes.channels(each.kind)
        and not _said(each).is_moot
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.place, reverse=True)


def _said(notice: Notice) -> Said:
    kind = find_kind(notice.kind)
    return kind.words(notice.params) if kind else Said("", is_moot=True)


def _message(notices: Sequence[Notice], address_of: Address) -> dict[str, str]:
    """Return what the device shows: one notice, or the newest and how many more there are."""
    first = notices[0]
    said, more = _said(first), len(notices) - 1
    text, url = said.text, address_of(first.link)
    if more:
        text = ngettext("And %(num)s more thing for you", "And %(num)s more things for you", more)
        url = address_of(None)
    return {
        "title": said.title[:TITLE],
        "body": text[:TEXT],
        "url": url,
        "tag": f"notice-{first.id}",
    }


def _post(browser: Any, message: Mapping[str, str], fetch: Fetch) -> str:
    """Send a message to one browser; return ``sent``, ``gone``, ``later`` or what went wrong."""
    now = clock.now()
    try:
        body = webpush.encrypt(
            json.dumps(message, ensure_ascii=False).encode(), browser.p256dh, browser.auth
        )
        headers = {
            "Authorization": webpush.authorization(
                push_key(), browser.endpoint, operator_contact(), now
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(policy.PUSH_USELESS_AFTER.total_seconds())),
            "Urgency": "normal",
            "Topic": message["tag"],
        }
        answer = fetch(Asked(browser.endpoint, headers, method="POST", body=body))
    except OutboundError as error:
        log.warning("push_not_sent", browser_id=browser.id, reason=error.reason)
        return "later"
    return _outcome(answer.status, browser.id)


def _outcome(status: int, browser_id: int) -> str:
    if 200 <= status < 300:  # noqa: PLR2004 - taken
        return "sent"
    if status in GONE:
        return "gone"
    log.warning("push_refused", browser_id=browser_id, status=status)
    return "later" if status in LATER or status >= 500 else f"status-{status}"  # noqa: PLR2004 - theirs


# --- settling ------------------------------------------------------------------------------------


@use_case
def _settle_now(delivery_ids: Collection[int], state: DeliveryState, error: str = "") -> None:
    _settle(delivery_ids, state, error)


def _settle(delivery_ids: Collection[int], state: DeliveryState, error: str = "") -> None:
    changed(
        sa.update(NoticeDelivery)
        .where(DELIVERY.c.id.in_(sorted(delivery_ids)))
        .values(state=state, settled_at=clock.now(), error=error or None)
    )


@use_case
def _forget(browser_ids: Collection[int]) -> None:
    """Forget browsers of which their service says that they have gone."""
    if browser_ids:
        changed(sa.delete(PushSubscription).where(PUSH.c.id.in_(sorted(browser_ids))))


def waiting() -> Iterator[tuple[str, int]]:
    """Yield how many deliveries stand in each state, by channel; for ``flask notify status``."""
    rows = db.session.execute(
        sa.select(DELIVERY.c.channel, DELIVERY.c.state, sa.func.count())
        .group_by(DELIVERY.c.channel, DELIVERY.c.state)
        .order_by(DELIVERY.c.channel, DELIVERY.c.state)
    )
    for channel, state, count in rows:
        yield f"{channel.value}.{state.value}", count
