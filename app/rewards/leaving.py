"""How a member leaves the mall: what waits is called off, addresses and wishes go."""

from typing import cast

import sqlalchemy as sa

from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Blank, Gone, Shown, Wish
from app.rewards import service
from app.rewards.models import (
    ADDRESS,
    ENTRY,
    MONEY_BACK,
    ORDER,
    ORDER_ADDRESS,
    PAYMENT,
    SHIPMENT,
    WISH,
)

SEALED = frozenset({"sealed"})
HOUSE = frozenset({"note", "key", "done_by_id", "settled_by_id", "delivery_id", "body_digest"})


def register() -> None:
    """Say what goes with a member and what stays without his name."""
    leaving.register(
        "rewards",
        gone=(
            Gone(WISH.c.member_id, _l("Wishes")),
            Gone(ADDRESS.c.member_id, hide=SEALED),
            Gone(ORDER_ADDRESS.c.member_id, hide=SEALED),
            Gone(SHIPMENT.c.order_id, _l("Parcels"), frozenset({"actor_id"}), where=_shipments),
        ),
        blank=(
            Blank(MONEY_BACK.c.order_id, {"note": ""}, where=_given_back),
            Blank(PAYMENT.c.order_id, {"note": ""}, where=_payments),
        ),
        shown=(
            Shown(ORDER.c.member_id, _l("Redemptions"), frozenset({"given_key"})),
            Shown(ENTRY.c.member_id, _l("Entries in drops")),
            Shown(PAYMENT.c.order_id, _l("Payments"), HOUSE | {"reference_key"}, where=_payments),
            Shown(MONEY_BACK.c.order_id, _l("Money given back"), HOUSE, where=_all_back),
        ),
        close=_close,
    )


def _close(wish: Wish) -> None:
    """What waits is called off while the points can still go back where they came from."""
    service.end_all_of(wish.member_id)
    service.withdraw_all_of(wish.member_id)


def _orders(member_id: int) -> sa.Select[tuple[int]]:
    return sa.select(ORDER.c.id).where(ORDER.c.member_id == member_id)


def _shipments(member_id: int) -> sa.ColumnElement[bool]:
    return cast("sa.ColumnElement[bool]", SHIPMENT.c.order_id.in_(_orders(member_id)))


def _payments(member_id: int) -> sa.ColumnElement[bool]:
    return cast("sa.ColumnElement[bool]", PAYMENT.c.order_id.in_(_orders(member_id)))


def _all_back(member_id: int) -> sa.ColumnElement[bool]:
    return cast("sa.ColumnElement[bool]", MONEY_BACK.c.order_id.in_(_orders(member_id)))


def _given_back(member_id: int) -> sa.ColumnElement[bool]:
    """What is still owed keeps its note: somebody has to find the way back for it."""
    return sa.and_(_all_back(member_id), MONEY_BACK.c.done_at.is_not(None))
