"""How a member leaves the mall: what waits is called off, addresses and wishes go."""

from typing import cast

import sqlalchemy as sa

from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Gone, Shown, Wish
from app.rewards import service
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
        close=_close,
    )


def _close(wish: Wish) -> None:
    """What waits is called off while the points can still go back where they came from."""
    service.end_all_of(wish.member_id)
    service.withdraw_all_of(wish.member_id)


def _shipments(member_id: int) -> sa.ColumnElement[bool]:
    mine = sa.select(ORDER.c.id).where(ORDER.c.member_id == member_id)
    return cast("sa.ColumnElement[bool]", SHIPMENT.c.order_id.in_(mine))
