"""Asking shops for what changed. The question is asked outside any transaction."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from app.commerce import queries as commerce_queries
from app.commerce.types import ChannelRow
from app.integrations import policy
from app.integrations.adapters.polling import POLLERS, Account, Polled, PollError, Unread
from app.integrations.models import Delivery, Poll
from app.integrations.queries import due_polls
from app.integrations.service.handling import shop_of, take
from app.integrations.types import Adapter, BadSecretError, DeliveryState
from app.kernel import audit, clock, ids, jobs, outbound, sealing
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.outbound import Fetch, OutboundError
from app.kernel.types import Ref

log = structlog.get_logger(__name__)

PURPOSE = "poll credentials"
EVERY = timedelta(minutes=5)
MAX_PAUSE = timedelta(hours=2)
PAGES_AT_ONCE = 20  # of one shop; then the others have their turn
POLLS = Poll.__table__


@use_case
def set_poll(
    channel: ChannelRow,
    adapter: Adapter,
    account: Account,
    *,
    actor_id: int,
) -> None:
    """Ask a shop from now on; a shop asked before goes on where it was unless its address changed.

    Raises:
        OutboundError: the address is none that may be asked.
        BadSecretError: the credentials are missing.
    """
    outbound.split(account.url)
    needs_key = adapter is Adapter.WOOCOMMERCE
    if adapter not in POLLERS or not account.secret or (needs_key and not account.key):
        raise BadSecretError
    url = account.url.rstrip("/")
    row = db.session.execute(
        sa.select(POLLS.c.cursor).where(POLLS.c.channel_id == channel.id).with_for_update()
    ).one_or_none()
    former = dict(row.cursor) if row is not None and row.cursor.get("url") == url else {}
    start = {"since": clock.now().isoformat(timespec="seconds")}
    cursor = {
        **(former or start),
        "url": url,
        "sealed": sealing.seal(f"{account.key}\n{account.secret}", PURPOSE),
    }
    values = {"adapter": adapter.value, "cursor": cursor, "is_on": True, "failures": 0, "error": ""}
    statement = insert(POLLS).values(channel_id=channel.id, **values)
    changed(statement.on_conflict_do_update(index_elements=["channel_id"], set_=values))
    audit.note(actor_id, "polling.on", Ref("channel", channel.id), adapter=adapter.value)


@use_case
def rekey_polls() -> int:
    """Seal credentials anew that only a former house secret opens; return how many.

    What no known secret opens stays as it is: the right fallback may come back.
    """
    rows = db.session.execute(
        sa.select(POLLS.c.channel_id, POLLS.c.cursor).where(POLLS.c.is_on).with_for_update()
    ).all()
    fresh = 0
    for row in rows:
        sealed = sealing.renewed(row.cursor["sealed"], PURPOSE)
        if sealed != row.cursor["sealed"]:
            cursor = {**row.cursor, "sealed": sealed}
            fresh += changed(
                sa.update(Poll).where(Poll.channel_id == row.channel_id).values(cursor=cursor)
            )
    return fresh


@use_case
def stop_poll(channel: ChannelRow, *, actor_id: int) -> None:
    """Ask a shop no more, and forget what opens it.

    Raises:
        NotFoundError: it is not asked.
    """
    row = db.session.execute(
        sa.select(POLLS.c.cursor).where(POLLS.c.channel_id == channel.id, POLLS.c.is_on)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    cursor = {key: value for key, value in row.cursor.items() if key != "sealed"}
    changed(sa.update(Poll).where(Poll.channel_id == channel.id).values(is_on=False, cursor=cursor))
    audit.note(actor_id, "polling.off", Ref("channel", channel.id))


def poll_due(fetch: Fetch = outbound.fetch) -> int:
    """Ask every shop whose turn it is, a page at a time; return how many orders were told."""
    waiting = due_polls(clock.now() - EVERY)
    channels = {channel.id: channel for channel in commerce_queries.channels()}
    db.session.rollback()
    return sum(_ask(channels[each], fetch) for each in waiting if not jobs.stopping())


def _ask(channel: ChannelRow, fetch: Fetch) -> int:
    told = 0
    for _page in range(PAGES_AT_ONCE):
        row = db.session.execute(sa.select(POLLS).where(POLLS.c.channel_id == channel.id)).one()
        db.session.rollback()
        if not row.is_on or _rests(row) or jobs.stopping():
            break
        try:
            polled = _page_of(row, channel, fetch)
        except (PollError, OutboundError) as error:
            _note_failure(channel.id, error.reason)
            break
        except sealing.UnsealableError:
            _note_failure(channel.id, "secret")
            break
        if not _take_page(channel, row.cursor, polled):
            break  # another worker is at it
        told += len(polled.parsed.orders)
        if not polled.has_more:
            break
    return told


def _rests(row: Any) -> bool:
    """Return whether a shop that failed is left alone for a while."""
    if not row.failures or row.polled_at is None:
        return False
    pause: timedelta = min(EVERY * 2 ** min(row.failures, 8), MAX_PAUSE)
    return bool(clock.now() - row.polled_at < pause)


def _page_of(row: Any, channel: ChannelRow, fetch: Fetch) -> Polled:
    cursor: Mapping[str, Any] = row.cursor
    key, _, secret = sealing.unseal(cursor["sealed"], PURPOSE).partition("\n")
    account = Account(cursor["url"], key, secret)
    return POLLERS[Adapter(row.adapter)](account, cursor, fetch, shop_of(channel))


@use_case
def _take_page(channel: ChannelRow, asked_from: Mapping[str, Any], polled: Polled) -> bool:
    """Take a page and move the cursor, in one transaction; False when it had moved already."""
    row = db.session.execute(
        sa.select(POLLS.c.cursor, POLLS.c.adapter)
        .where(POLLS.c.channel_id == channel.id, POLLS.c.is_on)
        .with_for_update()
    ).one_or_none()
    if row is None or row.cursor != asked_from:
        return False
    kept = {key: row.cursor[key] for key in ("url", "sealed")}
    changed(
        sa.update(Poll)
        .where(Poll.channel_id == channel.id)
        .values(
            cursor={**polled.cursor, **kept},
            polled_at=None if polled.has_more else clock.now(),
            failures=0,
            error="",
        )
    )
    if polled.parsed.orders or polled.parsed.refunds:
        take(channel, polled.parsed)
    for unread in polled.unread:
        _keep(channel.id, Adapter(row.adapter), unread)
    return True


def _keep(channel_id: int, adapter: Adapter, unread: Unread) -> None:
    """Lay an order that can't be read into the inbox, once, for staff to see why."""
    now, digest = clock.now(), policy.body_digest(unread.body.encode())
    row = {
        "id": ids.next_id(),
        "channel_id": channel_id,
        "adapter": adapter,
        "delivery_id": f"poll:{unread.number}:{digest[:16]}",
        "body_digest": digest,
        "topic": "order.polled" if adapter is Adapter.WOOCOMMERCE else "orders/polled",
        "body": unread.body,
        "state": DeliveryState.KEPT,
        "reason": unread.error.reason,
        "received_at": now,
        "handled_at": now,
    }
    changed(insert(Delivery.__table__).values(row).on_conflict_do_nothing())


@use_case
def _note_failure(channel_id: int, reason: str) -> None:
    changed(
        sa.update(Poll)
        .where(Poll.channel_id == channel_id)
        .values(failures=Poll.failures + 1, error=reason[:120], polled_at=clock.now())
    )
