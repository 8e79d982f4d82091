"""How a member leaves the mall: addresses and wishes go, orders stay for the books."""

from typing import cast

import sqlalchemy as sa

from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Gone, Shown
from app.rewards.models import ADDRESS, ENTRY, ORDER, ORDER_ADDRESS, SHIPMENT, WISH

SEALED = frozenset({"sealed"})


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
        shown=(
            Shown(ORDER.c.member_id, _l("Redemptions"), frozenset({"given_key"})),
            Shown(ENTRY.c.member_id, _l("Entries in drops")),
        ),
    )


def _shipments(member_id: int) -> sa.ColumnElement[bool]:
    mine = sa.select(ORDER.c.id).where(ORDER.c.member_id == member_id)
    return cast("sa.ColumnElement[bool]", SHIPMENT.c.order_id.in_(mine))
