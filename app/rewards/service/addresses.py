"""Addresses: sealed at rest, each in a row of its own that can be erased."""

import json
from dataclasses import asdict

import sqlalchemy as sa

from app.kernel import clock, sealing
from app.kernel.db import changed, insert
from app.rewards.models import ADDRESS, ORDER_ADDRESS
from app.rewards.queries.addresses import PURPOSE
from app.rewards.types import Address


def keep(member_id: int, address: Address) -> str:
    """Keep a member's address for the next time; return it sealed. One statement."""
    sealed = sealing.seal(json.dumps(asdict(address), ensure_ascii=False), PURPOSE)
    statement = insert(ADDRESS).values(member_id=member_id, sealed=sealed, at=clock.now())
    changed(
        statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={"sealed": statement.excluded.sealed, "at": statement.excluded.at},
        )
    )
    return sealed


def attach(order_id: int, member_id: int, address: Address) -> None:
    """Say where an order goes, and keep it for the next time. Two statements."""
    sealed = keep(member_id, address)
    statement = insert(ORDER_ADDRESS).values(
        order_id=order_id, member_id=member_id, sealed=sealed, at=clock.now()
    )
    changed(
        statement.on_conflict_do_update(
            index_elements=["order_id"],
            set_={"sealed": statement.excluded.sealed, "at": statement.excluded.at},
        )
    )


def forget(member_id: int) -> int:
    """Delete the address that a member keeps for the next time; return how many that was."""
    return changed(sa.delete(ADDRESS).where(ADDRESS.c.member_id == member_id))
