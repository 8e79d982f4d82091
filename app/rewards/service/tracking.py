"""Parcels leave: a number for one or for many, each line by itself, as often as one likes."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.kernel import audit, clock
from app.kernel.db import changed, db, insert, use_case
from app.kernel.types import Ref
from app.rewards.models import SHIPMENT
from app.rewards.service import fulfilling
from app.rewards.types import ORDER_REF, NoSuchOrderError, State
from app.rewards.types.fulfilling import Line, Sent

READY = frozenset({State.TO_PACK, State.PACKED, State.PROBLEM})


def ship_many(lines: Sequence[Line], *, actor_id: int) -> list[tuple[Line, Sent]]:
    """Ship what lines say, each in a transaction of its own; return what became of every line.

    Lines that came before change nothing and say so: the whole paste may be sent again.
    """
    return [
        (
            line,
            line.fault or ship(line.code, line.carrier, line.tracking, actor_id=actor_id),
        )
        for line in lines
    ]


@use_case
def ship(code: str, carrier: str, tracking: str, *, actor_id: int) -> Sent:
    """Note by whom and under which number a parcel travels, and tell its owner.

    Returns:
        What became of it; a parcel that is on its way already gets the new number.
    """
    try:
        order = fulfilling.parcel(code)
    except NoSuchOrderError:
        return Sent.UNKNOWN
    if order.state is State.SHIPPED:
        return _correct(order.id, carrier, tracking, actor_id)
    if order.state not in READY:
        return Sent.NOT_NOW
    _write(order.id, carrier, tracking, actor_id)
    fulfilling.go_on(order, State.SHIPPED, actor_id)
    return Sent.SHIPPED


def _correct(order_id: int, carrier: str, tracking: str, actor_id: int) -> Sent:
    row = db.session.execute(
        sa.select(SHIPMENT.c.carrier, SHIPMENT.c.number).where(SHIPMENT.c.order_id == order_id)
    ).one_or_none()
    if row is not None and (row.carrier, row.number) == (carrier, tracking):
        return Sent.BEFORE
    _write(order_id, carrier, tracking, actor_id)
    audit.note(actor_id, "mall.tracking_corrected", Ref(ORDER_REF, order_id), carrier=carrier)
    return Sent.CORRECTED


def _write(order_id: int, carrier: str, tracking: str, actor_id: int) -> None:
    values = {"carrier": carrier, "number": tracking, "at": clock.now(), "actor_id": actor_id}
    statement = insert(SHIPMENT).values(order_id=order_id, **values)
    changed(statement.on_conflict_do_update(index_elements=["order_id"], set_=values))
