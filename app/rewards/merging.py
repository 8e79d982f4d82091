"""How redemptions follow when two members become one."""

from app.kernel import merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Moved
from app.rewards.models import (
    ADDRESS,
    ENTRY,
    MONEY_BACK,
    MOVEMENT,
    ORDER,
    ORDER_ADDRESS,
    PAYMENT,
    SHIPMENT,
    STEP,
    WISH,
)

BY_STAFF = "who of the team did it; the record stays as it was written"


def register() -> None:
    """Say what moves. A ticket of both in one draw stays with each."""
    merging.register(
        "rewards",
        moves=(
            Moved(ORDER.c.member_id, _l("redemptions")),
            Moved(ORDER_ADDRESS.c.member_id),
            Moved(ADDRESS.c.member_id),
            Moved(WISH.c.member_id, _l("wishes")),
            Moved(ENTRY.c.member_id),
        ),
    )
    staff = (
        MOVEMENT.c.actor_id, STEP.c.actor_id, SHIPMENT.c.actor_id, PAYMENT.c.settled_by_id,
        MONEY_BACK.c.done_by_id,
    )  # fmt: skip
    merging.stays(ORDER.c.asked_by_id, "whose form it was; keys are unique to an account")
    for column in staff:
        merging.stays(column, BY_STAFF)
