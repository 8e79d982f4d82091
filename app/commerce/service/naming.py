"""One order under two numbers: the shop's own and the one it prints, told by two sources.

A file of a shop's export calls its orders as letters do (``#1001``), its webhooks by their ids. The
first source decides under which number an order is kept; what the other one tells is led to it, so
that nothing is paid twice. Only where one of the two numbers has more than digits: shops count ids
and printed numbers alike, and ``1001`` may be the id of one order and the number of another.

Two who tell one order for the first time at once, under two numbers, would each find nothing and
make one. So whoever tells a printed number goes alone where his numbers stand in the line of his
channel, and others share it: who is second waits for the first, and finds his order.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from app.commerce.queries import lock_orders
from app.commerce.queries.standings import ORDERS
from app.commerce.service import waiting
from app.commerce.service.settling import settle
from app.commerce.types import Change, ChannelRow, OrderDraft, StepKind
from app.kernel.db import db, dialect_name, is_one_of

LOCK = 0x5EF1 << 40
"""Which advisory locks these are; a channel and a place in its line are hashed into the rest."""
PLACES = 64  # many enough that two webhooks rarely meet, few enough for one file to hold all


def are_apart(own: str, printed: str | None) -> bool:
    """Return whether an own number and a printed one can't be mistaken for each other."""
    return bool(printed) and not (own.isdecimal() and str(printed).isdecimal())


def under_kept_numbers(channel: ChannelRow, drafts: Sequence[OrderDraft]) -> Sequence[OrderDraft]:
    """Return drafts under the numbers that their orders are kept under. Mostly one statement.

    Where an order turns out to have another number, refunds that waited under it find it.
    """
    stand_in_line(channel, drafts)
    led, kept = _read(channel, drafts)
    if new := _note_numbers(led, kept):
        lock_orders(is_one_of(ORDERS.c.id, new.values()))
        matched = waiting.match(channel.id, new)
        settle(
            [
                Change(order_id, StepKind.REFUNDED if holds else None, refund_id)
                for order_id, refund_id, holds in matched
            ]
        )
    return led


def stand_in_line(
    channel: ChannelRow, drafts: Sequence[OrderDraft], *, is_alone: bool = False
) -> None:
    """Let nobody tell these orders under other numbers until this commits. One statement, or none.

    The lock that lets no refund miss its order comes with it (:mod:`.waiting`). On SQLite
    writers are in line anyway.

    Args:
        channel: where they come from.
        drafts: at most about a thousand.
        is_alone: the caller takes that lock alone, right after this.
    """
    if dialect_name() != "postgresql" or not drafts:
        return
    is_printed = any(are_apart(draft.external_id, draft.printed_number) for draft in drafts)
    keys = sorted(set(_places(channel, drafts)))
    if not is_alone:
        keys.append(waiting.key_of(channel.id))
    key = sa.func.unnest(sa.cast(keys, ARRAY(sa.BigInteger))).column_valued("key")
    shared = sa.func.pg_advisory_xact_lock_shared(key)
    if not is_printed:
        db.session.execute(sa.select(shared))
        return
    is_place = key != waiting.key_of(channel.id)
    alone = sa.func.pg_advisory_xact_lock(key)
    db.session.execute(sa.select(sa.case((is_place, alone), else_=shared)))


def _places(channel: ChannelRow, drafts: Sequence[OrderDraft]) -> Iterator[int]:
    start = LOCK + channel.id % (1 << 32) * PLACES
    for draft in drafts:
        for number in (draft.external_id, draft.printed_number):
            if number:
                yield start + crc32(number.encode()) % PLACES


def foresee_numbers(channel: ChannelRow, drafts: Sequence[OrderDraft]) -> Sequence[OrderDraft]:
    """Return drafts as :func:`under_kept_numbers` would, and write nothing."""
    return _read(channel, drafts)[0]


def _read(
    channel: ChannelRow, drafts: Sequence[OrderDraft]
) -> tuple[Sequence[OrderDraft], Mapping[str, Any]]:
    """Return drafts under the numbers of their orders, and those orders by their own numbers."""
    if not drafts:
        return drafts, {}
    own = {draft.external_id for draft in drafts}
    printed = {draft.printed_number for draft in drafts if draft.printed_number}
    column = ORDERS.c
    known = is_one_of(column.printed_number, own)
    rows = db.session.execute(
        sa.select(column.id, column.external_id, column.printed_number).where(
            column.channel_id == channel.id,
            sa.or_(known, is_one_of(column.external_id, printed)) if printed else known,
        )
    ).all()
    kept = {row.external_id: row for row in rows}
    by_print = {
        row.printed_number: row for row in rows if are_apart(row.external_id, row.printed_number)
    }
    for number in _own_among(channel, by_print.keys() & own):
        del by_print[number]  # it is the own number of an order too: that goes first
    return ([_led(draft, kept, by_print) for draft in drafts] if rows else drafts), kept


def _own_among(channel: ChannelRow, numbers: Collection[str]) -> Sequence[str]:
    if not numbers:
        return ()
    return db.session.scalars(
        sa.select(ORDERS.c.external_id).where(
            ORDERS.c.channel_id == channel.id, is_one_of(ORDERS.c.external_id, numbers)
        )
    ).all()


def _led(draft: OrderDraft, kept: Mapping[str, Any], by_print: Mapping[str, Any]) -> OrderDraft:
    number, printed = draft.external_id, draft.printed_number
    row = by_print.get(number)
    if row is None and are_apart(number, printed):
        row = kept.get(printed)
    if row is None or row.external_id == number:
        return draft
    return replace(draft, external_id=row.external_id, printed_number=number)


def _note_numbers(drafts: Sequence[OrderDraft], kept: Mapping[str, Any]) -> dict[str, int]:
    """Remember other numbers of orders: refunds are told under them. Return which are new."""
    new = [
        {"b_id": kept[draft.external_id].id, "b_number": draft.printed_number}
        for draft in drafts
        if draft.external_id in kept
        and draft.printed_number
        and kept[draft.external_id].printed_number is None
    ]
    if new:
        db.session.connection().execute(
            sa.update(ORDERS)
            .where(ORDERS.c.id == sa.bindparam("b_id"), ORDERS.c.printed_number.is_(None))
            .values(printed_number=sa.bindparam("b_number")),
            new,
        )
    return {row["b_number"]: row["b_id"] for row in new}
